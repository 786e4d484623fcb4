import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { idPrefixOf } from '#shared/domain/record/kinds.ts';
import { entryOf } from '#shared/events/contract.ts';
import { intakeContract } from '#shared/events/intake.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { type Client, clientOf } from '#test/support/client.ts';
import { detailOf } from '#test/support/events-in.ts';
import { type Operator, operatorOf } from '#test/support/operator.ts';
import { report, sized } from '#test/support/proof.ts';
import { seeded } from '#test/support/random.ts';
import { partnerStory } from '#test/support/record-events.ts';
import type { RunningServer } from '#test/support/server.ts';
import { emptyServer } from '#test/support/shared-server.ts';

const SEED = 20_261_121;
let server: RunningServer;
let operator: Operator;
let admin: Client;

beforeAll(async () => {
  server = await emptyServer();
  operator = await operatorOf(server.dataDir);
  admin = await clientOf(server, 'admin');
});

test(
  'the same events in any order, some of them twice, make the same records and the same sums',
  async () => {
    const random = seeded(SEED);
    const stories = fc.sample(partnerStory, { numRuns: sized(10, 400), seed: SEED });
    const twins = stories.map((story, index) => ({ told: retold(story, index, 0), mixed: retold(story, index, 1) }));
    const inOrder = twins.flatMap(({ told }) => told);
    const mixed = twins.flatMap(({ mixed }) => mixed.flatMap((event) => (random() < 0.4 ? [event, event] : [event])));
    await put(inOrder);
    await put(shuffle(mixed, random));
    await settled();
    const setAside = await replayClosed();
    for (const { told, mixed } of twins) {
      const [one, other] = [await read(told[0] as RecordEvent), await read(mixed[0] as RecordEvent)];
      expect(other).toEqual(one);
    }
    const { body: pipeline } = await admin.get('/v1/pipeline');
    const odd = pipeline.rows.filter((row: { count: number }) => row.count % 2 !== 0);
    expect(odd).toEqual([]);
    const verdict = await server.invoke('Reconcile');
    expect(verdict).toMatchObject({ found: { verdict: 'agrees', differences: [] } });
    report('disorder', {
      records: 2 * twins.length,
      events: inOrder.length + new Set(mixed.map(({ eventId }) => eventId)).size,
      deliveries: inOrder.length + mixed.length,
      setAsideByGates: setAside,
    });
  },
  // Longer than it waits for one settling, so that a failure says what was still under way.
  sized(360_000, 1_500_000),
);

/** The story told of another record, with ids of its own that sort as the story's do. */
function retold(story: readonly RecordEvent[], index: number, twin: number): RecordEvent[] {
  const recordId = hashId(idPrefixOf((story[0] as RecordEvent).kind), 'disorder', String(index), String(twin));
  const own = String(index * 2 + twin).padStart(10, '0');
  return story.map((event) => ({ ...event, recordId, eventId: `evt_0${own}${event.eventId.slice(-15)}` }));
}

async function put(events: readonly RecordEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += 10) {
    const Entries = events.slice(start, start + 10).map((event) => ({
      ...entryOf(intakeContract(event.kind, event.verb), detailOf(event)),
      EventBusName: operator.busName,
    }));
    const { FailedEntryCount } = await operator.bus.send(new PutEventsCommand({ Entries }));
    expect(FailedEntryCount).toBe(0);
  }
}

/** Nothing is under way and nothing waits for its record. */
async function settled(): Promise<void> {
  await expect
    .poll(async () => server.control<{ idle: boolean; delayed: number }>('/idle'), {
      timeout: sized(300_000, 1_200_000),
      interval: 200,
    })
    .toMatchObject({ idle: true, delayed: 0 });
}

/** Sends on again, by now that all evidence is there, what closed gates set aside. Gives how many there were. */
async function replayClosed(): Promise<number> {
  let count = 0;
  for (let next: string | null = ''; next !== null; ) {
    const { status, body } = await admin.post('/v1/quarantine/replays', {
      reason: 'gate-closed',
      ...(next ? { cursor: next } : {}),
    });
    expect(status, JSON.stringify(body)).toBe(200);
    count += body.items.length;
    next = body.next;
  }
  await settled();
  const { body } = await admin.get('/v1/quarantine?reason=gate-closed');
  expect(body.items).toEqual([]);
  return count;
}

/** What the record says, apart from what the order of recording decides. */
async function read({ kind, recordId }: RecordEvent): Promise<Record<string, unknown>> {
  const { status, body } = await admin.get(`/v1/${kind}s/${recordId}`);
  expect(status).toBe(200);
  const { id: _, version: __, updatedAt: ___, recordedAt: ____, ...said } = body;
  return said;
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
