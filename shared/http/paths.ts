import type { Kind } from '#shared/domain/pipeline/ladders.ts';

const COLLECTIONS: Readonly<Record<Kind, string>> = {
  engagement: 'engagements',
  'ip-lead': 'ip-leads',
  'trade-deal': 'trade-deals',
};

/** Where the records of a kind are: `/v1/trade-deals`. */
export const collectionPath = (kind: Kind): string => `/v1/${COLLECTIONS[kind]}`;
