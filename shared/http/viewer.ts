import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { UserId } from '#shared/domain/text.ts';
import { ROLES } from '#shared/domain/user/roles.ts';
import { ProblemError } from './problems.ts';

/** Claims of a token that API Gateway has verified. It hands a list on as text: `[manager viewer]`. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who calls, by the token's subject and groups: with the rights of all their roles. Refuses (403) a token without any. */
export function viewerOf(claims: Claims | undefined): Viewer {
  const id = UserId.safeParse(claims?.['sub']);
  const groups = groupsOf(claims?.['cognito:groups']);
  const roles = ROLES.filter((candidate) => groups.includes(candidate));
  const role = roles.at(-1);
  if (!id.success || !role) throw new ProblemError('forbidden', 'The token carries no role of this product.');
  return { id: id.data, role, roles };
}

function groupsOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.map(String);
  if (typeof claim !== 'string') return [];
  return claim.replace(/^\[|\]$/g, '').split(/[\s,]+/);
}
