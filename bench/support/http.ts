import { Agent, request } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly location: string | undefined;
}

export interface Caller {
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  put(path: string, body: unknown): Promise<Reply>;
  close(): void;
}

/** Calls over connections that stay open, with as little work as can be: the client shares the machine with what it measures. */
export function callerOf(url: string, token: string): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const { hostname, port } = new URL(url);
  const call = (method: string, path: string, body: string | undefined, headers: Readonly<Record<string, string>>) =>
    new Promise<Reply>((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const outgoing = request(
        { agent, hostname, port, method, path, headers: { authorization: `Bearer ${token}`, ...headers, ...length } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(chunks).toString(),
              location: response.headers.location,
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  return {
    get: (path) => call('GET', path, undefined, {}),
    post: (path, body, headers = {}) =>
      call('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers }),
    put: (path, body) => call('PUT', path, JSON.stringify(body), { 'content-type': 'application/json' }),
    close: () => agent.destroy(),
  };
}

/** The reply, where it has the status that was asked for. Throws otherwise, with what was answered. */
export function expectStatus(reply: Reply, status: number): Reply {
  if (reply.status !== status) throw new Error(`${reply.status} instead of ${status}: ${reply.body.slice(0, 500)}`);
  return reply;
}
