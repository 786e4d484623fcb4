import { KINDS, type Kind, LADDERS, stageNames } from '#shared/domain/pipeline/ladders.ts';
import type { LoggedData, RecordEvent, Told } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import { idPrefixOf } from '#shared/domain/record/kinds.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { hashId } from '#shared/runtime/ids.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';

/** Whoever logs a record in a bench: as long as the id that Cognito gives to a user. */
export const OWNER = '5b1f0c3e-8a4d-4f6b-9d2e-7c3a1b0e9f42';
const ORGANISATION = { name: 'South China University of Technology', place: 'guangzhou' } as const;
const CURRENCIES = ['GBP', 'CNY', 'USD', 'EUR'] as const;

/** What each kind must say, and a little that it may. */
const OWN: Readonly<Record<Kind, object>> = {
  engagement: { engagementType: 'collaborative-research' },
  'ip-lead': { ipType: 'patent', trl: 4, college: 'Engineering and Physical Sciences' },
  'trade-deal': { direction: 'uk-export', sector: 'Rail' },
};

/** A record as people log it: a title of 60 characters, one organisation, money, a date, a next step; no long description. */
export function bodyOf(kind: Kind, index: number): Record<string, unknown> {
  return {
    title: `Signalling and door controls for the airport line, lot ${String(index).padStart(6, '0')}`,
    strand: STRANDS[index % STRANDS.length],
    organisations: [ORGANISATION],
    place: 'guangzhou',
    value: { amount: `${1_000 + ((index * 7_919) % 2_000_000)}.00`, currency: CURRENCIES[index % CURRENCIES.length] },
    expectedCloseOn: '2027-11-30',
    nextStep: { text: 'Send the module list for accreditation', dueOn: '2027-03-27' },
    tags: ['rail'],
    ...OWN[kind],
  };
}

/** A record and its latest event, as recording leaves them. */
export interface Recorded {
  readonly state: RecordState;
  readonly event: StoredEvent;
}

const DAY_MS = 24 * 3600 * 1000;
/** Records of a bench were logged in the two years before this. */
export const LAST_DAY = Date.parse('2026-09-30T09:00:00.000Z');

/** A freshly logged record, by the product's own evolution. The `series` keeps the ids of several benches apart; `more` is what it has otherwise. */
export function logged(
  kind: Kind,
  index: number,
  series: string,
  stage = stageNames(kind)[0] as string,
  more: object = {},
): Recorded {
  const occurredAt = new Date(LAST_DAY - (index % 730) * DAY_MS).toISOString();
  const { organisations: _, ...fields } = bodyOf(kind, index);
  const organisations = [{ id: hashId('org', ORGANISATION.name), ...ORGANISATION }];
  const data = { stage, owner: OWNER, ...fields, organisations, ...more } as unknown as LoggedData;
  return next(undefined, { kind, index, series, occurredAt, told: { verb: 'logged', data } });
}

/**
 * The history of the record of that number, one to three events: over all strands, kinds and stages, four currencies and two years. Each
 * bench of a size has the same records.
 */
export function historyOf(index: number, series = 'bench', more: object = {}): Recorded[] {
  const kind = KINDS[index % KINDS.length] as Kind;
  const ladder = LADDERS[kind];
  const to = ladder[Math.floor(index / KINDS.length) % ladder.length] as (typeof ladder)[number];
  const history = [logged(kind, index, series, undefined, more)];
  const first = Date.parse((history[0] as Recorded).state.createdAt);
  const way = [...new Set([ladder[1]?.name as string, to.name])].filter(() => to !== ladder[0]);
  for (const [step, target] of way.entries()) {
    const before = (history.at(-1) as Recorded).state;
    const occurredAt = new Date(first + (step + 1) * (5 + (index % 40)) * DAY_MS).toISOString();
    const lost = target === to.name && to.phase === 'lost' ? { lostReason: 'price' as const } : {};
    const told = { verb: 'moved', data: { to: target, ...lost } } as const;
    history.push(next(before, { kind, index, series, occurredAt, told }));
  }
  return history;
}

/** What happens next to a record. */
interface Happening {
  readonly kind: Kind;
  readonly index: number;
  readonly series: string;
  readonly occurredAt: string;
  readonly told: Told;
}

/** The next event of a record, and what it made of it: by the product's own evolution. */
export function next(before: RecordState | undefined, { kind, index, series, occurredAt, told }: Happening): Recorded {
  const recordId = hashId(idPrefixOf(kind), series, String(index));
  const eventId = hashId('evt', series, String(index), String(before?.version ?? 0));
  const event = { recordId, kind, eventId, occurredAt, by: 'user', ...told } as RecordEvent;
  const recordedAt = new Date(Date.parse(occurredAt) + 312).toISOString();
  const { state, changes } = evolve(before, event, recordedAt);
  const stored: StoredEvent = {
    eventId,
    verb: told.verb,
    occurredAt,
    receivedAt: occurredAt,
    recordedAt,
    version: state.version,
    actor: { type: 'user', id: OWNER },
    channel: 'api',
    correlationId: eventId,
    // The event tells of organisations with their names, and is kept with their ids.
    data:
      told.verb === 'logged' ? { ...told.data, organisations: told.data.organisations.map(({ id }) => id) } : told.data,
    changes,
  };
  return { state, event: stored };
}
