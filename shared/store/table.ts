/**
 * The one table, as data: keys, indexes and what each access pattern uses. Infrastructure creates the table from it, the stores
 * build their requests from it, `docs/generated/data-model.md` is made from it. Nothing else names a key or an index.
 */

export interface KeyPart {
  readonly name: string;
  readonly type: 'string' | 'number';
}

export interface IndexDefinition {
  readonly name: string;
  /** Several attributes make a key without gluing them: DynamoDB compares them in order. */
  readonly partitionKey: readonly KeyPart[];
  readonly sortKey: readonly KeyPart[];
  /** Attributes copied besides the keys: what a list filters by, so that a page reads little. */
  readonly projection: 'KEYS_ONLY' | readonly string[];
}

const string = (name: string): KeyPart => ({ name, type: 'string' });

/** What lists filter by: copied into every index that a list walks. */
const LIST_FILTERS = [
  'strand',
  'place',
  'owner',
  'organisations',
  'tags',
  'confidential',
  'voidedAt',
  'updatedAt',
  'expectedCloseOn',
  'stageEnteredAt',
  'stage',
] as const;

const projecting = (keys: readonly KeyPart[]) => LIST_FILTERS.filter((name) => !keys.some((key) => key.name === name));

function listIndex(
  name: string,
  partitionKey: readonly KeyPart[],
  sortKey: readonly KeyPart[],
  others: readonly string[] = [],
): IndexDefinition {
  return { name, partitionKey, sortKey, projection: [...projecting([...partitionKey, ...sortKey]), ...others] };
}

const byKindAndStage = [string('kind'), string('stage')];

export const TABLE = {
  partitionKey: string('pk'),
  sortKey: string('sk'),
  /** Seconds since 1970; DynamoDB deletes late, so a reader checks it as well. */
  ttlAttribute: 'expiresAt',
  indexes: {
    /** Receipts: what is known of an event by its id (idempotency item, history, rejection, quarantine). */
    byEvent: {
      name: 'byEvent',
      partitionKey: [string('eventId')],
      sortKey: [],
      projection: 'KEYS_ONLY',
    },
    /** What is listed by when it came: deliveries of a partner, quarantine by state. Sparse: only items with an `inList` are in it. */
    byList: {
      name: 'byList',
      partitionKey: [string('inList')],
      sortKey: [string('listedAt')],
      projection: 'KEYS_ONLY',
    },
    /**
     * Lists by last change; a kind's records are spread over its stages, so that no key is hot. What a report says of what has changed
     * is copied as well: a usual record is one write unit in the index as it is in the table.
     */
    byUpdated: listIndex(
      'byUpdated',
      byKindAndStage,
      [string('updatedAt'), string('id')],
      ['title', 'nextStep', 'lostReason', 'event'],
    ),
    /** Lists by entry into the stage: who stands still. */
    byEntered: listIndex('byEntered', byKindAndStage, [string('stageEnteredAt'), string('id')]),
    /** Lists by expected close; sparse. */
    byClose: listIndex('byClose', byKindAndStage, [string('expectedCloseOn'), string('id')]),
    /** Who has a next step that is due; sparse. Only what seldom changes is copied, so that most writes leave it alone. */
    byNextStep: {
      name: 'byNextStep',
      partitionKey: byKindAndStage,
      sortKey: [string('nextStepDueOn'), string('id')],
      projection: ['strand', 'place', 'owner', 'voidedAt'],
    },
    /** Lists of one owner; records without one stand under `none`. */
    byOwner: listIndex('byOwner', [string('owner'), string('kind')], [string('updatedAt'), string('id')]),
    /** Lists of what stands around the pipeline, by last change; a noun is spread over a few shards, so that no key is hot. */
    byNoun: {
      name: 'byNoun',
      partitionKey: [string('noun'), string('shard')],
      sortKey: [string('updatedAt'), string('id')],
      projection: 'KEYS_ONLY',
    },
  } satisfies Record<string, IndexDefinition>,
} as const;

export type IndexName = keyof typeof TABLE.indexes;
