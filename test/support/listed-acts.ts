import fc from 'fast-check';
import { ACTIVITY_TYPES, DIRECTIONS } from '#shared/domain/activity/activity.ts';
import { type EntityEvent, evolveEntity } from '#shared/domain/entity/evolve.ts';
import { isNoun, NOUNS, type Noun } from '#shared/domain/entity/nouns.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { isEntityState, type Subject } from '#shared/domain/link/links.ts';
import { EVIDENCE_TYPES, KINDS, type Kind, stageNames } from '#shared/domain/pipeline/ladders.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { type Outcome, outcomeOf, outcomeOfEntity } from '#shared/recording/outcome.ts';
import { toEntityItem } from '#shared/store/entities.ts';
import { entityHistoryItem, historyItem } from '#shared/store/history.ts';
import { fromRecordItem } from '#shared/store/record-item.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';
import { recordStep } from './record-history.ts';

const PREFIX: Readonly<Record<Kind | Noun, string>> = {
  engagement: 'eng',
  'ip-lead': 'ipl',
  'trade-deal': 'trd',
  organisation: 'org',
  contact: 'con',
  activity: 'act',
  agreement: 'agr',
};
const idOf = (prefix: string, number: number) => `${prefix}_${String(number).padStart(26, '0')}`;
export const subjectId = (kind: Kind | Noun, number = 1): string => idOf(PREFIX[kind], number);

/** One change of something that is listed: what it was, what it is, and its outcome event. */
export interface ListedStep {
  readonly before: Subject | undefined;
  readonly after: Subject;
  readonly outcome: Outcome;
  /** Its item and that of its history, as the table keeps them. */
  readonly item: Record<string, unknown>;
  readonly history: Record<string, unknown>;
}

/** Something that somebody tells: fields, or of a record also what else happens to it. */
export interface ListedAct {
  readonly at: number;
  readonly told:
    | { readonly verb: 'amended'; readonly fields: Readonly<Record<string, unknown>> }
    | { readonly verb: 'moved' | 'evidenced' | 'voided' | 'restored' | 'noted' | 'released'; readonly data: object };
}

const some = (prefix: string, most: number, least = 0) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: least, maxLength: most })
    .map((numbers) => numbers.map((number) => idOf(prefix, number)));
const days = fc
  .integer({ min: 0, max: 3_000 })
  .map((n) => new Date(Date.UTC(2019, 0, 1 + n)).toISOString().slice(0, 10));
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const places = fc.constantFrom('guangzhou', 'nanjing', 'birmingham');

const FIELDS: Readonly<Record<Noun, Readonly<Record<string, fc.Arbitrary<unknown>>>>> = {
  organisation: {
    name: fc.constantFrom('One', 'Two'),
    mergedInto: maybe(fc.constantFrom(idOf('org', 2), idOf('org', 3))),
  },
  contact: { organisations: some('org', 3, 1), retainUntil: days },
  activity: {
    title: fc.constantFrom('A visit', 'A delegation'),
    type: fc.constantFrom(...ACTIVITY_TYPES),
    direction: fc.constantFrom(...DIRECTIONS),
    on: days,
    organisations: some('org', 3, 1),
    place: maybe(places),
    records: maybe(some('trd', 3)),
    agreementId: maybe(fc.constant(idOf('agr', 1))),
    contacts: maybe(some('con', 3)),
  },
  agreement: {
    title: fc.constantFrom('A memorandum', 'An agreement'),
    organisations: some('org', 3, 1),
    place: maybe(places),
    signedOn: maybe(days),
    expiresOn: maybe(days),
    renewalNoticeDays: maybe(fc.integer({ min: 0, max: 400 })),
  },
};

const OF_RECORD = {
  title: fc.constantFrom('A', 'B'),
  organisations: some('org', 3, 1),
  contacts: maybe(some('con', 2)),
  agreementId: maybe(fc.constantFrom(idOf('agr', 1), idOf('agr', 2))),
  place: maybe(places),
};

const change = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc
    .constantFrom(...Object.keys(fields))
    .chain((name) => (fields[name] as fc.Arbitrary<unknown>).map((value) => ({ [name]: value })));

const amendment = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<ListedAct['told']> =>
  change(fields).map((changed) => ({ verb: 'amended', fields: changed }));

const evidence = fc.record({
  type: fc.constantFrom(...EVIDENCE_TYPES),
  outcome: fc.constantFrom('passed', 'failed', 'not-applicable'),
  on: fc.constant('2018-12-31'),
  expiresOn: fc.option(days, { nil: undefined }),
  author: fc.constant('somebody'),
});

const onRecord = (kind: Kind): fc.Arbitrary<ListedAct['told']> =>
  fc.oneof(
    amendment({ ...OF_RECORD, ...(kind === 'ip-lead' ? { inventors: maybe(some('con', 2)) } : {}) }),
    fc.constantFrom(...stageNames(kind)).map((to) => ({ verb: 'moved' as const, data: { to } })),
    evidence.map((data) => ({ verb: 'evidenced' as const, data })),
    fc.constantFrom(
      { verb: 'voided' as const, data: { reason: 'By mistake.' } },
      { verb: 'restored' as const, data: {} },
      { verb: 'noted' as const, data: { text: 'A note.' } },
    ),
  );

/** What happens to one thing of that kind or noun, after it was logged; `at` is its hour, in no order. */
export const actsOn = (kind: Kind | Noun, most = 8): fc.Arbitrary<ListedAct[]> =>
  fc.array(fc.record({ at: fc.nat(2_000), told: isNoun(kind) ? amendment(FIELDS[kind]) : onRecord(kind) }), {
    maxLength: most,
  });

/** What a thing of that kind or noun begins with. */
export const startOf = (kind: Kind | Noun): fc.Arbitrary<Record<string, unknown>> =>
  isNoun(kind)
    ? // Nobody logs an organisation as merged into another.
      fc.record(FIELDS[kind]).map(({ mergedInto: _, ...fields }) => withoutNull(fields))
    : fc
        .record({ ...OF_RECORD, stage: fc.constantFrom(...stageNames(kind)) })
        .map((fields) => ({ ...withoutNull(fields), strand: 'research-alliance' }));

export const SUBJECT_KINDS = [...KINDS, ...NOUNS] as const;

const withoutNull = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
const instant = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();

/** Every step of one thing, in the order of recording. */
export function stepsOf(
  kind: Kind | Noun,
  start: Readonly<Record<string, unknown>>,
  acts: readonly ListedAct[],
  number = 1,
): ListedStep[] {
  const id = subjectId(kind, number);
  const steps: ListedStep[] = [];
  let before: Subject | undefined;
  const common = (index: number, at: number) => ({
    recordId: id,
    kind,
    eventId: `evt_${String(number * 1_000 + index).padStart(26, '0')}`,
    occurredAt: instant(at),
    by: 'user' as const,
  });
  const take = (event: object, recordedAt: string) => {
    const step = isNoun(kind)
      ? entityStep(before as EntityState | undefined, event as EntityEvent, recordedAt)
      : ofRecord(before as RecordState | undefined, event as RecordEvent, recordedAt);
    steps.push({ before, ...step });
    before = step.after;
  };
  const organisations = (fields: Readonly<Record<string, unknown>>) =>
    isNoun(kind) || !fields['organisations']
      ? fields
      : { ...fields, organisations: (fields['organisations'] as string[]).map((each) => ({ id: each })) };
  const first = organisations(start);
  take({ ...common(0, 0), verb: 'logged', ...(isNoun(kind) ? { fields: first } : { data: first }) }, instant(3_000));
  for (const [index, { at, told }] of acts.entries()) {
    const words =
      told.verb !== 'amended'
        ? told
        : isNoun(kind)
          ? told
          : { verb: told.verb, data: { fields: organisations(told.fields) } };
    take({ ...common(index + 1, 1 + at), ...words }, instant(3_001 + index));
  }
  return steps;
}

function ofRecord(before: RecordState | undefined, event: RecordEvent, recordedAt: string): Omit<ListedStep, 'before'> {
  const { after, item, history } = recordStep(before, event, recordedAt);
  // What the table keeps of it follows from the record's item.
  return { after, item, history: { ...historyItem(fromRecordItem(item)) }, outcome: outcomeOf(history) };
}

function entityStep(
  before: EntityState | undefined,
  told: EntityEvent,
  recordedAt: string,
): Omit<ListedStep, 'before'> {
  const { state, changes, superseded } = evolveEntity(before, told, recordedAt);
  const event: StoredEvent = {
    eventId: told.eventId,
    verb: told.verb,
    occurredAt: told.occurredAt,
    receivedAt: recordedAt,
    recordedAt,
    version: state.version,
    actor: { type: told.by, id: 'somebody' },
    channel: 'api',
    correlationId: told.eventId,
    data: told.verb === 'amended' ? {} : told.fields,
    changes,
    ...(Object.keys(superseded).length > 0 ? { superseded } : {}),
  };
  if (!isEntityState(state)) throw new Error('An entity is one.');
  const history = entityHistoryItem({ state, event });
  return { after: state, item: toEntityItem(state, event), history: { ...history }, outcome: outcomeOfEntity(history) };
}

/** An outcome as a rule of the bus sends it to a queue. */
export const onTheBus = ({ contract, detail }: Outcome): Record<string, unknown> => ({
  id: `envelope-${detail.metadata.eventId}`,
  source: contract.source,
  'detail-type': contract.name,
  detail: JSON.parse(JSON.stringify(detail)),
});
