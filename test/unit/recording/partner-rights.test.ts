import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Partner } from '#shared/domain/partner/partner.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { recordEvent } from '#shared/recording/record-event.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { historyItem, putHistory } from '#shared/store/history.ts';
import { keys } from '#shared/store/keys.ts';
import { type LoadedRecord, loadRecord } from '#shared/store/records.ts';
import { metadataOf } from '#test/support/events-in.ts';
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
let table: FakeTable;
beforeEach(() => {
  table = fakeTable();
});

/** The events of partner jitri, unless said; a user's are li.wei's. */
const record = (told: RecordEvent, { as = 'jitri', grants = [] as string[] } = {}) =>
  recordEvent(
    {
      table: table.client,
      clock: () => Date.parse(minute(600)),
      partners: partnersKnown({ id: as, grants } as unknown as Partner),
    },
    told,
    metadataOf(told, told.by === 'partner' ? { actor: { type: 'partner', id: as }, partner: as } : {}),
  );
const note = (n: number) => event({ verb: 'noted', data: { text: 'Called.' } }, { n });
const stateNow = async () => (await loadRecord(table.client, ID))?.state;
const ref = { externalRef: { partner: 'jitri', ref: 'D-1' } };

describe('a partner may touch', () => {
  it('what it logged, also once its logging is history', async () => {
    await record(logged());
    expect(await record(note(1))).toMatchObject({ outcome: 'recorded' });
    await putHistory(table.client, historyItem((await loadRecord(table.client, ID)) as LoadedRecord));
    expect(await record(note(2))).toMatchObject({ outcome: 'recorded' });
  });

  it('what has a name in its system, whoever logged it', async () => {
    await record(logged(ref, { by: 'user' }));
    expect(await record(note(1))).toMatchObject({ outcome: 'recorded' });
  });

  it('what it was granted', async () => {
    await record(logged({}, { by: 'user' }));
    expect(await record(note(1), { grants: [ID] })).toMatchObject({ outcome: 'recorded' });
  });
});

describe('a partner may not touch', () => {
  it.each([
    ['what a user logged', logged({}, { by: 'user' }), 'jitri'],
    ['what another partner logged', logged(), 'other'],
    ["what has a name in another partner's system", logged(ref, { by: 'user' }), 'other'],
  ])('%s: it is set aside, and the record stays as it was', async (_, first, as) => {
    await record(first);
    for (const told of [note(1), event({ verb: 'moved', data: { to: 'signed' } }, { n: 2 }), logged({}, { n: 3 })])
      expect(await record(told, { as })).toMatchObject({ outcome: 'set-aside', reason: 'not-yours' });
    expect((await stateNow())?.version).toBe(1);
    expect(table.items().filter(({ sk }) => sk === 'receipt')).toEqual([]);
  });
});

describe('a record that a partner tells of again', () => {
  it('and moves by it is recorded in two steps, the second of which a repeat makes up for', async () => {
    await record(logged(ref));
    const again = logged({ ...ref, stage: 'proposal', title: 'Later' }, { n: 5 });
    let failures = 0;
    const calm = table;
    table = {
      ...calm,
      client: Object.assign(Object.create(calm.client), {
        send: async (command: { input: { Item?: { event?: { verb?: string } } } }) => {
          if (command.input.Item?.event?.verb === 'moved' && failures++ === 0) throw new Error('The function died.');
          return calm.client.send(command as never);
        },
      }),
    };
    await expect(record(again)).rejects.toThrow('died');
    expect(await stateNow()).toMatchObject({ version: 2, fields: { title: 'Later' } });
    expect(await record(again)).toMatchObject({ outcome: 'recorded', version: 3 });
    expect(await record(again)).toEqual({ outcome: 'duplicate' });
    const state = await stateNow();
    expect(state?.path.at(-1)).toMatchObject({ stage: 'proposal', by: hashId('evt', 'moved', evt(5)) });
    expect(state?.version).toBe(3);
  });

  it('keeps its name and what was not told again', async () => {
    await record(logged({ ...ref, place: 'nanjing', tags: ['a'] }));
    await record(logged({ ...ref, tags: ['b'] }, { n: 5 }));
    expect((await stateNow())?.fields).toMatchObject({ ...ref, place: 'nanjing', tags: ['b'] });
    expect(table.item(keys.history(ID, evt(0)))).toMatchObject({ verb: 'logged' });
  });
});
