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
  is: 'A state of a person, sealed, by the event that it was written for; the contact says which stands.',
  partitionKey: { name: 'contactId', type: 'string' },
  sortKey: { name: 'version', type: 'string' },
} as const satisfies PeopleTable;

export const PEOPLE_KEYS = {
  is: 'The key of a person, wrapped by a master key; after an erasure the tombstone, which stays.',
  partitionKey: { name: 'contactId', type: 'string' },
} as const satisfies PeopleTable;

/** Every way in which the tables of people are used: who, what for, in which of them. */
export const PEOPLE_PATTERNS = [
  ['contacts', 'Keep the first key of a person, if there is none and no tombstone', 'keys'],
  ['contacts', 'Keep a state of a person, as long as the key is there', 'keys, people'],
  ['contacts', 'The keys and the standing states of the people on a page', 'keys, people'],
  ['contacts', 'Wrap a key by the newer master key', 'keys'],
  ['contacts', 'Delete a state that another has replaced', 'people'],
  ['contacts', 'Erase: put the tombstone, then delete every state of the person', 'keys, people'],
  ['sweep', 'Every key, tombstone and state, without what is in them; delete what nothing refers to', 'keys, people'],
] as const;
