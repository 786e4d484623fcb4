import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dynamoClient } from '#infra/local/dynamodb/client.ts';
import { streamsWire } from '#infra/local/wire/streams.ts';
import { allow, endpointWith, region } from './support/endpoint.ts';

const arn = `arn:aws:dynamodb:${region}:000000000000:table/records/stream/local`;
const engineArn = 'arn:aws:dynamodb:ddblocal:000000000000:table/records/stream/2026-01-01T00:00:00.000';
const Shards = [{ ShardId: 'shardId-1', SequenceNumberRange: { StartingSequenceNumber: '1' } }];

async function world() {
  const asked: { target: unknown; body: unknown }[] = [];
  /** Stands in for the engine. */
  const engine = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ target: request.headers['x-amz-target'], body: JSON.parse(body) });
      response.end(JSON.stringify({ StreamDescription: { StreamArn: engineArn, StreamStatus: 'ENABLED', Shards } }));
    });
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const dynamo = dynamoClient(new URL(`http://127.0.0.1:${(engine.address() as AddressInfo).port}`), 'KEY', region);
  onTestFinished(() => {
    dynamo.close();
    engine.closeAllConnections();
    engine.close();
  });
  const { endpoint, as } = await endpointWith(
    { streams: streamsWire(dynamo, new Map([[arn, engineArn]])) },
    { reader: [allow(['dynamodb:DescribeStream'], arn)], none: [] },
  );
  const call = async (role: string, operation: string, input: object) => {
    const { accessKeyId } = as(role).credentials;
    const response = await fetch(endpoint.origin, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { asked, call };
}

describe('DescribeStream of the local run', () => {
  it('gives the shards of the engine’s stream under the ARN of the template', async () => {
    const { call, asked } = await world();
    const { status, body } = await call('reader', 'DescribeStream', {
      StreamArn: arn,
      Limit: 10,
      ExclusiveStartShardId: 'a',
    });
    expect(status).toBe(200);
    expect(body).toEqual({ StreamDescription: { StreamArn: arn, StreamStatus: 'ENABLED', Shards } });
    expect(asked).toEqual([
      {
        target: 'DynamoDBStreams_20120810.DescribeStream',
        body: { StreamArn: engineArn, Limit: 10, ExclusiveStartShardId: 'a' },
      },
    ]);
  });

  it('is refused without its grant, for a stream that there is not, and for any other operation', async () => {
    const { call, asked } = await world();
    const refused = await call('none', 'DescribeStream', { StreamArn: arn });
    expect(refused.body.__type).toMatch(/#AccessDeniedException$/);
    expect(refused.body.message).toMatch(/is not authorized to perform: dynamodb:DescribeStream/);
    const other = await call('reader', 'DescribeStream', { StreamArn: `${arn}2` });
    expect(other.body.__type).toMatch(/#AccessDeniedException$/);
    const operation = await call('reader', 'GetRecords', { ShardIterator: 'x' });
    expect(operation.body.message).toMatch(/GetRecords/);
    expect(asked).toEqual([]);
  });
});
