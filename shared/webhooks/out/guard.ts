import { isIP } from 'node:net';

/** An address that a name stands for. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Every address of a name, of both families. Rejects where there is none. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

/** Why nothing is sent there. */
export type Forbidden =
  | 'no-url'
  | 'not-https'
  | 'credentials'
  | 'port'
  | 'no-public-name'
  | 'unresolved'
  | 'no-public-address';

export type GuardVerdict =
  | { readonly ok: true; readonly url: URL; readonly address: Address }
  | { readonly ok: false; readonly reason: Forbidden };

/** Looks where a URL leads before anything goes there. */
export type Guard = (url: string) => Promise<GuardVerdict>;

/** In words, for whoever puts such a URL. */
export const FORBIDDEN: Readonly<Record<Forbidden, string>> = {
  'no-url': 'Not a valid URL, or it contains white space, a backslash or a fragment.',
  'not-https': 'Only https.',
  credentials: 'The URL must not contain a user name or password.',
  port: 'Only ports 443 and 8443 are allowed.',
  'no-public-name': 'The host must be a public name such as hooks.example.ac.uk, not an IP address or a private name.',
  unresolved: 'The host name does not resolve.',
  'no-public-address': 'The host name resolves to a non-public address.',
};

const PORTS: readonly string[] = ['', '443', '8443'];

/** Names that are never of the public internet (RFC 6761, RFC 6762, RFC 7686, RFC 8375, ICANN's .internal), and what networks call their own. */
const PRIVATE_NAME =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|test|invalid|onion|arpa|alt)$/;

const PUBLIC_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** What the URL's own text shows, before any name is resolved. */
function read(text: string, ports: readonly string[]): { ok: true; url: URL } | { ok: false; reason: Forbidden } {
  // The parser drops some of these and takes others for something else; nobody who means well needs any.
  if (/[\s\\#\p{Cc}\p{Cf}]/u.test(text) || !URL.canParse(text)) return { ok: false, reason: 'no-url' };
  // Parsed as the web does: decimal, octal, hexadecimal and short addresses and full-width digits become what they stand for.
  const url = new URL(text);
  if (url.protocol !== 'https:') return { ok: false, reason: 'not-https' };
  if (url.username !== '' || url.password !== '' || text.includes('@')) return { ok: false, reason: 'credentials' };
  if (!ports.includes(url.port)) return { ok: false, reason: 'port' };
  const { hostname } = url;
  const isAddress = hostname.startsWith('[') || isIP(hostname) !== 0;
  if (isAddress || !PUBLIC_NAME.test(hostname) || PRIVATE_NAME.test(hostname))
    return { ok: false, reason: 'no-public-name' };
  return { ok: true, url };
}

const THIS_MACHINE: Address = { address: '127.0.0.1', family: 4 };

/** Loaded at the first look, like what tells addresses apart: only where something is sent is either of use. */
const resolveAll: Resolve = async (host) => {
  const { lookup } = await import('node:dns/promises');
  return lookup(host, { all: true, verbatim: true });
};

/**
 * The guard of everything that is sent to a URL somebody else chose. It answers with one address, which was checked together with all
 * others that the name has: who connects must connect to that one, and must not resolve the name again.
 *
 * `trial` are hosts, as `host` or `host:port`, that are let through on one machine, by http too: for trying subscriptions out. A name
 * among them that has no address stands for this machine.
 */
export function createGuard({
  resolve = resolveAll,
  trial = [],
  ports = PORTS,
}: {
  readonly resolve?: Resolve;
  readonly trial?: readonly string[];
  readonly ports?: readonly string[];
} = {}): Guard {
  return async (text) => {
    const tried = trial.length > 0 && URL.canParse(text) ? new URL(text) : undefined;
    const isTrial = tried !== undefined && [tried.host, tried.hostname].some((host) => trial.includes(host));
    const parsed = isTrial ? { ok: true as const, url: tried } : read(text, ports);
    if (!parsed.ok) return parsed;
    const { url } = parsed;
    const found = await addressesOf(resolve, url.hostname);
    if (isTrial) return { ok: true, url, address: found[0] ?? THIS_MACHINE };
    if (found.length === 0) return { ok: false, reason: 'unresolved' };
    const { isPublic } = await import('./addresses.ts');
    if (!found.every(({ address }) => isPublic(address))) return { ok: false, reason: 'no-public-address' };
    // Most networks have a way out by IPv4, Lambda's among them.
    const address = found.find(({ family }) => family === 4) ?? (found[0] as Address);
    return { ok: true, url, address };
  };
}

async function addressesOf(resolve: Resolve, hostname: string): Promise<readonly Address[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    return await resolve(host);
  } catch {
    return [];
  }
}

/** The hosts that are let through for trial, from what the environment says: separated by commas; none on AWS. */
export const trialHosts = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((host) => host.trim())
    .filter(Boolean);
