import type { FxRates } from '#shared/domain/money/fx-rates.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { LoggedData, Told } from '#shared/domain/record/changes.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { con, evt, org } from './record-events.ts';
import type { HistoryEvent, World } from './report-history.ts';

/*
 * A small world whose report is worked out by hand in docs/report-worked-example.md: change a figure here and that page and the test
 * beside it are wrong. Two weeks that end on 23 and on 30 March 2026, the clocks going forward in between.
 */

/** When the first report was made: Monday 08:00 in Birmingham, still winter time. */
export const FIRST_CUT_OFF = '2026-03-23T08:00:00.000Z';
/** A week later by the clock on the wall, 167 hours later by any other. */
export const SECOND_CUT_OFF = '2026-03-30T07:00:00.000Z';

/** Names that stand in confidential leads alone: none of them may be in any report. */
export const NEVER_NAMED = [
  'Graphene anode without binder',
  '机密：抗体偶联药物平台',
  'Aston Materials Spin-out Ltd',
  'dr.secret',
] as const;

export const eng = (n: number) => `eng_${String(n).padStart(26, '0')}`;
export const ipl = (n: number) => `ipl_${String(n).padStart(26, '0')}`;
export const trd = (n: number) => `trd_${String(n).padStart(26, '0')}`;

const SAM = 'sam.taylor';
const LI = 'li.wei';

const events: HistoryEvent[] = [];

/** Tells something of a record: it is recorded when it occurs, unless said. */
function tell(recordId: string, at: string, told: Told, { recordedAt = at, by = SAM } = {}): void {
  const kind = kindOfId(recordId) as Kind;
  events.push({
    recordId,
    kind,
    eventId: evt(events.length + 1),
    occurredAt: at,
    by: 'user',
    actor: { type: 'user', id: by },
    recordedAt,
    ...told,
  });
}

const REQUIRED: Readonly<Record<Kind, object>> = {
  engagement: { engagementType: 'collaborative-research' },
  'ip-lead': { ipType: 'patent' },
  'trade-deal': { direction: 'uk-export' },
};

interface Logged {
  readonly title: string;
  readonly strand: string;
  readonly stage: string;
  /** Amount and currency. */
  readonly value?: readonly [string, string];
  readonly organisation?: number;
  readonly [field: string]: unknown;
}

function log(recordId: string, at: string, { value, organisation = 1, ...fields }: Logged): void {
  const kind = kindOfId(recordId) as Kind;
  const data = {
    ...REQUIRED[kind],
    organisations: [{ id: org(organisation) }],
    ...fields,
    ...(value ? { value: { amount: value[0], currency: value[1] } } : {}),
  };
  tell(recordId, at, { verb: 'logged', data: data as unknown as LoggedData });
}

const move = (recordId: string, at: string, to: string, more: object = {}, how: Parameters<typeof tell>[3] = {}) =>
  tell(recordId, at, { verb: 'moved', data: { to, ...more } }, how);
const amend = (recordId: string, at: string, fields: Readonly<Record<string, unknown>>) =>
  tell(recordId, at, { verb: 'amended', data: { fields } });
const money = (amount: string, currency: string) => ({ value: { amount, currency } });

const RA = 'research-alliance';
const PP = 'postgraduate-partnership';
const CB = 'capacity-building';
const ET = 'english-taught-programmes';
const BE = 'business-engagement';

/* As it stood at the first report. */
log(eng(1), '2026-03-02T09:00:00.000Z', {
  title: 'Joint laboratory for battery recycling',
  strand: RA,
  stage: 'scoping',
  value: ['1000000.00', 'CNY'],
  owner: SAM,
  place: 'guangzhou',
  themes: ['integrated-energy-systems', 'advanced-manufacturing'],
});
log(eng(2), '2026-03-03T09:00:00.000Z', {
  title: '多中心临床试验网络',
  strand: RA,
  stage: 'proposal',
  value: ['2400000.07', 'CNY'],
  organisation: 2,
  owner: LI,
  place: 'guangzhou',
  themes: ['medicine'],
});
log(eng(3), '2026-03-03T10:00:00.000Z', {
  title: '联合培养博士项目',
  strand: PP,
  stage: 'contacted',
  value: ['120000.00', 'GBP'],
  organisation: 3,
  owner: LI,
  place: 'nanjing',
});
log(eng(4), '2026-03-04T09:00:00.000Z', {
  title: 'Training for civil servants of Guangzhou',
  strand: CB,
  stage: 'negotiating',
  value: ['80000.00', 'GBP'],
  organisation: 4,
  owner: SAM,
  place: 'guangzhou',
  expectedCloseOn: '2026-04-29',
});
log(eng(5), '2026-03-04T10:00:00.000Z', {
  title: 'BSc Computer Science taught in English',
  strand: ET,
  stage: 'identified',
  value: ['300000.00', 'USD'],
  organisation: 5,
  place: 'guizhou',
  nextStep: { text: 'Ask the registry for the form', dueOn: '2026-03-30' },
});
log(eng(6), '2026-03-05T09:00:00.000Z', {
  title: '英语教师培训',
  strand: CB,
  stage: 'contacted',
  probability: 50,
  value: ['333333.33', 'CNY'],
  organisation: 5,
  owner: LI,
  place: 'guizhou',
});
log(eng(7), '2025-11-03T09:00:00.000Z', {
  title: 'Alliance for clean steel',
  strand: RA,
  stage: 'agreed',
  value: ['200000.00', 'GBP'],
  owner: SAM,
  place: 'guangzhou',
  themes: ['environmental-protection'],
});
log(eng(8), '2026-03-05T10:00:00.000Z', {
  title: 'Doctoral exchange, entered twice',
  strand: PP,
  stage: 'scoping',
  value: ['45000.00', 'GBP'],
  organisation: 3,
  owner: LI,
  place: 'nanjing',
});
log(eng(9), '2026-03-05T11:00:00.000Z', {
  title: 'Museum educators’ programme',
  strand: CB,
  stage: 'contacted',
  value: ['90000.00', 'CNY'],
  organisation: 4,
  owner: SAM,
  place: 'guangzhou',
});
tell(eng(9), '2026-03-09T09:00:00.000Z', { verb: 'voided', data: { reason: 'Thought to be a duplicate.' } });
log(eng(10), '2026-03-06T09:00:00.000Z', {
  title: 'Doctoral college for advanced materials',
  strand: PP,
  stage: 'contacted',
  value: ['700000.05', 'CNY'],
  organisation: 2,
  owner: LI,
  place: 'guangzhou',
  themes: ['advanced-manufacturing'],
});
log(eng(11), '2025-12-01T09:00:00.000Z', {
  title: 'Foundation year in Guizhou',
  strand: ET,
  stage: 'identified',
  organisation: 5,
  place: 'guizhou',
  expectedCloseOn: '2026-02-28',
});
log(eng(12), '2026-03-10T09:00:00.000Z', {
  title: 'Summer school, “English for Engineers”',
  strand: ET,
  stage: 'identified',
  value: ['15000.00', 'GBP'],
  organisation: 1,
  expectedCloseOn: '2026-03-29',
  nextStep: { text: 'Call the programme office', dueOn: '2026-03-20' },
});
log(ipl(1), '2026-03-06T10:00:00.000Z', {
  title: 'Membrane for lithium recovery',
  strand: BE,
  stage: 'marketed',
  value: ['50000.00', 'USD'],
  owner: SAM,
  place: 'birmingham',
  themes: ['environmental-protection'],
});
log(ipl(2), '2026-03-06T11:00:00.000Z', {
  title: NEVER_NAMED[0],
  strand: BE,
  stage: 'disclosed',
  value: ['10000.00', 'GBP'],
  organisation: 9,
  inventors: [con(1)],
  place: 'birmingham',
  nextStep: { text: NEVER_NAMED[3], dueOn: '2026-03-13' },
});
log(ipl(3), '2026-03-06T12:00:00.000Z', {
  title: NEVER_NAMED[1],
  strand: RA,
  stage: 'assessed',
  value: ['200000.00', 'CNY'],
  organisation: 9,
  place: 'birmingham',
  themes: ['medicine'],
});
log(trd(1), '2026-03-09T09:00:00.000Z', {
  title: 'Offshore wind blades to Guangdong',
  strand: BE,
  stage: 'negotiation',
  value: ['5000000.00', 'CNY'],
  organisation: 6,
  owner: LI,
  place: 'guangzhou',
  themes: ['integrated-energy-systems'],
  expectedCloseOn: '2026-04-15',
});
log(trd(2), '2026-03-09T10:00:00.000Z', {
  title: 'Pumps for the Nanjing water board',
  strand: BE,
  stage: 'enquiry',
  value: ['100000.01', 'USD'],
  organisation: 7,
  owner: SAM,
  place: 'nanjing',
});
log(trd(3), '2026-03-09T11:00:00.000Z', {
  title: 'Test rigs for a gearbox maker',
  strand: BE,
  stage: 'proposal',
  value: ['60000.00', 'GBP'],
  organisation: 7,
  owner: SAM,
  place: 'nanjing',
});
log(trd(4), '2026-02-02T09:00:00.000Z', {
  title: 'Sensors for tea growers',
  strand: BE,
  stage: 'lost',
  lostReason: 'timing',
  value: ['25000.00', 'GBP'],
  organisation: 5,
  owner: LI,
  place: 'guizhou',
});
log(trd(5), '2026-03-10T10:00:00.000Z', {
  title: 'Robot cell for a Bristol plant',
  strand: BE,
  stage: 'heads-of-terms',
  direction: 'uk-import',
  value: ['12000000', 'JPY'],
  organisation: 8,
  owner: SAM,
  place: 'bristol',
  expectedCloseOn: '2026-03-30',
});
log(trd(6), '2026-03-10T11:00:00.000Z', {
  title: 'Cold-chain pilot',
  strand: BE,
  stage: 'qualified',
  value: ['40000.00', 'SGD'],
  organisation: 8,
  place: 'bristol',
});
log(trd(7), '2025-10-06T09:00:00.000Z', {
  title: 'Laser scanners, first batch',
  strand: BE,
  stage: 'signed',
  value: ['80000.00', 'USD'],
  organisation: 6,
  owner: LI,
  place: 'guangzhou',
});

/* What changed in the week between the two reports. */
amend(eng(1), '2026-03-23T09:00:00.000Z', money('1200000.00', 'CNY'));
move(eng(1), '2026-03-23T10:00:00.000Z', 'proposal');
amend(eng(2), '2026-03-23T11:00:00.000Z', money('2000000.00', 'CNY'));
amend(eng(3), '2026-03-24T09:00:00.000Z', money('150000.00', 'USD'));
move(eng(4), '2026-03-24T10:00:00.000Z', 'scoping', { reason: 'The bureau has a new director.' });
amend(eng(6), '2026-03-24T11:00:00.000Z', { probability: 30 });
tell(eng(7), '2026-03-24T12:00:00.000Z', { verb: 'voided', data: { reason: 'It belongs to another centre.' } });
tell(eng(8), '2026-03-24T13:00:00.000Z', { verb: 'voided', data: { reason: 'Entered twice.' } });
tell(eng(9), '2026-03-25T09:00:00.000Z', { verb: 'restored', data: {} });
// Strand, value and probability at once: split in this order.
amend(eng(10), '2026-03-25T10:00:00.000Z', { strand: RA, ...money('650000.00', 'CNY'), probability: 40 });
log(eng(13), '2026-03-25T11:00:00.000Z', {
  title: 'MSc Data Science taught in Nanjing',
  strand: ET,
  stage: 'proposal',
  value: ['70000.00', 'GBP'],
  organisation: 3,
  owner: LI,
  place: 'nanjing',
});
move(ipl(1), '2026-03-26T09:00:00.000Z', 'in-discussion');
move(ipl(2), '2026-03-26T10:00:00.000Z', 'assessed', {}, { by: NEVER_NAMED[3] });
amend(ipl(3), '2026-03-26T11:00:00.000Z', money('260000.00', 'CNY'));
amend(trd(1), '2026-03-26T12:00:00.000Z', { probability: 80 });
move(trd(2), '2026-03-27T09:00:00.000Z', 'signed', {}, { by: LI });
move(trd(3), '2026-03-27T10:00:00.000Z', 'lost', { lostReason: 'price', reason: 'A local maker was 20% cheaper.' });
move(trd(4), '2026-03-27T11:00:00.000Z', 'qualified', { reason: 'The growers’ grant came through.' }, { by: LI });
move(trd(7), '2026-03-27T12:00:00.000Z', 'fulfilled', {}, { by: LI });
log(trd(8), '2026-03-27T13:00:00.000Z', {
  title: '高速列车部件检测设备',
  strand: BE,
  stage: 'enquiry',
  value: ['800000.00', 'CNY'],
  organisation: 2,
  owner: LI,
  place: 'nanjing',
});
move(trd(8), '2026-03-28T09:00:00.000Z', 'signed', {}, { by: LI });
log(trd(9), '2026-03-28T10:00:00.000Z', {
  title: 'Calibration service, paid on the day',
  strand: BE,
  stage: 'fulfilled',
  value: ['5000.00', 'GBP'],
  organisation: 7,
  owner: SAM,
  place: 'birmingham',
});

/* What nobody had told by the second report: it changes what is known of that week now, and nothing that was published. */
move(
  trd(5),
  '2026-03-28T15:00:00.000Z',
  'lost',
  { lostReason: 'no-funding', reason: 'The parent company froze spending.' },
  { recordedAt: '2026-04-01T09:00:00.000Z' },
);

const rates: readonly FxRates[] = [
  {
    date: '2026-03-20',
    base: 'GBP',
    rates: { CNY: '0.1083', USD: '0.7712' },
    recordedAt: '2026-03-20T17:00:00.000Z',
  },
  {
    date: '2026-03-27',
    base: 'GBP',
    rates: { CNY: '0.1101', USD: '0.7650', JPY: '0.0051' },
    recordedAt: '2026-03-27T17:00:00.000Z',
  },
  // Mended after the second report.
  {
    date: '2026-03-27',
    base: 'GBP',
    rates: { CNY: '0.1104', USD: '0.7650', JPY: '0.0051' },
    recordedAt: '2026-03-31T09:00:00.000Z',
  },
];

const organisations: Readonly<Record<string, string>> = {
  [org(1)]: 'South China University of Technology 华南理工大学',
  [org(2)]: '中山大学',
  [org(3)]: 'Southeast University, Nanjing',
  [org(4)]: 'Guangzhou Municipal Bureau <Education> & Culture',
  [org(5)]: '贵州大学',
  [org(6)]: 'Guangdong Offshore Wind Co., Ltd.',
  [org(7)]: 'Nanjing Water Group 南京水务集团',
  [org(8)]: 'Severn Robotics Ltd',
  [org(9)]: NEVER_NAMED[2],
};

/** All that was ever told, and the rates as they were recorded. */
export const GOLDEN_WORLD: World = {
  events,
  rates,
  organisations,
  names: {
    places: {
      guangzhou: { en: 'Guangzhou', zh: '广州' },
      nanjing: { en: 'Nanjing', zh: '南京' },
      guizhou: { en: 'Guizhou', zh: '贵州' },
      birmingham: { en: 'Birmingham', zh: '伯明翰' },
      bristol: { en: 'Bristol', zh: '布里斯托' },
    },
    users: { [SAM]: 'Sam Taylor', [LI]: '李薇 Li Wei' },
  },
};
