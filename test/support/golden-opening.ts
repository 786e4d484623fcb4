import { BE, CB, ET, eng, ipl, LI, log, NEVER_NAMED, PP, RA, SAM, tell, trd } from './golden-teller.ts';
import { con } from './record-events.ts';

/** The golden world as it stood at the first report. */
export function tellOpening(): void {
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
}
