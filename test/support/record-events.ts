import fc from 'fast-check';
import type { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import type { Gate, Kind } from '#shared/domain/pipeline/ladders.ts';
import { GATES, KINDS, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { gatesBetween, LOST_REASONS } from '#shared/domain/pipeline/moves.ts';
import type { LoggedData, RecordEvent, Told } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';

export const RECORD_ID: Readonly<Record<Kind, string>> = {
  engagement: 'eng_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  'ip-lead': 'ipl_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  'trade-deal': 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
};

/** The n-th event's id: they sort as their numbers do. */
export const evt = (n: number): string => `evt_${String(n).padStart(26, '0')}`;
export const org = (n: number): string => `org_${String(n).padStart(26, '0')}`;
export const con = (n: number): string => `con_${String(n).padStart(26, '0')}`;

/** An instant so many minutes into the test's day. */
export const minute = (n: number): string => new Date(Date.UTC(2026, 2, 2, 9, n)).toISOString();

const KIND_DATA: Readonly<Record<Kind, Record<string, unknown>>> = {
  engagement: { engagementType: 'joint-programme' },
  'ip-lead': { ipType: 'patent' },
  'trade-deal': { direction: 'uk-export' },
};

/** What a logging of that kind says at least. */
export const loggedData = (kind: Kind, more: Record<string, unknown> = {}): LoggedData => ({
  title: 'Joint laboratory for offshore wind blades',
  strand: 'business-engagement',
  organisations: [{ id: org(1) }],
  stage: stageNames(kind)[0],
  ...KIND_DATA[kind],
  ...more,
});

export interface Circumstances {
  readonly kind?: Kind;
  /** Number of the event. */
  readonly n?: number;
  /** Minute at which it happened. */
  readonly at?: number;
  readonly by?: RecordEvent['by'];
  readonly saw?: number;
}

/** An event about the record of its kind: unless said, by a partner on a trade deal. */
export function event(
  told: Told,
  { kind = 'trade-deal', n = 1, at = n, by = 'partner', saw }: Circumstances = {},
): RecordEvent {
  return {
    recordId: RECORD_ID[kind],
    kind,
    eventId: evt(n),
    occurredAt: minute(at),
    by,
    ...(saw === undefined ? {} : { expectedVersion: saw }),
    ...told,
  };
}

export const logged = (more: Record<string, unknown> = {}, circumstances: Circumstances = {}): RecordEvent =>
  event({ verb: 'logged', data: loggedData(circumstances.kind ?? 'trade-deal', more) }, { n: 0, ...circumstances });

/** The record that these events made, recorded a minute after another. */
export function given(...events: readonly RecordEvent[]): RecordState {
  let state: RecordState | undefined;
  for (const [index, each] of events.entries()) state = evolve(state, each, minute(1_000 + index)).state;
  if (!state) throw new Error('At least a logging.');
  return state;
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const word = fc.constantFrom('turbines', '风电叶片', 'graphene', 'é', 'battery recycling', 'two  spaces');
const day = fc.constantFrom('2026-06-30', '2026-12-31', '2027-02-28');

/** Fields that an amendment may bring, each with the values it may take; null takes it away. */
const amendable = (kind: Kind): Record<string, fc.Arbitrary<unknown>> => ({
  title: word,
  strand: fc.constantFrom(...STRANDS),
  organisations: fc
    .uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
    .map((ns) => ns.map((n) => ({ id: org(n) }))),
  owner: optional(fc.constantFrom('li.wei', 'a.khan')),
  place: optional(fc.constantFrom('guangzhou', 'nanjing')),
  value: optional(
    fc.constantFrom(
      { amount: '10.00', currency: 'GBP' },
      { amount: '1250000', currency: 'JPY' },
      { amount: '0.001', currency: 'KWD' },
    ),
  ),
  probability: optional(fc.integer({ min: 0, max: 100 })),
  expectedCloseOn: optional(day),
  nextStep: optional(fc.constantFrom({ text: 'Call back' }, { text: 'Send the draft', dueOn: '2026-04-01' })),
  themes: optional(fc.uniqueArray(fc.constantFrom(...THEMES), { maxLength: 2 })),
  tags: optional(fc.uniqueArray(word, { maxLength: 3 })),
  description: optional(word),
  externalRef: optional(fc.constantFrom({ partner: 'jitri', ref: 'D-17' }, { partner: 'gz-portal', ref: '8' })),
  ...(kind === 'ip-lead'
    ? {
        confidential: optional(fc.boolean()),
        trl: optional(fc.integer({ min: 1, max: 9 })),
        priorityDate: optional(day),
      }
    : {}),
  ...(kind === 'trade-deal' ? { sector: optional(word), buyer: optional(word) } : {}),
});

const amendment = (kind: Kind): fc.Arbitrary<Told> =>
  fc
    .record(amendable(kind), { requiredKeys: [] })
    .filter((fields) => Object.keys(fields).length > 0)
    .map((fields) => ({ verb: 'amended', data: { fields } }));

const LOST = new Set(['lost', 'withdrawn']);

const moving = (kind: Kind): fc.Arbitrary<Told> =>
  fc.constantFrom(...stageNames(kind)).chain((to): fc.Arbitrary<Told> => {
    if (!LOST.has(to)) return fc.constant({ verb: 'moved', data: { to, reason: 'As told.' } });
    return fc
      .constantFrom(...LOST_REASONS)
      .map((lostReason) => ({ verb: 'moved', data: { to, lostReason, reason: 'As told.' } }));
  });

const others = (kind: Kind): fc.Arbitrary<Told> =>
  fc.constantFrom<Told>(
    { verb: 'noted', data: { text: 'Met at the fair.' } },
    { verb: 'voided', data: { reason: 'Logged twice.' } },
    { verb: 'restored', data: {} },
    ...(kind === 'ip-lead' ? [{ verb: 'released', data: {} } as const] : []),
  );

/** Checks of any outcome, waivers among them. */
const evidence = (kind: Kind): fc.Arbitrary<Told> =>
  fc
    .tuple(
      fc.constantFrom(...openersOf(kind)),
      fc.constantFrom(
        { outcome: 'passed', on: '2026-02-01' },
        { outcome: 'passed', on: '2025-02-01', expiresOn: '2026-02-01' },
        { outcome: 'not-applicable', on: '2026-02-02', note: 'Nothing to check.' },
        { outcome: 'failed', on: '2026-02-03', document: 'CHECK-7' },
        { waived: true, reason: 'Known for years.' },
        { waived: true, reason: 'Until they answer.', expiresOn: '2026-02-28' },
      ),
    )
    .map(([type, found]) => ({ verb: 'evidenced', data: { type, ...found, author: 'jitri' } }) as Told);

/** The fewest types of evidence with which a record of a kind may go anywhere. */
export function openersOf(kind: Kind, gates: readonly Gate[] = Object.values(GATES[kind]).flat()): EvidenceType[] {
  const types: EvidenceType[] = [];
  for (const gate of [...gates].sort((a, b) => a.length - b.length))
    if (!gate.some((type) => types.includes(type))) types.push(gate[0]);
  return types;
}

/**
 * The latest words on what the gates ask for: they are open once these are told, and closed by whatever else was said of them. By the
 * system, as a partner tells nothing of evidence, and a user nothing of a record that is voided.
 */
const lastEvidence = (kind: Kind): RecordEvent[] =>
  openersOf(kind).map((type, index) =>
    event(
      { verb: 'evidenced', data: { type, outcome: 'passed', on: '2026-02-04', author: 'jitri' } },
      { kind, n: 200 + index, at: 8, by: 'system' },
    ),
  );

/**
 * What may be told of a record, in the order of the events' numbers: its logging first, the evidence that opens its gates next, what a
 * partner tells before or after them in time, with other words on the evidence in between.
 */
export const partnerStory: fc.Arbitrary<RecordEvent[]> = fc.constantFrom(...KINDS).chain((kind) =>
  fc
    .tuple(
      fc.constantFrom(...stageNames(kind)),
      fc.record(amendable(kind), { requiredKeys: [] }),
      fc.array(
        fc.tuple(
          fc.oneof(amendment(kind), moving(kind), moving(kind), evidence(kind), others(kind)),
          fc.integer({ min: 0, max: 7 }),
        ),
        { maxLength: 8 },
      ),
      // Ids fall as they will, so that equal times are told apart by something other than the order of telling.
      fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { minLength: 9, maxLength: 9 }),
    )
    .map(([stage, fields, told, ids]) => {
      const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
      const gates = gatesBetween(kind, stageNames(kind)[0] as string, stage).map(({ gate }) => gate);
      const evidence = openersOf(kind, gates).map((type) => ({
        type,
        outcome: 'passed' as const,
        on: '2026-01-05',
        author: 'jitri',
      }));
      const start = {
        stage,
        ...(LOST.has(stage) ? { lostReason: 'other' as const, reason: 'No answer.' } : {}),
        ...(evidence.length > 0 ? { evidence } : {}),
      };
      return [
        logged({ ...present, ...start }, { kind, n: ids[8] as number, at: 3 }),
        ...lastEvidence(kind),
        ...told.map(([each, at], index) =>
          event(each, {
            kind,
            n: ids[index] as number,
            at,
            by: each.verb === 'evidenced' ? 'system' : 'partner',
          }),
        ),
      ];
    }),
);

/** A record without what the order of recording decides. */
export function apartFromRecording({
  version: _,
  updatedAt: __,
  ...rest
}: RecordState): Omit<RecordState, 'version' | 'updatedAt'> {
  return rest;
}
