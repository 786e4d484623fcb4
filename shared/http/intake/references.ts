import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isErased } from '#shared/domain/contact/contact.ts';
import { nameKey, type Organisation, type OrganisationRef } from '#shared/domain/organisation/organisation.ts';
import type { FieldFault } from '#shared/domain/pipeline/moves.ts';
import { FIRST_PLACES } from '#shared/domain/place.ts';
import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { type LoadedEntity, loadEntities, loadEntity } from '#shared/store/entities.ts';
import { loadRecords } from '#shared/store/list.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';
import { loadPlaces } from '#shared/store/places.ts';
import { ProblemError } from '../problems.ts';
import { maySeeState } from '../sight.ts';
import type { Merged } from './merging.ts';

/** The organisations, places and contacts that a request names, looked up. */
export interface References {
  /** Each organisation by its id, in the order given and each once; undefined where the request names none. */
  readonly organisations: readonly NamedOrganisation[] | undefined;
  /** What is not known, by where it stands in the request. */
  readonly faults: readonly FieldFault[];
  /** Contacts of people who have been erased: they may stay where they stand, and are not put anywhere anew. */
  readonly erased: readonly (FieldFault & { readonly id: string })[];
  /** Names of the organisations, as kept or, for new ones, as given. */
  readonly named: ReadonlyMap<string, Organisation>;
  /** Those of the organisations that nobody has named before: the event that is about to be published makes them. */
  readonly fresh?: readonly string[];
  /** The organisations of a merge. */
  readonly merged?: Merged;
  /** Records that the entity names already, and whose being there its author cannot know: they stay. */
  readonly unseen?: readonly string[];
}

/** As an event names it: with name and place where it may be new. */
type NamedOrganisation = { readonly id: string } | Organisation;

const NONE: References = { organisations: undefined, faults: [], erased: [], named: new Map() };

/** Places are never taken away, so one look is enough for the life of a function. */
const knownPlaces = new Set(FIRST_PLACES.map(({ id }) => id));
const KNOWN_AT_MOST = 10_000;

/** An organisation as a request names it that has no id. */
interface GivenName {
  readonly name: string;
  readonly place: string;
}

/** Looks for an organisation under all the names that there are; undefined for one that is certainly none of those. */
type FindByName = (table: DynamoDBDocumentClient, given: GivenName) => Promise<LoadedEntity | undefined>;

/** Whose request it is, where it is a person's, and how organisations given by name are looked for. */
interface Looking {
  readonly viewer?: Viewer;
  readonly find?: FindByName;
}

/**
 * Looks up what a request's body names. What is not known comes back as faults: whether they matter yet is the caller's. An organisation
 * given by name is the one that was first given by it there; else, where `find` is given, the one that certainly has that name; else a
 * new one.
 */
export async function resolveReferences(
  table: DynamoDBDocumentClient,
  body: Readonly<Record<string, unknown>>,
  { viewer, find }: Looking = {},
): Promise<References> {
  const [{ faults, ...references }, more] = await Promise.all([
    organisationsAndPlaces(table, body, find),
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
  find: FindByName | undefined,
): Promise<References> {
  const given = body['organisations'] as readonly OrganisationRef[] | undefined;
  const places = PLACE_FIELDS.flatMap((field) => {
    const place = body[field] as string | null | undefined;
    return place ? [{ field, place }] : [];
  });
  const people = CONTACT_FIELDS.flatMap((field) =>
    ((body[field] ?? []) as readonly string[]).map((id, index) => ({ id, pointer: `/${field}/${index}` })),
  );
  if (!given && places.length === 0 && people.length === 0) return NONE;
  const asGiven = (given ?? []).map((ref) => ('id' in ref ? { id: ref.id } : { id: organisationId(ref), ...ref }));
  const [{ refs, known }, unknownPlaces, contacts] = await Promise.all([
    identify(table, asGiven, find),
    unknownAmong(table, [
      ...places.map(({ place }) => place),
      ...asGiven.flatMap((ref) => ('place' in ref ? [ref.place] : [])),
    ]),
    contactsAmong(table, people),
  ]);
  const faults: FieldFault[] = [...contacts.unknown];
  for (const { field, place } of places)
    if (unknownPlaces.has(place)) faults.push(unknown(`/${field}`, `There is no place ${place}.`));
  refs.forEach((ref, index) => {
    if ('place' in ref && unknownPlaces.has(ref.place))
      faults.push(unknown(`/organisations/${index}/place`, `There is no place ${ref.place}.`));
    if (!('place' in ref) && !known.has(ref.id))
      faults.push(unknown(`/organisations/${index}/id`, `There is no organisation ${ref.id}.`));
  });
  const named = new Map(refs.flatMap((ref) => ('name' in ref ? [[ref.id, ref] as const] : [])));
  for (const [id, organisation] of known) named.set(id, organisation);
  const organisations = given && [...new Map(refs.map((ref) => [ref.id, ref])).values()];
  const fresh = (organisations ?? []).flatMap(({ id }) => (known.has(id) ? [] : [id]));
  return { organisations, faults, erased: contacts.erased, named, fresh };
}

/** Refuses (422) what is not known; a contact of somebody who was erased only where `standing` has it not already. */
export function refuseUnknown(
  { faults, erased }: References,
  standing: Readonly<Record<string, unknown>> | undefined,
): void {
  const stands = (id: string) => CONTACT_FIELDS.some((field) => ((standing?.[field] ?? []) as string[]).includes(id));
  const anew = erased.filter(({ id }) => !stands(id)).map(({ pointer, detail }) => unknown(pointer, detail));
  const all = [...faults, ...anew];
  if (all.length > 0) throw new ProblemError('unknown-reference', all[0]?.detail, all);
}

/** Fields that name a place, and fields that list contacts, whatever they belong to. */
const PLACE_FIELDS = ['place', 'collectedIn'] as const;
const CONTACT_FIELDS = ['contacts', 'inventors'] as const;

/** Contacts are looked up each time: somebody may have been erased a moment ago. */
async function contactsAmong(
  table: DynamoDBDocumentClient,
  people: readonly { readonly id: string; readonly pointer: string }[],
): Promise<{ unknown: FieldFault[]; erased: References['erased'] }> {
  const found = await loadEntities(
    table,
    people.map(({ id }) => id),
    { consistent: true },
  );
  const none = people.filter(({ id }) => !found.has(id));
  const erased = people.filter(({ id }) => {
    const contact = found.get(id);
    return contact !== undefined && isErased(contact.state);
  });
  return {
    unknown: none.map(({ id, pointer }) => unknown(pointer, `There is no contact ${id}.`)),
    erased: erased.map(({ id, pointer }) => ({ id, pointer, detail: `The person of ${id} has been erased.` })),
  };
}

/** The id of an organisation that is given by name. */
export const organisationId = ({ name, place }: { name: string; place: string }) => hashId('org', nameKey(name), place);

const unknown = (pointer: string, detail: string): FieldFault => ({ pointer, detail });

/** Which organisations are meant, and those of them that there are. */
async function identify(
  table: DynamoDBDocumentClient,
  given: readonly NamedOrganisation[],
  find: FindByName | undefined,
): Promise<{ readonly refs: readonly NamedOrganisation[]; readonly known: ReadonlyMap<string, Organisation> }> {
  const load = (refs: readonly NamedOrganisation[]) =>
    knownOrganisations(
      table,
      refs.map(({ id }) => id),
    );
  const known = await load(given);
  const unmet = given.filter((ref): ref is Organisation => 'name' in ref && !known.has(ref.id));
  if (!find || unmet.length === 0) return { refs: given, known };
  const found = await Promise.all(unmet.map(async (ref) => [ref.id, await find(table, ref)] as const));
  const idOf = new Map(
    found.flatMap(([id, organisation]) => (organisation ? [[id, organisation.state.id] as const] : [])),
  );
  if (idOf.size === 0) return { refs: given, known };
  const refs = given.map((ref) => ({ ...ref, id: idOf.get(ref.id) ?? ref.id }));
  const more = await load(refs.filter(({ id }) => !known.has(id)));
  return { refs, known: new Map([...known, ...more]) };
}

/** Nearly all have been there for long, and are found for half the price; only of those that are not is it asked whether they came just now. */
async function knownOrganisations(
  table: DynamoDBDocumentClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Organisation>> {
  const found = await loadOrganisations(table, ids);
  const missed = ids.filter((id) => !found.has(id));
  if (missed.length === 0) return found;
  return new Map([...found, ...(await loadOrganisations(table, missed, { consistent: true }))]);
}

async function unknownAmong(table: DynamoDBDocumentClient, places: readonly string[]): Promise<ReadonlySet<string>> {
  const asked = [...new Set(places)].filter((place) => !knownPlaces.has(place));
  if (asked.length === 0) return new Set();
  const found = await loadPlaces(table, asked);
  if (knownPlaces.size < KNOWN_AT_MOST) for (const { id } of found) knownPlaces.add(id);
  return new Set(asked.filter((place) => !found.some(({ id }) => id === place)));
}
