import { expect, it } from 'vitest';
import { billedMs, DECLARED, eventCost, readCost, waitingCost } from '../../../bench/model/cost.ts';
import type { HttpUse, Invoked } from '../../../bench/model/paths.ts';
import { PRICES } from '../../../bench/model/prices.ts';

const NOTHING: Invoked = {
  table: { requests: 0, readUnits: 0, writeUnits: 0, indexUnits: 0 },
  events: 0,
  archivedBytes: 0,
  queueRequests: 0,
  calls: 0,
  logBytes: 0,
  logLines: 0,
  invocations: 0,
  items: 0,
};
const NO_CALL: HttpUse = { ...NOTHING, httpRequests: 0, bytesOut: 0 };
const only = (record: Partial<Invoked>) =>
  eventCost({
    intake: NO_CALL,
    record: { ...NOTHING, ...record },
    history: NOTHING,
    outcome: NOTHING,
    told: NOTHING,
    count: NOTHING,
    relate: NOTHING,
  });
const table = (units: Partial<Invoked['table']>) => ({ table: { ...NOTHING.table, ...units } });
const million = (name: keyof typeof PRICES) => PRICES[name].usd * 1e6;

it('a unit, an event, a request to the queue and a GB of the archive cost what the list says', () => {
  expect(only(table({ writeUnits: 2 })).recorded.usdPerMillion).toBeCloseTo(2 * million('writeUnit'), 9);
  expect(only(table({ readUnits: 3 })).recorded.usdPerMillion).toBeCloseTo(3 * million('readUnit'), 9);
  expect(only({ events: 1 }).recorded.usdPerMillion).toBeCloseTo(million('busEvent'), 9);
  expect(only({ queueRequests: 3 }).recorded.usdPerMillion).toBeCloseTo(3 * million('queueRequest'), 9);
  expect(only({ archivedBytes: 1024 ** 3 }).recorded.usdPerMillion).toBeCloseTo(million('archiveGb'), 9);
});

it('indexes and logs stand on lines of their own', () => {
  const indexed = only(table({ indexUnits: 4 }));
  expect(indexed.recorded.usdPerMillion).toBe(0);
  expect(indexed.indexes).toMatchObject({ writeUnits: 4, usdPerMillion: 4 * million('writeUnit') });
  const logged = only({ logBytes: 1000, logLines: 2 });
  expect(logged.recorded.usdPerMillion).toBe(0);
  expect(logged.logs.usdPerMillion).toBeCloseTo(((1000 + 2 * 26) / 1024 ** 3) * million('logGb'), 9);
});

it('an invocation is charged by its request and by its time and memory', () => {
  const use = { invocations: 1, items: 10, calls: 3 };
  expect(billedMs(use)).toBe(DECLARED.invocationMs + DECLARED.startMs + 10 * DECLARED.itemMs + 3 * DECLARED.callMs);
  const seconds = billedMs(use) / 1000;
  const gb = DECLARED.memoryMegabytes / 1024;
  expect(only(use).recorded.usdPerMillion).toBeCloseTo(
    million('lambdaRequest') + seconds * gb * million('lambdaGbSecond'),
    9,
  );
});

it('a call of the API is charged by its request and by what goes out', () => {
  const { read } = readCost({ ...NO_CALL, httpRequests: 1, bytesOut: 1024 ** 3 });
  expect(read.usdPerMillion).toBeCloseTo(million('httpApiRequest') + million('dataOutGb'), 6);
  expect(read.requests).toBe(1);
});

it('waiting costs its time and its looks, and spares the receipt', () => {
  const atOnce = { ...NO_CALL, ...table({ writeUnits: 1, indexUnits: 1 }) };
  const more = waitingCost({ ...NO_CALL, ...table({ readUnits: 1 }) }, atOnce);
  const seconds = DECLARED.recordedMs / 1000;
  const time = seconds * (DECLARED.memoryMegabytes / 1024) * million('lambdaGbSecond');
  expect(more).toMatchObject({ writeUnits: -2, readUnits: 1 });
  expect(more.usdPerMillion).toBeCloseTo(time + million('readUnit') - 2 * million('writeUnit'), 9);
});

it('every price says where it is from and when it was seen', () => {
  for (const [name, { usd, source, seen, unit }] of Object.entries(PRICES)) {
    expect(usd, name).toBeGreaterThan(0);
    expect(seen, name).toMatch(/^202\d-\d\d(-\d\d)?$/);
    expect(source.length, name).toBeGreaterThan(10);
    expect(unit.length, name).toBeGreaterThan(2);
  }
});
