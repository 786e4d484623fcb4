import { PROTECTED_STAGE, phaseOf, stageIndex } from '../pipeline/ladders.ts';
import type { Role } from '../user/roles.ts';
import type { RecordState } from './state.ts';

/** Who looks at a record. */
export interface Viewer {
  readonly id: string;
  /** The most powerful of their roles, by which others know them. */
  readonly role: Role;
  /** All of their roles: a user may do what any of them allows. At least one. */
  readonly roles: readonly Role[];
}

/** Whether a user has one of these roles. */
export const hasAnyRole = ({ roles }: Pick<Viewer, 'roles'>, allowed: readonly Role[]): boolean =>
  roles.some((role) => allowed.includes(role));

/**
 * Whether a record is confidential. An IP lead is, from the start until it has been protected or released, and longer where that
 * was asked for: publishing before filing destroys a patent. A lead that was withdrawn before it was protected stays so.
 */
export function isConfidential(state: RecordState): boolean {
  if (state.kind !== 'ip-lead') return false;
  if (state.fields['confidential'] === true) return true;
  return !state.released && !hasBeenProtected(state);
}

const hasBeenProtected = (state: RecordState) =>
  state.path.some(
    ({ stage }) =>
      phaseOf('ip-lead', stage) !== 'lost' && stageIndex('ip-lead', stage) >= stageIndex('ip-lead', PROTECTED_STAGE),
  );

/** Roles that see every confidential lead and may release it. */
export const CONFIDENTIAL_ROLES: readonly Role[] = ['ip-manager', 'admin'];

/** Whether somebody sees more of a record than its count. */
export const maySee = (
  viewer: Viewer,
  record: { readonly confidential: boolean; readonly owner?: string | undefined },
): boolean => !record.confidential || record.owner === viewer.id || hasAnyRole(viewer, CONFIDENTIAL_ROLES);
