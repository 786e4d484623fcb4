import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, it, vi } from 'vitest';
import { openFiles, openMail, openScheduler, openSecrets } from '#shared/runtime/clients.ts';

afterEach(() => vi.unstubAllEnvs());

/** The URL that a call would go to, without making it. */
async function addressOf(environment: Record<string, string>): Promise<string> {
  for (const [name, value] of Object.entries({
    AWS_REGION: 'eu-west-2',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    ...environment,
  }))
    vi.stubEnv(name, value);
  const files = openFiles();
  let address = '';
  files.middlewareStack.add(
    () =>
      async ({ request }) => {
        const { protocol, hostname, path } = request as Record<string, string>;
        address = `${protocol}//${hostname}${path}`;
        return { response: {}, output: { $metadata: {} } };
      },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await files.send(new HeadObjectCommand({ Bucket: 'files', Key: 'reports/1' }));
  return address;
}

it('a bucket is part of the host on AWS, and of the path on one machine', async () => {
  expect(await addressOf({})).toBe('https://files.s3.eu-west-2.amazonaws.com/reports/1');
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3']) {
    expect(await addressOf({ [name]: 'http://localhost:4566' })).toBe('http://localhost/files/reports/1');
    vi.unstubAllEnvs();
  }
});

it('every client tries a bounded number of times', async () => {
  for (const client of [openFiles(), openSecrets(), openMail(), openScheduler()])
    expect(await client.config.maxAttempts()).toBe(4);
});
