import type { Operation } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { newId } from '#shared/runtime/ids.ts';
import { type Client, unique } from './client.ts';
import { SIGN } from './signatures.ts';

/** Whose something is that a call is about. `shared` belongs to nobody. */
export type Whose = 'own' | 'foreign' | 'shared' | 'absent';

export interface Asking {
  readonly user: string;
  readonly client: Client;
  /** May log things of its own. */
  readonly writes: boolean;
}

/** What a call is sent with so that it is about something. */
export interface About {
  readonly params: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the body of the example. */
  readonly body?: unknown;
}

const exampleBody = (method: string, path: string) =>
  structuredClone(OPERATIONS.find((each) => each.method === method && each.path === path)?.example.body) as object;

/** Makes what calls are about, by the API itself. */
export async function objectMaker(clientOf: (role: string, user: string) => Promise<Client>) {
  const admin = await clientOf('admin', 'roles-admin');
  const colleague = await clientOf('bd-officer', 'roles-colleague');
  await colleague.get('/v1/me');

  async function ofCollection(collection: string, whose: Whose, asking: Asking, confidential: boolean) {
    const record = /engagements|ip-leads|trade-deals/.test(collection);
    const teller = whose === 'foreign' ? colleague : asking.writes ? asking.client : admin;
    const body = {
      ...exampleBody('POST', collection),
      ...(record ? { owner: whose === 'foreign' ? 'roles-colleague' : asking.user } : {}),
      ...(collection === '/v1/organisations' ? { name: unique('Institute of Roles (invented)') } : {}),
    };
    const made = await teller.post(collection, body);
    if (made.status !== 201) throw new Error(`${collection}: ${made.status} ${JSON.stringify(made.body)}`);
    const id = made.body.id as string;
    const path = `${collection}/${id}`;
    if (collection !== '/v1/ip-leads' || confidential) return { id, path, etag: made.headers.get('etag') ?? '' };
    const released = await admin.post(`${path}/releases`);
    return { id, path, etag: released.headers.get('etag') ?? '' };
  }

  async function receipt(whose: Whose, asking: Asking): Promise<string> {
    const teller = whose === 'own' && asking.writes ? asking.client : colleague;
    const sent = await teller.post('/v1/trade-deals', exampleBody('POST', '/v1/trade-deals'), {
      prefer: 'respond-async',
    });
    return sent.body.eventId as string;
  }

  async function organisation(): Promise<string> {
    const example = exampleBody('POST', '/v1/organisations');
    return (await admin.post('/v1/organisations', { ...example, name: unique('Academy of Roles (invented)') })).body.id;
  }

  /** Two organisations of which the one is to be merged into the other, or has been. */
  async function merge({ action, path }: Operation, whose: Whose): Promise<About> {
    const [id, duplicateId] = [await organisation(), await organisation()];
    if (action === 'undo-merge' && whose !== 'absent')
      await admin.post(`/v1/organisations/${id}/merges`, { duplicate: duplicateId });
    return {
      params: {
        id: whose === 'absent' ? newId('org') : id,
        ...(path.includes('{duplicateId}') ? { duplicateId } : {}),
      },
      body: action === 'merge' ? { duplicate: duplicateId } : {},
    };
  }

  /** What a call that is about nothing in particular is sent with instead of its example. */
  const bodyOf = async ({ id, path }: Operation): Promise<object | undefined> => {
    if (path === '/v1/organisations' && id === 'logOrganisation')
      return { ...exampleBody('POST', path), name: unique('Academy of Roles (invented)') };
    if (id !== 'dismissOrganisationDuplicate') return undefined;
    return { ...exampleBody('POST', path), organisations: [await organisation(), await organisation()] };
  };

  let report: Promise<string> | undefined;
  async function reportMade(): Promise<string> {
    const { body } = await admin.post('/v1/reports', exampleBody('POST', '/v1/reports'));
    for (let tries = 0; tries < 100; tries++) {
      if ((await admin.get(`/v1/reports/${body.id}`)).status === 200) break;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return body.id as string;
  }

  const partnerId = unique('roles')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  const partner = lazyPromise(async () => {
    await admin.put(`/v1/partners/${partnerId}`, exampleBody('PUT', '/v1/partners/{id}'));
    return (await admin.post(`/v1/partners/${partnerId}/secrets`)).body.secret as string;
  });

  async function quarantined(): Promise<string> {
    const message = { type: 'nothing.known', unique: unique('message') };
    const signed = SIGN['standard-webhooks'](await partner(), JSON.stringify(message), {
      id: `msg_${crypto.randomUUID()}`,
      at: Date.now(),
    });
    return (await admin.post(`/webhooks/${partnerId}`, message, { ...signed })).body.eventId as string;
  }

  async function partners(operation: Operation): Promise<Record<string, string>> {
    await partner();
    if (!operation.path.includes('{secretId}')) return { id: partnerId };
    return { id: partnerId, secretId: (await admin.post(`/v1/partners/${partnerId}/secrets`)).body.id };
  }

  async function subscription(operation: Operation): Promise<Record<string, string>> {
    const id = unique('roles')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-');
    const path = `/v1/subscriptions/${id}`;
    await admin.put(path, exampleBody('PUT', '/v1/subscriptions/{id}'));
    const idOf = async (what: string) => (await admin.post(`${path}/${what}`)).body.id as string;
    return {
      id,
      ...(operation.path.includes('{secretId}') ? { secretId: await idOf('secrets') } : {}),
      ...(operation.path.includes('{deliveryId}') ? { deliveryId: await idOf('tests') } : {}),
    };
  }

  const settings = lazyPromise(async () => {
    for (const path of ['/v1/fx-rates/{date}', '/v1/places/{id}', '/v1/report-series/{id}']) {
      const params = OPERATIONS.find((each) => each.method === 'PUT' && each.path === path)?.example.params ?? {};
      await admin.put(filled(path, params), exampleBody('PUT', path));
    }
  });

  /** What a call of that user is about; `undefined` for one that is about nothing in particular. */
  return async (
    operation: Operation,
    whose: Whose | undefined,
    asking: Asking,
    confidential: boolean,
  ): Promise<About> => {
    const { path, example } = operation;
    if (!whose) return { params: example.params ?? {}, body: await bodyOf(operation) };
    const collection = /^(\/v1\/[a-z-]+)\/\{id\}/.exec(path)?.[1];
    const told = collection && OPERATIONS.some((each) => each.path === collection && each.action === 'log');
    if (operation.action === 'merge' || operation.action === 'undo-merge') return merge(operation, whose);
    if (whose === 'absent') return { params: absent(operation), headers: { 'if-match': '"1"' } };
    if (collection && told) {
      const made = await ofCollection(collection, whose, asking, confidential);
      if (operation.action === 'restore') await admin.post(`${made.path}/voids`, { reason: 'Logged twice.' });
      return { params: { id: made.id }, headers: { 'if-match': made.etag } };
    }
    if (path.includes('{eventId}')) return { params: { eventId: await receipt(whose, asking) } };
    if (path.startsWith('/v1/reports/{id}') || path.startsWith('/reports/')) {
      report ??= reportMade();
      return { params: { id: await report } };
    }
    if (path.startsWith('/v1/partners/{id}')) return { params: await partners(operation) };
    if (path.startsWith('/v1/quarantine/{id}')) return { params: { id: await quarantined() } };
    if (path.startsWith('/v1/subscriptions/{id}')) return { params: await subscription(operation) };
    await settings();
    return { params: example.params ?? {} };
  };
}

/** A day of which nobody has told a rate yet. */
let days = 0;
const dayBefore2020 = () => new Date(Date.UTC(2020, 0, 0) - ++days * 86_400_000).toISOString().slice(0, 10);

/** Ids of the right form that name nothing. */
function absent({ path, example }: Operation): Record<string, string> {
  const anew: Record<string, (value: string) => string> = {
    date: () => dayBefore2020(),
    file: () => 'nothing-there.css',
    deliveryId: () => newId('evt'),
    secretId: (value) => value,
  };
  const nothing = (value: string) =>
    /^[a-z]{3,4}_[0-9A-Z]{26}$/.test(value)
      ? newId(value.slice(0, value.indexOf('_')) as 'evt')
      : `nothing-${crypto.randomUUID().slice(0, 8)}`;
  return Object.fromEntries(
    [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [
      name,
      (anew[name] ?? nothing)(String(example.params?.[name] ?? '')),
    ]),
  );
}

export const filled = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));

function lazyPromise<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
