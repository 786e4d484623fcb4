import type { Noun } from '#shared/domain/entity/nouns.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';

const COLLECTIONS: Readonly<Record<Kind | Noun, string>> = {
  engagement: 'engagements',
  'ip-lead': 'ip-leads',
  'trade-deal': 'trade-deals',
  organisation: 'organisations',
  contact: 'contacts',
  activity: 'activities',
  agreement: 'agreements',
};

/** Where the records of a kind, or the entities of a noun, are: `/v1/trade-deals`. */
export const collectionPath = (kind: Kind | Noun): string => `/v1/${COLLECTIONS[kind]}`;
