import fc from 'fast-check';
import { KINDS, type Kind, stageNames } from '#shared/domain/pipeline/ladders.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { type Change, stepOf } from '#shared/reporting/changes.ts';
import { contributionOf } from '#shared/reporting/contribution.ts';
import { recordStep, type Step } from '#test/support/record-history.ts';

export const quiet = { info: () => {}, warn: () => {}, error: () => {} };

const PREFIXES = { engagement: 'eng', 'ip-lead': 'ipl', 'trade-deal': 'trd' } as const;
const idOf = (prefix: string, number: number) => `${prefix}_${String(number).padStart(26, '0')}`;

const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3600 * 1000;

/** What somebody does to one of a few records: which, what, and when it happened (hours since the start of 2026). */
export interface Act {
  readonly record: number;
  readonly verb: 'move' | 'value' | 'strand' | 'probability' | 'note' | 'void' | 'restore';
  readonly number: number;
  readonly hour: number;
  readonly seen: boolean;
}

export const acts = (records: number, length: number, atLeast = 1): fc.Arbitrary<Act[]> =>
  fc.array(
    fc.record({
      record: fc.nat(records - 1),
      verb: fc.constantFrom('move', 'move', 'move', 'value', 'strand', 'probability', 'note', 'void', 'restore'),
      number: fc.nat(10_000),
      hour: fc.nat(24 * 400),
      seen: fc.boolean(),
    }),
    { minLength: atLeast, maxLength: length, size: 'max' },
  );

/**
 * The steps that records take, in the order of recording; the first act of each record logs it first. Another `series` has other
 * records.
 */
export function play(acts: readonly Act[], series = 0): Step[] {
  const states = new Map<number, RecordState>();
  const steps: Step[] = [];
  let now = Date.parse('2027-03-01T00:00:00Z');
  const take = (record: number, event: Omit<RecordEvent, 'eventId' | 'recordId' | 'kind' | 'by'>) => {
    const kind = KINDS[record % KINDS.length] as Kind;
    now += 1000;
    const step = recordStep(
      states.get(record),
      {
        ...event,
        eventId: idOf('evt', series * 1_000_000 + steps.length),
        recordId: idOf(PREFIXES[kind], series * 1000 + record),
        kind,
        by: 'partner',
      } as RecordEvent,
      new Date(now).toISOString(),
    );
    states.set(record, step.after);
    steps.push(step);
  };
  for (const act of acts) {
    const occurredAt = new Date(START + act.hour * HOUR).toISOString();
    const kind = KINDS[act.record % KINDS.length] as Kind;
    if (!states.has(act.record))
      take(act.record, {
        occurredAt: new Date(START).toISOString(),
        verb: 'logged',
        data: loggedData(kind, act.number),
      } as never);
    const expectedVersion = act.seen ? { expectedVersion: states.get(act.record)?.version } : {};
    take(act.record, { occurredAt, ...expectedVersion, ...told(kind, act) } as never);
  }
  return steps;
}

const moneyOf = (number: number) =>
  number % 5 === 0
    ? null
    : { amount: `${number}.${number % 2 ? '05' : '10'}`, currency: ['GBP', 'CNY', 'USD', 'EUR'][number % 4] };

function loggedData(kind: Kind, number: number) {
  const value = moneyOf(number);
  return {
    title: 'A record',
    strand: STRANDS[number % STRANDS.length],
    stage: stageNames(kind)[number % 3],
    organisations: [{ id: idOf('org', 1) }],
    ...(value ? { value } : {}),
  };
}

function told(kind: Kind, { verb, number }: Act): object {
  const stages = stageNames(kind);
  switch (verb) {
    case 'move':
      return { verb: 'moved', data: { to: stages[number % stages.length] } };
    case 'value':
      return { verb: 'amended', data: { fields: { value: moneyOf(number) } } };
    case 'strand':
      return { verb: 'amended', data: { fields: { strand: STRANDS[number % STRANDS.length] } } };
    case 'probability':
      return { verb: 'amended', data: { fields: { probability: number % 7 === 0 ? null : number % 101 } } };
    case 'note':
      return { verb: 'noted', data: { text: 'A note.' } };
    case 'void':
      return { verb: 'voided', data: { reason: 'By mistake.' } };
    case 'restore':
      return { verb: 'restored', data: {} };
  }
}

/** A step as the stream tells it. */
export const changeOf = ({ before, after, event }: Step, sequence: bigint): Change => ({
  sequence,
  recordId: after.id,
  version: after.version,
  before: before ? contributionOf(before) : null,
  after: contributionOf(after),
  step: stepOf(before, { state: after, event }),
});

/** The stream's shards: a record always comes in the same one, in order. Sequence numbers grow by more than a digit. */
export function shardsOf(steps: readonly Step[], number: number): { id: string; changes: Change[] }[] {
  const shards = Array.from({ length: number }, (_, index) => ({
    id: `shardId-0000000000000000000${index}-abcdef0${index}`,
    changes: [] as Change[],
  }));
  for (const [index, step] of steps.entries()) {
    const shard = shards[Number(BigInt(`0x${Buffer.from(step.after.id).toString('hex')}`) % BigInt(number))];
    shard?.changes.push(changeOf(step, 9_000_000_000_000_000_000_095n + BigInt(index)));
  }
  return shards;
}
