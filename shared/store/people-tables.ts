/**
 * The two tables of people, as data. They stand apart from the one table, and from each other: what is sealed can be restored from backups,
 * the keys cannot (`docs/adr/0015`). Neither has a stream.
 */
import type { KeyPart } from './table.ts';

interface PeopleTable {
  readonly partitionKey: KeyPart;
  readonly sortKey?: KeyPart;
}

/** A person's data, sealed: an item for each state of it, by the event that it was written for. Only one stands. */
export const PEOPLE = {
  partitionKey: { name: 'contactId', type: 'string' },
  sortKey: { name: 'version', type: 'string' },
} as const satisfies PeopleTable;

/** The key of a person's data, wrapped by a master key; after an erasure what says so. */
export const PEOPLE_KEYS = { partitionKey: { name: 'contactId', type: 'string' } } as const satisfies PeopleTable;
