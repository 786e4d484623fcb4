import { londonDay } from '#shared/domain/days.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { renewalDueOn } from '#shared/domain/link/expiries.ts';
import type { LinkKind } from '#shared/domain/link/links.ts';
import { readRelationship } from '#shared/reporting/read-relationship.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { wholeFamilyOf } from '#shared/store/merges.ts';
import { type Answer, recordAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { presentEntities } from '../present-entity.ts';
import { entityOf, readEntity } from '../read/entity.ts';
import { viewerIn } from '../sight.ts';
import { type Around, boundTo, type Page, pageOf, sourceOf } from './pages.ts';
import { presentRelationship } from './relationship.ts';

/** So many of each list stand with what they belong to: what is newest is what people look for. */
const SHOWN = 10;

type ListKind = Exclude<LinkKind, 'duplicate'>;

/** The calls that go on with a list, by whose list it is. */
const GO_ON: Readonly<Record<'organisation' | 'agreement', Readonly<Partial<Record<ListKind, string>>>>> = {
  organisation: {
    record: 'listOrganisationRecords',
    activity: 'listOrganisationActivities',
    agreement: 'listOrganisationAgreements',
    contact: 'listOrganisationContacts',
  },
  agreement: { record: 'listAgreementRecords', activity: 'listAgreementActivities' },
};

const first = (
  around: Around,
  call: Call,
  state: EntityState,
  abouts: readonly string[],
  kind: ListKind,
): Promise<Page> =>
  pageOf(sourceOf(around, viewerIn(call), abouts, kind), {
    limit: SHOWN,
    boundTo: boundTo(call, {}, GO_ON[state.kind as 'organisation' | 'agreement'][kind]),
  });

/** `GET /v1/organisations/{id}`: with what stands around it; as it was at some instant, by itself. */
export async function readOrganisation(around: Around, call: Call): Promise<Answer> {
  if (call.query['asOf'] !== undefined) return readEntity(around, call);
  const { state } = await entityOf(around.table, call);
  const abouts = await wholeFamilyOf(around.table, state.id);
  const asOf = londonDay(toInstant(around.clock()));
  const list = (kind: ListKind) => first(around, call, state, abouts, kind);
  const [[body], records, activities, agreements, contacts, relationship] = await Promise.all([
    presentEntities(around.table, [state]),
    list('record'),
    list('activity'),
    list('agreement'),
    list('contact'),
    readRelationship(around.table, abouts, asOf),
  ]);
  return recordAnswer(200, state, {
    ...body,
    records,
    activities,
    agreements,
    contacts,
    relationship: presentRelationship({ organisation: state.id }, relationship),
  });
}

/** `GET /v1/agreements/{id}`: with its records and activities; as it was at some instant, by itself. */
export async function readAgreement(around: Around, call: Call): Promise<Answer> {
  if (call.query['asOf'] !== undefined) return readEntity(around, call);
  const { state } = await entityOf(around.table, call);
  const list = (kind: ListKind) => first(around, call, state, [state.id], kind);
  const [[body], records, activities] = await Promise.all([
    presentEntities(around.table, [state]),
    list('record'),
    list('activity'),
  ]);
  return recordAnswer(200, state, { ...body, ...renewalOf(around, state), records, activities });
}

function renewalOf({ clock }: Around, { fields }: EntityState) {
  const { expiresOn, renewalNoticeDays } = fields as { expiresOn?: string; renewalNoticeDays?: number };
  if (expiresOn === undefined) return {};
  const [today, dueOn] = [londonDay(toInstant(clock())), renewalDueOn(expiresOn, renewalNoticeDays)];
  return { renewal: { dueOn, due: dueOn <= today && today <= expiresOn } };
}
