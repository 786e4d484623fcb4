import { londonDay } from '#shared/domain/days.ts';
import { aboutPlace } from '#shared/domain/link/links.ts';
import { readRelationship } from '#shared/reporting/read-relationship.ts';
import { ACTIVITIES_AT_LEAST, type Relationship } from '#shared/reporting/relationship.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { loadEntity } from '#shared/store/entities.ts';
import { wholeFamilyOf } from '#shared/store/merges.ts';
import { loadPlace } from '#shared/store/places.ts';
import { type Answer, notFound } from '../answer.ts';
import type { RelationshipView } from '../around-schemas.ts';
import type { Call } from '../call.ts';
import { momentOf } from '../moment.ts';
import type { Around } from './pages.ts';

/** `GET /v1/relationships`: the indicator of a place or an organisation, on a day in Europe/London, today unless asked. */
export async function readRelationships(around: Around, call: Call): Promise<Answer> {
  const { place, organisation, asOf } = call.query;
  const day = londonDay(asOf === undefined ? toInstant(around.clock()) : momentOf(asOf));
  const abouts =
    organisation === undefined
      ? [await knownPlace(around, place as string)]
      : await wholeFamilyOf(around.table, await knownOrganisation(around, organisation));
  const relationship = await readRelationship(around.table, abouts, day);
  const of = organisation === undefined ? { place: place as string } : { organisation };
  return { status: 200, body: presentRelationship(of, relationship) };
}

async function knownPlace({ table }: Around, place: string): Promise<string> {
  if (!(await loadPlace(table, place)).place) throw notFound(`There is no place ${place}.`);
  return aboutPlace(place);
}

async function knownOrganisation({ table }: Around, id: string): Promise<string> {
  if (!(await loadEntity(table, id))) throw notFound(`There is no organisation ${id}.`);
  return id;
}

/** The indicator as it is answered: never without its parts, the count behind them, and that it is unvalidated. */
export function presentRelationship(
  of: { readonly place: string } | { readonly organisation: string },
  { window, index, ...parts }: Relationship,
): RelationshipView {
  const why =
    parts.activities < ACTIVITIES_AT_LEAST
      ? ('fewer-than-5-activities' as const)
      : parts.reciprocity === null
        ? ('no-directed-activities' as const)
        : undefined;
  return {
    ...of,
    asOf: window.to,
    window: { ...window },
    ...parts,
    byType: { ...parts.byType },
    byDirection: { ...parts.byDirection },
    index,
    ...(why === undefined ? {} : { noIndexBecause: why }),
    unvalidated: true,
  };
}
