import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isNoun } from '#shared/domain/entity/nouns.ts';
import { entryOf } from '#shared/events/contract.ts';
import { ENTITY_INTAKE, type EntityVerb } from '#shared/events/entities.ts';
import { intakeContract } from '#shared/events/intake.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import { publish } from '#shared/runtime/publish.ts';
import type { Promised } from '#shared/store/idempotency.ts';
import { findByName } from '#shared/store/organisation-names.ts';
import { isEntity, type LoadedSubject, loadStanding, loadSubject } from '#shared/store/subjects.ts';
import { type Answer, unavailable } from '../answer.ts';
import type { Call } from '../call.ts';
import { ProblemError } from '../problems.ts';
import { recordsOf, unseenAmong } from '../unseen.ts';
import { accepted, recorded, refused, unchanged } from './answers.ts';
import { type Draft, draft } from './draft.ts';
import { lookUpMerge } from './merging.ts';
import { findPromise, keep, keepForReceipt, newPromise } from './promise.ts';
import { type References, resolveReferences } from './references.ts';
import { subjectId, type WriteRequest, writeRequest } from './request.ts';
import { type Outcome, outcomeOf, type Waiter } from './wait.ts';

export interface Intake {
  readonly table: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly clock: Clock;
  readonly waiter: Waiter;
  /** What is done otherwise, for writes that are not like the others. */
  readonly ways?: Ways;
}

/** What a write may do otherwise. All else, above all what happens when a function dies between two steps, is the same for every write. */
export interface Ways {
  /** By what repeats of the request are compared. */
  readonly requestHash: string;
  readonly draft: typeof draft;
  /** Keeps what the event refers to, before it is published. Done once more by whoever repeats the request. */
  readonly before: (promised: Promised, told: Draft) => Promise<void>;
  readonly present: (subject: LoadedSubject) => Promise<unknown>;
}

/** One request on its way, with what has been looked up for it. */
interface Write {
  readonly intake: Intake;
  readonly request: WriteRequest;
  readonly references: References;
}

/** How often a request finds that another one with its key was faster, before it gives up. */
const ROUNDS = 4;

/**
 * Every write on a record: judged on the record as it is, published as an event, and answered when it is recorded. An idempotency key
 * is kept *before* the event is published; whoever repeats the request takes over with the same ids, so at whichever point a function
 * dies, the event is published once more at worst, and recorded once.
 */
export async function write(intake: Intake, call: Call): Promise<Answer> {
  const request = writeRequest(call, intake.ways?.requestHash);
  const { table } = intake;
  const [found, references] = await Promise.all([findPromise(table, request), lookUp(table, request)]);
  const attempt: Write = { intake, request, references };
  let earlier = found;
  for (let round = 0; round < ROUNDS; round++) {
    const answer = earlier?.live ? await takeOver(attempt, earlier.promised) : await begin(attempt, earlier?.promised);
    if (answer) return answer;
    earlier = await findPromise(table, request);
  }
  throw unavailable('Too many concurrent requests with the same Idempotency-Key.');
}

/** What a request names beside what it writes. */
async function lookUp(table: DynamoDBDocumentClient, { body, viewer, merging }: WriteRequest): Promise<References> {
  const references = await resolveReferences(table, body, { viewer, find: findByName });
  return merging ? { ...references, merged: await lookUpMerge(table, merging) } : references;
}

/** A request that nobody has sent before, or whose earlier attempt is to be replaced. Undefined where a repeat was faster. */
async function begin(attempt: Write, replaced: Promised | undefined): Promise<Answer | undefined> {
  const { intake, request } = attempt;
  const id = subjectId(request);
  const record = id ? await loadSubject(intake.table, id) : undefined;
  const promised = newPromise(request, replaced);
  const looked = await withUnseen(attempt, record);
  let told: Draft | undefined;
  try {
    told = draftOf(intake)(request, record, looked, promised);
  } catch (error) {
    // What the rules object to may be the doing of a repeat that was faster: then its outcome is the answer.
    if (await isTaken(attempt, replaced)) return undefined;
    throw error;
  }
  if (!told) return unchanged(attempt, record as LoadedSubject);
  if (!(await keep(intake.table, request, promised, replaced))) return undefined;
  return send(attempt, promised, told);
}

/** With the confidential leads that an activity names already and that its author does not see: an amendment leaves them there. */
async function withUnseen(
  { intake, request, references }: Write,
  subject: LoadedSubject | undefined,
): Promise<References> {
  if (!subject || !isEntity(subject) || !('records' in request.body)) return references;
  const unseen = await unseenAmong(intake.table, request.viewer, recordsOf(subject.state));
  return unseen.size > 0 ? { ...references, unseen: [...unseen] } : references;
}

const draftOf = ({ ways }: Intake): typeof draft => ways?.draft ?? draft;

/** Whether another request with the same key has made a promise meanwhile. It does so before anything can be seen of it. */
async function isTaken({ intake, request }: Write, replaced: Promised | undefined): Promise<boolean> {
  const found = await findPromise(intake.table, request);
  return found?.live === true && found.promised.eventId !== replaced?.eventId;
}

/**
 * A repeat of a request whose event may be anywhere: still unpublished, on the bus, recorded or refused. Recorded, it is answered as it
 * stands; refused, the request is tried anew, since errors are not remembered; otherwise it is published once more.
 */
async function takeOver(attempt: Write, promised: Promised): Promise<Answer | undefined> {
  const { intake, request } = attempt;
  const standing = await loadStanding(intake.table, promised.recordId, promised.eventId);
  const outcome = outcomeOf(standing);
  if (outcome.status === 'rejected') return begin(attempt, promised);
  if (outcome.status !== 'pending') return present(attempt, promised, outcome);
  const looked = await withUnseen(attempt, standing.record);
  let told: Draft | undefined;
  try {
    told = draftOf(intake)(request, standing.record, looked, promised);
  } catch (error) {
    return settle(attempt, promised, error);
  }
  return told ? send(attempt, promised, told) : settle(attempt, promised, undefined);
}

/**
 * The rules refuse a repeat, or find nothing left to do: because the first one has meanwhile been recorded, or because the record has
 * moved on. What became of the first one counts; only where nothing did within the usual time does the refusal.
 */
async function settle(attempt: Write, promised: Promised, refusal: unknown): Promise<Answer> {
  if (refusal && !(refusal instanceof ProblemError)) throw refusal;
  const { intake } = attempt;
  const outcome = await intake.waiter.wait(promised.recordId, promised.eventId, intake.clock());
  if (outcome.status !== 'pending') return present(attempt, promised, outcome);
  if (refusal) throw refusal;
  const record = await loadSubject(intake.table, promised.recordId);
  return unchanged(attempt, record as LoadedSubject);
}

/** Publishes the event and waits until it is recorded, or answers at once where that is preferred. */
async function send(attempt: Write, promised: Promised, told: Draft): Promise<Answer> {
  const { intake, request } = attempt;
  const { respondAsync } = request.call;
  await intake.ways?.before(promised, told);
  if (respondAsync) await keepForReceipt(intake.table, promised);
  const since = intake.clock();
  const untaken = await publish(intake.bus, [entry(request, promised, told)]);
  if (untaken.length > 0) throw unavailable('The event could not be published; nothing has been recorded.');
  if (respondAsync) return accepted(promised, 'accepted', true);
  return present(attempt, promised, await intake.waiter.wait(promised.recordId, promised.eventId, since));
}

function entry({ verb, kind, viewer, call }: WriteRequest, promised: Promised, told: Draft) {
  const { eventId, recordId, firstAt } = promised;
  const contract = isNoun(kind) ? ENTITY_INTAKE[kind][verb as EntityVerb] : intakeContract(kind, verb);
  const metadata = {
    eventId,
    schemaVersion: contract.schemaVersion,
    occurredAt: told.occurredAt,
    receivedAt: firstAt,
    actor: { type: 'user' as const, id: viewer.id },
    channel: 'api' as const,
    correlationId: call.correlationId,
    recordId,
    ...(told.expectedVersion === undefined ? {} : { expectedVersion: told.expectedVersion }),
  };
  return entryOf(contract, { metadata, data: told.data });
}

async function present(attempt: Write, promised: Promised, outcome: Outcome): Promise<Answer> {
  switch (outcome.status) {
    case 'recorded':
      return recorded(attempt, promised, outcome.record);
    case 'rejected':
      throw refused(outcome.receipt);
    case 'quarantined':
    case 'pending':
      // The event is on the bus, so an error now would be untrue: without this, its receipt is only found later.
      await keepForReceipt(attempt.intake.table, promised).catch(() => false);
      return accepted(promised, outcome.status === 'pending' ? 'accepted' : 'quarantined', false);
  }
}
