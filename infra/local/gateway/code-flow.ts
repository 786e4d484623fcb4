/** The authorization code flow with PKCE (RFC 6749, 7636), as Cognito's hosted page has it for a client that keeps no secret. */
import { createHash, randomBytes } from 'node:crypto';
import type { UserPool } from '../template/model.ts';
import { oauthError, redirect } from './oauth.ts';
import type { HttpAnswer } from './response.ts';
import { languageOf, type SignInLanguage, signInPage, signInRefused } from './sign-in-page.ts';

/** Who signed in, and what for. */
export interface SignedIn {
  role: string;
  user: string;
  clientId: string;
  scopes: string[];
  nonce: string | undefined;
}

export interface FlowRequest {
  /** Of the query, or of the form. */
  parameters: URLSearchParams;
  /** As the request names it. */
  host: string | undefined;
  acceptLanguage?: string | undefined;
}

export interface CodeFlow {
  /** `GET /oauth2/authorize`: the page. */
  ask(request: FlowRequest): HttpAnswer;
  /** `POST /oauth2/authorize`, from the page: back to where the person came from, with a code. */
  signIn(request: FlowRequest): HttpAnswer;
  /** `GET /logout`: back to `logout_uri`, or to the page. There is no session here that could be ended. */
  logout(request: FlowRequest): HttpAnswer;
  /** What a code stands for, once; an answer where it stands for nothing. */
  redeem(fields: Record<string, string>): SignedIn | HttpAnswer;
}

/** Cognito's, too. */
const codeLifetimeMillis = 5 * 60_000;
const mostCodes = 1_000;
const known = [
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'scope',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'lang',
];
const localHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;
const userId = /^[\p{L}\p{N}._@:-]{1,128}$/u;

interface Code extends SignedIn {
  redirectUri: string;
  challenge: string;
  until: number;
}

interface Asked {
  redirectUri: string;
  clientId: string;
  language: SignInLanguage;
  parameters: URLSearchParams;
}

/** Codes are kept in memory: a sign-in that a restart interrupts is begun again. */
export function codeFlow(pool: UserPool, clock: () => number): CodeFlow {
  const codes = new Map<string, Code>();
  const forgetOld = () => {
    for (const [code, { until }] of codes) if (until <= clock() || codes.size > mostCodes) codes.delete(code);
  };

  /** An answer for what nobody may be sent back from. */
  function checked({ parameters, host, acceptLanguage }: FlowRequest, address: string): Asked | HttpAnswer {
    const language = languageOf(parameters.get('lang'), acceptLanguage);
    const clientId = parameters.get('client_id') ?? '';
    const redirectUri = parameters.get(address) ?? '';
    if (!pool.clients.some(({ id }) => id === clientId))
      return signInRefused(language, 'client_id is not a client of the user pool.');
    if (!isOwn(redirectUri, host)) return signInRefused(language, `${address} is not an address of this server.`);
    return { redirectUri, clientId, language, parameters };
  }

  /** What is wrong with the request of a client that can be told. */
  function faultOf({ redirectUri, parameters }: Asked): HttpAnswer | undefined {
    const back = (error: string, error_description: string) =>
      redirect(extended(redirectUri, { error, error_description, state: parameters.get('state') }));
    if (parameters.get('response_type') !== 'code') return back('unsupported_response_type', 'response_type is code.');
    const challenge = parameters.get('code_challenge') ?? '';
    if (parameters.get('code_challenge_method') !== 'S256' || !/^[A-Za-z0-9_-]{43}$/.test(challenge))
      return back('invalid_request', 'A code_challenge with the code_challenge_method S256 is needed.');
    return undefined;
  }

  const formOf = ({ language, parameters }: Asked) => ({
    language,
    roles: pool.groups,
    hidden: new URLSearchParams([...parameters].filter(([name]) => known.includes(name))),
  });

  return {
    ask(request) {
      const asked = checked(request, 'redirect_uri');
      return 'status' in asked ? asked : (faultOf(asked) ?? signInPage(formOf(asked)));
    },
    signIn(request) {
      const asked = checked(request, 'redirect_uri');
      if ('status' in asked) return asked;
      const fault = faultOf(asked);
      if (fault) return fault;
      const { parameters, redirectUri, clientId } = asked;
      const [role, user] = [parameters.get('role') ?? '', (parameters.get('user') ?? '').trim()];
      if (!userId.test(user) || !pool.groups.includes(role)) return signInPage({ ...formOf(asked), refused: { user } });
      forgetOld();
      const code = randomBytes(24).toString('base64url');
      codes.set(code, {
        role,
        user,
        clientId,
        redirectUri,
        scopes: (parameters.get('scope') ?? 'openid email profile').split(' ').filter((one) => one !== ''),
        nonce: parameters.get('nonce') ?? undefined,
        challenge: parameters.get('code_challenge') ?? '',
        until: clock() + codeLifetimeMillis,
      });
      return redirect(extended(redirectUri, { code, state: parameters.get('state') }));
    },
    logout(request) {
      const leaves = request.parameters.has('logout_uri');
      const asked = checked(request, leaves ? 'logout_uri' : 'redirect_uri');
      if ('status' in asked) return asked;
      return redirect(leaves ? asked.redirectUri : `/oauth2/authorize?${request.parameters}`);
    },
    redeem({ code = '', client_id: clientId, redirect_uri: redirectUri, code_verifier: verifier = '' }) {
      forgetOld();
      const found = codes.get(code);
      codes.delete(code);
      if (!found) return oauthError(400, 'invalid_grant', 'The code is unknown, used or too old.');
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      if (found.clientId !== clientId || found.redirectUri !== redirectUri || found.challenge !== challenge)
        return oauthError(400, 'invalid_grant', 'client_id, redirect_uri or code_verifier is not that of the request.');
      const { role, user, scopes, nonce } = found;
      return { role, user, clientId, scopes, nonce };
    },
  };
}

/** Whether the address is one of the server that was asked, under a name that only this machine has. */
function isOwn(address: string, host: string | undefined): boolean {
  if (host === undefined || !localHost.test(host) || !URL.canParse(`http://${host}`)) return false;
  if (!URL.canParse(address)) return false;
  const { origin, hash, username, password } = new URL(address);
  return origin === new URL(`http://${host}`).origin && hash === '' && username === '' && password === '';
}

function extended(address: string, more: Record<string, string | null>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(more)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}
