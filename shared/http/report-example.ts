import { PIPELINE } from './examples.ts';

const none = { count: 0, withheld: 0, omitted: 0, complete: true };

/** The example of the OpenAPI document: the first report of a series; a test holds it against its schema. */
export const REPORT_EXAMPLE = {
  id: 'rep_5W3QZ8T1H6M4D9K2B7X0V5N3R1',
  type: 'pipeline',
  series: 'weekly-birmingham',
  period: { from: null, to: '2026-11-23T08:00:00.000Z', timeZone: 'Europe/London' },
  date: '2026-11-23',
  basis: 'as-known-then',
  language: 'en',
  currency: 'GBP',
  filters: {},
  previous: null,
  corrects: null,
  changes: null,
  inputs: { cutOff: '2026-11-23T08:00:00.000Z', rates: PIPELINE.rates, openingRates: null, position: null },
  pipeline: PIPELINE,
  bridge: null,
  trend: [],
  moves: [],
  won: [],
  lost: [],
  stalled: [],
  closingSoon: [],
  overdue: [],
  nextStepsOverdue: [],
  lists: {
    moves: none,
    won: none,
    lost: none,
    stalled: none,
    closingSoon: none,
    overdue: none,
    nextStepsOverdue: none,
  },
  byPlace: [],
  byTheme: [],
  byOwner: [],
  names: { places: {}, users: {} },
  unavailable: [{ section: 'bridge', reason: 'first-report' }],
} as const;
