import { randomUUID } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { EVENT_PREFIX, RECEIPT_SK, RECORD_SK } from '#shared/store/keys.ts';
import { toRecordItem } from '#shared/store/record-item.ts';
import { httpEvent, type RequestOptions } from '#test/support/http-request.ts';
import { putRates } from '../support/filled.ts';
import { bodyOf, historyOf, OWNER } from '../support/records.ts';
import { slices, sum, sumHttp } from './sums.ts';
import { chunks64, httpSteps } from './units.ts';
import { type ModelWorld, openWorld, type Use } from './world.ts';

/** One invocation's work, or many invocations', with how many there were and how many items they got. */
export interface Invoked extends Use {
  readonly invocations: number;
  readonly items: number;
}

/** A call of the API. */
export interface HttpUse extends Invoked {
  /** Requests as the HTTP API meters them. */
  readonly httpRequests: number;
  /** Bytes of the answer, its headers included. */
  readonly bytesOut: number;
}

/** What one event costs on its way, function by function. Everything is per event. */
export interface EventPath {
  readonly intake: HttpUse;
  readonly record: Invoked;
  /** The publisher's work on the record's change: its history. */
  readonly history: Invoked;
  /** The publisher's work on the history's change: the outcome event. */
  readonly outcome: Invoked;
  /** The outcome's message to the function that tells subscribers, of whom there are none. */
  readonly told: Invoked;
  readonly count: Invoked;
  /** Listing it where it belongs, from the rule on: nothing where the event cannot change that. */
  readonly relate: Invoked;
}

/** How many items an invocation gets: the two ends between which AWS will batch. */
export interface Batches {
  readonly queue: number;
  readonly stream: number;
}
export const ALONE: Batches = { queue: 1, stream: 1 };
/** What the event sources are set to (`infra/stacks/recording.ts`). */
export const FULL: Batches = { queue: 10, stream: 100 };

export const PATHS = ['log', 'log, Idempotency-Key', 'amend', 'move', 'note'] as const;
export type PathName = (typeof PATHS)[number];

export interface Paths {
  /** Each answered with 202 at once. */
  readonly events: Readonly<Record<PathName, { readonly alone: EventPath; readonly full: EventPath }>>;
  /** Intake of a `log` that waits until it is recorded. */
  readonly waiting: HttpUse;
  readonly reads: Readonly<Record<'pipeline' | 'record', HttpUse>>;
}

/** Events of each path: a full batch of the stream. */
const EVENTS = FULL.stream;
const RESPOND_ASYNC = { prefer: 'respond-async' };
/** Headers of an HTTP/1.1 answer that API Gateway adds: status line, date, length, connection, its request id. */
const GATEWAY_HEADER_BYTES = 200;

type Send = (index: number) => { readonly call: string; readonly options: RequestOptions };

export interface PathsOptions {
  /** Of each path, at least a full batch of the stream for full batches. */
  readonly events?: number;
  /** Records that are in the pipeline already: what its heads are as long as. */
  readonly counted?: number;
}

/** Runs each code path through the functions' entry points, on a table in memory, and answers what it used of AWS for each event. */
export async function measurePaths({ events = EVENTS, counted = 10_000 }: PathsOptions = {}): Promise<Paths> {
  const world = openWorld();
  try {
    const handlers = await loadHandlers();
    await putRates(world.unmetered);
    await countSome(world, handlers, counted);
    const run = (send: Send, batches: Batches, recordsAtOnce = false) =>
      measurePath(world, handlers, { send, batches, events, recordsAtOnce });
    const both = async (send: (run: string) => Send) => ({
      alone: await run(send(randomUUID()), ALONE),
      full: await run(send(randomUUID()), FULL),
    });
    const log = (headers: (index: number) => Record<string, string>) => (): Send => (index) => ({
      call: 'POST /v1/trade-deals',
      options: { body: bodyOf('trade-deal', index), headers: headers(index), user: OWNER },
    });
    // Functions that have just started look up what later ones know: organisations, the heads.
    await both(log(() => RESPOND_ASYNC));
    const logged = await both(log(() => RESPOND_ASYNC));
    const waiting = await run(log(() => ({}))(), ALONE, true);
    const keyed = await both((name) => log((index) => ({ ...RESPOND_ASYNC, 'idempotency-key': `${name}-${index}` }))());

    const ids = await logSome(world, handlers, 6 * events);
    const change = (method: string, path: string, at: number, body: object, headers: Record<string, string>) => {
      let from = at;
      return (): Send => {
        const first = from;
        from += events;
        return (index) => ({
          call: `${method} /v1/trade-deals/${ids[first + index]}${path}`,
          options: { body, headers: { ...RESPOND_ASYNC, ...headers }, user: OWNER },
        });
      };
    };
    const amended = { title: 'Signalling, door controls and spares', value: { amount: '2100000.00', currency: 'CNY' } };
    const amend = await both(
      change('PATCH', '', 0, amended, { 'content-type': 'application/merge-patch+json', 'if-match': '"1"' }),
    );
    const move = await both(change('POST', '/moves', 2 * events, { to: 'proposal' }, {}));
    const note = await both(change('POST', '/notes', 4 * events, { text: 'Called: they decide in March.' }, {}));

    const read = (call: string) => measureHttp(world, () => handlers.read(httpEvent(call, { user: OWNER }), {}));
    await read('GET /v1/pipeline');
    return {
      events: { log: logged, 'log, Idempotency-Key': keyed, amend, move, note },
      waiting: waiting.intake,
      reads: { pipeline: await read('GET /v1/pipeline'), record: await read(`GET /v1/trade-deals/${ids[0]}`) },
    };
  } finally {
    world.close();
  }
}

async function loadHandlers() {
  const [log, record, publish, project, deliver, read, relate] = await Promise.all([
    import('#functions/intake/log.ts'),
    import('#functions/record/record.ts'),
    import('#functions/stream/publish.ts'),
    import('#functions/stream/project.ts'),
    import('#functions/deliver/deliver.ts'),
    import('#functions/api/read.ts'),
    import('#functions/record/relate.ts'),
  ]);
  return {
    log: log.handler,
    record: record.handler,
    publish: publish.handler,
    project: project.handler,
    deliver: deliver.handler,
    read: read.handler,
    relate: relate.handler,
  };
}
type Handlers = Awaited<ReturnType<typeof loadHandlers>>;
type HttpHandler = Handlers['log'];

interface PathOptions {
  readonly send: Send;
  readonly batches: Batches;
  readonly events: number;
  /** The event is recorded while its request waits. */
  readonly recordsAtOnce: boolean;
}

async function measurePath(
  world: ModelWorld,
  handlers: Handlers,
  { send, batches, events, recordsAtOnce }: PathOptions,
): Promise<EventPath> {
  world.takeMessages();
  world.takeOutcomes();
  world.takeChanges();
  world.takeRelated();
  const intakes: HttpUse[] = [];
  const records: Invoked[] = [];
  const recordNow = async (size: number) => {
    const messages = world.takeMessages();
    for (const batch of slices(messages, size)) records.push(await measureQueue(world, handlers.record, batch));
  };
  for (let index = 0; index < events; index++) {
    const { call, options } = send(index);
    const answered = (): ReturnType<HttpHandler> => handlers.log(httpEvent(call, options), {});
    intakes.push(recordsAtOnce ? await measureWaiting(world, handlers, answered) : await measureHttp(world, answered));
  }
  // What was recorded while its request waited has used the same as what was recorded after it.
  if (!recordsAtOnce) await recordNow(batches.queue);
  const changes = world.takeChanges();
  const ofKind = (wanted: (sortKey: string) => boolean, all: readonly DynamoDBRecord[]) =>
    all.filter((change) => wanted(change.dynamodb?.Keys?.['sk']?.S ?? ''));
  const recordChanges = ofKind((sk) => sk === RECORD_SK, changes);
  const publish = (batch: DynamoDBRecord[]) => handlers.publish({ Records: batch });
  const history = await measureStream(world, recordChanges, batches.stream, publish);
  const told = ofKind((sk) => sk.startsWith(EVENT_PREFIX) || sk === RECEIPT_SK, world.takeChanges());
  const outcome = await measureStream(world, told, batches.stream, publish);
  const tellings: Invoked[] = [];
  for (const batch of slices(world.takeOutcomes(), batches.queue)) {
    const telling = await measureQueue(world, handlers.deliver, batch);
    // The rule sends each to its queue.
    const sent = batch.reduce((requests, { body }) => requests + chunks64(Buffer.byteLength(body)), 0);
    tellings.push({ ...telling, queueRequests: telling.queueRequests + sent });
  }
  const count = await measureStream(world, recordChanges, batches.stream, (batch) =>
    handlers.project({ Records: batch, shardId: 'shardId-1' }),
  );
  const relate: Invoked[] = [];
  for (const batch of slices(world.takeRelated(), batches.queue)) {
    const use = await measureQueue(world, handlers.relate, batch);
    const sent = batch.reduce((requests, { body }) => requests + chunks64(Buffer.byteLength(body)), 0);
    relate.push({ ...use, queueRequests: use.queueRequests + sent });
  }
  if (recordChanges.length !== events) throw new Error(`${recordChanges.length} of ${events} events were recorded.`);
  return {
    intake: sumHttp(intakes, events),
    record: sum(records, events),
    history: sum(history, events),
    outcome: sum(outcome, events),
    told: sum(tellings, events),
    count: sum(count, events),
    relate: sum(relate, events),
  };
}

/** Has records counted that came by another shard, at the end of their histories. */
async function countSome(world: ModelWorld, handlers: Handlers, number: number): Promise<void> {
  const indexes = Array.from({ length: number }, (_, index) => index);
  for (const slice of slices(indexes, FULL.stream)) {
    const Records = slice.map((index) => {
      const latest = historyOf(index, 'counted').at(-1) as ReturnType<typeof historyOf>[number];
      const item = marshall(toRecordItem(latest.state, latest.event), { removeUndefinedValues: true });
      const Keys = { pk: item['pk'], sk: item['sk'] };
      return { eventName: 'INSERT', dynamodb: { SequenceNumber: String(100 + index), Keys, NewImage: item } };
    }) as DynamoDBRecord[];
    await world.measure(() => handlers.project({ Records, shardId: 'shardId-0' }));
  }
}

/** Records by the hundred, and nothing of it is measured. */
async function logSome(world: ModelWorld, handlers: Handlers, number: number): Promise<string[]> {
  for (let index = 0; index < number; index++)
    await world.measure(() =>
      handlers.log(
        httpEvent('POST /v1/trade-deals', { body: bodyOf('trade-deal', index), headers: RESPOND_ASYNC, user: OWNER }),
        {},
      ),
    );
  await world.measure(() => handlers.record({ Records: world.takeMessages() }));
  const changes = world.takeChanges().filter((change) => change.dynamodb?.Keys?.['sk']?.S === RECORD_SK);
  for (const batch of slices(changes, FULL.stream)) {
    await world.measure(() => handlers.publish({ Records: batch }));
    await world.measure(() => handlers.project({ Records: batch, shardId: 'shardId-1' }));
  }
  return changes.map((change) => change.dynamodb?.Keys?.['pk']?.S as string);
}

async function measureHttp(world: ModelWorld, call: () => ReturnType<HttpHandler>): Promise<HttpUse> {
  const { use, answer } = await world.measure(call);
  const { statusCode, body = '', headers } = answer;
  if (statusCode >= 300) throw new Error(`${statusCode}: ${body}`);
  const headerBytes = Object.entries(headers).reduce((sum, [name, value]) => sum + `${name}: ${value}\r\n`.length, 0);
  return {
    ...use,
    invocations: 1,
    items: 1,
    httpRequests: httpSteps(Buffer.byteLength(body)),
    bytesOut: GATEWAY_HEADER_BYTES + headerBytes + Buffer.byteLength(body),
  };
}

/** A request that waits: its event is recorded in between, which is somebody else's use. */
async function measureWaiting(
  world: ModelWorld,
  handlers: Handlers,
  call: () => ReturnType<HttpHandler>,
): Promise<HttpUse> {
  const recorder = setInterval(() => {
    const messages = world.takeMessages();
    if (messages.length > 0) void world.aside(() => handlers.record({ Records: messages }));
  }, 1);
  try {
    return await measureHttp(world, call);
  } finally {
    clearInterval(recorder);
  }
}

async function measureQueue(
  world: ModelWorld,
  handler: Handlers['record'],
  batch: ReturnType<ModelWorld['takeMessages']>,
): Promise<Invoked> {
  const { use, answer } = await world.measure(() => handler({ Records: batch }));
  if (answer.batchItemFailures.length > 0) throw new Error('A message of a queue could not be taken.');
  // Lambda receives the batch by one request, of its messages' 64 KB, and deletes it by one.
  const received = chunks64(batch.reduce((bytes, { body }) => bytes + Buffer.byteLength(body), 0));
  return { ...use, queueRequests: use.queueRequests + received + 1, invocations: 1, items: batch.length };
}

/** Lambda's reads of a stream are free. */
async function measureStream(
  world: ModelWorld,
  changes: readonly DynamoDBRecord[],
  size: number,
  handler: (batch: DynamoDBRecord[]) => Promise<{ batchItemFailures: readonly unknown[] }>,
): Promise<Invoked[]> {
  const found: Invoked[] = [];
  for (const batch of slices(changes, size)) {
    const { use, answer } = await world.measure(() => handler(batch));
    if (answer.batchItemFailures.length > 0) throw new Error('A change could not be followed.');
    found.push({ ...use, invocations: 1, items: batch.length });
  }
  return found;
}
