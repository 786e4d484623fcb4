import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { vi } from 'vitest';
import type { Partner } from '#shared/domain/partner/partner.ts';
import { keys } from '#shared/store/keys.ts';
import type { KeptSecret } from '#shared/webhooks/secrets.ts';
import type { FakeTableOptions } from './fake-table.ts';
import { useFunctionEnvironment } from './function-world.ts';
import { httpWorld } from './http-world.ts';
import { mockClient } from './mock-client.ts';

/** What the bucket does with a body. `lost` takes it, and the answer never comes. */
export type FilesMood = 'sound' | 'failing' | 'lost';

const failure = (name: string) => Object.assign(new Error(name), { name });

/** The surroundings of the door: those of an HTTP function, partners with their secrets, and a bucket of changing moods. */
export function doorWorld() {
  const world = httpWorld();
  const files = mockClient(S3Client);
  const secrets = mockClient(SecretsManagerClient);
  const bodies = new Map<string, Buffer>();
  const kept = new Map<string, readonly Partial<KeptSecret>[]>();
  let mood: FilesMood = 'sound';
  let moodLasts = 0;
  let putting = async () => {};

  const put = async ({ Key = '', Body, IfNoneMatch }: Record<string, unknown> & { Key?: string }) => {
    const now = moodLasts-- > 0 ? mood : 'sound';
    await putting();
    if (now === 'failing') throw failure('TimeoutError');
    if (IfNoneMatch === '*' && bodies.has(Key)) throw failure('PreconditionFailed');
    bodies.set(Key, Buffer.from(Body as Buffer));
    if (now === 'lost') throw failure('TimeoutError');
    return {};
  };

  return {
    ...world,
    get kept() {
      return world.kept;
    },
    /** Raw bodies by their keys. */
    bodies,
    secretsAsked: () => secrets.commandCalls(GetSecretValueCommand).length,
    reset(options: FakeTableOptions & { readonly recordsAtOnce?: boolean } = {}): void {
      world.reset(options);
      bodies.clear();
      kept.clear();
      mood = 'sound';
      moodLasts = 0;
      putting = options.turn ?? (async () => {});
      files.reset();
      secrets.reset();
      files.on(PutObjectCommand).callsFake(put as never);
      files.on(GetObjectCommand).callsFake(({ Key }) => {
        const body = bodies.get(Key);
        if (!body) throw failure('NoSuchKey');
        return { Body: { transformToByteArray: async () => new Uint8Array(body) } };
      });
      secrets.on(GetSecretValueCommand).callsFake(({ SecretId }) => {
        const found = kept.get(SecretId);
        if (!found) throw failure('ResourceNotFoundException');
        return { SecretString: JSON.stringify(found) };
      });
    },
    /** Puts a partner as an administrator would have, with its secrets. */
    async partner(
      partner: Pick<Partner, 'id'> & Partial<Partner>,
      given: readonly Partial<KeptSecret>[],
    ): Promise<void> {
      const { id, ...content } = partner;
      const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
      await world.kept.calm.send(
        new PutCommand({
          TableName: 'table',
          Item: {
            ...keys.partner(id),
            version: 1,
            recordedAt: '2026-11-01T00:00:00.000Z',
            content: {
              name: id,
              scheme: 'standard-webhooks',
              eventTypes: ['trade-deal.logged', 'trade-deal.amended', 'trade-deal.moved', 'trade-deal.noted'],
              active: true,
              mappingVersion: 1,
              ...content,
            },
          },
        }),
      );
      const full = given.map((each, index) => ({ id: `s${index}`, createdAt: '2026-11-01T00:00:00.000Z', ...each }));
      kept.set(`partnership/test/partner/${id}`, full);
    },
    /** The bucket is in that mood for so many calls. */
    filesAre(next: FilesMood, calls: number): void {
      mood = next;
      moodLasts = calls;
    },
  };
}

/** Beside what every function has: the door's bucket, and the names of secrets. */
export function useDoorEnvironment(): void {
  useFunctionEnvironment();
  vi.stubEnv('FILES_BUCKET', 'files');
  vi.stubEnv('SECRETS_PREFIX', 'partnership/test/');
}
