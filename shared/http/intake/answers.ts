import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import type { Promised } from '#shared/store/idempotency.ts';
import type { Receipt } from '#shared/store/receipts.ts';
import { isEntity, type LoadedSubject } from '#shared/store/subjects.ts';
import { type Answer, notFound, recordAnswer } from '../answer.ts';
import { collectionPath } from '../paths.ts';
import { presentRecord } from '../present.ts';
import { presentEntities } from '../present-entity.ts';
import { ProblemError } from '../problems.ts';
import type { ReceiptView } from '../schemas.ts';
import { maySeeState } from '../sight.ts';
import { withoutUnseen } from '../unseen.ts';
import type { References } from './references.ts';
import type { WriteRequest } from './request.ts';

interface Written {
  readonly intake: {
    readonly table: DynamoDBDocumentClient;
    readonly ways?: { readonly present: (subject: LoadedSubject) => Promise<unknown> };
  };
  readonly request: WriteRequest;
  readonly references: References;
}

/** The answer to a write whose event is recorded: the record as it is now. A log and a note make something new (201). */
export async function recorded(
  { intake, request, references }: Written,
  promised: Promised,
  record: LoadedSubject,
): Promise<Answer> {
  const { state, event } = record;
  // One's own change is shown even if it took the record out of one's sight; what others did to it since is not.
  if (event.eventId !== promised.eventId && !isEntity(record) && !maySeeState(request.viewer, record.state))
    throw notFound();
  const body = await presentSubject(intake, request.viewer, record, references);
  const location = `${collectionPath(state.kind)}/${state.id}`;
  const log = { eventId: promised.eventId };
  const links = linksTo(references.fresh ?? []);
  const answer = ((): Answer => {
    switch (request.verb) {
      case 'logged':
        return recordAnswer(201, state, body, { location });
      case 'noted':
        return recordAnswer(201, state, body, { location: `${location}/timeline` });
      case 'evidenced':
        return recordAnswer(201, state, body, { location: `${location}/evidence` });
      default:
        return recordAnswer(200, state, body);
    }
  })();
  return { ...answer, headers: { ...answer.headers, ...links }, log: { ...answer.log, ...log } };
}

/** Organisations that this very write made may be ones that are there under another name: where to ask. */
const linksTo = (fresh: readonly string[]): Readonly<Record<string, string>> =>
  fresh.length === 0
    ? {}
    : { link: fresh.map((id) => `</v1/organisations/matches?organisation=${id}>; rel="related"`).join(', ') };

/** The answer to an amendment that changes nothing: no event, the record as it is. */
export const unchanged = async ({ intake, request, references }: Written, subject: LoadedSubject): Promise<Answer> =>
  recordAnswer(200, subject.state, await presentSubject(intake, request.viewer, subject, references));

async function presentSubject(
  { table, ways }: Written['intake'],
  viewer: Viewer,
  subject: LoadedSubject,
  { named }: References,
) {
  if (ways) return ways.present(subject);
  if (!isEntity(subject)) return presentRecord(table, subject.state, named);
  const [body] = await presentEntities(table, await withoutUnseen(table, viewer, [subject.state]), named);
  return body;
}

/** The answer to a write that is not recorded yet: where to ask what becomes of it. */
export function accepted({ eventId }: Promised, status: 'accepted' | 'quarantined', preferred: boolean): Answer {
  const body: ReceiptView = { eventId, status };
  return {
    status: 202,
    body,
    headers: { location: `/v1/receipts/${eventId}`, ...(preferred ? { 'preference-applied': 'respond-async' } : {}) },
    log: { eventId },
  };
}

/** The problem of a write that was refused when it came to be recorded. */
export const refused = ({ refusal }: Receipt & { status: 'rejected' }): ProblemError =>
  new ProblemError(refusal.code, refusal.detail, refusal.errors);
