import type { Partner } from '#shared/domain/partner/partner.ts';
import type { Cache } from '#shared/runtime/cache.ts';

/** Partners as a recorder or the door knows them; none unless given. */
export const partnersKnown = (...partners: readonly Partner[]): Cache<Partner | undefined> => ({
  get: async (id) => partners.find((partner) => partner.id === id),
  drop() {},
});
