import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type {
  MatchedOrganisation,
  OrganisationDuplicates,
  OrganisationMatches,
} from '#shared/domain/organisation/proposal.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { dismiss, loadDismissals, pairName } from '#shared/store/dismissals.ts';
import { loadEntities, loadEntity } from '#shared/store/entities.ts';
import { partyOf } from '#shared/store/organisation-names.ts';
import { type Answer, notFound } from '../answer.ts';
import type { Call } from '../call.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { ProblemError } from '../problems.ts';
import { DEFAULT_LIMIT } from '../schemas.ts';
import { claim } from '../settings/claim.ts';
import { viewerIn } from '../sight.ts';
import { type Directory, inOrder, type Member } from './directory.ts';

export interface Matching {
  readonly table: DynamoDBDocumentClient;
  readonly directory: Directory;
}

/** As many as a person looks through. */
const MATCHES_AT_MOST = 20;

/** `GET /v1/organisations/matches`: what a name, or an organisation, may be of what is there. */
export async function readMatches({ table, directory }: Matching, call: Call): Promise<Answer> {
  const { name, place, organisation } = call.query;
  const own = organisation === undefined ? undefined : await loadEntity(table, organisation);
  if (organisation !== undefined && !own) throw notFound(`There is no organisation ${organisation}.`);
  const dismissals = own ? await loadDismissals(table) : undefined;
  const found = await directory.matchesOf(own ? partyOf(own.state) : { name: name ?? '', place });
  const body: OrganisationMatches = {
    items: found
      .filter(({ candidate }) => !dismissals?.has(pairName(candidate.id, own?.state.id ?? '')))
      .slice(0, MATCHES_AT_MOST)
      .map(({ candidate, match }) => ({
        verdict: match.verdict as 'certain' | 'likely',
        reasons: [...match.reasons],
        organisation: shown(candidate),
      })),
    next: null,
  };
  return { status: 200, body, log: { items: body.items.length } };
}

const shown = ({ id, name, place, english, chinese, type, createdAt }: Member): MatchedOrganisation => ({
  id,
  name,
  place,
  ...(english === undefined ? {} : { english }),
  ...(chinese === undefined ? {} : { chinese }),
  ...(type === undefined ? {} : { type: type as NonNullable<MatchedOrganisation['type']> }),
  createdAt,
});

/** `GET /v1/organisations/duplicates`: pairs that nobody has found to be two, certain ones first; or those that somebody has. */
export async function listDuplicates({ table, directory }: Matching, call: Call): Promise<Answer> {
  const { cursor, limit = DEFAULT_LIMIT, dismissed } = call.query;
  const [pairs, dismissals] = await Promise.all([directory.duplicates(), loadDismissals(table)]);
  const boundTo = { list: 'duplicates', dismissed, user: call.viewer?.id };
  const after = cursor === undefined ? '' : String(decodeCursor(cursor, boundTo)[0]);
  const rows = pairs
    .map(({ one, other, match }) => {
      const name = pairName(one.id, other.id);
      // Certain ones first, and otherwise in an order that stays whatever else comes and goes.
      return { at: `${match.verdict === 'certain' ? 0 : 1}#${name}`, name, pair: [one, other].sort(inOrder), match };
    })
    .filter(({ at, name }) => at > after && dismissals.has(name) === (dismissed === 'true'))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  const page = rows.slice(0, Number(limit));
  const last = page.at(-1);
  const body: OrganisationDuplicates = {
    items: page.map(({ name, pair, match }) => {
      const dismissal = dismissals.get(name);
      return {
        verdict: match.verdict as 'certain' | 'likely',
        reasons: [...match.reasons],
        organisations: pair.map(shown),
        ...(dismissal ? { dismissal } : {}),
      };
    }),
    next: last && rows.length > page.length ? encodeCursor([last.at], boundTo) : null,
  };
  return { status: 200, body, log: { items: body.items.length } };
}

/** `POST /v1/organisations/dismissals`: two organisations are two, or may be one again. */
export async function dismissDuplicate({ table }: Matching, call: Call): Promise<Answer> {
  const {
    organisations,
    dismissed = true,
    reason,
  } = call.body as {
    organisations: [string, string];
    dismissed?: boolean;
    reason?: string;
  };
  const found = await loadEntities(table, organisations, { consistent: true });
  const unknown = organisations.flatMap((id, index) =>
    found.has(id) ? [] : [{ pointer: `/organisations/${index}`, detail: `There is no organisation ${id}.` }],
  );
  if (unknown.length > 0) throw new ProblemError('unknown-reference', unknown[0]?.detail, unknown);
  const { eventId } = await claim(table, call);
  const author = {
    userId: viewerIn(call).id,
    at: toInstant(call.receivedAt),
    correlationId: call.correlationId,
    eventId,
  };
  const told = { dismissed, ...(reason === undefined ? {} : { reason }) };
  return { status: 200, body: await dismiss(table, organisations, told, author) };
}
