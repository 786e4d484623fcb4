import { beforeAll, describe, expect, it } from 'vitest';
import { costTable } from '../../../bench/model/cost.ts';
import { type Invoked, measurePaths, type Paths } from '../../../bench/model/paths.ts';

let paths: Paths;

beforeAll(async () => {
  paths = await measurePaths({ events: 10, counted: 200 });
});

/** Units of the table, of its indexes, and of reading, for each event. */
const units = ({ table: { writeUnits, indexUnits, readUnits } }: Invoked) => [writeUnits, indexUnits, readUnits];

describe('logging a record, answered at once', () => {
  it('puts the receipt, then publishes once, and reads nothing but the organisation that it names', () => {
    const { intake } = paths.events.log.alone;
    expect(units(intake)).toEqual([1, 1, 0.5]);
    expect(intake).toMatchObject({ httpRequests: 1, invocations: 1, events: 1, queueRequests: 1, calls: 3 });
    expect(intake.bytesOut).toBeGreaterThan(300);
    expect(intake.archivedBytes).toBeGreaterThan(500);
    expect(intake.logLines).toBe(1);
  });

  it('is recorded by one write of one unit, five of the indexes, and no read', () => {
    const { record } = paths.events.log.alone;
    expect(units(record)).toEqual([1, 5, 0]);
    expect(record).toMatchObject({ invocations: 1, queueRequests: 2, calls: 1 });
  });

  it('takes a tenth of the invocations and of the queue in full batches, and the same units', () => {
    const { record } = paths.events.log.full;
    expect(units(record)).toEqual([1, 5, 0]);
    expect(record).toMatchObject({ invocations: 0.1, queueRequests: 0.2 });
  });

  it('has its history kept by one write, and looks once whether anything waited for the record', () => {
    expect(units(paths.events.log.alone.history)).toEqual([1, 1, 1]);
    expect(units(paths.events.log.full.history)).toEqual([1, 1, 1]);
  });

  it('is told by one event, and counted by writes of heads alone', () => {
    const { outcome, count } = paths.events.log.full;
    expect(units(outcome)).toEqual([0, 0, 0]);
    expect(outcome.events).toBe(1);
    expect(count.table.indexUnits).toBe(0);
    expect(count.table.writeUnits).toBeGreaterThan(0);
  });
});

it('each outcome is one message to subscribers, which touches no table while there are none', () => {
  for (const name of ['log', 'move', 'note'] as const) {
    const { alone, full } = paths.events[name];
    // Sent by the rule, received and deleted.
    expect(alone.told, name).toMatchObject({ invocations: 1, queueRequests: 3, items: 1, calls: 0 });
    expect(full.told.queueRequests, name).toBeCloseTo(1.2, 9);
    expect(full.told.invocations, name).toBeCloseTo(0.1, 9);
    expect(units(full.told), name).toEqual([0, 0, 0]);
  }
});

describe('listing where it belongs', () => {
  it('takes a new record two looks and a write for its organisation, and no index; a batch is looked at together', () => {
    const { relate } = paths.events.log.alone;
    expect(units(relate)).toEqual([1, 0, 2]);
    expect(relate).toMatchObject({ invocations: 1, queueRequests: 3, calls: 3 });
    expect(paths.events.log.full.relate).toMatchObject({ invocations: 0.1, queueRequests: 1.2, calls: 1.2 });
  });

  it('is not even begun for a note, an amendment of other fields and an early move', () => {
    for (const name of ['amend', 'move', 'note'] as const)
      expect(paths.events[name].alone.relate, name).toMatchObject({ invocations: 0, queueRequests: 0, calls: 0 });
  });
});

it('a key of the request costs one more write, in its index too, and a look', () => {
  expect(units(paths.events['log, Idempotency-Key'].alone.intake)).toEqual([2, 2, 1.5]);
});

it('a request that waits puts no receipt, and looks for its record', () => {
  expect(paths.waiting).toMatchObject({ events: 1, invocations: 1 });
  expect(paths.waiting.table.writeUnits).toBe(0);
  expect(paths.waiting.table.readUnits).toBeGreaterThanOrEqual(1);
});

describe('a change of a record', () => {
  it('reads the record at intake, and again with its history and receipt when it is recorded', () => {
    for (const name of ['amend', 'move', 'note'] as const) {
      const { intake, record } = paths.events[name].alone;
      expect(units(intake), name).toEqual([1, 1, 1]);
      expect(record.table.readUnits, name).toBe(4);
    }
  });

  it('moves the record in the indexes whose keys it changes', () => {
    const ofIndexes = (name: 'amend' | 'move' | 'note') => paths.events[name].alone.record.table.indexUnits;
    expect([ofIndexes('note'), ofIndexes('amend'), ofIndexes('move')]).toEqual([6, 6, 10]);
  });

  it('that counts for nothing writes no head, only its step in the journal', () => {
    expect(units(paths.events.note.alone.count)).toEqual([1, 0, 0]);
  });
});

it('the pipeline reads its generation, five heads, the currencies and one page of rates', () => {
  expect(paths.reads.pipeline.table).toMatchObject({ requests: 4, readUnits: 8, writeUnits: 0 });
});

it('a record is read by one unit, and the names of its organisations by half of one', () => {
  expect(paths.reads.record.table.readUnits).toBe(1.5);
});

describe('what it comes to', () => {
  it('is at most 6.10 dollars a million up to recorded, alone and in batches', () => {
    const { alone, full } = costTable(paths);
    expect(alone.log.recorded.usdPerMillion).toBeLessThanOrEqual(6.1);
    expect(full.log.recorded.usdPerMillion).toBeLessThan(alone.log.recorded.usdPerMillion);
  });

  it('counts every unit once: the lines add up to all of it', () => {
    for (const { all, ...lines } of Object.values(costTable(paths).alone)) {
      const sum = Object.values(lines).reduce((total, { usdPerMillion }) => total + usdPerMillion, 0);
      expect(all.usdPerMillion).toBeCloseTo(sum, 9);
    }
  });
});
