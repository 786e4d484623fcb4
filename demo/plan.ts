import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { KINDS, type Kind, PROTECTED_STAGE, phaseOf, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';
import { type Around, aroundOf } from './around.ts';
import { type Chance, chanceOf } from './chance.ts';
import { COUNTS } from './counts.ts';
import { AGREEMENTS } from './data/agreements.ts';
import { COLLEGES } from './data/inventions.ts';
import { PARTNERS } from './data/organisations.ts';
import { IP_MANAGER, MANAGER, OFFICERS, type Person } from './data/people.ts';
import { type DatedRates, monthlyRates } from './data/rates.ts';
import { DESCRIPTION, NEXT_STEPS, NOTES } from './data/words.ts';
import { checksOf } from './evidence.ts';
import { type Arrival, historyOf, type Language } from './history.ts';
import { moneyOf } from './money.ts';
import { type Json, partnersOf, type Topic, topicOf } from './topics.ts';

/** By which the records are found again. */
export const TAG = 'demo';

/** One write of a record: its n-th step, counted from nought, takes it from version n to n + 1. */
export interface Step {
  readonly act: 'log' | 'evidence' | 'move' | 'amend' | 'release' | 'note';
  readonly body: Json;
  /** Who does it, where that is not the record's owner. */
  readonly by?: Person;
}

export interface RecordPlan {
  /** `eng-001`: its name among the sample records, and the end of its `externalRef`. */
  readonly name: string;
  readonly kind: Kind;
  /** Who does all of it, unless a step says otherwise. */
  readonly owner: Person;
  /** The agreement that it belongs to, by its name in the plan. */
  readonly agreement?: string;
  readonly steps: readonly [Step, ...Step[]];
}

export interface Plan {
  readonly today: string;
  readonly records: readonly RecordPlan[];
  readonly rates: readonly DatedRates[];
  /** What stands around the records. */
  readonly around: Around;
}

/** All that the sample data consists of, seen from a day; the same for the same day. */
export function planOf(today: string): Plan {
  const records = KINDS.flatMap((kind) => recordsOf(kind, today));
  return { today, records, rates: monthlyRates(today), around: aroundOf(today, records) };
}

function recordsOf(kind: Kind, today: string): RecordPlan[] {
  const short = { engagement: 'eng', 'ip-lead': 'ipl', 'trade-deal': 'trd' }[kind];
  let serial = 0;
  return STRANDS.flatMap((strand) => {
    const counts = COUNTS[kind][strand] ?? [];
    const stages = stageNames(kind).flatMap((stage, index) => Array<string>(counts[index] ?? 0).fill(stage));
    const shuffled = chanceOf(`${kind} ${strand}`).shuffle('stages', stages);
    return shuffled.map((stage, index) => {
      const topic = topicOf(kind, strand, kind === 'engagement' ? index : serial);
      serial++;
      const name = `${short}-${String(serial).padStart(3, '0')}`;
      return recordOf({ name, kind, strand, stage, today, topic, chance: chanceOf(name) });
    });
  });
}

interface Draft {
  readonly name: string;
  readonly kind: Kind;
  readonly strand: Strand;
  readonly stage: string;
  readonly today: string;
  readonly topic: Topic;
  readonly chance: Chance;
}

function recordOf(draft: Draft): RecordPlan {
  const { name, kind, strand, stage, today, topic, chance } = draft;
  const { subject, format, own } = topic;
  const language: Language = chance.in(0.36, 'language') ? 'zh' : 'en';
  const place = subject.place ?? chance.pick('place', Object.keys(PARTNERS));
  const isBritish = place === 'birmingham' || place === 'bristol';
  const history = historyOf({ kind, stage, today, language, isBritish, chance });
  const [logged, ...moves] = history as [Arrival, ...Arrival[]];
  const partners = partnersOf(kind, strand, topic, place, chance);
  const range = chance.in(0.86, 'has value') ? format.thousands : undefined;
  const body: Json = {
    title: format[language].replace('{}', subject[language]),
    strand,
    ...starting(logged),
    place,
    organisations: partners.map((partner) => ({ name: partner, place })),
    ...(range ? { value: moneyOf(range, isBritish, chance) } : {}),
    ...(subject.theme ? { themes: [subject.theme] } : {}),
    tags: [TAG, ...(subject.tag ? [subject.tag] : [])],
    description: DESCRIPTION[language],
    externalRef: { partner: 'demo', ref: name },
    ...own,
    ...(kind === 'ip-lead' ? inventionOf(draft, history) : {}),
    ...(kind === 'trade-deal' ? partiesOf(format.type, partners[0] ?? '', isBritish) : {}),
    ...(phaseOf(kind, stage) === 'open' ? outlookOf(today, language, chance) : {}),
  };
  const checked = checksOf({ name, kind, language, chance, history });
  const initial = checked[0] ?? [];
  const checks = (index: number) =>
    (checked[index] ?? []).map(
      ({ body, isWaiver }): Step => ({ act: 'evidence', body, ...(isWaiver ? { by: MANAGER } : {}) }),
    );
  const steps: [Step, ...Step[]] = [
    { act: 'log', body: initial.length > 0 ? { ...body, evidence: initial.map((check) => check.body) } : body },
    ...moves.flatMap((move, index): Step[] => [...checks(index + 1), { act: 'move', body: { ...move } }]),
  ];
  if (kind === 'ip-lead' && stage === 'assessed' && chance.in(0.4, 'released'))
    steps.push({ act: 'release', body: {} });
  if (range && chance.in(0.1, 'revised'))
    steps.push({ act: 'amend', body: { value: moneyOf(range, isBritish, chance, 'revised value') } });
  for (let index = 0; index < 3 && chance.in(0.24, `note ${index}`); index++)
    steps.push({ act: 'note', body: { text: chance.pick(`note text ${index}`, NOTES)[language] } });
  const owner = kind === 'ip-lead' && chance.in(0.5, 'owner') ? IP_MANAGER : (OFFICERS[place] as Person);
  const agreement = AGREEMENTS.find(({ tag }) => tag === subject.tag);
  return { name, kind, owner, steps, ...(agreement && kind !== 'ip-lead' ? { agreement: agreement.tag } : {}) };
}

const starting = ({ to, ...others }: Arrival): Json => ({ stage: to, ...others });

/** What is expected of an open record. Some next steps are overdue, some closing dates have passed. */
function outlookOf(today: string, language: Language, chance: Chance): Json {
  const inDays = (days: number) => dayOfNumber(dayNumber(today) + days);
  const nextStep = () => ({
    text: chance.pick('step', NEXT_STEPS)[language],
    dueOn: inDays(chance.between('due', -25, 45)),
  });
  return {
    ...(chance.in(0.7, 'closes') ? { expectedCloseOn: inDays(chance.between('close', -30, 240)) } : {}),
    ...(chance.in(0.55, 'next') ? { nextStep: nextStep() } : {}),
    ...(chance.in(0.15, 'own probability') ? { probability: 5 * chance.between('probability', 1, 18) } : {}),
  };
}

const ROUTES: Readonly<Record<string, string>> = {
  licensed: 'licence',
  assigned: 'assignment',
  'spun-out': 'spin-out',
};

function inventionOf({ name, stage, chance }: Draft, history: readonly Arrival[]): Json {
  const filed = history.find(({ to }) => to === PROTECTED_STAGE);
  return {
    trl: chance.between('trl', 2, 8),
    caseRef: `DEMO-${name.slice(-3)}`,
    college: chance.pick('college', COLLEGES),
    route: ROUTES[stage] ?? chance.pick('route', ['licence', 'spin-out', 'undecided']),
    ...(filed ? { priorityDate: filed.occurredAt.slice(0, 10) } : {}),
    ...(chance.in(0.06, 'kept') ? { confidential: true } : {}),
  };
}

/** Buyer and seller, where something is sold: the partner is one, and a company at the other end the other. */
function partiesOf(direction: string, partner: string, isBritish: boolean): Json {
  const other = isBritish ? 'A company in Guangzhou (invented)' : 'A West Midlands company (invented)';
  if (direction !== 'uk-export' && direction !== 'uk-import') return {};
  const partnerSells = isBritish === (direction === 'uk-export');
  return partnerSells ? { buyer: other, seller: partner } : { buyer: partner, seller: other };
}
