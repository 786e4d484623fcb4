import { randomBytes } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Person } from '#shared/domain/contact/person.ts';
import {
  deletePeople,
  deletePerson,
  isTombstone,
  loadKeyItems,
  loadPeople,
  putFirstKey,
  putPerson,
  putRewrapped,
  putTombstone,
  type Tombstone,
  type WrappedKey,
} from '#shared/store/people.ts';
import type { MasterKeys } from './master-keys.ts';
import { newKey, open, seal } from './sealing.ts';

/** Which state of whose data. */
export interface PersonRef {
  readonly contactId: string;
  /** The id of the event that it was written for. */
  readonly version: string;
}

/** What is kept of somebody: the person; or that there was an erasure; or neither, where it was lost. */
export interface KeptPerson {
  readonly person?: Person;
  readonly tombstone?: Tombstone;
}

/** The person has been erased: nothing more is kept of them. */
export class ErasedError extends Error {
  override readonly name = 'ErasedError';
}

/** The people behind contacts. Nothing of them is in any other place, and here nothing but sealed. */
export interface People {
  /**
   * Keeps a state of a person, before the event that refers to it is published. Once more changes nothing.
   * @throws `ErasedError`
   */
  keep(ref: PersonRef, person: Person, at: string): Promise<void>;
  /** These people, by contact. */
  load(refs: readonly PersonRef[]): Promise<ReadonlyMap<string, KeptPerson>>;
  /** Takes away a state that another one has replaced. */
  drop(ref: PersonRef): Promise<void>;
  /** Destroys a person's key and deletes all that it sealed. Answers the tombstone that stands, which is the first one's. */
  bury(tombstone: Tombstone): Promise<Tombstone>;
}

/** How often a key is looked at that somebody else makes or takes away at the same time. */
const ROUNDS = 3;

export function openPeople(parts: { readonly table: DynamoDBDocumentClient; readonly masterKeys: MasterKeys }): People {
  const { table, masterKeys } = parts;

  async function ensureKey(contactId: string, at: string): Promise<OpenKey> {
    for (let round = 0; round < ROUNDS; round++) {
      const there = (await loadKeyItems(table, [contactId])).get(contactId);
      if (there && isTombstone(there)) throw new ErasedError(`${contactId} has been erased.`);
      if (there) return unwrap(masterKeys, there);
      const made: OpenKey = { contactId, keyId: `pk_${randomBytes(12).toString('hex')}`, key: newKey() };
      if (await putFirstKey(table, await wrap(masterKeys, made, at))) return made;
    }
    throw new Error(`The key of ${contactId} comes and goes.`);
  }

  /** What an older master key wrapped is wrapped by today's one as it is met: so an older one can be taken away in time. */
  async function keepCurrent(item: WrappedKey, key: OpenKey): Promise<void> {
    const { id } = await masterKeys.current();
    if (item.masterKeyId !== id) await putRewrapped(table, await wrap(masterKeys, key, item.madeAt), item);
  }

  return {
    async keep({ contactId, version }, person, at) {
      for (let round = 0; round < ROUNDS; round++) {
        const key = await ensureKey(contactId, at);
        const text = Buffer.from(JSON.stringify(person));
        const sealed = seal(key.key, aboutPerson({ contactId, version }), text);
        if (await putPerson(table, { contactId, version, keyId: key.keyId, sealed, writtenAt: at })) return;
      }
      throw new Error(`The key of ${contactId} comes and goes.`);
    },
    async load(refs) {
      const [keyItems, sealed] = await Promise.all([
        loadKeyItems(
          table,
          refs.map(({ contactId }) => contactId),
        ),
        loadPeople(table, refs),
      ]);
      const found = new Map<string, KeptPerson>();
      for (const { contactId, version } of refs) {
        const item = keyItems.get(contactId);
        const state = sealed.get(contactId);
        if (item && isTombstone(item)) found.set(contactId, { tombstone: item });
        // Without its key, or under another one, it cannot be read by anybody.
        if (!item || isTombstone(item) || state?.keyId !== item.keyId) continue;
        const key = await unwrap(masterKeys, item);
        const text = open(key.key, aboutPerson({ contactId, version }), state.sealed);
        found.set(contactId, { person: JSON.parse(Buffer.from(text).toString()) as Person });
        await keepCurrent(item, key);
      }
      return found;
    },
    drop: (ref) => deletePerson(table, ref),
    async bury(tombstone) {
      const { contactId } = tombstone;
      const isFirst = await putTombstone(table, tombstone);
      const standing = isFirst ? tombstone : (await loadKeyItems(table, [contactId])).get(contactId);
      if (!standing || !isTombstone(standing)) throw new Error(`The tombstone of ${contactId} is gone.`);
      await deletePeople(table, contactId);
      return standing;
    },
  };
}

interface OpenKey {
  readonly contactId: string;
  readonly keyId: string;
  readonly key: Uint8Array;
}

/** What is authenticated with what is sealed: it cannot be passed off as somebody else's, nor as another state. */
const aboutPerson = ({ contactId, version }: PersonRef) => `person ${contactId} ${version}`;
const aboutKey = ({ contactId, keyId }: Pick<OpenKey, 'contactId' | 'keyId'>) => `key ${contactId} ${keyId}`;

async function wrap(masterKeys: MasterKeys, open: OpenKey, madeAt: string): Promise<WrappedKey> {
  const { contactId, keyId, key } = open;
  const master = await masterKeys.current();
  return { contactId, keyId, wrapped: seal(master.key, aboutKey(open), key), masterKeyId: master.id, madeAt };
}

async function unwrap(masterKeys: MasterKeys, item: WrappedKey): Promise<OpenKey> {
  const { contactId, keyId, wrapped, masterKeyId } = item;
  const master = await masterKeys.find(masterKeyId);
  if (!master) throw new Error(`The master key ${masterKeyId} is not in the secret any more.`);
  return { contactId, keyId, key: open(master.key, aboutKey(item), wrapped) };
}
