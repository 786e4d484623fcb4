import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openMasterKeys } from '#shared/people/master-keys.ts';
import { mockClient } from '#test/support/mock-client.ts';

const secrets = mockClient(SecretsManagerClient);
const failure = (name: string) => Object.assign(new Error(name), { name });
let kept: string | undefined;
let now = 0;
const open = () => openMasterKeys({ client: new SecretsManagerClient({ region: 'eu-west-2' }), clock: () => now });
const loads = () => secrets.commandCalls(GetSecretValueCommand).length;

beforeEach(() => {
  vi.stubEnv('SECRETS_PREFIX', 'partnership/test/');
  kept = undefined;
  now = 1_000_000;
  secrets.reset();
  secrets.on(GetSecretValueCommand).callsFake(() => {
    if (kept === undefined) throw failure('ResourceNotFoundException');
    return { SecretString: kept };
  });
  secrets.on(CreateSecretCommand).callsFake(({ Name, SecretString }) => {
    expect(Name).toBe('partnership/test/contacts/master');
    if (kept !== undefined) throw failure('ResourceExistsException');
    kept = SecretString;
    return {};
  });
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe('the master keys', () => {
  it('are made once: of two that make them at the same time, both use the first one’s', async () => {
    const [a, b] = await Promise.all([open().current(), open().current()]);
    expect(a.id).toBe(b.id);
    expect(Buffer.from(a.key).equals(Buffer.from(b.key))).toBe(true);
    expect(a.key).toHaveLength(32);
  });

  it('are looked up once in five minutes, and at once for a key that is not known yet', async () => {
    const keys = open();
    const first = await keys.current();
    const before = loads();
    await keys.current();
    expect(loads()).toBe(before);
    const { keys: list, fingerprints } = JSON.parse(kept ?? '');
    const second = { id: 'mk_second', key: Buffer.alloc(32, 1).toString('base64') };
    kept = JSON.stringify({ keys: [second, ...list], fingerprints });
    expect((await keys.current()).id).toBe(first.id);
    now += 1;
    expect((await keys.find('mk_second'))?.id).toBe('mk_second');
    expect((await keys.current()).id).toBe('mk_second');
    expect((await keys.find(first.id))?.id).toBe(first.id);
    expect(await keys.find('mk_third')).toBeUndefined();
  });

  it('that cannot be read are asked for again, and never made anew', async () => {
    const keys = open();
    secrets.on(GetSecretValueCommand).rejectsOnce(failure('InvalidRequestException'));
    await expect(keys.current()).rejects.toThrow('InvalidRequestException');
    expect(secrets.commandCalls(CreateSecretCommand)).toHaveLength(0);
  });

  it('give fingerprints that are the same for the same text, whichever key wraps, and cannot be made without the secret', async () => {
    const first = await open().fingerprint('a request');
    const { keys: list, fingerprints } = JSON.parse(kept ?? '');
    kept = JSON.stringify({ keys: [{ id: 'mk_second', key: list[0].key }, ...list], fingerprints });
    expect(await open().fingerprint('a request')).toBe(first);
    expect(await open().fingerprint('another')).not.toBe(first);
    kept = undefined;
    expect(await open().fingerprint('a request')).not.toBe(first);
  });
});
