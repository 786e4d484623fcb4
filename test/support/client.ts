/** Where requests go and who may ask: what every running server offers to tests. */
export interface Reachable {
  readonly url: string;
  token(role: string, user?: string): Promise<string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  readonly body: any;
}

export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** Calls as a user of that role; the user's id is the role's name unless said. */
export async function clientOf(server: Reachable, role: string, user?: string): Promise<Client> {
  const token = await server.token(role, user);
  const call = async (
    method: string,
    path: string,
    body: unknown,
    type: string,
    headers: Record<string, string> = {},
  ) => {
    const answer = await fetch(server.url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: json && text ? JSON.parse(text) : text };
  };
  const json = 'application/json';
  return {
    get: (path, headers) => call('GET', path, undefined, json, headers),
    post: (path, body = {}, headers) => call('POST', path, body, json, headers),
    put: (path, body, headers) => call('PUT', path, body, json, headers),
    patch: (path, body, headers) => call('PATCH', path, body, 'application/merge-patch+json', headers),
  };
}

let serial = 0;

/** Something that no other test says. */
export const unique = (word: string): string =>
  `${word} ${process.pid.toString(36)}-${Date.now().toString(36)}-${++serial}`;

/** A trade deal as staff log it, with a title of its own. */
export const deal = (changed: Record<string, unknown> = {}): Record<string, unknown> => ({
  title: unique('Tram doors for the airport line'),
  strand: 'business-engagement',
  direction: 'uk-export',
  organisations: [{ name: 'Pearl River Rolling Stock (invented)', place: 'guangzhou' }],
  ...changed,
});

export const lead = (changed: Record<string, unknown> = {}): Record<string, unknown> => ({
  title: unique('Membrane for ammonia cracking'),
  strand: 'business-engagement',
  ipType: 'patent',
  organisations: [{ name: 'Delta Membranes (invented)', place: 'nanjing' }],
  ...changed,
});

export const talk = (changed: Record<string, unknown> = {}): Record<string, unknown> => ({
  title: unique('Training for civil servants'),
  strand: 'capacity-building',
  engagementType: 'training',
  organisations: [{ name: 'Guangzhou Municipal Government', place: 'guangzhou' }],
  ...changed,
});
