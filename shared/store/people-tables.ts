/**
 * The two tables of people, as data. They stand apart from the one table, and from each other: what is sealed can be restored from backups,
 * the keys cannot (`docs/adr/0015`). Neither has a stream.
 */
import type { KeyPart } from './table.ts';

interface PeopleTable {
  readonly is: string;
  readonly partitionKey: KeyPart;
  readonly sortKey?: KeyPart;
}

export const PEOPLE = {
  is: 'A state of a person, encrypted, by the event it was written for; the contact says which is current.',
  partitionKey: { name: 'contactId', type: 'string' },
  sortKey: { name: 'version', type: 'string' },
} as const satisfies PeopleTable;

export const PEOPLE_KEYS = {
  is: 'The key of a person, encrypted with a master key; after an erasure the tombstone, which is permanent.',
  partitionKey: { name: 'contactId', type: 'string' },
} as const satisfies PeopleTable;

/** Every way in which the tables of people are used: who, what for, in which of them. */
export const PEOPLE_PATTERNS = [
  ['contacts', 'Store the first key of a person, if there is none and no tombstone', 'keys'],
  ['contacts', 'Store a state of a person, if the key exists', 'keys, people'],
  ['contacts', 'The keys and current states of the people on a page', 'keys, people'],
  ['contacts', 'Encrypt a key with the newer master key', 'keys'],
  ['contacts', 'Delete a replaced state', 'people'],
  ['contacts', 'Erase: write the tombstone, then delete every state of the person', 'keys, people'],
  ['sweep', 'Every key, tombstone and state, without contents; delete orphans', 'keys, people'],
] as const;
