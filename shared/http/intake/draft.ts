import { isNoun } from '#shared/domain/entity/nouns.ts';
import type { Evidence } from '#shared/domain/evidence/evidence.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { firstStage } from '#shared/domain/pipeline/ladders.ts';
import type { RecordEvent, Told } from '#shared/domain/record/changes.ts';
import { isAhead } from '#shared/domain/record/clock-tolerance.ts';
import { CONFIDENTIAL_ROLES, hasAnyRole, type Viewer } from '#shared/domain/record/confidentiality.ts';
import { judge, type Verdict } from '#shared/domain/record/judge.ts';
import { type Clock, compareClocks, type RecordState, type StageEntry } from '#shared/domain/record/state.ts';
import { MANAGERS } from '#shared/domain/user/roles.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { isEntity, type LoadedSubject } from '#shared/store/subjects.ts';
import { notFound, stale } from '../answer.ts';
import { matches } from '../headers.ts';
import { PROBLEMS, ProblemError } from '../problems.ts';
import { maySeeState } from '../sight.ts';
import { changedFields } from './amendment.ts';
import { draftEntity } from './draft-entity.ts';
import { draftMerge } from './merging.ts';
import { type References, refuseUnknown } from './references.ts';
import type { WriteRequest } from './request.ts';

/** An event about to be published. */
export interface Draft {
  readonly occurredAt: string;
  readonly expectedVersion: number | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Who publishes it under which ids, and since when. */
export interface Ids {
  readonly eventId: string;
  readonly recordId: string;
  /** When the first of its repeats was received, an instant. */
  readonly firstAt: string;
}

/**
 * The event of a write, judged on the record as it is now: a problem is thrown in the order 404, 403, 409, 412, 422, 428. Undefined
 * where it would change nothing.
 */
export function draft(
  request: WriteRequest,
  subject: LoadedSubject | undefined,
  references: References,
  ids: Ids,
): Draft | undefined {
  const { kind } = request;
  if (references.merged)
    return draftMerge(request, subject && isEntity(subject) ? subject.state : undefined, references.merged, ids);
  if (isNoun(kind))
    return draftEntity({ ...request, kind }, subject && isEntity(subject) ? subject.state : undefined, references, ids);
  return draftOnRecord(
    { ...request, kind },
    subject && !isEntity(subject) ? subject.state : undefined,
    references,
    ids,
  );
}

type RecordRequest = WriteRequest & { readonly kind: Kind };

function draftOnRecord(
  request: RecordRequest,
  state: RecordState | undefined,
  references: References,
  ids: Ids,
): Draft | undefined {
  if (request.verb === 'logged') {
    if (state) throw taken(state);
    return draftLogged(request, references, ids);
  }
  // Of no record in particular, so it is said before it is known whether there is one.
  if (request.verb === 'evidenced') checkWaiver(request.viewer, request.body);
  if (state?.kind !== request.kind || !maySeeState(request.viewer, state)) throw notFound();
  if (request.verb === 'released') checkReleaser(request.viewer, state);
  const { ifMatch } = request.call;
  const occurredAt = occurredAtOf(request, state, ids);
  const data = dataOf(request);
  // What the rules say of a change to this very version; a condition on the version is looked at by itself.
  const verdict = judge(state, {
    ...ids,
    kind: request.kind,
    occurredAt,
    by: 'user',
    expectedVersion: state.version,
    ...({ verb: request.verb, data } as Told),
  } as RecordEvent);
  refuseIf(verdict, 409);
  if (ifMatch && !matches(ifMatch, state.version)) throw stale(state.id, state.version);
  refuseIf(verdict, 422);
  checkTime(request, state, ids);
  refuseUnknown(references, state.fields);
  if (request.verb === 'amended' && !ifMatch)
    throw new ProblemError('if-match-missing', 'Send the ETag of the version you are changing as If-Match.');
  const expectedVersion = ifMatch && !ifMatch.any ? state.version : undefined;
  if (request.verb !== 'amended') return { occurredAt, expectedVersion, data };
  const fields = changedFields(request.kind, state, request.body, references);
  return Object.keys(fields).length === 0 ? undefined : { occurredAt, expectedVersion, data: { fields } };
}

/** Who logs it may not see what has the name already, so the refusal does not say what that is. */
function taken({ kind }: RecordState): ProblemError {
  const detail = `A record of kind ${kind} with this partner reference already exists.`;
  return new ProblemError('already-logged', detail, [{ pointer: '/externalRef', detail }]);
}

function draftLogged(request: RecordRequest, references: References, ids: Ids): Draft {
  for (const evidence of (request.body['evidence'] ?? []) as readonly Evidence[]) checkWaiver(request.viewer, evidence);
  refuseUnknown(references, undefined);
  checkTime(request, undefined, ids);
  const { occurredAt = ids.firstAt, ...fields } = request.body;
  const data = {
    stage: firstStage(request.kind),
    owner: request.viewer.id,
    ...fields,
    organisations: references.organisations ?? [],
  };
  const event = { ...ids, kind: request.kind, occurredAt, by: 'user', verb: 'logged', data };
  refuseIf(judge(undefined, event as unknown as RecordEvent), 409);
  return { occurredAt: occurredAt as string, expectedVersion: undefined, data };
}

const dataOf = ({ verb, body }: WriteRequest): Readonly<Record<string, unknown>> => {
  const { occurredAt: _, ...data } = body;
  return verb === 'amended' ? { fields: data } : data;
};

function checkWaiver(viewer: Viewer, evidence: object): void {
  if (!('waived' in evidence) || hasAnyRole(viewer, MANAGERS)) return;
  throw new ProblemError('forbidden', 'Only a manager or an administrator may waive a check.');
}

function checkReleaser(viewer: Viewer, state: RecordState): void {
  if (state.fields.owner === viewer.id || hasAnyRole(viewer, CONFIDENTIAL_ROLES)) return;
  throw new ProblemError('forbidden', 'Only the owner, an IP manager or an administrator may release a lead.');
}

function checkTime({ body, verb, call }: WriteRequest, state: RecordState | undefined, { firstAt }: Ids): void {
  const now = Math.max(Date.parse(firstAt), call.receivedAt);
  if (verb === 'evidenced') checkDayOfCheck(body['on'] as string | undefined, now, '/on');
  if (verb === 'logged')
    for (const [index, each] of ((body['evidence'] ?? []) as readonly { readonly on?: string }[]).entries())
      checkDayOfCheck(each.on, now, `/evidence/${index}/on`);
  const told = body['occurredAt'] as string | undefined;
  if (told === undefined) return;
  if (isAhead(told, now)) throw refusal('occurred-in-future', `${told} is more than 5 minutes in the future.`);
  const last = state?.path.at(-1);
  if (verb === 'moved' && last && told < last.at)
    throw refusal('move-before-entry', `${state?.id} has been in ${last.stage} since ${last.at}.`);
}

/** China's clock is so far ahead of UTC, all year: tomorrow begins there first. */
const SHANGHAI_MS = 8 * 3_600_000;

/** What is going to be checked has not been checked. */
function checkDayOfCheck(on: string | undefined, now: number, pointer: string): void {
  if (on === undefined || on <= toInstant(now + SHANGHAI_MS).slice(0, 10)) return;
  const detail = `${on} is in the future: log the check once it has been done.`;
  throw new ProblemError('occurred-in-future', detail, [{ pointer, detail }]);
}

const refusal = (code: 'occurred-in-future' | 'move-before-entry', detail: string) =>
  new ProblemError(code, detail, [{ pointer: '/occurredAt', detail }]);

function refuseIf(verdict: Verdict, status: 409 | 422): void {
  if (verdict.outcome !== 'refuse' || PROBLEMS[verdict.refusal.code].status !== status) return;
  throw new ProblemError(verdict.refusal.code, verdict.refusal.detail, verdict.refusal.errors);
}

/**
 * When it happened: as told, or else when it was received, but after everything it follows on. Clocks of partners may run ahead of
 * ours, and the word of somebody who sees the record today shall not be overtaken by what stands in it.
 */
function occurredAtOf({ body, verb, call }: WriteRequest, state: RecordState, { firstAt, eventId }: Ids): string {
  if (verb === 'noted') return firstAt;
  const told = body['occurredAt'] as string | undefined;
  const last = state.path.at(-1) as StageEntry;
  if (told !== undefined)
    return told === last.at && compareClocks({ at: told, by: eventId }, last) <= 0 ? justAfter(told) : told;
  // A word on this very version is the last one whatever the clocks say.
  if (call.ifMatch && !call.ifMatch.any) return firstAt;
  const latest = latestClock(state);
  return firstAt > latest ? firstAt : justAfter(latest);
}

function latestClock({ base, path, clocks, voided, released, evidence = {} }: RecordState): string {
  const all: (Clock | undefined)[] = [
    base,
    ...path,
    ...Object.values(clocks),
    ...Object.values(evidence),
    voided,
    released,
  ];
  return all.reduce((latest, clock) => (clock && clock.at > latest ? clock.at : latest), base.at);
}

const justAfter = (instant: string) => toInstant(Date.parse(instant) + 1);
