import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { secretArn } from '#infra/local/secrets/arn.ts';
import { ensureSecrets } from '#infra/local/secrets/initial.ts';
import { secretsService } from '#infra/local/secrets/service.ts';
import { openSecrets } from '#infra/local/secrets/store.ts';
import { account, allow, endpointWith, region, scratch } from './support/endpoint.ts';

const under = (prefix: string) => `arn:aws:secretsmanager:${region}:${account}:secret:${prefix}*`;
const Name = 'partnership/dev/partner/acme';

async function world(file = ':memory:', clock: () => number = Date.now) {
  const store = openSecrets(file, clock);
  const { as } = await endpointWith(
    { secrets: secretsService({ store, account, region, clock }) },
    {
      full: [allow(['secretsmanager:*'], under('partnership/dev/'))],
      reader: [allow(['secretsmanager:GetSecretValue'], under('partnership/dev/partner/'))],
    },
  );
  const client = (name: string) => new SecretsManagerClient(as(name));
  return { store, client, secrets: client('full') };
}

describe('Secrets Manager of the local run, by the real client', () => {
  it('makes a secret, tells its value and its description by name and by ARN', async () => {
    const { secrets } = await world();
    const made = await secrets.send(
      new CreateSecretCommand({
        Name,
        SecretString: '[1]',
        Description: 'of Acme',
        Tags: [{ Key: 'partner', Value: 'acme' }],
      }),
    );
    expect(made.ARN).toMatch(/:secret:partnership\/dev\/partner\/acme-[A-Za-z0-9]{6}$/);
    const got = await secrets.send(new GetSecretValueCommand({ SecretId: Name }));
    expect(got).toMatchObject({
      Name,
      ARN: made.ARN,
      VersionId: made.VersionId,
      SecretString: '[1]',
      VersionStages: ['AWSCURRENT'],
    });
    expect(got.CreatedDate).toBeInstanceOf(Date);
    await secrets.send(new TagResourceCommand({ SecretId: Name, Tags: [{ Key: 'b', Value: '2' }] }));
    expect(await secrets.send(new DescribeSecretCommand({ SecretId: made.ARN }))).toMatchObject({
      Description: 'of Acme',
      Tags: [
        { Key: 'partner', Value: 'acme' },
        { Key: 'b', Value: '2' },
      ],
      VersionIdsToStages: { [String(made.VersionId)]: ['AWSCURRENT'] },
    });
  });

  it('keeps the value before, and no third', async () => {
    const { secrets } = await world();
    await secrets.send(new CreateSecretCommand({ Name, SecretString: 'one' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'two' }));
    const stage = async (VersionStage?: string) =>
      (await secrets.send(new GetSecretValueCommand({ SecretId: Name, ...(VersionStage ? { VersionStage } : {}) })))
        .SecretString;
    expect([await stage(), await stage('AWSCURRENT'), await stage('AWSPREVIOUS')]).toEqual(['two', 'two', 'one']);
    await secrets.send(
      new UpdateSecretCommand({ SecretId: Name, SecretBinary: Buffer.from('three'), Description: 'x' }),
    );
    const { SecretBinary } = await secrets.send(new GetSecretValueCommand({ SecretId: Name }));
    expect(Buffer.from(SecretBinary ?? '').toString()).toBe('three');
    expect(await stage('AWSPREVIOUS')).toBe('two');
    const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(Object.values(VersionIdsToStages ?? {})).toHaveLength(2);
    await expect(stage('AWSPENDING')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('a call that comes twice counts once; the same token with another value is refused', async () => {
    const { secrets } = await world();
    const ClientRequestToken = '0123456789012345678901234567890123456789';
    const create = (SecretString: string) =>
      secrets.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }));
    const first = await create('a');
    expect(await create('a')).toMatchObject({ VersionId: first.VersionId });
    await expect(create('b')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'a', ClientRequestToken }));
    await expect(
      secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'c', ClientRequestToken })),
    ).rejects.toMatchObject({ name: 'ResourceExistsException' });
    const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(Object.keys(VersionIdsToStages ?? {})).toEqual([ClientRequestToken]);
  });

  it('a deleted secret gives no value, and its name is free again when its time is over', async () => {
    let now = Date.now();
    const { secrets } = await world(':memory:', () => now);
    await secrets.send(new CreateSecretCommand({ Name, SecretString: 'a' }));
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: Name }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await expect(secrets.send(new CreateSecretCommand({ Name, SecretString: 'b' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    expect((await secrets.send(new DescribeSecretCommand({ SecretId: Name }))).DeletedDate).toBeInstanceOf(Date);
    now += 8 * 86_400_000;
    await secrets.send(new CreateSecretCommand({ Name, SecretString: 'b' }));
    await secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('does to each caller what its grants say', async () => {
    const { client, secrets } = await world();
    await secrets.send(new CreateSecretCommand({ Name, SecretString: 'a' }));
    await secrets.send(new CreateSecretCommand({ Name: 'partnership/dev/other', SecretString: 'a' }));
    const reader = client('reader');
    expect((await reader.send(new GetSecretValueCommand({ SecretId: Name }))).SecretString).toBe('a');
    const denied = { name: 'AccessDeniedException', message: expect.stringContaining('secretsmanager:') };
    await expect(reader.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'b' }))).rejects.toMatchObject(
      denied,
    );
    await expect(reader.send(new GetSecretValueCommand({ SecretId: 'partnership/dev/other' }))).rejects.toMatchObject(
      denied,
    );
    await expect(secrets.send(new CreateSecretCommand({ Name: 'elsewhere', SecretString: 'a' }))).rejects.toMatchObject(
      denied,
    );
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'partnership/dev/none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('names an operation that it does not have', async () => {
    const { secrets } = await world();
    await expect(secrets.send(new ListSecretsCommand())).rejects.toThrow(/ListSecrets is not supported/);
  });

  it('what was acknowledged is there after a restart, and secrets of the template keep their value', async () => {
    const file = join(scratch(), 'secrets.db');
    const { secrets, store } = await world(file);
    const name = 'partnership/dev/session';
    const arn = secretArn(account, region, name);
    const generate = { length: 24, excludedCharacters: 'abc', excludedSets: ['punctuation'], oneOfEach: true };
    ensureSecrets(store, [{ name, arn, generate }]);
    await secrets.send(new CreateSecretCommand({ Name, SecretString: 'a' }));
    const drawn = (await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString;
    expect(drawn).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[^abc\W]{24}$/);
    // Not closed: the process is gone, as far as the file can tell.
    const again = await world(file);
    ensureSecrets(again.store, [{ name, arn, generate }]);
    expect((await again.secrets.send(new GetSecretValueCommand({ SecretId: Name }))).SecretString).toBe('a');
    expect((await again.secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString).toBe(drawn);
  });
});
