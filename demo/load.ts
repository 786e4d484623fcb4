import { KINDS, type Kind } from '#shared/domain/pipeline/ladders.ts';
import { collectionPath } from '#shared/http/paths.ts';
import type { Call, Request, Server } from './api.ts';
import type { EntityPlan } from './around.ts';
import { MANAGER, PEOPLE, type Person } from './data/people.ts';
import { findEntities, loadEntities } from './load-around.ts';
import { type Plan, type RecordPlan, type Step, TAG } from './plan.ts';
import { each, expectStatus, recorded } from './sending.ts';
import type { Json } from './topics.ts';

export interface Loaded {
  /** Records that were not there before. */
  records: number;
  /** Writes on records, those that logged them among them. */
  writes: number;
  rates: number;
  /** Organisations, agreements and activities that were not there before. */
  organisations: number;
  agreements: number;
  activities: number;
  /** Records that somebody has changed since, so that a planned step no longer fits: left as they are. */
  readonly left: string[];
}

/** A record that is there already. */
interface Found {
  readonly id: string;
  readonly version: number;
}

/** What an earlier load has left: records by their names, agreements and activities by their titles. */
export interface FoundAll {
  readonly records: ReadonlyMap<string, Found>;
  readonly agreements: ReadonlyMap<string, string>;
  readonly activities: ReadonlyMap<string, string>;
}

export const NOTHING: FoundAll = { records: new Map(), agreements: new Map(), activities: new Map() };

export const findAll = async (admin: Call): Promise<FoundAll> => ({
  records: await findRecords(admin),
  agreements: await findEntities(admin, 'agreement'),
  activities: await findEntities(admin, 'activity'),
});

/**
 * Loads what is not there yet. Whoever runs it again after an interruption goes on where it stopped: a record's version says how many of
 * its steps are done, and each write has an idempotency key of its own.
 */
export async function load(
  server: Server,
  plan: Plan,
  found: FoundAll,
  progress: (done: number) => void,
): Promise<Loaded> {
  const loaded: Loaded = { records: 0, writes: 0, rates: 0, organisations: 0, agreements: 0, activities: 0, left: [] };
  const calls = new Map<string, Call>();
  for (const person of PEOPLE) calls.set(person.id, await server.as(person));
  const callOf = ({ id }: Person) => calls.get(id) as Call;

  await each(PEOPLE, (person) => introduce(callOf(person), person));
  await each(plan.rates, async (rates) => {
    if (await setRates(callOf(MANAGER), rates)) loaded.rates++;
  });
  const { today, around } = plan;
  const by = { today, callOf };
  loaded.organisations = (await loadEntities(by, 'organisation', around.organisations, new Map())).added;
  const agreements = await loadEntities(by, 'agreement', [...around.agreements.values()], found.agreements);
  loaded.agreements = agreements.added;
  const agreementOf = (tag: string | undefined): Json => {
    const id = tag === undefined ? undefined : agreements.ids.get(around.agreements.get(tag)?.title ?? '');
    return id === undefined ? {} : { agreementId: id };
  };
  const ids = new Map<string, string>();
  let done = 0;
  await each(plan.records, async (record) => {
    const before = found.records.get(record.name);
    const id = await loadRecord(callOf, today, record, agreementOf(record.agreement), before, loaded);
    if (id) ids.set(record.name, id);
    progress(++done);
  });
  const bodyOf = ({ body, agreement, records = [] }: EntityPlan): Json => {
    const tied = records.flatMap((name) => ids.get(name) ?? []);
    return { ...body, ...agreementOf(agreement), ...(tied.length > 0 ? { records: tied } : {}) };
  };
  loaded.activities = (await loadEntities(by, 'activity', around.activities, found.activities, bodyOf)).added;
  return loaded;
}

/** The sample records that are there, by their names: of all kinds, confidential ones too. */
async function findRecords(admin: Call): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  for (const kind of KINDS)
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query = new URLSearchParams({ tag: TAG, limit: '100', ...(cursor ? { cursor } : {}) });
      const { body } = expectStatus(await admin({ method: 'GET', path: `${collectionPath(kind)}?${query}` }), 200);
      for (const { id, version, externalRef } of body.items)
        if (externalRef?.partner === 'demo') found.set(externalRef.ref, { id, version });
      cursor = body.next;
    }
  return found;
}

/** Gives a user a name, unless it has one. */
async function introduce(call: Call, { name, language, timeZone }: Person): Promise<void> {
  const { body } = expectStatus(await call({ method: 'GET', path: '/v1/me' }), 200);
  if (body.name === undefined)
    expectStatus(await call({ method: 'PATCH', path: '/v1/me', body: { name, language, timeZone } }), 200);
}

/** Sets the rates of a date, unless somebody has set some. Gives whether it did. */
async function setRates(call: Call, { date, rates }: Plan['rates'][number]): Promise<boolean> {
  const path = `/v1/fx-rates/${date}`;
  if ((await call({ method: 'GET', path })).status === 200) return false;
  expectStatus(await call({ method: 'PUT', path, body: { base: 'GBP', rates } }), 200, 201);
  return true;
}

/** Does the steps of a record that are not done yet; gives its id. */
async function loadRecord(
  callOf: (person: Person) => Call,
  today: string,
  { name, kind, owner, steps }: RecordPlan,
  more: Json,
  found: Found | undefined,
  loaded: Loaded,
): Promise<string | undefined> {
  let { id, version }: { id?: string; version: number } = found ?? { version: 0 };
  for (let index = version; index < steps.length; index = Math.max(version, index + 1)) {
    const step = steps[index] as Step;
    const request = requestOf(
      kind,
      id,
      step.act === 'log' ? { ...step, body: { ...step.body, ...more } } : step,
      index,
    );
    const answer = await recorded(callOf(step.by ?? owner), {
      ...request,
      headers: { ...request.headers, 'idempotency-key': `demo-${today}-${name}-${index}` },
    });
    if (step.act !== 'log' && [404, 409, 412, 422].includes(answer.status)) {
      loaded.left.push(name);
      return id;
    }
    ({ id, version } = expectStatus(answer, 200, 201).body);
    loaded.writes++;
    if (step.act === 'log') loaded.records++;
  }
  return id;
}

const PATHS = {
  log: '',
  evidence: '/evidence',
  move: '/moves',
  amend: '',
  release: '/releases',
  note: '/notes',
} as const;

function requestOf(kind: Kind, id: string | undefined, { act, body }: Step, version: number): Request {
  const path = `${collectionPath(kind)}${id === undefined ? '' : `/${id}`}${PATHS[act]}`;
  if (act === 'amend') return { method: 'PATCH', path, body, headers: { 'if-match': `"${version}"` } };
  return { method: 'POST', path, body };
}
