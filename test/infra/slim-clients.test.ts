import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';
import { withSlimClients } from '#infra/slim-clients.ts';
import { scratchDirectory } from './support/templates.ts';

const root = join(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');
const code = `
  import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
  import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const config = { region: 'eu-west-2', endpoint: process.argv[2], credentials, maxAttempts: 1 };
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const put = { Bucket: 'files', Key: 'a', Body: 'x', IfNoneMatch: '*', ContentType: 'text/plain', Metadata: { m: '1' } };
  const { ETag } = await s3.send(new PutObjectCommand(put));
  const got = await s3.send(new GetObjectCommand({ Bucket: 'files', Key: 'a' }));
  const raw = { Content: { Raw: { Data: Buffer.from('mail') } }, FromEmailAddress: 'a@b.example', ConfigurationSetName: 'set' };
  const { MessageId } = await new SESv2Client(config).send(new SendEmailCommand(raw));
  console.log(JSON.stringify({ ETag, MessageId, body: await got.Body.transformToString(), type: got.ContentType, metadata: got.Metadata }));
`;

function bundle(alias: Record<string, string>): { file: string; bytes: number } {
  const file = join(scratchDirectory(), 'index.mjs');
  const { outputFiles } = buildSync({
    stdin: { contents: code, resolveDir: root },
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
    minify: true,
    alias,
    nodePaths: [modules],
  });
  const [output] = outputFiles;
  writeFileSync(file, output?.contents ?? '');
  return { file, bytes: output?.contents.length ?? 0 };
}

/** What a program sends, and what it makes of the answers. */
async function run(file: string) {
  const calls: object[] = [];
  const server = createServer(async ({ method, url, headers }, response) => {
    calls.push({
      method,
      url,
      sent: ['if-none-match', 'content-type', 'x-amz-meta-m', 'x-amz-checksum-crc32'].map((name) => headers[name]),
    });
    response.setHeader('etag', '"e"').setHeader('content-type', 'text/plain').setHeader('x-amz-meta-m', '1');
    response.end(url?.startsWith('/v2') ? '{"MessageId":"m"}' : method === 'GET' ? 'x' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stdout } = await promisify(execFile)(process.execPath, [file, address]);
  server.closeAllConnections();
  server.close();
  return { calls, made: JSON.parse(stdout) as object };
}

it('a slim client is far smaller, sends the same and reads the same', async () => {
  const whole = bundle({});
  const slim = withSlimClients(modules, bundle);
  expect(whole.bytes - slim.bytes).toBeGreaterThan(80_000);
  const [one, other] = [await run(whole.file), await run(slim.file)];
  expect(other).toEqual(one);
  expect(one.made).toEqual({ ETag: '"e"', MessageId: 'm', body: 'x', type: 'text/plain', metadata: { m: '1' } });
  expect(one.calls).toHaveLength(3);
});
