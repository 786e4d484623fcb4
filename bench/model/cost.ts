import { type EventPath, type HttpUse, type Invoked, PATHS, type PathName, type Paths } from './paths.ts';
import { PRICES, type PriceName } from './prices.ts';

/*
 * What is declared and not measured. Nothing here has run on AWS: these are on the high side, and the first bill replaces them.
 */
export const DECLARED = {
  /** MiB of a function (`infra/constructs/house-function.ts`): a third of a processor. */
  memoryMegabytes: 512,
  /** Of an invocation, whatever it does. */
  invocationMs: 15,
  /** One start in a hundred invocations takes 800 ms, which are charged. */
  startMs: 8,
  /** For each item of its batch, or each request. */
  itemMs: 2,
  /** For each request that its code makes, as if they were made one after the other. */
  callMs: 10,
  /** From the bus by way of the queue to the record: how long a write waits. */
  recordedMs: 500,
  /** Lambda's own lines of an invocation (start, report). */
  platformLogBytes: 600,
  platformLogLines: 2,
  /** A line of the API's access log. */
  accessLogBytes: 420,
  /** What CloudWatch adds to each line. */
  logLineBytes: 26,
} as const;

const GB = 1024 ** 3;

/** One line of the table of costs: per event, or per report. */
export interface CostLine {
  readonly name: string;
  /** Requests that are charged: HTTP, invocations, events on the bus, the queue's. */
  readonly requests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** US dollars a million. */
  readonly usdPerMillion: number;
}

const usd = (name: PriceName, quantity: number): number => PRICES[name].usd * quantity * 1e6;

/** Milliseconds of function for each event, by what it was asked to do. */
export const billedMs = ({ invocations, items, calls }: Pick<Invoked, 'invocations' | 'items' | 'calls'>): number =>
  invocations * (DECLARED.invocationMs + DECLARED.startMs) + items * DECLARED.itemMs + calls * DECLARED.callMs;

const gbSeconds = (milliseconds: number) => (milliseconds / 1000) * (DECLARED.memoryMegabytes / 1024);

/** Everything that an invocation costs but indexes and logs. */
function invoked(name: string, use: Invoked, moreMs = 0): CostLine {
  const { table } = use;
  return {
    name,
    requests: use.invocations + use.events + use.queueRequests,
    writeUnits: table.writeUnits,
    readUnits: table.readUnits,
    usdPerMillion:
      usd('lambdaRequest', use.invocations) +
      usd('lambdaGbSecond', gbSeconds(billedMs(use) + moreMs)) +
      usd('busEvent', use.events) +
      usd('archiveGb', use.archivedBytes / GB) +
      usd('queueRequest', use.queueRequests) +
      usd('writeUnit', table.writeUnits) +
      usd('readUnit', table.readUnits),
  };
}

/** The same of a function behind the API, with the request and what goes out. */
function called(name: string, use: HttpUse, moreMs = 0): CostLine {
  const line = invoked(name, use, moreMs);
  const http = usd('httpApiRequest', use.httpRequests) + usd('dataOutGb', use.bytesOut / GB);
  return { ...line, requests: line.requests + use.httpRequests, usdPerMillion: line.usdPerMillion + http };
}

const unitsLine = (name: string, units: number): CostLine => ({
  name,
  requests: 0,
  writeUnits: units,
  readUnits: 0,
  usdPerMillion: usd('writeUnit', units),
});

function logsLine(name: string, uses: readonly Invoked[], httpRequests: number): CostLine {
  const { platformLogBytes, platformLogLines, accessLogBytes, logLineBytes } = DECLARED;
  const bytes = uses.reduce(
    (sum, { logBytes, logLines, invocations }) =>
      sum + logBytes + invocations * platformLogBytes + (logLines + invocations * platformLogLines) * logLineBytes,
    httpRequests * (accessLogBytes + logLineBytes),
  );
  return { name, requests: 0, writeUnits: 0, readUnits: 0, usdPerMillion: usd('logGb', bytes / GB) };
}

/** Lines as one. */
export const total = (name: string, lines: readonly CostLine[]): CostLine =>
  lines.reduce(
    (sum, line) => ({
      name,
      requests: sum.requests + line.requests,
      writeUnits: sum.writeUnits + line.writeUnits,
      readUnits: sum.readUnits + line.readUnits,
      usdPerMillion: sum.usdPerMillion + line.usdPerMillion,
    }),
    { name, requests: 0, writeUnits: 0, readUnits: 0, usdPerMillion: 0 },
  );

export interface EventCost {
  /** From the request to the record with its proof of the event: what is bounded. */
  readonly recorded: CostLine;
  readonly indexes: CostLine;
  readonly history: CostLine;
  readonly outcome: CostLine;
  /** The message of its outcome to subscribers, which comes whether or not there are any. */
  readonly told: CostLine;
  readonly counting: CostLine;
  /** From the rule to the lists of what it belongs to. */
  readonly lists: CostLine;
  readonly logs: CostLine;
  /** All of the above. */
  readonly all: CostLine;
}

/** What an event costs that is answered with 202 at once. */
export function eventCost({ intake, record, history, outcome, told, count, relate }: EventPath): EventCost {
  const all = [intake, record, history, outcome, told, count, relate];
  const recorded = total('recorded', [called('intake', intake), invoked('recorder', record)]);
  const indexes = unitsLine(
    'indexes',
    all.reduce((sum, { table }) => sum + table.indexUnits, 0),
  );
  const lines = {
    recorded,
    indexes,
    history: invoked('history', history),
    outcome: invoked('outcome event', outcome),
    told: invoked('message to subscribers', told),
    counting: invoked('counting', count),
    lists: invoked('lists', relate),
    logs: logsLine('logs', all, intake.httpRequests),
  };
  return { ...lines, all: total('all', Object.values(lines)) };
}

/** What it costs more to wait until the event is recorded, and to be answered with the record. */
export function waitingCost(waiting: HttpUse, atOnce: HttpUse): CostLine {
  const [more, less] = [called('', waiting, DECLARED.recordedMs), called('', atOnce)];
  const indexes = usd('writeUnit', waiting.table.indexUnits - atOnce.table.indexUnits);
  return {
    name: 'waiting write',
    requests: more.requests - less.requests,
    writeUnits: more.writeUnits - less.writeUnits + waiting.table.indexUnits - atOnce.table.indexUnits,
    readUnits: more.readUnits - less.readUnits,
    usdPerMillion: more.usdPerMillion - less.usdPerMillion + indexes,
  };
}

/** What a read of the API costs. */
export function readCost(use: HttpUse): { readonly read: CostLine; readonly logs: CostLine } {
  return { read: called('read', use), logs: logsLine('logs', [use], use.httpRequests) };
}

export interface CostTable {
  /** Of an event that comes alone: every invocation has one item. */
  readonly alone: Readonly<Record<PathName, EventCost>>;
  /** Of an event in full batches. */
  readonly full: Readonly<Record<PathName, EventCost>>;
  readonly waiting: CostLine;
  readonly pipeline: ReturnType<typeof readCost>;
  readonly record: ReturnType<typeof readCost>;
}

export function costTable({ events, waiting, reads }: Paths): CostTable {
  const each = (batch: 'alone' | 'full') =>
    Object.fromEntries(PATHS.map((name) => [name, eventCost(events[name][batch])])) as CostTable['alone'];
  return {
    alone: each('alone'),
    full: each('full'),
    waiting: waitingCost(waiting, events.log.alone.intake),
    pipeline: readCost(reads.pipeline),
    record: readCost(reads.record),
  };
}
