import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { nameKey, type Organisation, type OrganisationRef } from '#shared/domain/organisation/organisation.ts';
import type { FieldFault } from '#shared/domain/pipeline/moves.ts';
import { FIRST_PLACES } from '#shared/domain/place.ts';
import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { loadEntity } from '#shared/store/entities.ts';
import { loadRecords } from '#shared/store/list.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';
import { loadPlaces } from '#shared/store/places.ts';
import { maySeeState } from '../sight.ts';

/** The organisations and places that a request names, looked up. */
export interface References {
  /** Each organisation by its id, in the order given and each once; undefined where the request names none. */
  readonly organisations: readonly NamedOrganisation[] | undefined;
  /** What is not known, by where it stands in the request. */
  readonly faults: readonly FieldFault[];
  /** Names of the organisations, as kept or, for new ones, as given. */
  readonly named: ReadonlyMap<string, Organisation>;
  /** Records that the entity names already, and whose being there its author cannot know: they stay. */
  readonly unseen?: readonly string[];
}

/** As an event names it: with name and place where it may be new. */
type NamedOrganisation = { readonly id: string } | Organisation;

const NONE: References = { organisations: undefined, faults: [], named: new Map() };

/** Places and organisations are never taken away or renamed, so one look is enough for the life of a function. */
const knownPlaces = new Set(FIRST_PLACES.map(({ id }) => id));
const knownOrganisations = new Map<string, Organisation>();
const KNOWN_AT_MOST = 10_000;

/**
 * Looks up what a request's body names. What is not known comes back as faults: whether they matter yet is the caller's. `viewer` is the
 * person whose request it is.
 */
export async function resolveReferences(
  table: DynamoDBDocumentClient,
  body: Readonly<Record<string, unknown>>,
  viewer?: Viewer,
): Promise<References> {
  const [{ faults, ...references }, more] = await Promise.all([
    organisationsAndPlaces(table, body),
    unknownThings(table, body, viewer),
  ]);
  return { ...references, faults: [...faults, ...more] };
}

/** The agreement and the records that a body names, as far as there are none: one that a person may not see is none to them. */
async function unknownThings(
  table: DynamoDBDocumentClient,
  body: Readonly<Record<string, unknown>>,
  viewer: Viewer | undefined,
): Promise<FieldFault[]> {
  const agreement = body['agreementId'] as string | null | undefined;
  const records = (body['records'] ?? []) as readonly string[];
  const [kept, found] = await Promise.all([
    agreement ? loadEntity(table, agreement) : undefined,
    loadRecords(table, [...new Set(records)]),
  ]);
  const isThere = (id: string) => {
    const state = found.get(id)?.state;
    return state !== undefined && (!viewer || maySeeState(viewer, state));
  };
  return [
    ...(agreement && !kept ? [unknown('/agreementId', `There is no agreement ${agreement}.`)] : []),
    ...records.flatMap((id, index) => (isThere(id) ? [] : [unknown(`/records/${index}`, `There is no record ${id}.`)])),
  ];
}

async function organisationsAndPlaces(
  table: DynamoDBDocumentClient,
  body: Readonly<Record<string, unknown>>,
): Promise<References> {
  const given = body['organisations'] as readonly OrganisationRef[] | undefined;
  const place = body['place'] as string | null | undefined;
  if (!given && !place) return NONE;
  const refs = (given ?? []).map((ref) => ('id' in ref ? { id: ref.id } : { id: organisationId(ref), ...ref }));
  const [known, unknownPlaces] = await Promise.all([
    organisationsOf(
      table,
      refs.map(({ id }) => id),
    ),
    unknownAmong(table, [...(place ? [place] : []), ...refs.flatMap((ref) => ('place' in ref ? [ref.place] : []))]),
  ]);
  const faults: FieldFault[] = [];
  if (place && unknownPlaces.has(place)) faults.push(unknown('/place', `There is no place ${place}.`));
  refs.forEach((ref, index) => {
    if ('place' in ref && unknownPlaces.has(ref.place))
      faults.push(unknown(`/organisations/${index}/place`, `There is no place ${ref.place}.`));
    if (!('place' in ref) && !known.has(ref.id))
      faults.push(unknown(`/organisations/${index}/id`, `There is no organisation ${ref.id}.`));
  });
  const named = new Map(refs.flatMap((ref) => ('name' in ref ? [[ref.id, ref] as const] : [])));
  for (const [id, organisation] of known) named.set(id, organisation);
  return { organisations: given && [...new Map(refs.map((ref) => [ref.id, ref])).values()], faults, named };
}

/** The id of an organisation that is given by name. */
export const organisationId = ({ name, place }: { name: string; place: string }) => hashId('org', nameKey(name), place);

const unknown = (pointer: string, detail: string): FieldFault => ({ pointer, detail });

async function organisationsOf(
  table: DynamoDBDocumentClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Organisation>> {
  const asked = ids.filter((id) => !knownOrganisations.has(id));
  const found = await loadOrganisations(table, asked, { consistent: true });
  if (knownOrganisations.size >= KNOWN_AT_MOST) knownOrganisations.clear();
  for (const [id, organisation] of found) knownOrganisations.set(id, organisation);
  return new Map(
    ids.flatMap((id) => (knownOrganisations.has(id) ? [[id, knownOrganisations.get(id) as Organisation]] : [])),
  );
}

async function unknownAmong(table: DynamoDBDocumentClient, places: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = [...new Set(places)].filter((place) => !knownPlaces.has(place));
  if (asked.length === 0) return new Set();
  const found = await loadPlaces(table, asked);
  if (knownPlaces.size < KNOWN_AT_MOST) for (const { id } of found) knownPlaces.add(id);
  return new Set(asked.filter((place) => !found.some(({ id }) => id === place)));
}
