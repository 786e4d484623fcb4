import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { recordEvent } from '#shared/recording/record-event.ts';
import { historyItem, putHistory } from '#shared/store/history.ts';
import { keys, RECORD_SK } from '#shared/store/keys.ts';
import { loadReceipt, putReceipt, quarantineWithoutRecord, type Receipt } from '#shared/store/receipts.ts';
import { type LoadedRecord, loadRecord } from '#shared/store/records.ts';
import { metadataOf } from '#test/support/events-in.ts';
import { type Call, type FakeTable, type FakeTableOptions, fakeTable } from '#test/support/fake-table.ts';
import { partnersKnown } from '#test/support/partners.ts';
import { event, evt, logged, minute, org, RECORD_ID } from '#test/support/record-events.ts';

beforeAll(() => {
  vi.stubEnv('TABLE_NAME', 'table');
  vi.stubGlobal('setTimeout', (run: () => void) => setImmediate(run));
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const ID = RECORD_ID['trade-deal'];
const START = Date.parse(minute(600));
let now = START;
let table: FakeTable;

const open = (options: FakeTableOptions = {}) => {
  table = fakeTable(options);
};
const record = (told: RecordEvent) =>
  recordEvent({ table: table.client, partners: partnersKnown(), clock: () => now }, told, metadataOf(told));
const calls = () => table.calls.map(({ name }) => name.replace('Command', ''));
/** Puts that write the record itself. */
const ofRecord = ({ name, input }: Call) => name === 'PutCommand' && (input['Item'] as { sk: string }).sk === RECORD_SK;
const note = (n: number, more = {}) => event({ verb: 'noted', data: { text: 'Called.' } }, { n, ...more });

beforeEach(() => {
  now = START;
  open();
});

describe('recording', () => {
  it('logs in one conditional write and no read', async () => {
    expect(await record(logged())).toEqual({ outcome: 'recorded', version: 1 });
    expect(calls()).toEqual(['Put']);
    expect(table.calls[0]?.input).toMatchObject({ ConditionExpression: 'attribute_not_exists(pk)' });
  });

  it('changes in one conditional write after two reads, and a third write only where the history is behind', async () => {
    await record(logged({ externalRef: { partner: 'jitri', ref: 'D-1' } }));
    table.calls.length = 0;
    await record(note(1));
    expect(calls()).toEqual(['Get', 'BatchGet', 'Put', 'Put']);
    expect(table.item(keys.history(ID, evt(0)))).toMatchObject({
      version: 1,
      verb: 'logged',
      after: { stage: 'enquiry' },
    });
    await putHistory(table.client, historyItem((await loadRecord(table.client, ID)) as LoadedRecord));
    table.calls.length = 0;
    await record(note(2));
    expect(calls()).toEqual(['Get', 'BatchGet', 'Put']);
  });

  it('takes the same event once: while it is the latest, when it is history, and after it was refused', async () => {
    await record(logged());
    expect(await record(logged())).toEqual({ outcome: 'duplicate' });
    await record(note(1));
    expect(await record(logged())).toEqual({ outcome: 'duplicate' });
    expect(await record(note(1))).toEqual({ outcome: 'duplicate' });
    const stale = note(2, { saw: 1, by: 'user' });
    expect(await record(stale)).toMatchObject({ outcome: 'rejected', refusal: { code: 'stale-version' } });
    expect(await record(stale)).toEqual({ outcome: 'duplicate' });
    expect((await loadRecord(table.client, ID))?.state.version).toBe(2);
  });

  it('remembers a refusal for 30 days, with its reason', async () => {
    await record(logged());
    await record(event({ verb: 'moved', data: { to: 'enquiry' } }, { n: 1, by: 'user' }));
    expect(table.item(keys.receipt(evt(1)))).toMatchObject({
      status: 'rejected',
      eventId: evt(1),
      recordId: ID,
      type: 'trade-deal.moved',
      refusal: { code: 'same-stage', errors: [{ pointer: '/to' }] },
      expiresAt: START / 1_000 + 30 * 24 * 3_600,
    });
  });

  it('does not log another event on the same record', async () => {
    await record(logged());
    expect(await record(logged({}, { n: 5, by: 'user' }))).toMatchObject({
      outcome: 'rejected',
      refusal: { code: 'already-logged' },
    });
  });

  it('waits for its record, and for the version its author saw', async () => {
    expect(await record(note(1))).toEqual({ outcome: 'waiting', reason: 'record-missing' });
    await record(logged());
    expect(await record(note(1, { saw: 2 }))).toEqual({ outcome: 'waiting', reason: 'version-ahead' });
    expect(table.items().map(({ sk }) => sk)).toEqual(['record']);
  });

  it('never goes back in recording time, though the clocks of two recorders differ', async () => {
    await record(logged());
    now = START - 5_000;
    await record(note(1));
    const state = (await loadRecord(table.client, ID))?.state;
    expect(state?.updatedAt).toBe(minute(600));
  });

  it('keeps organisations that are given by name, the first name of an id standing', async () => {
    const [seven, eight] = [org(7_001), org(8_001)];
    await record(logged({ organisations: [{ id: seven, name: 'GAC Group', place: 'guangzhou' }, { id: org(9_001) }] }));
    await record(
      event({
        verb: 'amended',
        data: { fields: { organisations: [{ id: eight, name: '广州能源研究所', place: 'guangzhou' }] } },
      }),
    );
    expect(table.item(keys.entity(seven))).toMatchObject({
      noun: 'organisation',
      version: 1,
      fields: { name: 'GAC Group', place: 'guangzhou' },
      recordedAt: minute(600),
    });
    expect(table.item(keys.entity(eight))).toMatchObject({ fields: { name: '广州能源研究所' } });
    expect(table.item(keys.entity(org(9_001)))).toBeUndefined();
    expect((await loadRecord(table.client, ID))?.state.fields.organisations).toEqual([eight]);
  });
});

describe('a fault of the table', () => {
  it.each(['lost-before', 'throttled'] as const)(
    'that throws (%s) leaves the event to the queue, unrecorded',
    async (fault) => {
      open({ fault: ({ name }) => (name === 'PutCommand' ? fault : undefined) });
      await expect(record(logged())).rejects.toThrow();
      expect(table.items()).toEqual([]);
    },
  );

  it('that comes after the write (time-out, or a retry of the SDK) does not record twice', async () => {
    for (const fault of ['lost-after', 'repeated'] as const) {
      let left = 1;
      open({ fault: ({ name }) => (name === 'PutCommand' && left-- > 0 ? fault : undefined) });
      if (fault === 'lost-after') await expect(record(logged())).rejects.toThrow('TimeoutError');
      expect(await record(logged())).toEqual({ outcome: 'duplicate' });
      expect((await loadRecord(table.calm, ID))?.state.version).toBe(1);
    }
  });

  it('of a transaction beside the record makes it try again at once', async () => {
    let conflicts = 0;
    open({ fault: (call) => (ofRecord(call) && conflicts-- > 0 ? 'conflict' : undefined) });
    for (const [index, told] of [logged(), note(1)].entries()) {
      conflicts = 2;
      expect(await record(told)).toEqual({ outcome: 'recorded', version: index + 1 });
    }
  });

  it('that leaves keys unprocessed is asked again, a bounded number of times', async () => {
    let left = 3;
    open({ fault: ({ name }) => (name === 'BatchGetCommand' && left-- > 0 ? 'unprocessed' : undefined) });
    await record(logged());
    expect(await record(note(1))).toEqual({ outcome: 'recorded', version: 2 });
    left = Number.POSITIVE_INFINITY;
    await expect(record(note(2))).rejects.toThrow('unprocessed 6 times');
  });

  it('in which the record moves on every time is given back to the queue after 8 attempts', async () => {
    let contended = false;
    open({ fault: (call) => (contended && ofRecord(call) ? 'conflict' : undefined) });
    await record(logged());
    contended = true;
    await expect(record(note(1))).rejects.toThrow('moved on 8 times');
  });
});

describe('an event that waits in quarantine', () => {
  const receipt: Receipt & { recordId: string } = {
    status: 'quarantined',
    eventId: evt(1),
    recordId: ID,
    type: 'trade-deal.noted',
    at: minute(600),
    reason: 'record-missing',
    errors: [],
    event: '{}',
  };

  it('is put there together with its place beside the record, unless the record has come', async () => {
    expect(await quarantineWithoutRecord(table.client, receipt)).toBe(true);
    expect(table.item(keys.receipt(evt(1)))).toMatchObject({ status: 'quarantined' });
    expect(table.item(keys.waiting(ID, evt(1)))).toMatchObject({ event: evt(1) });
    open();
    await record(logged());
    expect(await quarantineWithoutRecord(table.client, receipt)).toBe(false);
    expect(table.items()).toHaveLength(1);
  });

  it('is left to the queue where the transaction conflicts', async () => {
    open({ fault: () => 'conflict' });
    await expect(quarantineWithoutRecord(table.client, receipt)).rejects.toThrow('TransactionCanceledException');
  });

  it('can still be refused, and what was refused stays so', async () => {
    await putReceipt(table.client, receipt);
    const { reason: _, errors: __, event: ___, ...common } = receipt as Receipt & { status: 'quarantined' };
    const refused: Receipt = { ...common, status: 'rejected', refusal: { code: 'voided', detail: 'It is voided.' } };
    await putReceipt(table.client, { ...receipt, type: 'another' });
    expect(await loadReceipt(table.client, evt(1))).toMatchObject({ type: 'trade-deal.noted' });
    await putReceipt(table.client, refused);
    expect(await loadReceipt(table.client, evt(1))).toEqual(refused);
    await putReceipt(table.client, receipt);
    expect(await loadReceipt(table.client, evt(1))).toEqual(refused);
  });
});
