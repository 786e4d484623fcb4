import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';
import { type FakeTable, type FakeTableOptions, fakeTable } from './fake-table.ts';
import { mockClient } from './mock-client.ts';

export interface SentMessage {
  readonly body: string;
  readonly delaySeconds: number;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface PutEntry {
  readonly source: string;
  readonly name: string;
  readonly detail: { readonly metadata: Record<string, unknown>; readonly data: Record<string, unknown> };
}

/**
 * The clients of a function's entry point, mocked where they meet AWS: the table in memory, a queue and a bus that note what they are
 * given. Import the entry point after `useFunctionEnvironment`.
 */
export function functionWorld() {
  const mocks = {
    table: mockClient(DynamoDBDocumentClient),
    queue: mockClient(SQSClient),
    bus: mockClient(EventBridgeClient),
  };
  let table: FakeTable = fakeTable();

  return {
    ...mocks,
    get kept(): FakeTable {
      return table;
    },
    /** A new table, queue and bus without faults, or with those of the table. */
    reset(options: FakeTableOptions = {}): void {
      for (const mock of Object.values(mocks)) mock.reset();
      table = fakeTable(options);
      mocks.table.send.callsFake((command) => table.client.send(command as never));
      mocks.queue.on(SendMessageCommand).resolves({ MessageId: 'sent' });
      mocks.bus.on(PutEventsCommand).callsFake(({ Entries = [] }) => ({
        FailedEntryCount: 0,
        Entries: Entries.map((_: unknown, index: number) => ({ EventId: `on-the-bus-${index}` })),
      }));
    },
    sent: (): SentMessage[] =>
      mocks.queue.commandCalls(SendMessageCommand).map(({ args }) => {
        const { MessageBody = '', DelaySeconds = 0, MessageAttributes = {} } = args[0].input;
        const attributes = Object.fromEntries(
          Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue ?? '']),
        );
        return { body: MessageBody, delaySeconds: DelaySeconds, attributes };
      }),
    /** What the bus was offered, call by call. */
    offered: (): PutEntry[][] =>
      mocks.bus.commandCalls(PutEventsCommand).map(({ args }) =>
        (args[0].input.Entries ?? []).map(({ Source = '', DetailType = '', Detail = '' }) => ({
          source: Source,
          name: DetailType,
          detail: JSON.parse(Detail),
        })),
      ),
  };
}

/** The environment that infrastructure gives to every function, and silence. */
export function useFunctionEnvironment(): void {
  vi.stubEnv('TABLE_NAME', 'table');
  vi.stubEnv('BUS_NAME', 'bus');
  vi.stubEnv('RECORD_QUEUE_URL', 'https://queue');
  vi.stubEnv('AWS_REGION', 'eu-west-2');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
  vi.stubGlobal('setTimeout', (run: () => void) => setImmediate(run));
}
