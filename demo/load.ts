import { setTimeout as sleep } from 'node:timers/promises';
import { KINDS, type Kind } from '#shared/domain/pipeline/ladders.ts';
import { collectionPath } from '#shared/http/paths.ts';
import { type Answer, type Call, DemoFailure, type Request, type Server } from './api.ts';
import { MANAGER, PEOPLE, type Person } from './data/people.ts';
import { type Plan, type RecordPlan, type Step, TAG } from './plan.ts';

/** Requests under way at a time. */
const CLIENTS = 8;
/** How long a write that was accepted (202) may take to be recorded, in milliseconds. */
const PATIENCE_MS = 30_000;

export interface Loaded {
  /** Records that were not there before. */
  records: number;
  /** Writes on records, those that logged them among them. */
  writes: number;
  rates: number;
  /** Records that somebody has changed since, so that a planned step no longer fits: left as they are. */
  readonly left: string[];
}

/** A record that is there already. */
interface Found {
  readonly id: string;
  readonly version: number;
}

/**
 * Loads what is not there yet. Whoever runs it again after an interruption goes on where it stopped: a record's version says how many of
 * its steps are done, and each write has an idempotency key of its own.
 */
export async function load(
  server: Server,
  plan: Plan,
  found: ReadonlyMap<string, Found>,
  progress: (done: number) => void,
): Promise<Loaded> {
  const loaded: Loaded = { records: 0, writes: 0, rates: 0, left: [] };
  const calls = new Map<string, Call>();
  for (const person of PEOPLE) calls.set(person.id, await server.as(person));
  const callOf = ({ id }: Person) => calls.get(id) as Call;

  await each(PEOPLE, (person) => introduce(callOf(person), person));
  await each(plan.rates, async (rates) => {
    if (await setRates(callOf(MANAGER), rates)) loaded.rates++;
  });
  let done = 0;
  await each(plan.records, async (record) => {
    await loadRecord(callOf(record.owner), plan.today, record, found.get(record.name), loaded);
    progress(++done);
  });
  return loaded;
}

/** The sample records that are there, by their names: of all kinds, confidential ones too. */
export async function findRecords(admin: Call): Promise<Map<string, Found>> {
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

/** Takes each item in turn, so many at a time; the first failure ends it. */
async function each<Item>(items: readonly Item[], take: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items].reverse();
  const takeAll = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await take(item);
  };
  try {
    await Promise.all(Array.from({ length: CLIENTS }, takeAll));
  } finally {
    queue.length = 0;
  }
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

async function loadRecord(
  call: Call,
  today: string,
  { name, kind, steps }: RecordPlan,
  found: Found | undefined,
  loaded: Loaded,
): Promise<void> {
  let { id, version }: { id?: string; version: number } = found ?? { version: 0 };
  for (let index = version; index < steps.length; index = Math.max(version, index + 1)) {
    const step = steps[index] as Step;
    const request = requestOf(kind, id, step, index);
    const answer = await recorded(call, {
      ...request,
      headers: { ...request.headers, 'idempotency-key': `demo-${today}-${name}-${index}` },
    });
    if (step.act !== 'log' && [404, 409, 412, 422].includes(answer.status)) {
      loaded.left.push(name);
      return;
    }
    ({ id, version } = expectStatus(answer, 200, 201).body);
    loaded.writes++;
    if (step.act === 'log') loaded.records++;
  }
}

const PATHS = { log: '', move: '/moves', amend: '', release: '/releases', note: '/notes' } as const;

function requestOf(kind: Kind, id: string | undefined, { act, body }: Step, version: number): Request {
  const path = `${collectionPath(kind)}${id === undefined ? '' : `/${id}`}${PATHS[act]}`;
  if (act === 'amend') return { method: 'PATCH', path, body, headers: { 'if-match': `"${version}"` } };
  return { method: 'POST', path, body };
}

/** A write that was only accepted is sent again under its key until it is recorded. */
async function recorded(call: Call, request: Request): Promise<Answer> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await call(request);
    if (answer.status !== 202) return answer;
    if (Date.now() > end) throw new DemoFailure('The server accepts writes and does not record them; look at its log.');
    await sleep(200);
  }
}

function expectStatus(answer: Answer, ...statuses: readonly number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
