import fc from 'fast-check';
import type { FxRates } from '#shared/domain/money/fx-rates.ts';
import { formatMinor } from '#shared/domain/money/money.ts';
import { KINDS, type Kind, stageNames } from '#shared/domain/pipeline/ladders.ts';
import type { Told } from '#shared/domain/record/changes.ts';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import { evt, loggedData, org } from './record-events.ts';
import type { HistoryEvent, World } from './report-history.ts';

/** Noon so many days into the story. */
export const dayAt = (n: number): string => new Date(Date.UTC(2026, 2, 1 + n, 12)).toISOString();

/** When reports are made: a first, a second, a third. */
export const CUT_OFFS = [dayAt(10), dayAt(20), dayAt(30)] as const;

/** Titles, so that each can be found wherever it stands. */
export const titleOf = (record: number, told: number) => `Title-of-${record}-told-${told}.`;

/** SGD never has a rate. */
const CURRENCIES = ['GBP', 'CNY', 'USD', 'JPY', 'KWD', 'SGD'] as const;

const money = fc
  .tuple(
    fc.constantFrom(...CURRENCIES),
    fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 99_999n), fc.bigInt(0n, 10n ** 12n)),
  )
  .map(([currency, minor]) => ({ amount: formatMinor(minor, currency), currency }));

const fields = {
  strand: fc.constantFrom(...STRANDS),
  value: fc.option(money, { nil: null, freq: 5 }),
  probability: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null, freq: 2 }),
  place: fc.option(fc.constantFrom('guangzhou', 'nanjing', 'bristol'), { nil: null, freq: 4 }),
  owner: fc.option(fc.constantFrom('li.wei', 'a.khan'), { nil: null, freq: 4 }),
  themes: fc.option(fc.subarray([...THEMES]), { nil: null, freq: 4 }),
  expectedCloseOn: fc.option(
    fc.integer({ min: 0, max: 60 }).map((n) => dayAt(n).slice(0, 10)),
    { nil: null },
  ),
  nextStep: fc.option(
    fc.integer({ min: 0, max: 60 }).map((n) => ({ text: 'Call', dueOn: dayAt(n).slice(0, 10) })),
    {
      nil: null,
    },
  ),
};

const LOST = new Set(['lost', 'withdrawn']);
const moveTo = (to: string) => ({
  to,
  reason: 'As told.',
  ...(LOST.has(to) ? { lostReason: 'other' as const } : {}),
});

const told = (kind: Kind): fc.Arbitrary<Told> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(...stageNames(kind)).map((to): Told => ({ verb: 'moved', data: moveTo(to) })),
    },
    {
      weight: 5,
      arbitrary: fc
        .record(fields, { requiredKeys: [] })
        .filter((some) => Object.keys(some).length > 0)
        .map((some): Told => ({ verb: 'amended', data: { fields: some } })),
    },
    { weight: 1, arbitrary: fc.constant<Told>({ verb: 'voided', data: { reason: 'Entered twice.' } }) },
    { weight: 1, arbitrary: fc.constant<Told>({ verb: 'restored', data: {} }) },
    { weight: 1, arbitrary: fc.constant<Told>({ verb: 'noted', data: { text: 'Met at the fair.' } }) },
    ...(kind === 'ip-lead' ? [{ weight: 1, arbitrary: fc.constant<Told>({ verb: 'released', data: {} }) }] : []),
  );

const PREFIX: Readonly<Record<Kind, string>> = { engagement: 'eng', 'ip-lead': 'ipl', 'trade-deal': 'trd' };

/** A record: its logging, and what is told after it, each some time after it happened. */
const story = fc.constantFrom(...KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    stage: fc.constantFrom(...stageNames(kind)),
    start: fc.record(fields, { requiredKeys: ['strand'] }),
    loggedOn: fc.integer({ min: 0, max: 25 }),
    told: fc.array(
      fc.record({ told: told(kind), after: fc.integer({ min: 0, max: 18 }), late: fc.constantFrom(0, 0, 0, 3, 9) }),
      { maxLength: 6 },
    ),
  }),
);

type Story = typeof story extends fc.Arbitrary<infer Told> ? Told : never;

const rate = fc
  .integer({ min: 1, max: 99_999 })
  .map((n) => `${Math.floor(n / 10_000)}.${String(n % 10_000).padStart(4, '0')}`);
const ratesOfDay = fc.tuple(
  fc.constantFrom(2, 8, 9, 15, 19, 25),
  fc.record({ CNY: rate, USD: rate, JPY: rate, KWD: rate }, { requiredKeys: ['CNY'] }),
  fc.constantFrom(0, 0, 4),
);

/** Any history of a few records and of the rates, over the time of three reports. */
export const anyWorld: fc.Arbitrary<World> = fc
  .tuple(fc.array(story, { minLength: 1, maxLength: 8 }), fc.array(ratesOfDay, { minLength: 1, maxLength: 5 }))
  .map(([stories, rates]) => ({ events: stories.flatMap(eventsOf), rates: rates.map(ratesTold) }));

function eventsOf({ kind, stage, start, loggedOn, told: all }: Story, record: number): HistoryEvent[] {
  const present = Object.fromEntries(Object.entries(start).filter(([, value]) => value !== null));
  const { to, ...why } = moveTo(stage);
  const data = loggedData(kind, { ...present, ...(LOST.has(to) ? why : {}), stage, title: titleOf(record, 0) });
  const about = { recordId: `${PREFIX[kind]}_${String(record).padStart(26, '0')}`, kind, by: 'partner' as const };
  const actor = { type: 'user' as const, id: 'li.wei' };
  const event = (n: number, occurred: number, recorded: number, what: Told): HistoryEvent => ({
    ...about,
    eventId: evt(record * 100 + n),
    occurredAt: dayAt(occurred),
    recordedAt: dayAt(recorded),
    actor,
    ...what,
  });
  let recordedOn = loggedOn;
  return [
    event(0, loggedOn, loggedOn, { verb: 'logged', data: { ...data, organisations: [{ id: org(1) }] } }),
    ...all.map(({ told: what, after, late }, index) => {
      recordedOn = Math.max(recordedOn, Math.min(loggedOn + after, 40));
      return event(index + 1, Math.max(loggedOn, recordedOn - late), recordedOn, what);
    }),
  ];
}

const ratesTold = ([on, of, late]: readonly [number, Record<string, string>, number]): FxRates => ({
  date: dayAt(on).slice(0, 10),
  base: 'GBP',
  rates: of,
  recordedAt: dayAt(on + late),
});
