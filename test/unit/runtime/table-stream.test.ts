import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { openTableStream } from '#shared/runtime/table-stream.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('asks the stream, signed as any call of DynamoDB, page by page, and tells its open shards', async () => {
  const calls: { target: unknown; signed: boolean; length: boolean; body: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    calls.push({
      target: request.headers['x-amz-target'],
      signed: /\/dynamodb\/aws4_request/.test(request.headers.authorization ?? ''),
      length: request.headers['content-length'] === String(body.length),
      body: JSON.parse(body.toString()),
    });
    const page =
      calls.length === 1
        ? {
            Shards: [
              { ShardId: 'closed', SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' } },
              { ShardId: 'open', SequenceNumberRange: { StartingSequenceNumber: '3' } },
            ],
            LastEvaluatedShardId: 'open',
          }
        : { Shards: [{ ShardId: 'young' }] };
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ StreamDescription: page }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'eu-west-2');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('TABLE_STREAM_ARN', 'arn:stream');
  try {
    expect(await openTableStream()()).toEqual(['open', 'young']);
  } finally {
    server.close();
  }
  const sound = { target: 'DynamoDBStreams_20120810.DescribeStream', signed: true, length: true };
  expect(calls).toEqual([
    { ...sound, body: { StreamArn: 'arn:stream' } },
    { ...sound, body: { StreamArn: 'arn:stream', ExclusiveStartShardId: 'open' } },
  ]);
});
