import { describe, expect, it } from 'vitest';
import {
  chunks64,
  entryBytes,
  getUnits,
  httpSteps,
  indexWriteUnits,
  queryUnits,
  tableWriteUnits,
} from '../../../bench/model/units.ts';

/** An item of so many bytes: the names `pk`, `sk` and `text` and two letters are twelve of them. */
const item = (bytes: number) => ({ pk: 'a', sk: 'b', text: 'x'.repeat(bytes - 10) });
const RECORD = {
  pk: 'trd_1',
  sk: 'record',
  id: 'trd_1',
  kind: 'trade-deal',
  stage: 'enquiry',
  strand: 'business-engagement',
  owner: 'li.wei',
  updatedAt: '2026-11-21T08:00:00.000Z',
  stageEnteredAt: '2026-11-21T08:00:00.000Z',
  title: 'Pump stations',
  description: 'In no index',
};

describe('reading', () => {
  it('costs a unit for each 4 KB begun, and half of that where it need not be consistent', () => {
    expect([1024, 4096, 4097, 8193].map((bytes) => getUnits(item(bytes), true))).toEqual([1, 1, 2, 3]);
    expect(getUnits(item(4097), false)).toBe(1);
  });

  it('costs the smallest unit where there is nothing', () => {
    expect([getUnits(undefined, true), getUnits(undefined, false)]).toEqual([1, 0.5]);
  });

  it('adds up the items of a page before it rounds, and charges an empty page', () => {
    expect(queryUnits([item(1000), item(1000), item(1000)], true)).toBe(1);
    expect(queryUnits([item(3000), item(3000)], true)).toBe(2);
    expect(queryUnits([], false)).toBe(0.5);
  });
});

describe('writing', () => {
  it('costs a unit for each KB begun of the larger of what was there and what is', () => {
    expect(tableWriteUnits(undefined, item(1024))).toBe(1);
    expect(tableWriteUnits(undefined, item(1025))).toBe(2);
    expect(tableWriteUnits(item(3000), item(100))).toBe(3);
    expect(tableWriteUnits(item(3000), undefined)).toBe(3);
    expect(tableWriteUnits(undefined, undefined)).toBe(1);
  });

  it('puts a new record into each index whose key it has', () => {
    expect(indexWriteUnits(undefined, RECORD)).toBe(3);
    expect(indexWriteUnits(undefined, { ...RECORD, expectedCloseOn: '2027-01-31' })).toBe(4);
    expect(indexWriteUnits(undefined, { pk: 'trd_1', sk: 'event#1', eventId: 'evt_1' })).toBe(1);
    expect(indexWriteUnits(undefined, { pk: 'place', sk: 'guangzhou' })).toBe(0);
  });

  it('costs an index nothing where nothing that it shows has changed', () => {
    expect(indexWriteUnits(RECORD, { ...RECORD, description: 'Another' })).toBe(0);
    expect(indexWriteUnits(RECORD, { ...RECORD, description: undefined })).toBe(0);
  });

  it('costs the one index that shows it a unit where its key stays', () => {
    expect(indexWriteUnits(RECORD, { ...RECORD, title: 'Another' })).toBe(1);
  });

  it('costs an index one write for another value, two for another key', () => {
    expect(indexWriteUnits(RECORD, { ...RECORD, strand: 'capacity-building' })).toBe(3);
    // Key of two of them, and shown in the third.
    expect(indexWriteUnits(RECORD, { ...RECORD, updatedAt: '2026-11-21T09:00:00.000Z' })).toBe(5);
    expect(indexWriteUnits(RECORD, { ...RECORD, owner: 'a.khan' })).toBe(4);
  });

  it('takes an item out of the indexes that it leaves', () => {
    const { owner: _, ...without } = RECORD;
    expect(indexWriteUnits(RECORD, without)).toBe(3);
    expect(indexWriteUnits(RECORD, undefined)).toBe(3);
  });
});

it('an event and a message count each 64 KB begun, a request to the API each 512 KB', () => {
  expect([0, 1, 65_536, 65_537].map(chunks64)).toEqual([1, 1, 1, 2]);
  expect([0, 524_288, 524_289].map(httpSteps)).toEqual([1, 1, 2]);
});

it('an entry of the bus counts its source, type and detail in UTF-8, and 14 bytes for a time', () => {
  const entry = { Source: 'partnership.intake', DetailType: 'trade-deal.noted', Detail: '{"text":"风电"}' };
  expect(entryBytes(entry)).toBe(18 + 16 + 17);
  expect(entryBytes({ ...entry, Time: new Date(0) })).toBe(18 + 16 + 17 + 14);
});
