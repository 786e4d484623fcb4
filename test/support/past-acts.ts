import fc from 'fast-check';
import { KINDS, type Kind, stageNames } from '#shared/domain/pipeline/ladders.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { recordStep, type Step } from './record-history.ts';
import type { Told } from './recount-past.ts';

/** Something that is told of one of a few records, some time after what was told before, about some other time. */
export interface PastAct {
  readonly record: number;
  readonly verb: 'move' | 'amend' | 'note' | 'release' | 'void' | 'restore';
  readonly number: number;
  /** Milliseconds after the act before; 0 is the same instant. */
  readonly after: number;
  /** Hours by which it happened before it was told; below zero it is a few minutes ahead. */
  readonly late: number;
  readonly seen: boolean;
}

const HOUR = 3600 * 1000;

export const pastActs = (records: number, length: number): fc.Arbitrary<PastAct[]> =>
  fc.array(
    fc.record({
      record: fc.nat(records - 1),
      verb: fc.constantFrom('move', 'move', 'move', 'amend', 'amend', 'amend', 'note', 'release', 'void', 'restore'),
      number: fc.nat(100_000),
      after: fc.oneof(fc.constant(0), fc.nat(2000), fc.nat(5 * HOUR), fc.nat(70 * HOUR)),
      late: fc.oneof(fc.constant(0), fc.integer({ min: -1, max: 2 }), fc.nat(24 * 60)),
      seen: fc.boolean(),
    }),
    { minLength: 1, maxLength: length, size: 'max' },
  );

const PREFIXES = { engagement: 'eng', 'ip-lead': 'ipl', 'trade-deal': 'trd' } as const;
/** Across the change to summer time. */
const START = Date.parse('2027-03-20T00:00:00Z');
/** What is ahead is so by less than 5 minutes. */
const AHEAD = 4 * 60 * 1000;

export interface PastStory {
  readonly told: readonly Told[];
  readonly steps: readonly Step[];
}

/** What is recorded of these acts, in the order of recording; the first of each record logs it. */
export function playPast(acts: readonly PastAct[]): PastStory {
  const states = new Map<number, RecordState>();
  const told: Told[] = [];
  const steps: Step[] = [];
  let now = START;
  for (const act of acts) {
    now += act.after;
    const before = states.get(act.record);
    const kind = KINDS[act.record % KINDS.length] as Kind;
    const event = {
      recordId: hashId(PREFIXES[kind], String(act.record)),
      kind,
      eventId: hashId('evt', String(steps.length)),
      occurredAt: new Date(now - (act.late < 0 ? -AHEAD : act.late * HOUR)).toISOString(),
      by: 'partner',
      ...(act.seen && before ? { expectedVersion: before.version } : {}),
      ...(before ? laterOn(kind, act) : { verb: 'logged', data: loggedOf(kind, act.number) }),
    } as RecordEvent;
    const recordedAt = new Date(now).toISOString();
    const step = recordStep(before, event, recordedAt);
    states.set(act.record, step.after);
    told.push({ event, recordedAt });
    steps.push(step);
  }
  return { told, steps };
}

const loggedOf = (kind: Kind, number: number) => ({
  title: 'A record',
  organisations: [{ id: hashId('org', '1') }],
  stage: stageNames(kind)[number % stageNames(kind).length],
  ...Object.fromEntries(
    Object.entries({ ...fieldOf(number), ...fieldOf(number >> 2), strand: STRANDS[number % STRANDS.length] }).filter(
      ([, value]) => value !== null,
    ),
  ),
});

function laterOn(kind: Kind, { verb, number }: PastAct): object {
  switch (verb) {
    case 'move':
      return { verb: 'moved', data: { to: stageNames(kind)[number % stageNames(kind).length] } };
    case 'amend':
      return { verb: 'amended', data: { fields: { ...fieldOf(number), ...(number % 3 ? {} : fieldOf(number >> 3)) } } };
    case 'note':
      return { verb: 'noted', data: { text: 'A note.' } };
    case 'release':
      return kind === 'ip-lead' ? { verb: 'released', data: {} } : { verb: 'noted', data: { text: 'A note.' } };
    case 'void':
      return { verb: 'voided', data: { reason: 'By mistake.' } };
    case 'restore':
      return { verb: 'restored', data: {} };
  }
}

/** A field and what it is told to be; null takes it away. */
function fieldOf(number: number): Record<string, unknown> {
  const or = (value: unknown) => (number % 11 === 0 ? null : value);
  const day = `2027-0${1 + (number % 9)}-1${number % 10}`;
  const amount = `${number}.${number % 2 ? '05' : '10'}`;
  const fields: readonly Record<string, unknown>[] = [
    { strand: STRANDS[number % STRANDS.length] },
    { value: or({ amount, currency: ['GBP', 'CNY', 'USD', 'EUR'][number % 4] }) },
    { value: { amount: '999999999999999.99', currency: 'CNY' } },
    { probability: or(number % 101) },
    { owner: or(`officer-${number % 3}`) },
    { place: or(['guangzhou', 'nanjing', 'bristol'][number % 3]) },
    { themes: or(THEMES.filter((_, index) => (number >> index) & 1)) },
    { expectedCloseOn: or(day) },
    { nextStep: or({ text: 'Call.', ...(number % 2 ? { dueOn: day } : {}) }) },
  ];
  return fields[number % fields.length] as Record<string, unknown>;
}
