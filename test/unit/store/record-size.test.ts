import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KINDS, type Kind } from '#shared/domain/pipeline/ladders.ts';
import type { RecordEvent, Told } from '#shared/domain/record/changes.ts';
import { recordEvent } from '#shared/recording/record-event.ts';
import { historyItem } from '#shared/store/history.ts';
import { keys } from '#shared/store/keys.ts';
import { type LoadedRecord, loadRecord } from '#shared/store/records.ts';
import { metadataOf } from '#test/support/events-in.ts';
import { type FakeTable, fakeTable } from '#test/support/fake-table.ts';
import { itemBytes, writeUnits } from '#test/support/item-size.ts';
import { partnersKnown } from '#test/support/partners.ts';
import { event, loggedData, minute, org } from '#test/support/record-events.ts';

beforeAll(() => vi.stubEnv('TABLE_NAME', 'table'));
afterAll(() => vi.unstubAllEnvs());

/** A record as people log it: a title of 60 characters, one organisation, money, a next step; no long description. */
const TYPICAL = {
  title: 'Joint MSc in Railway Systems Engineering, taught in Guangzhou',
  organisations: [{ id: org(1), name: 'South China University of Technology', place: 'guangzhou' }],
  place: 'guangzhou',
  value: { amount: '1250000.00', currency: 'CNY' },
  owner: '5b1f0c3e-8a4d-4f6b-9d2e-7c3a1b0e9f42',
  expectedCloseOn: '2026-11-30',
  nextStep: { text: 'Send the module list for accreditation', dueOn: '2026-03-27' },
  tags: ['rail'],
};
/** The longest words that each kind has. */
const OWN: Readonly<Record<Kind, object>> = {
  engagement: { engagementType: 'collaborative-research', strand: 'english-taught-programmes' },
  'ip-lead': { ipType: 'plant-variety', trl: 4, college: 'Engineering and Physical Sciences', route: 'undecided' },
  'trade-deal': {
    direction: 'outward-investment',
    stage: 'negotiation',
    sector: 'Rail',
    buyer: 'Guangzhou Metro Group',
  },
};

async function recorded(
  table: FakeTable,
  told: RecordEvent,
): Promise<{ record: Record<string, unknown>; history: Record<string, unknown> }> {
  const clock = () => Date.parse(told.occurredAt) + 312;
  const metadata = metadataOf(told, { actor: { type: 'user', id: TYPICAL.owner }, receivedAt: told.occurredAt });
  await recordEvent({ partners: partnersKnown(), table: table.client, clock }, told, metadata);
  const history = historyItem((await loadRecord(table.client, told.recordId)) as LoadedRecord);
  return { record: table.item(keys.record(told.recordId)) ?? {}, history: { ...history } };
}

describe.each(KINDS)('a typical record of kind %s', (kind) => {
  const by = 'user' as const;
  const logging = event({ verb: 'logged', data: loggedData(kind, { ...TYPICAL, ...OWN[kind] }) } as Told, {
    kind,
    n: 0,
    by,
  });

  it('costs one write unit to log, and its history item one', async () => {
    const { record, history } = await recorded(fakeTable(), logging);
    expect([itemBytes(record), itemBytes(history)].every((bytes) => bytes <= 1_024)).toBe(true);
    expect([writeUnits(record), writeUnits(history)]).toEqual([1, 1]);
  });

  it('costs two at most to amend, its history item one', async () => {
    const table = fakeTable();
    await recorded(table, logging);
    const fields = {
      value: { amount: '1350000.00', currency: 'CNY' },
      nextStep: { text: 'Agree the fee split with the faculty', dueOn: '2026-04-27' },
    };
    const { record, history } = await recorded(
      table,
      event({ verb: 'amended', data: { fields } }, { kind, n: 1, at: 60, by, saw: 1 }),
    );
    expect([writeUnits(record), writeUnits(history)]).toEqual([2, 1]);
    expect(itemBytes(record)).toBeLessThan(1_400);
    expect(minute(60)).toBe(history['occurredAt']);
  });
});
