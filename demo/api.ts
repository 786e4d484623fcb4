import { setTimeout as sleep } from 'node:timers/promises';
import { readServerInfo } from '#infra/local/data-directory.ts';
import type { Role } from '#shared/domain/user/roles.ts';

/** Something that the one who runs the command can mend; its message is all there is to say. */
export class DemoFailure extends Error {}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what it is follows from the call
  readonly body: any;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls as one user. Only answers below 500 other than 429 come back: the others are tried again for a while. */
export type Call = (request: Request) => Promise<Answer>;

export interface Server {
  readonly url: string;
  as(user: { readonly id: string; readonly role: Role }): Promise<Call>;
}

/** How often a request is sent that the server has no room for, and the longest pause before the next, in milliseconds. */
const ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 4_000;

/** Where the server is: `URL`, or `PORT` on this machine, or the one that runs on the data directory. Throws a `DemoFailure` without one. */
export async function findServer({
  URL: url,
  PORT: port,
  DATA_DIR: directory = '.local',
}: NodeJS.ProcessEnv): Promise<Server> {
  const isPort = port !== undefined && port !== '' && port !== '0';
  const found = url ?? (isPort ? `http://127.0.0.1:${port}` : readServerInfo(directory)?.url);
  if (!found)
    throw new DemoFailure(
      `No server runs on ${directory}. Start one with "npm start", or say where it is: URL=http://… npm run demo`,
    );
  const origin = found.replace(/\/+$/, '');
  const health = await fetch(`${origin}/health`).catch(() => undefined);
  if (!health?.ok)
    throw new DemoFailure(`Nothing answers on ${origin}. Start the server with "npm start" and try again.`);
  return { url: origin, as: async ({ id, role }) => callerOf(origin, await tokenOf(origin, role, id)) };
}

async function tokenOf(origin: string, role: Role, user: string): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: role, client_secret: 'local', user };
  const answer = await fetch(`${origin}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  if (!answer.ok)
    throw new DemoFailure(
      `${origin} gives no token for ${role}: sample data is for a server started with "npm start".`,
    );
  return ((await answer.json()) as { access_token: string }).access_token;
}

const callerOf =
  (origin: string, token: string): Call =>
  async ({ method, path, body, headers }) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(origin + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': type }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch(() => undefined);
      if (answer && answer.status < 500 && answer.status !== 429)
        return { status: answer.status, body: await bodyOf(answer) };
      if (attempt === ATTEMPTS) {
        const why = answer ? `answered ${answer.status}: ${await answer.text()}` : 'no longer answers';
        throw new DemoFailure(`${origin} ${why}. What is loaded stays; run "npm run demo" again to go on.`);
      }
      const asked = 1_000 * Number(answer?.headers.get('retry-after') ?? 0);
      await answer?.arrayBuffer();
      await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(asked, 100 * 2 ** attempt)));
    }
  };

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  return /json/.test(answer.headers.get('content-type') ?? '') && text ? JSON.parse(text) : text;
}
