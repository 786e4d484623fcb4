import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { vi } from 'vitest';
import type { Subscription } from '#shared/domain/subscription/subscription.ts';
import { keys } from '#shared/store/keys.ts';
import type { KeptOutgoing } from '#shared/store/outgoing.ts';
import { openSubscriptions } from '#shared/store/subscriptions.ts';
import { createBreather } from '#shared/webhooks/out/breather.ts';
import { takeMessages } from '#shared/webhooks/out/hand-out.ts';
import type { Letter, Posted } from '#shared/webhooks/out/post.ts';
import { type FakeTable, type FakeTableOptions, fakeTable } from './fake-table.ts';
import { mockClient } from './mock-client.ts';

/** As the queue gives back what was not answered for: after its visibility timeout. */
const VISIBLE_AGAIN_MS = 180_000;

interface Message {
  readonly body: string;
  readonly dueAt: number;
}

/** A letter that a subscriber got, and when. */
export interface Got extends Letter {
  readonly at: number;
}

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The function that tells subscribers, with a table in memory, a queue that a clock goes through, and subscribers that answer as they are told. */
export function deliveringWorld(options: FakeTableOptions & { queueFault?: () => boolean } = {}) {
  vi.stubEnv('TABLE_NAME', 'table');
  vi.stubEnv('DELIVER_QUEUE_URL', 'https://deliver');
  let now = Date.parse('2026-11-21T12:00:00.000Z');
  let version = 0;
  const table: FakeTable = fakeTable({ pageSize: 100, ...options });
  const waiting: Message[] = [];
  const got: Got[] = [];
  const counted: string[] = [];
  const secrets = new Map<string, readonly string[]>();
  let answer: (letter: Got) => Posted | Promise<Posted> = () => ({ httpStatus: 204, retryAfter: undefined });

  const sqs = mockClient(SQSClient);
  sqs.on(SendMessageCommand).callsFake(({ MessageBody, DelaySeconds = 0 }) => {
    if (DelaySeconds > 900) throw new Error('SQS holds nothing back for longer than 15 minutes.');
    if (options.queueFault?.()) throw new Error('The queue does not take it.');
    waiting.push({ body: MessageBody, dueAt: now + DelaySeconds * 1000 });
    return {};
  });
  const clock = () => now;
  const parts = {
    table: table.client,
    queue: new SQSClient({ region: 'eu-west-2' }),
    secrets: { active: async (owner: string) => secrets.get(owner) ?? [SECRET] },
    subscriptions: openSubscriptions(table.calm, clock),
    post: async (letter: Letter): Promise<Posted> => {
      const one = { ...letter, at: now };
      got.push(one);
      return await answer(one);
    },
    breather: createBreather(clock),
    clock,
    log: { info() {}, warn() {}, error() {} },
    count: (metric: string) => void counted.push(metric),
  };

  /** Gives messages to the function as one batch; what it fails on comes again later. */
  async function take(bodies: readonly string[]): Promise<void> {
    const records = bodies.map((body, index) => ({ messageId: String(index), body }) as SQSRecord);
    const { batchItemFailures } = await takeMessages(parts, records);
    for (const { itemIdentifier } of batchItemFailures)
      waiting.push({ body: bodies[Number(itemIdentifier)] as string, dueAt: now + VISIBLE_AGAIN_MS });
  }

  return {
    table,
    /** Letters in the order in which they were sent. */
    got,
    counted,
    secrets,
    waiting,
    take,
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
    answers(next: (letter: Got) => Posted | Promise<Posted>) {
      answer = next;
    },
    status: (httpStatus: number, retryAfter?: string): Posted => ({ httpStatus, retryAfter }),
    /** Goes through the queue in order of time until nothing is in it, or until that time. */
    async run(until = Number.POSITIVE_INFINITY): Promise<void> {
      for (let turns = 0; waiting.length > 0; turns++) {
        if (turns > 5_000) throw new Error('It never ends.');
        waiting.sort((a, b) => a.dueAt - b.dueAt);
        const [next] = waiting;
        if (!next || next.dueAt > until) return;
        waiting.shift();
        now = Math.max(now, next.dueAt);
        await take([next.body]);
      }
    },
    async subscribe(subscription: Partial<Subscription> & Pick<Subscription, 'id'>): Promise<void> {
      const { id, ...content } = subscription;
      await table.calm.send(
        new PutCommand({
          TableName: 'table',
          Item: {
            ...keys.subscription(id),
            version: ++version,
            recordedAt: '2026-11-01T00:00:00.000Z',
            content: {
              url: `https://${id}.example.ac.uk/`,
              eventTypes: ['trade-deal.recorded', 'ip-lead.recorded'],
              active: true,
              ...content,
            },
          },
        }),
      );
    },
    deliveries: (): KeptOutgoing[] => table.items().filter(({ sk }) => sk === 'outgoing') as unknown as KeptOutgoing[],
    subscription: (id: string) => table.item(keys.subscription(id))?.['content'] as Subscription | undefined,
  };
}

const ULID = '01JD3Q8M5V7X9Z1B3D5F7H9K';

/** An outcome as the bus brings it, the nth. */
export function outcome(nth = 10, changed: Record<string, unknown> = {}, name = 'trade-deal.recorded'): string {
  const recordId = `${name.startsWith('ip-lead') ? 'ipl' : 'trd'}_${ULID}${nth}`;
  return JSON.stringify({
    id: 'bus-1',
    source: 'partnership.records',
    'detail-type': name,
    detail: {
      metadata: {
        eventId: `evt_${ULID}${nth}`,
        schemaVersion: 1,
        occurredAt: '2026-11-21T11:59:00.000Z',
        receivedAt: '2026-11-21T11:59:01.000Z',
        actor: { type: 'user', id: 'officer-7' },
        channel: 'api',
        correlationId: 'c-1',
        recordId,
      },
      data: {
        intakeEventId: `evt_${ULID}${nth}`,
        record: {
          id: recordId,
          kind: name.split('.')[0],
          version: 1,
          strand: 'business-engagement',
          stage: name.startsWith('ip-lead') ? 'disclosed' : 'enquiry',
          phase: 'open',
          place: 'nanjing',
          confidential: false,
          ...changed,
        },
        changed: ['title'],
        superseded: [],
      },
    },
  });
}
