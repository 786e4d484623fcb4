import { formatMinor, toMinor } from '#shared/domain/money/money.ts';
import { KINDS, type Kind, type Phase, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { FIRST_PLACES } from '#shared/domain/place.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';
import {
  type BridgeChange,
  MOVEMENTS,
  type Movement,
  type OpenTerms,
  type WeightedTerms,
} from '#shared/reports/bridge-schema.ts';
import { type RecordLine, Report } from '#shared/reports/report.ts';

/*
 * A report put together by hand for the forms: it has every section and every kind of cell, long names, both scripts, a currency
 * without a rate, and figures that add up. How its figures come about is other tests' business.
 */

const id = (prefix: string, n: number) => `${prefix}_01JD3Q8M5V7X9Z1B3D5F7H9${String(n).padStart(3, '0')}`;

interface Given {
  readonly strand: Strand;
  readonly kind: Kind;
  readonly stage: string;
  readonly count: number;
  /** Pence. */
  readonly value: bigint;
  readonly percent: bigint;
  readonly byCurrency: readonly (readonly [currency: string, minor: bigint])[];
  readonly days: readonly [median: number, longest: number];
}

const given = (
  strand: Strand,
  kind: Kind,
  stage: string,
  count: number,
  value: bigint,
  percent: bigint,
  byCurrency: Given['byCurrency'],
  days: Given['days'],
): Given => ({ strand, kind, stage, count, value, percent, byCurrency, days });

const GIVEN: readonly Given[] = [
  given('research-alliance', 'engagement', 'scoping', 4, 48_250_000n, 35n, [['GBP', 48_250_000n]], [21.5, 64]),
  given('research-alliance', 'engagement', 'negotiating', 2, 91_500_000n, 75n, [['CNY', 844_875_346n]], [12, 18]),
  given('research-alliance', 'ip-lead', 'marketed', 3, 17_900_050n, 30n, [['GBP', 17_900_050n]], [40, 133]),
  given('research-alliance', 'engagement', 'delivering', 5, 132_000_000n, 100n, [['GBP', 132_000_000n]], [210, 512]),
  given('postgraduate-partnership', 'engagement', 'proposal', 3, 26_400_000n, 55n, [['CNY', 243_767_313n]], [9, 30]),
  given('postgraduate-partnership', 'engagement', 'lost', 2, 4_100_000n, 0n, [['GBP', 4_100_000n]], [88, 120]),
  given('capacity-building', 'engagement', 'contacted', 6, 8_120_000n, 20n, [['CNY', 74_976_916n]], [15, 47]),
  given('capacity-building', 'engagement', 'agreed', 1, 3_650_000n, 100n, [['GBP', 3_650_000n]], [3, 3]),
  given('english-taught-programmes', 'engagement', 'identified', 2, 0n, 10n, [['JPY', 30_000_000n]], [5, 6]),
  given('business-engagement', 'ip-lead', 'disclosed', 4, 0n, 5n, [], [33, 71]),
  given('business-engagement', 'trade-deal', 'qualified', 5, 61_234_567n, 25n, [['USD', 79_401_670n]], [28, 90]),
  given('business-engagement', 'trade-deal', 'heads-of-terms', 1, 112_500_000n, 85n, [['CNY', 1_038_781_163n]], [7, 7]),
  given('business-engagement', 'trade-deal', 'signed', 2, 54_000_000n, 100n, [['GBP', 54_000_000n]], [61, 80]),
  given('business-engagement', 'trade-deal', 'lost', 1, 9_000_000n, 0n, [['USD', 11_670_125n]], [4, 4]),
];

const pounds = (pence: bigint) => formatMinor(pence, 'GBP');
const weightedOf = ({ value, percent }: Pick<Given, 'value' | 'percent'>) => (value * percent) / 100n;

const rows: Report['pipeline']['rows'] = STRANDS.flatMap((strand) =>
  KINDS.flatMap((kind) =>
    stagesOf(kind).map((stage) => {
      const row = GIVEN.find((one) => one.strand === strand && one.kind === kind && one.stage === stage.name);
      return {
        strand,
        kind,
        stage: stage.name,
        phase: stage.phase,
        count: row?.count ?? 0,
        value: pounds(row?.value ?? 0n),
        weighted: pounds(row ? weightedOf(row) : 0n),
        byCurrency: (row?.byCurrency ?? []).map(([currency, minor]) => ({
          currency,
          amount: formatMinor(minor, currency),
          weighted: formatMinor((minor * (row?.percent ?? 0n)) / 100n, currency),
        })),
        medianDaysInStage: row?.days[0] ?? null,
        longestDaysInStage: row?.days[1] ?? null,
      };
    }),
  ),
);

const pence = (amount: string) => {
  const minor = toMinor({ amount: amount.replace('-', ''), currency: 'GBP' });
  return amount.startsWith('-') ? -minor : minor;
};
const total = (amounts: readonly string[]) => pounds(amounts.reduce((sum, amount) => sum + pence(amount), 0n));

const sumOf = (phase: Phase, of: (strand: Strand) => boolean = () => true) => {
  const counted = rows.filter((row) => row.phase === phase && of(row.strand));
  return {
    count: counted.reduce((sum, { count }) => sum + count, 0),
    value: total(counted.map(({ value }) => value)),
    weighted: total(counted.map(({ weighted }) => weighted)),
  };
};
const phases = (of?: (strand: Strand) => boolean) => ({
  open: sumOf('open', of),
  won: sumOf('won', of),
  lost: sumOf('lost', of),
});
const totals = {
  ...phases(),
  byStrand: STRANDS.map((strand) => ({ strand, ...phases((one) => one === strand) })),
};

const change = (
  n: number,
  term: Movement,
  strand: Strand,
  kind: Kind,
  title: string,
  open: string,
  weighted: string,
): BridgeChange => ({
  term,
  strand,
  kind,
  recordId: id(kind === 'engagement' ? 'eng' : kind === 'ip-lead' ? 'ipl' : 'trd', n),
  title,
  eventId: id('evt', n),
  together: null,
  count: 1,
  open,
  weighted,
});

const HYDROGEN = 'Hydrogen fuel-cell test bench for municipal buses: feasibility, procurement and two-year operation';
const CITY = '广州市公务员与教师培训项目（2026年春季班）';
const LASER = 'Femtosecond laser texturing of orthopaedic implants';
const TRADE = 'Rail signalling components, Bristol to Nanjing';
const MASTERS = 'MSc Data Science, dual award with 暨南大学';

const changes: BridgeChange[] = [
  change(1, 'new', 'research-alliance', 'engagement', HYDROGEN, '91500.00', '68625.00'),
  change(2, 'new', 'capacity-building', 'engagement', CITY, '12450.00', '2490.00'),
  change(3, 'valueUp', 'business-engagement', 'trade-deal', TRADE, '150000.00', '127500.00'),
  change(4, 'valueDown', 'postgraduate-partnership', 'engagement', MASTERS, '-32000.50', '-17600.28'),
  change(3, 'moved', 'business-engagement', 'trade-deal', TRADE, '0.00', '195000.00'),
  change(
    5,
    'probability',
    'research-alliance',
    'engagement',
    'Air quality sensing with Sun Yat-sen University',
    '0.00',
    '-4050.00',
  ),
  change(6, 'won', 'capacity-building', 'engagement', 'Teacher training, Guizhou', '-36500.00', '-27375.00'),
  change(7, 'lost', 'postgraduate-partnership', 'engagement', 'Doctoral college pilot', '-18000.00', '-6300.00'),
  change(8, 'transferred', 'research-alliance', 'engagement', 'Joint optics laboratory', '-40000.00', '-14000.00'),
  change(8, 'transferred', 'business-engagement', 'engagement', 'Joint optics laboratory', '40000.00', '14000.00'),
  {
    ...change(9, 'new', 'business-engagement', 'ip-lead', '', '5000.00', '250.00'),
    recordId: null,
    title: null,
    eventId: null,
    together: 'confidential',
    count: 2,
  },
];

const fx: NonNullable<Report['bridge']>['fx'] = [
  {
    strand: 'research-alliance',
    currency: 'CNY',
    amount: '8448753.46',
    openingRate: '0.1076',
    closingRate: '0.1083',
    open: '5914.13',
    weighted: '4435.60',
  },
  {
    strand: 'business-engagement',
    currency: 'USD',
    amount: '794016.70',
    openingRate: '0.7781',
    closingRate: '0.7712',
    open: '-5478.72',
    weighted: '-1369.68',
  },
];

function termsOf<Side extends 'open' | 'weighted'>(side: Side, strands: readonly Strand[]) {
  const of = (lines: readonly { strand: Strand; open: string; weighted: string }[]) =>
    total(lines.filter(({ strand }) => strands.includes(strand)).map((line) => line[side]));
  const moves = Object.fromEntries(MOVEMENTS.map((term) => [term, of(changes.filter((one) => one.term === term))]));
  if (side === 'open') for (const term of ['moved', 'probability']) delete moves[term];
  const closing = total(
    totals.byStrand
      .filter(({ strand }) => strands.includes(strand))
      .map(({ open }) => open[side === 'open' ? 'value' : 'weighted']),
  );
  const terms = { ...moves, fx: of(fx), rounding: strands.includes('research-alliance') ? '0.01' : '0.00' };
  const opening = pounds(pence(closing) - pence(total(Object.values(terms))));
  return { opening, ...terms, closing } as Side extends 'open' ? OpenTerms : WeightedTerms;
}

const line = (
  n: number,
  kind: Kind,
  strand: Strand,
  stage: string,
  title: string,
  value: RecordLine['value'],
  converted: string | null,
  also: Partial<RecordLine> = {},
): RecordLine => ({
  id: id(kind === 'engagement' ? 'eng' : kind === 'ip-lead' ? 'ipl' : 'trd', n),
  kind,
  strand,
  stage,
  phase: stagesOf(kind).find(({ name }) => name === stage)?.phase ?? 'open',
  title,
  organisations: [{ id: id('org', n), name: 'Guangzhou Institute of Energy Conversion 中国科学院广州能源研究所' }],
  owner: 'bd-officer',
  place: 'guangzhou',
  value,
  converted,
  probability: 55,
  ...also,
});

const gbp = (amount: string) => ({ amount, currency: 'GBP' });
const lines = {
  hydrogen: line(
    1,
    'engagement',
    'research-alliance',
    'negotiating',
    HYDROGEN,
    { amount: '8448753.46', currency: 'CNY' },
    '915000.00',
    { probability: 75 },
  ),
  city: line(
    2,
    'engagement',
    'capacity-building',
    'contacted',
    CITY,
    { amount: '114958.45', currency: 'CNY' },
    '12450.00',
    { owner: 'li-wei', organisations: [{ id: id('org', 2), name: '广州市人力资源和社会保障局' }], probability: 20 },
  ),
  trade: line(
    3,
    'trade-deal',
    'business-engagement',
    'heads-of-terms',
    TRADE,
    { amount: '10387811.63', currency: 'CNY' },
    '1125000.00',
    {
      place: 'nanjing',
      organisations: [
        { id: id('org', 3), name: 'Avon Rail Systems Ltd' },
        { id: id('org', 4), name: '南京轨道交通集团有限公司' },
      ],
      probability: 85,
    },
  ),
  masters: line(4, 'engagement', 'postgraduate-partnership', 'proposal', MASTERS, gbp('264000.00'), '264000.00', {
    owner: null,
    place: null,
  }),
  laser: line(9, 'ip-lead', 'research-alliance', 'marketed', LASER, null, null, {
    organisations: [{ id: id('org', 9), name: null }],
    place: 'birmingham',
    probability: 30,
  }),
  yen: line(
    10,
    'engagement',
    'english-taught-programmes',
    'identified',
    'Foundation year with a partner in Kobe',
    { amount: '30000000', currency: 'JPY' },
    null,
    { place: null, probability: 10 },
  ),
  training: line(
    6,
    'engagement',
    'capacity-building',
    'agreed',
    'Teacher training, Guizhou',
    gbp('36500.00'),
    '36500.00',
    { place: 'guizhou', probability: 100 },
  ),
  doctoral: line(
    7,
    'engagement',
    'postgraduate-partnership',
    'lost',
    'Doctoral college pilot',
    gbp('18000.00'),
    '18000.00',
    { place: 'nanjing', probability: 0 },
  ),
};

const user = { type: 'user' as const, id: 'li-wei' };
const event = (n: number, at: string) => ({ eventId: id('evt', n), at });

/** The report; every field of it passes its schema. */
export const FORM_REPORT: Report = Report.parse({
  id: id('rep', 12),
  type: 'pipeline',
  series: 'weekly-birmingham',
  period: { from: '2026-11-09T08:00:00.000Z', to: '2026-11-16T08:00:00.000Z', timeZone: 'Europe/London' },
  date: '2026-11-16',
  basis: 'as-known-then',
  language: 'en',
  currency: 'GBP',
  filters: {},
  previous: id('rep', 11),
  corrects: null,
  changes: null,
  inputs: {
    cutOff: '2026-11-16T08:00:00.000Z',
    rates: [
      { currency: 'CNY', date: '2026-11-13', rate: '0.1083' },
      { currency: 'USD', date: '2026-11-13', rate: '0.7712' },
    ],
    openingRates: [
      { currency: 'CNY', date: '2026-11-06', rate: '0.1076' },
      { currency: 'USD', date: '2026-11-06', rate: '0.7781' },
    ],
    position: { 'shardId-000000000001': '49590338271490256608559692538361571095921575989136588898' },
    around: { basis: 'as-known-when-made', window: { from: '2023-11-17', to: '2026-11-16' } },
  },
  pipeline: {
    asOf: '2026-11-16T08:00:00.000Z',
    currency: 'GBP',
    rates: [
      { currency: 'CNY', date: '2026-11-13', rate: '0.1083' },
      { currency: 'USD', date: '2026-11-13', rate: '0.7712' },
    ],
    rows,
    totals,
    unconverted: [{ currency: 'JPY', amount: '30000000', count: 1 }],
  },
  bridge: {
    open: termsOf('open', STRANDS),
    weighted: termsOf('weighted', STRANDS),
    byStrand: STRANDS.map((strand) => ({
      strand,
      open: termsOf('open', [strand]),
      weighted: termsOf('weighted', [strand]),
    })),
    changes,
    fx,
  },
  trend: Array.from({ length: 12 }, (_, index) => ({
    id: id('rep', index + 1),
    to: new Date(Date.UTC(2026, 7, 31 + 7 * index, index < 8 ? 7 : 8)).toISOString(),
    open:
      index === 11
        ? totals.open.value
        : pounds(250_000_000n + BigInt(index) * 8_137_013n + BigInt((index % 3) * 9_000_000)),
    weighted:
      index === 11
        ? totals.open.weighted
        : pounds(120_000_000n + BigInt(index) * 5_300_117n - BigInt((index % 4) * 4_000_000)),
  })),
  moves: [
    {
      ...lines.trade,
      ...event(3, '2026-11-11T02:15:00.000Z'),
      recordedAt: '2026-11-11T02:15:01.000Z',
      from: 'negotiation',
      to: 'heads-of-terms',
      by: user,
      reason: null,
    },
    {
      ...lines.hydrogen,
      ...event(11, '2026-11-12T09:00:00.000Z'),
      recordedAt: '2026-11-12T09:00:01.000Z',
      from: 'proposal',
      to: 'negotiating',
      by: { type: 'partner', id: 'nanjing-portal' },
      reason: 'The city asked for a shorter first phase.',
    },
  ],
  won: [{ ...lines.training, ...event(6, '2026-11-10T01:30:00.000Z'), by: user, lostReason: null, reason: null }],
  lost: [
    {
      ...lines.doctoral,
      ...event(7, '2026-11-13T15:00:00.000Z'),
      by: { type: 'user', id: 'bd-officer' },
      lostReason: 'no-funding',
      reason: '对方本年度预算已用完。',
    },
  ],
  stalled: [
    { ...lines.laser, enteredOn: '2026-07-06', days: 133, threshold: 72 },
    { ...lines.city, enteredOn: '2026-09-30', days: 47, threshold: 30 },
  ],
  closingSoon: [
    { ...lines.trade, expectedCloseOn: '2026-11-30', days: 14 },
    { ...lines.yen, expectedCloseOn: '2026-11-17', days: 1 },
  ],
  overdue: [{ ...lines.masters, expectedCloseOn: '2026-11-02', days: -14 }],
  nextStepsOverdue: [
    {
      ...lines.hydrogen,
      nextStep: { text: 'Send the revised statement of work to 广州公交集团', dueOn: '2026-11-12' },
      days: 4,
    },
  ],
  lists: {
    moves: { count: 4, withheld: 2, omitted: 0, complete: true },
    won: { count: 1, withheld: 0, omitted: 0, complete: true },
    lost: { count: 1, withheld: 0, omitted: 0, complete: true },
    stalled: { count: 3, withheld: 1, omitted: 0, complete: true },
    closingSoon: { count: 2, withheld: 0, omitted: 0, complete: true },
    overdue: { count: 1, withheld: 0, omitted: 0, complete: true },
    nextStepsOverdue: { count: 9, withheld: 0, omitted: 8, complete: false },
  },
  byPlace: [
    {
      place: 'guangzhou',
      ...phases((strand) => strand === 'research-alliance' || strand === 'capacity-building'),
      relationship: { activities: 20, variety: 0.861_353, reciprocity: 0.75, duration: 1, index: 0.870_451 },
    },
    {
      place: 'nanjing',
      ...phases((strand) => strand === 'business-engagement'),
      relationship: { activities: 3, variety: 0, reciprocity: null, duration: 0.306, index: null },
    },
    {
      place: null,
      ...phases((strand) => strand === 'postgraduate-partnership' || strand === 'english-taught-programmes'),
    },
  ],
  byTheme: [
    { theme: 'integrated-energy-systems', ...phases((strand) => strand === 'research-alliance') },
    { theme: 'medicine', ...phases((strand) => strand === 'research-alliance') },
    { theme: null, ...phases((strand) => strand !== 'research-alliance') },
  ],
  byOwner: [
    { owner: 'li-wei', ...phases((strand) => strand !== 'business-engagement') },
    { owner: null, ...phases((strand) => strand === 'business-engagement') },
  ],
  agreementsExpiring: [
    {
      id: id('agr', 1),
      title: 'Memorandum of understanding with the city of Nanjing 与南京市人民政府谅解备忘录（五个合作领域，2021年）',
      organisations: [{ id: id('org', 5), name: '南京市人民政府' }],
      place: 'nanjing',
      expiresOn: '2027-04-21',
      days: 156,
    },
    { id: id('agr', 2), title: 'Joint laboratory', organisations: [], place: null, expiresOn: '2026-11-16', days: 0 },
  ],
  evidenceExpiring: [
    { ...lines.trade, evidence: ['due-diligence'], state: 'missing', expiresOn: null, days: null },
    {
      ...lines.laser,
      evidence: ['confidentiality-agreement', 'filing'],
      state: 'expired',
      expiresOn: '2026-10-31',
      days: -16,
    },
    { ...lines.hydrogen, evidence: ['export-control'], state: 'ending', expiresOn: '2026-12-24', days: 38 },
  ],
  aroundFigures: {
    agreementsExpiring: { count: 2, withheld: 0, omitted: 0, complete: true },
    evidenceExpiring: { count: 4, withheld: 1, omitted: 0, complete: true },
  },
  names: {
    places: Object.fromEntries(FIRST_PLACES.map(({ id: place, names }) => [place, names])),
    users: { 'li-wei': 'Li Wei 李薇', 'bd-officer': 'Alex Turner' },
  },
  unavailable: [{ section: 'pipeline', reason: 'no-rate', of: ['JPY'] }],
} satisfies Report);
