import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { filesService } from '#infra/local/files/service.ts';
import { openObjects } from '#infra/local/files/store.ts';
import { allow, endpointWith, region, scratch } from './support/endpoint.ts';

const Bucket = 'files';
const under = (prefix: string) => `arn:aws:s3:::${Bucket}/${prefix}*`;
const all = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];

async function world(file = ':memory:') {
  const store = openObjects(file);
  const { as, endpoint } = await endpointWith(
    { files: filesService(store, [Bucket]) },
    {
      full: [allow(all, under('')), allow(['s3:ListBucket'], `arn:aws:s3:::${Bucket}`)],
      reports: [
        allow(all, under('reports/')),
        {
          ...allow(['s3:ListBucket'], `arn:aws:s3:::${Bucket}`),
          Condition: { StringLikeIfExists: { 's3:prefix': 'reports/*' } },
        },
      ],
      blind: [allow(all, under(''))],
    },
  );
  const client = (name: string) => new S3Client({ ...as(name), forcePathStyle: true });
  return { store, client, s3: client('full'), endpoint, as };
}

const text = async (s3: S3Client, Key: string) =>
  await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe('S3 of the local run, by the real client', () => {
  it('gives back what was put: bytes, type, encoding, user metadata, entity tag', async () => {
    const { s3 } = await world();
    const Body = brotliCompressSync('{"größe":1}');
    const Key = 'reports/rep_1/report ä+&.json';
    const put = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: 'application/json',
        ContentEncoding: 'br',
        CacheControl: 'private',
        Metadata: { series: 'weekly' },
      }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(brotliDecompressSync((await got.Body?.transformToByteArray()) ?? '').toString()).toBe('{"größe":1}');
    expect(got).toMatchObject({
      ContentType: 'application/json',
      ContentEncoding: 'br',
      CacheControl: 'private',
      ContentLength: Body.length,
      Metadata: { series: 'weekly' },
      ETag: put.ETag,
    });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ContentLength: Body.length, ETag: put.ETag, Metadata: { series: 'weekly' } });
    expect(Math.abs((head.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it.each(['CRC32', 'SHA1', 'SHA256'] as const)(
    'takes a stream in chunks with a trailing %s, and an empty body',
    async (ChecksumAlgorithm) => {
      const { s3 } = await world();
      const parts = ['a'.repeat(70_000), 'b'.repeat(10), '\r\n0\r\n'];
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'stream',
          Body: Readable.from(parts.map((part) => Buffer.from(part))),
          ContentLength: parts.join('').length,
          ChecksumAlgorithm,
        }),
      );
      expect(await text(s3, 'stream')).toBe(parts.join(''));
      const { ContentEncoding } = await s3.send(new HeadObjectCommand({ Bucket, Key: 'stream' }));
      expect(ContentEncoding).toBeUndefined();
      await s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
      expect(await text(s3, 'empty')).toBe('');
    },
  );

  it('refuses a body that is not what its checksum says', async () => {
    const { s3 } = await world();
    const wrong = new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'x', ChecksumCRC32: 'AAAAAA==' });
    await expect(s3.send(wrong)).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'wrong' }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('a conditional put is taken once, however many come together', async () => {
    const { s3 } = await world();
    const put = (Body: string) => s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body, IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(['a', 'b', 'c', 'd'].map(put));
    const taken = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? ['abcd'[index]] : []));
    expect(taken).toHaveLength(1);
    expect(
      outcomes
        .filter((one) => one.status === 'rejected')
        .map(({ reason }) => [reason.name, reason.$metadata.httpStatusCode]),
    ).toEqual(Array(3).fill(['PreconditionFailed', 412]));
    expect(await text(s3, 'once')).toBe(taken[0]);
  });

  it('deletes one, many, and what is not there', async () => {
    const { s3 } = await world();
    const keys = ['a', 'b&<>', 'c'];
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'c' }));
    const { Deleted, Errors } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'a' }, { Key: 'b&<>' }, { Key: 'never' }] } }),
    );
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['a', 'b&<>', 'never']);
    expect(Errors ?? []).toEqual([]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  it('lists by prefix and page by page, in the order of keys, with common prefixes', async () => {
    const { s3 } = await world();
    for (const Key of ['cube/1', 'reports/a/1', 'reports/a/2', 'reports/b/1', 'reports/ü', 'z'])
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    const pages: (string | undefined)[][] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: 'reports/',
          MaxKeys: 3,
          ...(ContinuationToken ? { ContinuationToken } : {}),
        }),
      );
      pages.push((page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(pages).toEqual([['reports/a/1', 'reports/a/2', 'reports/b/1'], ['reports/ü']]);

    const folders = (MaxKeys: number, token?: string) =>
      s3.send(
        new ListObjectsV2Command({
          Bucket,
          Prefix: 'reports/',
          Delimiter: '/',
          MaxKeys,
          ...(token ? { ContinuationToken: token } : {}),
        }),
      );
    const first = await folders(1);
    expect(first.CommonPrefixes).toEqual([{ Prefix: 'reports/a/' }]);
    const rest = await folders(10, first.NextContinuationToken);
    expect(rest.CommonPrefixes).toEqual([{ Prefix: 'reports/b/' }]);
    expect(rest.Contents?.map(({ Key }) => Key)).toEqual(['reports/ü']);
  });

  it('does to each caller what its grants say, and tells who may not list nothing of what exists', async () => {
    const { client, s3 } = await world();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'cube/1', Body: 'x' }));
    const reports = client('reports');
    const denied = { name: 'AccessDenied', message: expect.stringContaining('is not authorized to perform: s3:') };
    await expect(text(reports, 'cube/1')).rejects.toMatchObject(denied);
    await expect(reports.send(new PutObjectCommand({ Bucket, Key: 'cube/2', Body: 'x' }))).rejects.toMatchObject(
      denied,
    );
    await expect(reports.send(new ListObjectsV2Command({ Bucket, Prefix: 'cube/' }))).rejects.toMatchObject(denied);
    expect((await reports.send(new ListObjectsV2Command({ Bucket, Prefix: 'reports/' }))).KeyCount).toBe(0);
    await expect(text(reports, 'reports/none')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(text(client('blind'), 'reports/none')).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Errors } = await reports.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'cube/1' }, { Key: 'reports/1' }] } }),
    );
    expect(Errors).toMatchObject([{ Key: 'cube/1', Code: 'AccessDenied' }]);
    expect(await text(s3, 'cube/1')).toBe('x');
  });

  it('says what it does not have or serve', async () => {
    const { s3, endpoint } = await world();
    await expect(s3.send(new GetObjectCommand({ Bucket: 'other', Key: 'a' }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    await expect(s3.send(new CopyObjectCommand({ Bucket, Key: 'a', CopySource: 'files/b' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
    const stranger = new S3Client({
      region,
      endpoint: endpoint.origin,
      forcePathStyle: true,
      credentials: { accessKeyId: 'AKIAMINE', secretAccessKey: 'x' },
    });
    await expect(text(stranger, 'a')).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
  });

  it('serves a URL that was signed beforehand until it expires', async () => {
    const { s3, endpoint, as } = await world();
    await s3.send(new PutObjectCommand({ Bucket, Key: 'reports/1.html', Body: '<p>', ContentType: 'text/html' }));
    const key = as('full').credentials.accessKeyId;
    const get = (at: Date) => {
      const query = new URLSearchParams({
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Credential': `${key}/20260101/${region}/s3/aws4_request`,
        'X-Amz-Date': `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`,
        'X-Amz-Expires': '60',
        'response-content-disposition': 'attachment',
        'x-id': 'GetObject',
      });
      return fetch(`${endpoint.origin}/${Bucket}/reports/1.html?${query}`);
    };
    const fresh = await get(new Date());
    expect([fresh.status, await fresh.text(), fresh.headers.get('content-disposition')]).toEqual([
      200,
      '<p>',
      'attachment',
    ]);
    expect((await get(new Date(Date.now() - 120_000))).status).toBe(403);
  });

  it('what was acknowledged is there after a kill -9', async () => {
    const file = join(scratch(), 'files.db');
    const writer = fork(new URL('support/object-writer.ts', import.meta.url), [file], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const acknowledged: string[] = [];
    writer.on('message', (key) => {
      acknowledged.push(String(key));
      if (acknowledged.length === 40) writer.kill('SIGKILL');
    });
    await once(writer, 'exit');
    const store = openObjects(file);
    for (const key of acknowledged) expect(store.get('files', key)?.body.toString(), key).toBe(`body of ${key}`);
    store.close();
  });
});
