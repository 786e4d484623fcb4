import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { adding, expiring, newStandardSecret, openSecretsOf } from '#shared/webhooks/secrets.ts';
import { fakeTable, type TableFault } from '#test/support/fake-table.ts';
import { mockClient } from '#test/support/mock-client.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const OWNER = 'partner/jitri';
const NAME = 'partnership/test/partner/jitri';
const manager = mockClient(SecretsManagerClient);
const texts = new Map<string, string>();
let now = NOW;
let fault: TableFault | undefined;
let failing = 0;
const failure = (name: string) => Object.assign(new Error(name), { name });

beforeAll(() => {
  vi.stubEnv('TABLE_NAME', 'table');
  vi.stubEnv('SECRETS_PREFIX', 'partnership/test/');
});
afterAll(() => {
  vi.unstubAllEnvs();
});
beforeEach(() => {
  texts.clear();
  [now, fault, failing] = [NOW, undefined, 0];
  manager.reset();
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  manager.on(GetSecretValueCommand).callsFake(async ({ SecretId }) => {
    await turn();
    const SecretString = texts.get(SecretId);
    if (SecretString === undefined) throw failure('ResourceNotFoundException');
    return { SecretString };
  });
  const keep = async (name: string, text: string) => {
    await turn();
    if (failing-- > 0) throw failure('InternalServiceError');
    texts.set(name, text);
    return {};
  };
  manager.on(CreateSecretCommand).callsFake(({ Name, SecretString }) => {
    if (texts.has(Name)) throw failure('ResourceExistsException');
    return keep(Name, SecretString);
  });
  manager.on(PutSecretValueCommand).callsFake(({ SecretId, SecretString }) => keep(SecretId, SecretString));
});

const table = fakeTable({ fault: () => fault });
/** One function's view of the secrets; another function has another. */
const open = () =>
  openSecretsOf({ client: new SecretsManagerClient({ region: 'eu-west-2' }), table: table.client, clock: () => now });
const secret = (n: number) => ({ id: `sec_${n}`, secret: `secret-${n}`, createdAt: new Date(now + n).toISOString() });

describe('secrets', () => {
  it('are none where nobody has made any', async () => {
    expect(await open().active(OWNER)).toEqual([]);
    expect(await open().list(OWNER)).toEqual([]);
  });

  it('are kept under their owner, newest first, several at a time', async () => {
    const secrets = open();
    await secrets.change(OWNER, adding(secret(1)));
    await secrets.change(OWNER, adding(secret(2)));
    expect(await secrets.active(OWNER)).toEqual(['secret-2', 'secret-1']);
    expect([...texts.keys()]).toEqual([NAME]);
    expect(JSON.parse(texts.get(NAME) ?? '')).toEqual([secret(1), secret(2)]);
  });

  it('hold until they run out, and not a millisecond longer', async () => {
    const secrets = open();
    await secrets.change(OWNER, adding(secret(1)));
    await secrets.change(OWNER, expiring('sec_1', NOW + 1_000));
    now = NOW + 999;
    expect(await secrets.active(OWNER)).toEqual(['secret-1']);
    now = NOW + 1_000;
    expect(await secrets.active(OWNER)).toEqual([]);
    expect(await secrets.list(OWNER)).toHaveLength(1);
    now = NOW + 31 * 24 * 3_600_000;
    await secrets.change(OWNER, adding(secret(2)));
    expect((await secrets.list(OWNER)).map(({ id }) => id)).toEqual(['sec_2']);
  });

  it('never hold longer for being let run out once more', async () => {
    const secrets = open();
    await secrets.change(OWNER, adding(secret(1)));
    await secrets.change(OWNER, expiring('sec_1', NOW + 1_000));
    await secrets.change(OWNER, expiring('sec_1', NOW + 9_000));
    expect(await secrets.list(OWNER)).toMatchObject([{ expiresAt: new Date(NOW + 1_000).toISOString() }]);
  });

  it('are believed for 30 seconds by who only reads them', async () => {
    const [writer, reader] = [open(), open()];
    expect(await reader.active(OWNER)).toEqual([]);
    await writer.change(OWNER, adding(secret(1)));
    now = NOW + 29_999;
    expect(await reader.active(OWNER)).toEqual([]);
    expect(await writer.active(OWNER)).toEqual(['secret-1']);
    now = NOW + 30_000;
    expect(await reader.active(OWNER)).toEqual(['secret-1']);
    await Promise.all([reader.active(OWNER), reader.active(OWNER)]);
    expect(manager.commandCalls(GetSecretValueCommand)).toHaveLength(4);
  });

  it('that many make at the same time are all kept', async () => {
    const all = Array.from({ length: 12 }, (_, n) => secret(n));
    await Promise.all(all.map((each) => open().change(OWNER, adding(each))));
    const ids = (await open().list(OWNER)).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
    expect(table.items()).toEqual([]);
  });

  it('of one request and its repeat are one', async () => {
    const secrets = open();
    await secrets.change(OWNER, adding(secret(1)));
    const after = await secrets.change(OWNER, adding({ ...secret(1), secret: 'another' }));
    expect(after).toEqual([secret(1)]);
    expect(manager.commandCalls(PutSecretValueCommand)).toEqual([]);
  });

  it('are free for the next one after a change that failed, and a failure is not remembered', async () => {
    const secrets = open();
    failing = 1;
    await expect(secrets.change(OWNER, adding(secret(1)))).rejects.toThrow('InternalServiceError');
    await secrets.change(OWNER, adding(secret(2)));
    expect(await secrets.active(OWNER)).toEqual(['secret-2']);
  });

  it('wait for a lease that was not given back until it has run out, and say so where that is long', async () => {
    const secrets = open();
    const giveBack = vi.spyOn(table.client, 'send');
    fault = undefined;
    // Who died with the lease in hand never gives it back.
    giveBack.mockImplementationOnce(table.calm.send as never).mockRejectedValueOnce(failure('TimeoutError'));
    await expect(secrets.change(OWNER, adding(secret(1)))).rejects.toThrow('TimeoutError');
    giveBack.mockRestore();
    const waiting = secrets.change(OWNER, adding(secret(2)));
    const ticking = setInterval(() => {
      now += 1_000;
    }, 20);
    await expect(waiting).rejects.toThrow('is being changed by others');
    now = NOW + 20_001;
    clearInterval(ticking);
    await secrets.change(OWNER, adding(secret(2)));
    expect((await secrets.list(OWNER)).map(({ id }) => id)).toEqual(['sec_1', 'sec_2']);
  });

  it('are in no item of the table, whatever is done to them', async () => {
    const secrets = open();
    await secrets.change(OWNER, adding(secret(7)));
    await secrets.change(OWNER, expiring('sec_7', NOW));
    expect(JSON.stringify(table.calls)).not.toContain('secret-7');
  });
});

it('a secret of Standard Webhooks is 32 bytes of chance in base64', () => {
  const made = Array.from({ length: 20 }, newStandardSecret);
  expect(new Set(made).size).toBe(20);
  for (const each of made) expect(Buffer.from(each.replace('whsec_', ''), 'base64')).toHaveLength(32);
});
