import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Partner } from '#shared/domain/partner/partner.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { type Recording, recordEvent } from '#shared/recording/record-event.ts';
import { foldHistory, loadHistory } from '#shared/store/history.ts';
import { keys } from '#shared/store/keys.ts';
import { changeQuarantined } from '#shared/store/quarantine.ts';
import { putReceipt } from '#shared/store/receipts.ts';
import { type LoadedRecord, loadRecord } from '#shared/store/records.ts';
import { metadataOf } from '#test/support/events-in.ts';
import { evidenced, passed } from '#test/support/evidence.ts';
import { type FakeTable, fakeTable } from '#test/support/fake-table.ts';
import { partnersKnown } from '#test/support/partners.ts';
import { event, evt, logged, minute, RECORD_ID } from '#test/support/record-events.ts';

beforeAll(() => {
  vi.stubEnv('TABLE_NAME', 'table');
  vi.stubGlobal('setTimeout', (run: () => void) => setImmediate(run));
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const ID = RECORD_ID['trade-deal'];
const ref = { externalRef: { partner: 'jitri', ref: 'D-1' } };
let table: FakeTable;
beforeEach(async () => {
  table = fakeTable();
  await record(logged(ref));
});

/** Records an event; what is set aside is kept as the queue keeps it. */
async function record(told: RecordEvent): Promise<Recording> {
  const partners = partnersKnown({ id: 'jitri' } as unknown as Partner);
  const clock = () => Date.parse(minute(600));
  const recording = await recordEvent({ table: table.client, clock, partners }, told, metadataOf(told));
  if (recording.outcome === 'set-aside')
    await putReceipt(table.client, {
      status: 'quarantined',
      eventId: told.eventId,
      recordId: told.recordId,
      type: 'trade-deal.moved',
      at: minute(600),
      reason: recording.reason,
      errors: recording.errors,
    });
  return recording;
}
const replayed = (eventId: string) =>
  changeQuarantined(table.client, eventId, (now) => ({ ...now, replayedAt: minute(601) }));
const loaded = async () => (await loadRecord(table.client, ID)) as LoadedRecord;
const stage = async () => (await loaded()).state.path.at(-1)?.stage;
const move = (to: string, n: number, by: 'user' | 'partner') => event({ verb: 'moved', data: { to } }, { n, by });
const checked = (type: 'due-diligence' | 'export-control', n: number, more = {}) =>
  evidenced({ ...passed(type), ...more }, { n });

describe("a partner's move that passes a closed gate", () => {
  it('is set aside with every gate at the field that says where to, and the record stays', async () => {
    expect(await record(move('signed', 1, 'partner'))).toEqual({
      outcome: 'set-aside',
      reason: 'gate-closed',
      errors: ['heads-of-terms', 'signed', 'signed'].map((each) => ({
        pointer: '/data/to',
        detail: expect.stringMatching(new RegExp(`^Stage ${each} requires .*: none has been logged\\.$`)),
      })),
    });
    expect(await stage()).toBe('enquiry');
  });

  it('stays set aside whatever is delivered twice, until it is replayed with the evidence there', async () => {
    const moved = move('signed', 1, 'partner');
    await record(moved);
    await record(checked('due-diligence', 2));
    await record(checked('export-control', 3));
    expect(await record(moved)).toEqual({ outcome: 'duplicate' });
    expect(await stage()).toBe('enquiry');
    await replayed(evt(1));
    expect(await record(moved)).toEqual({ outcome: 'recorded', version: 4 });
    expect(await record(moved)).toEqual({ outcome: 'duplicate' });
    expect(await stage()).toBe('signed');
  });

  it('is set aside anew where the replay finds only some of it', async () => {
    const moved = move('signed', 1, 'partner');
    await record(moved);
    await record(checked('due-diligence', 2));
    await replayed(evt(1));
    expect(await record(moved)).toMatchObject({ outcome: 'set-aside', errors: [{ pointer: '/data/to' }] });
    const receipt = table.item(keys.receipt(evt(1)));
    expect(receipt).toMatchObject({ quarantine: 'waiting', reason: 'gate-closed', errors: [{}] });
    expect(receipt?.['replayedAt']).toBeUndefined();
  });

  it('in a logging of what is there already leaves the rest recorded, and points to the stage', async () => {
    const again = logged({ ...ref, stage: 'signed', title: 'Told anew' }, { n: 5 });
    const recording = await record(again);
    expect(recording).toMatchObject({ outcome: 'set-aside', reason: 'gate-closed' });
    expect(recording.outcome === 'set-aside' && new Set(recording.errors.map(({ pointer }) => pointer))).toEqual(
      new Set(['/data/stage']),
    );
    expect((await loaded()).state).toMatchObject({ version: 2, fields: { title: 'Told anew' } });
    await record(checked('due-diligence', 6));
    await record(checked('export-control', 7));
    expect(await record(again)).toEqual({ outcome: 'duplicate' });
    expect(await stage()).toBe('enquiry');
    await replayed(evt(5));
    expect(await record(again)).toEqual({ outcome: 'recorded', version: 5 });
    expect(await stage()).toBe('signed');
  });

  it('that logs the record behind a gate is quarantined, with every gate that is closed, and nothing is recorded', async () => {
    table = fakeTable();
    const recording = await record(logged({ ...ref, stage: 'signed' }));
    expect(recording).toMatchObject({
      outcome: 'set-aside',
      reason: 'gate-closed',
      errors: [{ pointer: '/data/stage' }, { pointer: '/data/stage' }, { pointer: '/data/stage' }],
    });
    expect(table.items().filter(({ sk }) => sk === 'record')).toEqual([]);
    expect(await record(logged({ ...ref, stage: 'lost', lostReason: 'price' }, { n: 3 }))).toMatchObject({
      outcome: 'recorded',
    });
  });
});

describe("a user's move", () => {
  it('whose gate has closed since it was accepted is rejected, with what is missing in its receipt', async () => {
    await record(checked('due-diligence', 1));
    // Accepted here: then somebody logs that the check failed.
    await record(checked('due-diligence', 2, { outcome: 'failed' }));
    expect(await record(move('heads-of-terms', 3, 'user'))).toMatchObject({ outcome: 'rejected' });
    expect(table.item(keys.receipt(evt(3)))).toMatchObject({
      status: 'rejected',
      refusal: {
        code: 'gate-closed',
        errors: [{ pointer: '/to', detail: expect.stringContaining('of 2026-01-05 failed') }],
      },
    });
    expect(await stage()).toBe('enquiry');
  });

  it('is recorded where the evidence came before it, in whatever order both happened', async () => {
    await record(evidenced(passed('due-diligence'), { n: 9, at: 50 }));
    expect(await record(move('heads-of-terms', 3, 'user'))).toEqual({ outcome: 'recorded', version: 3 });
  });
});

describe('evidence', () => {
  it('of a type is the latest word by when it happened, whatever came last; the other stays in the history', async () => {
    await record(evidenced({ ...passed('due-diligence'), outcome: 'failed' }, { n: 2, at: 20 }));
    await record(evidenced(passed('due-diligence'), { n: 1, at: 10 }));
    const latest = await loaded();
    expect(latest.state.evidence).toEqual({
      'due-diligence': { ...passed('due-diligence'), outcome: 'failed', author: 'li.wei', at: minute(20), by: evt(2) },
    });
    const history = await loadHistory(table.client, latest);
    expect(history.map(({ changes, superseded }) => [Object.keys(changes), Object.keys(superseded ?? {})])).toEqual([
      [[], []],
      [['evidence/due-diligence'], []],
      [[], ['evidence/due-diligence']],
    ]);
    expect(foldHistory(history, { asOf: minute(50_000), basis: 'as-known-then' })).toEqual(latest.state);
    const then = foldHistory(history, { asOf: minute(15), basis: 'as-known-now' });
    expect(then?.evidence).toMatchObject({ 'due-diligence': { outcome: 'passed', author: 'li.wei' } });
  });

  it('of a record that is not there yet waits for it', async () => {
    table = fakeTable();
    expect(await record(checked('due-diligence', 1))).toEqual({ outcome: 'waiting', reason: 'record-missing' });
  });
});
