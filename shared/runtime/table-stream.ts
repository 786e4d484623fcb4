import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { environment } from './environment.ts';

interface StreamDescription {
  readonly Shards?: readonly {
    readonly ShardId: string;
    readonly SequenceNumberRange?: { readonly EndingSequenceNumber?: string };
  }[];
  readonly LastEvaluatedShardId?: string;
}

interface Rewritable {
  headers: Record<string, string>;
  body: unknown;
}

/**
 * Names of the open shards of the table's stream. There is no client for streams among those that the product has, and its one call
 * would bring a package: the stream's API is DynamoDB's own, under another host and another target, signed the same. So a client of
 * DynamoDB asks, and its call is rewritten before it is signed.
 */
export function openTableStream(): () => Promise<readonly string[]> {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB_STREAMS: own, AWS_ENDPOINT_URL: common } = process.env;
  const client = new DynamoDBClient({
    maxAttempts: 4,
    endpoint: own ?? common ?? `https://streams.dynamodb.${region}.amazonaws.com`,
  });
  return async () => {
    const open: string[] = [];
    let after: string | undefined;
    do {
      const { Shards = [], LastEvaluatedShardId } = await describe(client, after);
      for (const { ShardId, SequenceNumberRange } of Shards)
        if (SequenceNumberRange?.EndingSequenceNumber === undefined) open.push(ShardId);
      after = LastEvaluatedShardId;
    } while (after !== undefined);
    return open;
  };
}

async function describe(client: DynamoDBClient, after: string | undefined): Promise<StreamDescription> {
  const asked = JSON.stringify({
    StreamArn: environment('tableStreamArn'),
    ...(after === undefined ? {} : { ExclusiveStartShardId: after }),
  });
  let answered: { StreamDescription?: StreamDescription } = {};
  const command = new DescribeTableCommand({ TableName: 'stream' });
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as Rewritable;
      request.headers['x-amz-target'] = 'DynamoDBStreams_20120810.DescribeStream';
      request.body = asked;
      return next(args);
    },
    // Before the length is computed and the request is signed.
    { step: 'build', priority: 'high', name: 'askForTheStream' },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: unknown };
      if (response.statusCode !== 200) return result;
      const chunks: Uint8Array[] = [];
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      answered = JSON.parse(Buffer.concat(chunks).toString()) as typeof answered;
      response.body = Buffer.from('{}');
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'readTheStream' },
  );
  await client.send(command);
  if (!answered.StreamDescription) throw new Error('The stream was not described.');
  return answered.StreamDescription;
}
