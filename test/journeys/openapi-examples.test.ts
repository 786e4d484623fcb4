import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '#shared/http/operations.ts';
import { sharedServer } from '#test/support/shared-server.ts';
import { SIGN } from '#test/support/signatures.ts';

/** One operation as the document that is served describes it. */
interface Described {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly 'x-roles'?: readonly string[];
  readonly parameters?: readonly { name: string; in: string; example?: string }[];
  readonly requestBody?: { content: Record<string, { example?: unknown }> };
  readonly responses: Record<
    string,
    { content?: Record<string, { schema: object; example?: unknown }>; headers?: Record<string, unknown> }
  >;
}

const server = await sharedServer();
let token: string;
let document: { openapi: string; paths: Record<string, Record<string, Described>> };
let ajv: Ajv2020;

beforeAll(async () => {
  token = await server.token('admin', 'openapi-examples');
  document = (await (await fetch(`${server.url}/openapi.json`)).json()) as typeof document;
  ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false });
  ajv.addSchema({ ...document, $id: 'document' });
});

const pointer = (...parts: string[]) =>
  `document#/${parts.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;

function described(id: string): { path: string; method: string; operation: Described } {
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods))
      if (operation.operationId === id) return { path, method, operation };
  throw new Error(`The document has no ${id}.`);
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(server.url + path, {
    method: method.toUpperCase(),
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** What a call cannot be made without, and OpenAPI has no place for beside the parameters. */
const QUERIES: Readonly<Record<string, string>> = { readRelationship: '?place=guangzhou' };

const exampleBody = (operation: Described | undefined): unknown =>
  operation?.requestBody?.content['application/json']?.example;

/** The example's path, with ids of something that is there: a record logged by the example of its collection, an event just sent. */
async function preparePath(
  path: string,
  operation: Described,
): Promise<{ path: string; headers: Record<string, string> }> {
  const values = Object.fromEntries(
    (operation.parameters ?? []).filter((each) => each.in === 'path').map(({ name, example }) => [name, example]),
  );
  // The organisation of the examples is there once a record names it.
  if (path.startsWith('/v1/contacts'))
    await send('post', '/v1/trade-deals', exampleBody(document.paths['/v1/trade-deals']?.['post']));
  const collection =
    /^(\/v1\/(?:engagements|ip-leads|trade-deals|organisations|activities|agreements|contacts))\/\{id\}/.exec(
      path,
    )?.[1];
  const headers: Record<string, string> = {};
  if (collection || 'eventId' in values) {
    const from = collection ?? '/v1/trade-deals';
    const body = anew(from, exampleBody(document.paths[from]?.['post']));
    const answer = await send('post', from, body, collection ? {} : { prefer: 'respond-async' });
    const made = (await answer.json()) as { id: string; eventId: string };
    if (collection) values['id'] = made.id;
    else values['eventId'] = made.eventId;
    if (operation.operationId.startsWith('amend')) headers['if-match'] = answer.headers.get('etag') ?? '';
    if (operation.operationId.startsWith('restore'))
      await send('post', `${from}/${made.id}/voids`, { reason: 'Logged twice.' });
  }
  if (operation.operationId === 'readOrganisationMatches')
    return { path: `${path}?name=${encodeURIComponent('广州大学')}&place=guangzhou`, headers };
  if (/\/(?:merges|dismissals)/.test(path)) await toBeMerged(values['id'], path.endsWith('/undos'));
  if (path.startsWith('/v1/reports/{id}')) values['id'] = await reportMade();
  if (path.startsWith('/v1/partners/{id}/')) {
    const made = await partnerWithSecret(values['id'] ?? '');
    if ('secretId' in values) values['secretId'] = made.id;
  }
  if (operation.operationId === 'receiveWebhook')
    Object.assign(headers, await signed(values['partnerId'] ?? '', exampleBody(operation)));
  if (path.startsWith('/v1/quarantine/{id}')) values['id'] = await setAside();
  if (path.startsWith('/v1/subscriptions/{id}')) {
    const subscription = `/v1/subscriptions/${values['id']}`;
    await send('put', subscription, exampleBody(document.paths['/v1/subscriptions/{id}']?.['put']));
    const idOf = async (what: string) =>
      ((await (await send('post', `${subscription}/${what}`, {})).json()) as { id: string }).id;
    if ('secretId' in values) values['secretId'] = await idOf('secrets');
    if ('deliveryId' in values) values['deliveryId'] = await idOf('tests');
  }
  if (operation.operationId === 'readFxRates')
    await send('put', path.replace('{date}', values['date'] ?? ''), exampleBody(document.paths[path]?.['put']));
  return { path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? '')), headers };
}

/** The same name in the same place is the same organisation, which is logged once. */
const anew = (collection: string, body: unknown): unknown =>
  collection === '/v1/organisations' ? { ...(body as object), name: `Example ${crypto.randomUUID()}` } : body;

/** The organisations of the examples, the one merged into the other where that is to be undone, and otherwise not. */
async function toBeMerged(into: string | undefined, isMerged: boolean): Promise<void> {
  await send('post', '/v1/organisations', { name: 'Guangzhou University (Daxuecheng)', place: 'guangzhou' });
  await send('post', '/v1/organisations', { name: 'Guangzhou Univ. (visiting card)', place: 'guangzhou' });
  const merge = exampleBody(document.paths['/v1/organisations/{id}/merges']?.['post']) as { duplicate: string };
  const { mergedInto } = (await (await send('get', `/v1/organisations/${merge.duplicate}`)).json()) as {
    mergedInto?: string;
  };
  if (mergedInto !== undefined) await send('post', `/v1/organisations/${mergedInto}/merges/${merge.duplicate}/undos`);
  if (isMerged) await send('post', `/v1/organisations/${into}/merges`, merge);
}

async function partnerWithSecret(id: string): Promise<{ id: string; secret: string }> {
  await send('put', `/v1/partners/${id}`, exampleBody(document.paths['/v1/partners/{id}']?.['put']));
  return (await send('post', `/v1/partners/${id}/secrets`, {})).json() as Promise<{ id: string; secret: string }>;
}

/** One secret signs all messages: where it is checked, what was made since is known 30 seconds later. */
let secret: string | undefined;
async function signed(partner: string, message: unknown): Promise<Record<string, string>> {
  secret ??= (await partnerWithSecret(partner)).secret;
  const id = `msg_${crypto.randomUUID()}`;
  return { ...SIGN['standard-webhooks'](secret, JSON.stringify(message), { id, at: Date.now() }) };
}

/** Something in quarantine: an authentic message that is no event. */
async function setAside(): Promise<string> {
  const message = { type: 'nothing.known' };
  const answer = await send('post', '/webhooks/jitri', message, await signed('jitri', message));
  const { eventId, status } = (await answer.json()) as { eventId: string; status: string };
  expect(status).toBe('quarantined');
  return eventId;
}

/** A report takes five seconds and more. */
async function reportMade(): Promise<string> {
  const answer = await send('post', '/v1/reports', exampleBody(document.paths['/v1/reports']?.['post']));
  const { id } = (await answer.json()) as { id: string };
  for (let tries = 0; tries < 100; tries++) {
    if ((await send('get', `/v1/reports/${id}`)).ok) break;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return id;
}

/** A link is good only with what its mail signed, which no example can have; the journey of reports opens one. */
const BY_LINK_ALONE = ['openReportLink'];

describe('the OpenAPI document', () => {
  test('describes every operation, each with an example of its answer and of what it takes', () => {
    const all = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(all.map(({ operationId }) => operationId).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
    for (const { operationId, parameters = [], requestBody, responses } of all) {
      for (const parameter of parameters.filter((each) => each.in === 'path'))
        expect(parameter.example, operationId).toBeDefined();
      for (const content of Object.values(requestBody?.content ?? {}))
        expect(content.example, operationId).toBeDefined();
      const [first] = Object.values(responses);
      for (const content of Object.values(first?.content ?? {})) expect(content.example, operationId).toBeDefined();
    }
  });

  test.each(OPERATIONS.map(({ id }) => id).filter((id) => !BY_LINK_ALONE.includes(id)))(
    '%s: its example, sent to the server, is answered as described',
    { timeout: 90_000 },
    async (id) => {
      const { path, method, operation } = described(id);
      if (operation.security.length > 0) expect(operation['x-roles']).toContain('admin');
      const prepared = await preparePath(path, operation);
      const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
      const answer = await send(method, prepared.path + (QUERIES[id] ?? ''), content?.example, {
        ...prepared.headers,
        ...(type ? { 'content-type': type } : {}),
      });
      const text = await answer.text();
      const response = operation.responses[String(answer.status)];
      expect(answer.ok, `${answer.status} ${text}`).toBe(true);
      expect(response, `${id} answers ${answer.status}, which is not described`).toBeDefined();
      for (const name of Object.keys(response?.headers ?? {}).filter(
        (each) => !['Preference-Applied', 'Link'].includes(each),
      ))
        expect(answer.headers.get(name), name).not.toBeNull();
      const [[mediaType] = ['']] = Object.entries(response?.content ?? {});
      expect(answer.headers.get('content-type')).toContain(mediaType);
      const fits = ajv.compile({
        $ref: pointer('paths', path, method, 'responses', String(answer.status), 'content', mediaType, 'schema'),
      });
      const body: unknown = mediaType.includes('json') ? JSON.parse(text) : text;
      expect(fits(body), JSON.stringify(fits.errors)).toBe(true);
      if (body && typeof body === 'object' && 'stage' in body) {
        expect(fits({ ...body, stage: 'elsewhere' })).toBe(false);
        expect(fits({ ...body, more: true })).toBe(false);
      }
    },
  );

  test.each([
    ['a field that does not fit', 'post', '/v1/trade-deals', { strand: 'nowhere' }, 400],
    ['nothing there', 'get', '/v1/trade-deals/trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M', undefined, 404],
  ])('a problem (%s) is answered as described', async (_, method, path, body, status) => {
    const answer = await send(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const fits = ajv.compile({ $ref: pointer('components', 'schemas', 'Problem') });
    expect(fits(await answer.json()), JSON.stringify(fits.errors)).toBe(true);
  });
});
