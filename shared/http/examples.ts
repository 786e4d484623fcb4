import type { Noun } from '#shared/domain/entity/nouns.ts';
import { GATES, type Kind } from '#shared/domain/pipeline/ladders.ts';

/** Examples of the OpenAPI document; a test holds each against its schema. */
const organisation = {
  // As it follows from name and place.
  id: 'org_4TK0HY3P8VFAEVJ935MS271EHT',
  name: 'South China University of Technology',
  place: 'guangzhou',
};

const IDS: Readonly<Record<Kind, string>> = {
  engagement: 'eng_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  'ip-lead': 'ipl_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  'trade-deal': 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
};

export const EVENT_ID = 'evt_01JD3Q8M6A1C3E5G7J9M1P3R5T';

/** What a request logs, by kind. */
export const LOGGED: Readonly<Record<Kind, Record<string, unknown>>> = {
  engagement: {
    title: 'Joint laboratory for battery recycling',
    strand: 'research-alliance',
    engagementType: 'collaborative-research',
    organisations: [{ name: organisation.name, place: organisation.place }],
    themes: ['integrated-energy-systems'],
    expectedCloseOn: '2027-03-31',
  },
  'ip-lead': {
    title: 'Low-temperature catalyst for ammonia cracking',
    strand: 'business-engagement',
    ipType: 'patent',
    organisations: [{ name: organisation.name, place: organisation.place }],
    trl: 4,
    route: 'licence',
  },
  'trade-deal': {
    title: 'Rail signalling for a metro line',
    strand: 'business-engagement',
    direction: 'uk-export',
    organisations: [{ name: organisation.name, place: organisation.place }],
    value: { amount: '1250000.00', currency: 'CNY' },
  },
};

const FIRST: Readonly<Record<Kind, string>> = {
  engagement: 'identified',
  'ip-lead': 'disclosed',
  'trade-deal': 'enquiry',
};
export const NEXT: Readonly<Record<Kind, string>> = {
  engagement: 'contacted',
  'ip-lead': 'assessed',
  'trade-deal': 'qualified',
};

const at = '2026-11-21T08:00:00.000Z';

/** What is answered for it. */
export function answered(kind: Kind, changed: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: IDS[kind],
    kind,
    version: 1,
    stage: FIRST[kind],
    phase: 'open',
    stageEnteredAt: at,
    ...LOGGED[kind],
    organisations: [organisation],
    owner: 'bd-officer',
    ...(kind === 'ip-lead' ? { confidential: true } : {}),
    createdAt: at,
    recordedAt: at,
    updatedAt: at,
    ...changed,
  };
}

export const TIMELINE = (kind: Kind) => ({
  items: [
    {
      eventId: EVENT_ID,
      type: `${kind}.moved`,
      verb: 'moved',
      version: 2,
      occurredAt: at,
      recordedAt: at,
      actor: { type: 'user', id: 'bd-officer' },
      channel: 'api',
      changes: [{ field: 'stage', from: FIRST[kind], to: NEXT[kind] }],
    },
  ],
  next: null,
});

/** Due diligence was done; what is asked for on the way to the last stages. */
export const EVIDENCE = (kind: Kind) => ({
  items: [
    {
      type: 'due-diligence',
      outcome: 'passed',
      on: '2026-11-20',
      expiresOn: '2027-11-19',
      author: 'bd-officer',
      at,
      eventId: EVENT_ID,
      valid: true,
    },
  ],
  gates: Object.entries(GATES[kind]).flatMap(([stage, gates]) =>
    gates.map((anyOf) => {
      const open = anyOf.includes('due-diligence');
      return { stage, anyOf, open, lacks: open ? [] : anyOf.map((type) => ({ type, why: 'none' })) };
    }),
  ),
});

export const recordIdExample = (kind: Kind): string => IDS[kind];

/** One of the 140 rows. */
export const PIPELINE = {
  asOf: at,
  currency: 'GBP',
  rates: [{ currency: 'CNY', date: '2026-11-20', rate: '0.1083' }],
  rows: [
    {
      strand: 'business-engagement',
      kind: 'trade-deal',
      stage: 'qualified',
      phase: 'open',
      count: 1,
      value: '135375.00',
      weighted: '33843.75',
      byCurrency: [{ currency: 'CNY', amount: '1250000.00', weighted: '312500.00' }],
      medianDaysInStage: 0,
      longestDaysInStage: 0,
    },
  ],
  totals: {
    open: { count: 1, value: '135375.00', weighted: '33843.75' },
    won: { count: 0, value: '0.00', weighted: '0.00' },
    lost: { count: 0, value: '0.00', weighted: '0.00' },
    byStrand: [],
  },
  unconverted: [],
};

interface EntityExample {
  readonly body: Readonly<Record<string, unknown>>;
  readonly change: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>>;
}

function entityExample(
  noun: Noun,
  id: string,
  body: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): EntityExample {
  const organisations = body['organisations'] ? { organisations: [organisation] } : {};
  const answer = {
    id,
    kind: noun,
    version: 1,
    ...body,
    ...organisations,
    createdAt: at,
    recordedAt: at,
    updatedAt: at,
  };
  return { body, change, answer };
}

const named = { name: organisation.name, place: organisation.place };

/** What stands around the pipeline: what a request logs, a change to it, and what is answered. */
export const ENTITY_EXAMPLES: Readonly<Record<Noun, EntityExample>> = {
  organisation: entityExample(
    'organisation',
    'org_3VXZ8M2N5Q7R9T1B4C6D8F0G2H',
    {
      name: 'Guangzhou University',
      place: 'guangzhou',
      chinese: '广州大学',
      pinyin: 'Guangzhou Daxue',
      type: 'university',
    },
    { abbreviations: ['GZHU'] },
  ),
  contact: entityExample(
    'contact',
    'con_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
    {
      organisations: [{ id: organisation.id }],
      purpose: 'research-collaboration',
      lawfulBasis: 'public-task',
      collectedIn: 'guangzhou',
      noticeLanguage: 'zh-CN',
      retainUntil: '2029-12-31',
    },
    { retainUntil: '2030-12-31' },
  ),
  activity: entityExample(
    'activity',
    'act_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
    {
      title: 'Delegation of the city to Birmingham',
      type: 'delegation',
      direction: 'inbound',
      on: '2026-10-12',
      organisations: [named],
      place: 'guangzhou',
      people: { ours: 6, theirs: 9 },
    },
    { until: '2026-10-14' },
  ),
  agreement: entityExample(
    'agreement',
    'agr_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
    {
      title: 'Memorandum on joint training',
      type: 'memorandum',
      organisations: [named],
      place: 'guangzhou',
      areas: [{ name: 'Talent training', strands: ['capacity-building'] }],
      signedOn: '2026-09-01',
      expiresOn: '2031-08-31',
    },
    { renewalNoticeDays: 365 },
  ),
};

/** The worked example of the indicator: counts 4, 3, 2, 1 of the six types, 6 out and 4 in, five years. */
export const RELATIONSHIP = (of: { readonly place: string } | { readonly organisation: string }) => ({
  ...of,
  asOf: '2026-11-21',
  window: { from: '2023-11-22', to: '2026-11-21' },
  activities: 10,
  byType: {
    delegation: 4,
    exchange: 3,
    training: 2,
    teaching: 0,
    culture: 1,
    civic: 0,
    visit: 2,
    meeting: 6,
    signing: 1,
    business: 3,
  },
  byDirection: { outbound: 6, inbound: 4, mutual: 0 },
  since: '2021-11-21',
  years: 5,
  variety: 0.5993526,
  reciprocity: 0.8,
  duration: 0.3934693,
  index: 0.5735365,
  unvalidated: true,
});

/** A person, invented. */
export const PERSON = {
  name: 'Chen Meihua (invented)',
  nameChinese: '陈美华（虚构）',
  email: 'chen.meihua@example.org',
  phone: '+86 20 5550 0100',
  jobTitle: 'Director of International Cooperation',
} as const;
