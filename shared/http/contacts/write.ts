import { isErased, type Personal, personalOf, refusedErased } from '#shared/domain/contact/contact.ts';
import { heldBy, type Person, type PersonField, type PersonPatch, patchPerson } from '#shared/domain/contact/person.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { MasterKeys } from '#shared/people/master-keys.ts';
import { ErasedError } from '#shared/people/people.ts';
import { loadEntity } from '#shared/store/entities.ts';
import { isEntity } from '#shared/store/subjects.ts';
import { type Answer, unavailable } from '../answer.ts';
import type { Call } from '../call.ts';
import { requestHash } from '../idempotency.ts';
import { draft } from '../intake/draft.ts';
import { type Intake, type Ways, write } from '../intake/write.ts';
import { ProblemError } from '../problems.ts';
import { viewerIn } from '../sight.ts';
import { type Presenting, peopleBehind, presentContacts } from './present.ts';

export interface Contacts extends Presenting {
  readonly masterKeys: MasterKeys;
  readonly intake: Omit<Intake, 'ways'>;
}

/** What a request makes of a person. */
interface Change {
  readonly person: Person;
  readonly changed: readonly PersonField[];
  /** The state of the person that it builds on. */
  readonly base: string | undefined;
}

/**
 * `POST /v1/contacts` and `PATCH /v1/contacts/{id}`. The person is kept first, under the id of the event that is published next and refers to
 * it: what nothing refers to is seen by nobody, and swept away. All else is as with every write.
 */
export async function writeContact(parts: Contacts, call: Call): Promise<Answer> {
  const { person: told, ...rest } = call.body as { person?: Person | PersonPatch } & Record<string, unknown>;
  const [hash, change] = await Promise.all([
    parts.masterKeys.fingerprint(requestHash(call)),
    changeOf(parts, call, told),
  ]);
  let after: EntityState | undefined;
  const ways: Ways = {
    // A hash of what stands in it could be compared with guesses: names and numbers are few.
    requestHash: hash,
    draft: draftOf(change),
    async before({ recordId, eventId, firstAt }) {
      if (!change || change.changed.length === 0) return;
      await refusingErased(
        recordId,
        parts.people.keep({ contactId: recordId, version: eventId }, change.person, firstAt),
      );
    },
    async present(subject) {
      if (!isEntity(subject)) throw new Error(`${subject.state.id} is not a contact.`);
      after = subject.state;
      const [body] = await presentContacts(parts, viewerIn(call), [subject.state]);
      return body;
    },
  };
  const answer = await write({ ...parts.intake, ways }, { ...call, body: rest });
  await dropReplaced(parts, change?.base, after);
  return answer;
}

/** What a request makes of the person; undefined where it tells nothing of one, or where there is none to tell of. */
async function changeOf(
  parts: Contacts,
  call: Call,
  told: Person | PersonPatch | undefined,
): Promise<Change | undefined> {
  if (told === undefined) return undefined;
  const id = call.params['id'];
  if (id === undefined) return { person: told as Person, changed: heldBy(told as Person), base: undefined };
  const state = (await loadEntity(parts.table, id))?.state;
  if (state?.kind !== 'contact' || isErased(state)) return undefined;
  const kept = (await peopleBehind(parts.people, [state])).get(id);
  if (kept?.tombstone) throw erased(id);
  const patched = patchPerson(kept?.person ?? {}, told as PersonPatch);
  if (!patched) {
    const detail = 'A name is required, in Latin letters or Chinese characters.';
    throw new ProblemError('validation', detail, [{ pointer: '/person', detail }]);
  }
  return { ...patched, base: personalOf(state)?.version };
}

/** As every entity's event is drafted, with a pointer to the person where the person changes. */
const draftOf =
  (change: Change | undefined): typeof draft =>
  (request, subject, references, ids) => {
    const state = subject && isEntity(subject) ? subject.state : undefined;
    if (request.verb === 'amended' && state && isErased(state)) throw erased(state.id);
    if (!change || change.changed.length === 0) return draft(request, subject, references, ids);
    const personal: Personal = {
      version: ids.eventId,
      holds: heldBy(change.person),
      changed: [...change.changed],
    };
    const told = draft({ ...request, body: { ...request.body, personal } }, subject, references, ids);
    if (!state || !told) return told;
    if (personalOf(state)?.version !== change.base)
      throw unavailable('Somebody else changed this person at the same moment.');
    // The whole person is written anew, so nobody else's change may come in between, whatever If-Match says.
    return { ...told, expectedVersion: state.version };
  };

/** The state of the person that this change replaced is kept no longer than until it is recorded. */
async function dropReplaced(
  { people }: Contacts,
  base: string | undefined,
  after: EntityState | undefined,
): Promise<void> {
  const standing = after && personalOf(after)?.version;
  if (!after || base === undefined || standing === undefined || standing === base) return;
  // Where it fails, the nightly sweep does it; the change itself is recorded.
  await people.drop({ contactId: after.id, version: base }).catch(() => {});
}

const erased = (id: string): ProblemError => {
  const { code, detail } = refusedErased(id);
  return new ProblemError(code, detail);
};

async function refusingErased(id: string, keeping: Promise<void>): Promise<void> {
  try {
    await keeping;
  } catch (error) {
    throw error instanceof ErasedError ? erased(id) : error;
  }
}
