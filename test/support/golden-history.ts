import type { FxRates } from '#shared/domain/money/fx-rates.ts';
import { tellOpening } from './golden-opening.ts';
import {
  amend,
  BE,
  ET,
  eng,
  events,
  ipl,
  LI,
  log,
  money,
  move,
  NEVER_NAMED,
  RA,
  SAM,
  tell,
  trd,
} from './golden-teller.ts';
import { org } from './record-events.ts';
import type { World } from './report-history.ts';

/*
 * A small world whose report is worked out by hand in docs/report-worked-example.md: change a figure here and that page and the test
 * beside it are wrong. Two weeks that end on 23 and on 30 March 2026, the clocks going forward in between.
 */

/** When the first report was made: Monday 08:00 in Birmingham, still winter time. */
export const FIRST_CUT_OFF = '2026-03-23T08:00:00.000Z';
/** A week later by the clock on the wall, 167 hours later by any other. */
export const SECOND_CUT_OFF = '2026-03-30T07:00:00.000Z';

tellOpening();

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
