import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { UserId } from '#shared/domain/text.ts';
import { ROLES, type Role } from '#shared/domain/user/roles.ts';
import { ProblemError } from './problems.ts';

/** Claims of a token that API Gateway has verified. It hands a list on as text: `[manager viewer]`. */
export type Claims = Readonly<Record<string, unknown>>;

/** Who calls, by the token's subject and groups: of several roles the most powerful. Refuses a token without any (403). */
export function viewerOf(claims: Claims | undefined): Viewer {
  const id = UserId.safeParse(claims?.['sub']);
  const groups = groupsOf(claims?.['cognito:groups']);
  const role: Role | undefined = ROLES.findLast((candidate) => groups.includes(candidate));
  if (!id.success || !role) throw new ProblemError('forbidden', 'The token carries no role of this product.');
  return { id: id.data, role };
}

function groupsOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.map(String);
  if (typeof claim !== 'string') return [];
  return claim.replace(/^\[|\]$/g, '').split(/[\s,]+/);
}
