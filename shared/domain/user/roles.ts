import * as z from 'zod';

/** From the least to the most that a user may do; each group in the user pool has one of these names. */
export const ROLES = ['viewer', 'bd-officer', 'ip-manager', 'manager', 'admin'] as const;
export const Role = z.enum(ROLES).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

/** Who logs, amends, moves and notes. */
export const WRITERS: readonly Role[] = ['bd-officer', 'ip-manager', 'manager', 'admin'];
/** Who sets rates, voids and restores, makes reports. */
export const MANAGERS: readonly Role[] = ['manager', 'admin'];
/** Who keeps partners, places and quarantine. */
export const ADMINS: readonly Role[] = ['admin'];
