import { type ErasureReason, isErased } from '#shared/domain/contact/contact.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { erasureEntry, erasureEventId } from '#shared/people/erasure.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { publish } from '#shared/runtime/publish.ts';
import { IDEMPOTENCY_SECONDS, type Promised } from '#shared/store/idempotency.ts';
import type { Tombstone } from '#shared/store/people.ts';
import { isEntity } from '#shared/store/subjects.ts';
import { type Answer, recordAnswer, stale, unavailable } from '../answer.ts';
import type { Call } from '../call.ts';
import { matches } from '../headers.ts';
import { accepted } from '../intake/answers.ts';
import { afterAll } from '../intake/draft-entity.ts';
import { keepForReceipt } from '../intake/promise.ts';
import { entityOf } from '../read/entity.ts';
import { claim } from '../settings/claim.ts';
import { viewerIn } from '../sight.ts';
import { presentContacts } from './present.ts';
import type { Contacts } from './write.ts';

/**
 * `POST /v1/contacts/{id}/erasures`: first the key is destroyed, by a tombstone that stays; then all that it sealed is deleted; then the
 * event tells of it, whose id follows from the contact. So from the first step on nobody reads the person any more, and whoever repeats the
 * call, or the nightly sweep, does what is left of the others. Once more changes nothing: the first erasure stands, with its reason.
 */
export async function eraseContact(parts: Contacts, call: Call): Promise<Answer> {
  const { table, people, intake } = parts;
  const { state } = await entityOf(table, call);
  await claim(table, call);
  if (isErased(state)) return answer(parts, call, state);
  if (call.ifMatch && !matches(call.ifMatch, state.version)) throw stale(state.id, state.version);
  const tombstone = await people.bury({
    contactId: state.id,
    eventId: erasureEventId(state.id),
    // After all that stands in the contact, whatever other clocks said: or the erasure would be taken for old news.
    erasedAt: afterAll(state, toInstant(call.receivedAt)),
    by: viewerIn(call).id,
    reason: (call.body as { reason: ErasureReason }).reason,
    correlationId: call.correlationId,
  });
  const since = intake.clock();
  const untaken = await publish(intake.bus, [erasureEntry(tombstone)]);
  if (untaken.length > 0) throw unavailable('The person has been erased, but the event could not be published.');
  const outcome = await intake.waiter.wait(state.id, tombstone.eventId, since);
  if (outcome.status === 'recorded' && isEntity(outcome.record)) return answer(parts, call, outcome.record.state);
  const promised = promiseOf(tombstone, call);
  await keepForReceipt(table, promised);
  return accepted(promised, 'accepted', false);
}

async function answer(parts: Contacts, call: Call, state: EntityState): Promise<Answer> {
  const [body] = await presentContacts(parts, viewerIn(call), [state]);
  return recordAnswer(200, state, body);
}

/** What the receipt of an erasure that is not recorded yet is found by. */
const promiseOf = ({ contactId, eventId, erasedAt }: Tombstone, call: Call): Promised => ({
  eventId,
  recordId: contactId,
  user: viewerIn(call).id,
  requestHash: '',
  firstAt: erasedAt,
  attempt: 1,
  expiresAt: Math.floor(call.receivedAt / 1_000) + IDEMPOTENCY_SECONDS,
});
