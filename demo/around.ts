import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { type Chance, chanceOf } from './chance.ts';
import { SERIES, type Series, SIGNINGS } from './data/activities.ts';
import { AGREEMENTS } from './data/agreements.ts';
import { BODIES } from './data/bodies.ts';
import { PARTNERS } from './data/organisations.ts';
import { OFFICERS, type Person } from './data/people.ts';
import { DESCRIPTION } from './data/words.ts';
import type { RecordPlan } from './plan.ts';
import type { Json } from './topics.ts';

/** Something around the records that is logged once and never changed here. */
export interface EntityPlan {
  /** By which it is found again: no other of its kind has the same. */
  readonly title: string;
  readonly by: Person;
  readonly body: Json;
  /** Its agreement's tag and its records' names in the plan, to become their ids. */
  readonly agreement?: string;
  readonly records?: readonly string[];
}

export interface Around {
  readonly organisations: readonly EntityPlan[];
  /** By tag. */
  readonly agreements: ReadonlyMap<string, EntityPlan>;
  readonly activities: readonly EntityPlan[];
}

/** Organisations under all their names, the agreements, and what happened around them, seen from a day. */
export function aroundOf(today: string, records: readonly RecordPlan[]): Around {
  return {
    organisations: BODIES.map((body) => ({ title: body.name, by: officerOf(body.place), body: { ...body } })),
    agreements: new Map(AGREEMENTS.map((each) => [each.tag, agreementOf(each, today)])),
    activities: [...SERIES, ...SIGNINGS].flatMap((series) => activitiesOf(series, today, records)),
  };
}

const officerOf = (place: string) => OFFICERS[place] as Person;

function agreementOf(
  { tag: _, parties, expiresInDays, ...rest }: (typeof AGREEMENTS)[number],
  today: string,
): EntityPlan {
  const by = officerOf(rest.place);
  const expiry = expiresInDays === undefined ? {} : { expiresOn: dayOfNumber(dayNumber(today) + expiresInDays) };
  return { title: rest.title, by, body: { ...rest, organisations: parties, owner: by.id, ...expiry } };
}

function activitiesOf(series: Series, today: string, records: readonly RecordPlan[]): EntityPlan[] {
  const { title, type, direction, place, agreement, times, latestDaysAgo, everyDays, days = 1 } = series;
  const by = officerOf(place);
  return Array.from({ length: times }, (_, index): EntityPlan => {
    const chance = chanceOf(`${title} ${index}`);
    const drift = index === 0 ? 0 : chance.between('drift', -20, 20);
    const first = workday(dayNumber(today) - latestDaysAgo - index * everyDays - drift);
    const on = dayOfNumber(first);
    // At least four months apart, less their drift: the month tells each from the others.
    const named = title.replace('{}', on.slice(0, 7));
    const ofRecords = series.tied ? recordsFor(series, records, chance) : [];
    return {
      title: named,
      by,
      body: {
        title: named,
        type,
        direction,
        on,
        ...(days > 1 && first + days - 1 < dayNumber(today) ? { until: dayOfNumber(first + days - 1) } : {}),
        organisations: series.with.map((name) => ({ name, place: placeOf(name) })),
        place,
        people: peopleOf(series, chance),
        staff: [by.id],
        notes: DESCRIPTION[/\p{Script=Han}/u.test(title) ? 'zh' : 'en'],
      },
      ...(agreement === undefined ? {} : { agreement }),
      ...(ofRecords.length > 0 ? { records: ofRecords } : {}),
    };
  });
}

/** That day, or the Friday before it. */
const workday = (day: number): number => day - Math.max(0, ((day + 3) % 7) - 4);

function peopleOf({ people: [ours, theirs] }: Series, chance: Chance): Json {
  const about = (name: string, most: number) => chance.between(name, Math.ceil(most * 0.6), most);
  return { ours: about('ours', ours), theirs: about('theirs', theirs) };
}

/** One or two of the place's records under the same agreement; none that may be confidential. */
function recordsFor({ place, agreement }: Series, records: readonly RecordPlan[], chance: Chance): string[] {
  const suited = records.filter(
    (record) => record.kind !== 'ip-lead' && record.steps[0].body['place'] === place && record.agreement === agreement,
  );
  return chance
    .shuffle('records', suited)
    .slice(0, chance.between('how many', 1, 2))
    .map(({ name }) => name);
}

/** Where a body is: among those that are published, or else among the invented partners. */
function placeOf(name: string): string {
  const found = BODIES.find((body) => body.name === name)?.place ?? placesOfPartners.get(name);
  if (!found) throw new Error(`${name} is no body of the sample data.`);
  return found;
}

const placesOfPartners = new Map(
  Object.entries(PARTNERS).flatMap(([place, { public: bodies, academic, institutes = [], companies }]) =>
    [...bodies, ...academic, ...institutes, ...companies.map(({ name }) => name)].map((name) => [name, place] as const),
  ),
);
