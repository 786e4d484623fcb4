import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { foldHistory, type HistoryItem, loadHistory } from '#shared/store/history.ts';
import { replayQuarantined } from '#shared/store/quarantine.ts';
import { fromReceiptItem, type Quarantined } from '#shared/store/receipts.ts';
import { loadRecord } from '#shared/store/records.ts';
import { bodyOfEvent } from '#test/support/events-in.ts';
import { evidenced } from '#test/support/evidence.ts';
import { sized } from '#test/support/proof.ts';
import { seeded } from '#test/support/random.ts';
import { apartFromRecording, event, given, logged, minute, partnerStory } from '#test/support/record-events.ts';
import { recordingWorld, type World } from '#test/support/recording-world.ts';

beforeAll(() => {
  vi.stubEnv('TABLE_NAME', 'table');
  vi.stubEnv('BUS_NAME', 'bus');
  vi.stubEnv('RECORD_QUEUE_URL', 'queue');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
  // Pauses between attempts take no time here.
  vi.stubGlobal('setTimeout', (run: () => void) => setImmediate(run));
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** About as long as an event waits before it is quarantined: some are still waiting when the logging comes, some are not. */
const LONG_MS = 15 * 60_000;

/** What became of the record. */
async function outcome(
  world: World,
  story: readonly RecordEvent[],
): Promise<{ state: RecordState; history: HistoryItem[] }> {
  const latest = await loadRecord(world.table.calm, (story[0] as RecordEvent).recordId);
  if (!latest) throw new Error('The record is lost.');
  return { state: latest.state, history: await loadHistory(world.table.calm, latest) };
}

/** Sends on again what closed gates set aside, as an administrator does once the evidence is there. Gives how many there were. */
async function replayClosed(world: World, story: readonly RecordEvent[]): Promise<number> {
  const closed = world.table.items().filter(({ sk, reason }) => sk === 'receipt' && reason === 'gate-closed');
  for (const item of closed)
    await replayQuarantined(
      world.table.calm,
      fromReceiptItem(item) as Quarantined,
      { id: 'admin', at: toInstant(world.clock()) },
      async () => world.put(bodyOfEvent(story.find(({ eventId }) => eventId === item['eventId']) as RecordEvent)),
    );
  await world.settle();
  return closed.length;
}

const recordedAtOfLogging = ({ recordedAt: _, ...rest }: Omit<RecordState, 'version' | 'updatedAt'>) => rest;

describe.each([
  ['in calm', 0],
  ['with one call in twelve failing', 1 / 12],
])('recording, %s', (_, chance) => {
  it("any order of a record's events, with duplicates and held-back logging, gives the same record, its whole history and each outcome", async () => {
    let setAside = 0;
    await fc.assert(
      fc.asyncProperty(partnerStory, fc.nat(), fc.boolean(), async (story, seed, heldBack) => {
        const random = seeded(seed);
        const world = recordingWorld({ random, chance });
        const copies = [...story, ...story.filter(() => random() < 0.3)];
        for (const each of copies)
          world.put(
            bodyOfEvent(each),
            heldBack && each.verb === 'logged'
              ? LONG_MS + Math.floor(random() * 60_000)
              : Math.floor(random() * 20_000),
          );
        await world.settle();
        setAside += await replayClosed(world, story);

        const { state, history } = await outcome(world, story);
        expect(recordedAtOfLogging(apartFromRecording(state))).toEqual(
          recordedAtOfLogging(apartFromRecording(given(...story))),
        );
        expect(state.version).toBe(story.length);
        expect(history.map(({ version }) => version)).toEqual(story.map((_, index) => index + 1));
        expect(new Set(history.map(({ eventId }) => eventId))).toEqual(new Set(story.map(({ eventId }) => eventId)));

        // An organisation that an event names for the first time is told of by itself.
        const outcomes = world.outcomes.filter(({ name }) => !name.startsWith('organisation.'));
        // Checks are told of by their names alone.
        expect(JSON.stringify(outcomes)).not.toMatch(/Known for years|Nothing to check|CHECK-7|Until they answer/);
        const told = new Set(
          outcomes.flatMap(({ name, detail }) => (name === 'intake.quarantined' ? [] : [detail.data['intakeEventId']])),
        );
        expect(told).toEqual(new Set(story.map(({ eventId }) => eventId)));
        for (const { name, detail } of outcomes) {
          const { record } = detail.data as { record?: { version: number } };
          if (record) expect(history[record.version - 1]?.eventId, name).toBe(detail.data['intakeEventId']);
        }
        // One event has one outcome, however often it is told.
        const ids = new Map(
          outcomes.map(({ name, detail }) => [detail.metadata.eventId, `${name} ${detail.data['intakeEventId']}`]),
        );
        expect(new Set(ids.values()).size).toBe(ids.size);
        expect(world.table.items().filter(({ sk }) => String(sk).startsWith('waiting#'))).toEqual([]);
      }),
      { numRuns: sized(60, 500) },
    );
    expect(setAside).toBeGreaterThan(sized(0, 5));
  });

  it('history folds into the record, and into each of its earlier versions as known then', async () => {
    await fc.assert(
      fc.asyncProperty(partnerStory, fc.nat(), async (story, seed) => {
        const random = seeded(seed);
        const world = recordingWorld({ random, chance });
        const versions: RecordState[] = [];
        for (const each of story) {
          world.put(bodyOfEvent(each));
          await world.settle();
          const { state } = await outcome(world, story);
          if (state.version > versions.length) versions.push(state);
        }
        const { state, history } = await outcome(world, story);
        const end = minute(50_000);
        expect(foldHistory(history, { asOf: end, basis: 'as-known-then' })).toEqual(state);
        expect(foldHistory(history, { asOf: end, basis: 'as-known-now' })).toEqual(state);
        expect(foldHistory(history, { asOf: minute(-1), basis: 'as-known-now' })).toBeUndefined();
        for (const version of versions) {
          const later = versions.find(({ updatedAt }) => updatedAt > version.updatedAt);
          const last = versions.findLast(({ updatedAt }) => updatedAt === version.updatedAt);
          expect(foldHistory(history, { asOf: version.updatedAt, basis: 'as-known-then' })).toEqual(last);
          if (later)
            expect(foldHistory(history, { asOf: later.updatedAt, basis: 'as-known-then' })?.version).toBeGreaterThan(
              version.version,
            );
        }
        // As known now: what had occurred, whenever it was told.
        for (const at of [3, 5]) {
          const occurred = story.filter(({ occurredAt }) => occurredAt <= minute(at));
          const folded = foldHistory(history, { asOf: minute(at), basis: 'as-known-now' }) as RecordState;
          expect(recordedAtOfLogging(apartFromRecording(folded))).toEqual(
            recordedAtOfLogging(apartFromRecording(given(...occurred))),
          );
        }
      }),
      { numRuns: sized(20, 300) },
    );
  });
});

describe("people's events among a partner's", () => {
  /** Amendments, moves and checks of users, some with the version they saw; the partner's in between. */
  const crowd = (random: () => number) => [
    logged({ externalRef: { partner: 'jitri', ref: 'D-1' } }, { by: 'user' }),
    ...Array.from({ length: 8 }, (_, index) => {
      const circumstances = {
        n: index + 1,
        at: index + 1,
        by: random() < 0.5 ? ('user' as const) : ('partner' as const),
      };
      const saw = circumstances.by === 'user' && random() < 0.5 ? { saw: 1 + Math.floor(random() * 8) } : {};
      const to = (['qualified', 'proposal', 'signed'] as const)[Math.floor(random() * 3)] as string;
      if (random() < 0.25)
        return evidenced(
          {
            type: random() < 0.5 ? 'due-diligence' : 'export-control',
            outcome: random() < 0.8 ? 'passed' : 'failed',
            on: '2026-02-01',
          },
          { ...circumstances, by: 'user', ...(circumstances.by === 'user' ? saw : {}) },
        );
      return random() < 0.5
        ? event({ verb: 'moved', data: { to } }, { ...circumstances, ...saw })
        : event({ verb: 'amended', data: { fields: { title: `Title ${index}` } } }, { ...circumstances, ...saw });
    }),
  ];

  it('are each recorded, rejected or quarantined, never two of these and never none, under faults and duplicates', async () => {
    let quarantined = 0;
    let rejected = 0;
    for (let seed = 0; seed < sized(40, 600); seed++) {
      const random = seeded(seed);
      const world = recordingWorld({ random, chance: 1 / 15 });
      const events = crowd(random);
      for (const each of [...events, ...events.filter(() => random() < 0.4)])
        world.put(bodyOfEvent(each), Math.floor(random() * 10_000));
      await world.settle();
      const { state, history } = await outcome(world, events);
      const receipts = world.table.items().filter(({ sk }) => sk === 'receipt');
      const fates = [...history.map(({ eventId }) => eventId), ...receipts.map(({ eventId }) => eventId)];
      expect([...fates].sort(), `seed ${seed}`).toEqual(events.map(({ eventId }) => eventId).sort());
      expect(history.map(({ version }) => version)).toEqual(history.map((_, index) => index + 1));
      expect(state.version).toBe(history.length);
      expect(foldHistory(history, { asOf: minute(50_000), basis: 'as-known-then' })).toEqual(state);
      const told = new Set(
        world.outcomes
          .filter(({ name }) => !name.startsWith('organisation.'))
          .map(({ detail }) => detail.data['intakeEventId']),
      );
      expect(told).toEqual(new Set(fates));
      rejected += receipts.filter(({ status }) => status === 'rejected').length;
      quarantined += receipts.filter(({ status }) => status === 'quarantined').length;
    }
    expect(rejected).toBeGreaterThan(sized(25, 400));
    expect(quarantined).toBeGreaterThan(sized(1, 20));
  });
});
