import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { startEngine } from '#infra/local/dynamodb/engine.ts';
import { openSecrets } from '#infra/local/secrets/store.ts';
import { MASTER_SECRET } from '#shared/people/master-keys.ts';
import { open, UnsealError } from '#shared/people/sealing.ts';
import type { SealedPerson, Tombstone, WrappedKey } from '#shared/store/people.ts';
import { searchDirectory } from './traces.ts';

type Item = Record<string, unknown>;

/** All items of all tables, and all master keys, as they lie in the data directory of a server that is stopped. */
export interface AtRest {
  readonly items: readonly Item[];
  readonly people: readonly SealedPerson[];
  readonly keys: readonly WrappedKey[];
  readonly tombstones: readonly Tombstone[];
  readonly masterKeys: ReadonlyMap<string, Uint8Array>;
}

/** Reads it by an engine and a store of secrets of its own. */
export async function atRest(
  dataDir: string,
  tables: { all: readonly string[]; people: string; keys: string },
): Promise<AtRest> {
  const engine = await startEngine({ dataDirectory: dataDir, log: () => {} });
  const plain = engine.connect('eu-west-2');
  const dynamo = new DynamoDBClient({
    region: 'eu-west-2',
    endpoint: plain.url.href,
    credentials: { accessKeyId: plain.accessKeyId, secretAccessKey: 'local' },
  });
  const client = DynamoDBDocumentClient.from(dynamo);
  const scan = async <Of>(TableName: string): Promise<Of[]> => {
    const items: Of[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName })) items.push(...(Items as Of[]));
    return items;
  };
  try {
    const items: Item[] = [];
    for (const table of tables.all) items.push(...(await scan<Item>(table)));
    const keys = await scan<WrappedKey | Tombstone>(tables.keys);
    return {
      items,
      people: await scan<SealedPerson>(tables.people),
      keys: keys.filter((each): each is WrappedKey => 'wrapped' in each),
      tombstones: keys.filter((each): each is Tombstone => 'erasedAt' in each),
      masterKeys: masterKeysIn(dataDir),
    };
  } finally {
    dynamo.destroy();
    plain.close();
    await engine.stop();
  }
}

function masterKeysIn(dataDir: string): Map<string, Uint8Array> {
  const store = openSecrets(join(dataDir, 'secrets.db'));
  try {
    const name = `partnership/dev/${MASTER_SECRET}`;
    const texts = store.versions(name).flatMap(({ text }) => text ?? []);
    const keys = texts.flatMap((text) => (JSON.parse(text) as { keys: { id: string; key: string }[] }).keys);
    return new Map(keys.map(({ id, key }) => [id, Buffer.from(key, 'base64')]));
  } finally {
    store.close();
  }
}

/** What of these can be opened by whoever has everything else: each state that a key is left for which a master key unwraps. */
export function opened(
  states: readonly SealedPerson[],
  { keys, masterKeys }: Pick<AtRest, 'keys' | 'masterKeys'>,
): string[] {
  const found: string[] = [];
  for (const { contactId, version, sealed } of states)
    for (const key of keys)
      for (const master of masterKeys.values()) {
        try {
          const unwrapped = open(master, `key ${key.contactId} ${key.keyId}`, key.wrapped);
          found.push(Buffer.from(open(unwrapped, `person ${contactId} ${version}`, sealed)).toString());
        } catch (error) {
          if (!(error instanceof UnsealError)) throw error;
        }
      }
  return found;
}

/** How many of the wrapped keys lie in the engine's files, whether in items or in what it has freed and not overwritten. */
export function keysInFiles(dataDir: string, { keys }: Pick<AtRest, 'keys'>): number {
  const needles = keys.flatMap(({ wrapped }, index) => [
    { form: `key ${index} in base64`, bytes: Buffer.from(Buffer.from(wrapped).toString('base64')) },
    { form: `key ${index}`, bytes: Buffer.from(wrapped) },
  ]);
  // All of them in one search: it unpacks whatever it comes upon.
  const { traces } = searchDirectory(`${dataDir}/dynamodb`, needles);
  return needles.filter(({ form }) => traces.some((trace) => trace.endsWith(`: ${form}`))).length;
}
