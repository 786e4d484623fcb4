import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { matches } from '#infra/local/pattern.ts';
import { OUTCOME_PATTERN } from '#shared/events/catalogue.ts';
import { RELATING_PATTERN } from '#shared/events/relating.ts';
import { fakeTable } from '#test/support/fake-table.ts';
import { meterTable, noTableUse, type TableUse } from './meter.ts';
import { chunks64, entryBytes } from './units.ts';

/** What a piece of work used of AWS, as counted where the product's code meets its clients. */
export interface Use {
  readonly table: TableUse;
  /** Events put on the bus, each 64 KB begun. */
  events: number;
  /** Bytes that the archive takes in. */
  archivedBytes: number;
  /** Requests to the queue, each 64 KB begun. */
  queueRequests: number;
  /** Requests by the code itself, to whatever service: what an invocation waits for. */
  calls: number;
  /** What it wrote to its log, and how many lines. */
  logBytes: number;
  logLines: number;
}

const nothing = (): Use => ({
  table: noTableUse(),
  events: 0,
  archivedBytes: 0,
  queueRequests: 0,
  calls: 0,
  logBytes: 0,
  logLines: 0,
});

/** The functions' own environment. */
const ENVIRONMENT = {
  TABLE_NAME: 'table',
  BUS_NAME: 'bus',
  RECORD_QUEUE_URL: 'https://queue',
  DELIVER_QUEUE_URL: 'https://deliver',
  SECRETS_PREFIX: 'partnership/prod/',
  AWS_REGION: 'eu-west-2',
  STAGE: 'prod',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_METRICS_NAMESPACE: 'PartnershipCrm',
};

export interface ModelWorld {
  /** Runs a piece of work, and answers what it used. Nothing else may run meanwhile. */
  measure<Answer>(work: () => Promise<Answer>): Promise<{ readonly use: Use; readonly answer: Answer }>;
  /** Runs another's work while something is being measured: it is not part of that. */
  aside<Answer>(work: () => Promise<Answer>): Promise<Answer>;
  /** A client of the same table that nothing is metered of. */
  readonly unmetered: DynamoDBDocumentClient;
  /** What has come to the recording queue since the last call, as messages of SQS. */
  takeMessages(): SQSRecord[];
  /** What has come to the queue to subscribers since the last call, as messages of SQS; nobody is charged for their sending yet. */
  takeOutcomes(): SQSRecord[];
  /** Outcomes that the rule takes to the function that lists, since the last call. */
  takeRelated(): SQSRecord[];
  /** What the table's stream has told since the last call. */
  takeChanges(): DynamoDBRecord[];
  /** The clients are real again. */
  close(): void;
}

/**
 * AWS as the functions' entry points meet it: the clients' `send` leads to a table in memory, a bus that passes intake on to a queue, and
 * meters. The entry points are imported after this is opened. One at a time in a process.
 */
export function openWorld(): ModelWorld {
  const before = Object.keys(ENVIRONMENT).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, ENVIRONMENT);
  const table = fakeTable();
  let measured = nothing();
  const others = new AsyncLocalStorage<boolean>();
  const elsewhere = nothing();
  const using = () => (others.getStore() ? elsewhere : measured);
  const messages: SQSRecord[] = [];
  const outcomes: SQSRecord[] = [];
  const related: SQSRecord[] = [];
  let told = 0;

  const meter = meterTable(
    async (key) => table.item(key),
    () => using().table,
  );
  const mocks = [mockClient(DynamoDBDocumentClient), mockClient(EventBridgeClient), mockClient(SQSClient)] as const;
  mocks[0].send.callsFake(async (command) => {
    using().calls++;
    return meter.send(command, () => table.client.send(command as never));
  });
  mocks[1].on(PutEventsCommand).callsFake(async ({ Entries = [] }: { Entries?: PutEventsRequestEntry[] }) => {
    using().calls++;
    for (const entry of Entries) {
      const use = using();
      use.events += chunks64(entryBytes(entry));
      const body = envelope(entry);
      use.archivedBytes += Buffer.byteLength(body);
      if (entry.Source === 'partnership.intake') {
        use.queueRequests += chunks64(Buffer.byteLength(body));
        messages.push(messageOf(body));
      }
      if (OUTCOME_PATTERN.source.includes(entry.Source ?? '')) outcomes.push(messageOf(body));
      if (matches(RELATING_PATTERN, JSON.parse(body))) related.push(messageOf(body));
    }
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: randomUUID() })) };
  });

  return {
    async measure(work) {
      const use = nothing();
      measured = use;
      const write = process.stdout.write;
      process.stdout.write = ((text: string | Uint8Array) => {
        using().logBytes += Buffer.byteLength(text);
        using().logLines += 1;
        return true;
      }) as typeof write;
      try {
        const answer = await work();
        return { use, answer };
      } finally {
        process.stdout.write = write;
        measured = elsewhere;
      }
    },
    unmetered: table.calm,
    aside: (work) => others.run(true, work),
    takeMessages: () => messages.splice(0),
    takeOutcomes: () => outcomes.splice(0),
    takeRelated: () => related.splice(0),
    takeChanges() {
      const news = table.stream.slice(told);
      told = table.stream.length;
      return news;
    },
    close() {
      for (const mock of mocks) mock.restore();
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    },
  };
}

/** An event as EventBridge hands it on and archives it. */
const envelope = ({ Source, DetailType, Detail = '{}' }: PutEventsRequestEntry): string =>
  JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: '123456789012',
    time: '2026-11-21T12:00:00Z',
    region: 'eu-west-2',
    resources: [],
    detail: JSON.parse(Detail),
  });

const messageOf = (body: string): SQSRecord => ({
  messageId: randomUUID(),
  receiptHandle: 'handle',
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'bus',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:eu-west-2:123456789012:record',
  awsRegion: 'eu-west-2',
});
