/** DynamoDB Streams: `DescribeStream`, under the ARN that the template's stream has here. */
import type { DynamoClient } from '../dynamodb/client.ts';
import { DynamoError } from '../dynamodb/client.ts';
import { done, failure, refusal, unsupported, WireFault } from './answers.ts';
import type { WireService } from './types.ts';

const namespace = 'com.amazonaws.dynamodb.streams.endpoint';

/** `engineArns`: the engine's own ARN of a stream by the template's. */
export function streamsWire(client: DynamoClient, engineArns: ReadonlyMap<string, string>): WireService {
  return {
    async handle(operation, body) {
      try {
        if (operation !== 'DescribeStream') throw unsupported('dynamodb-streams', operation);
        const given = body as { StreamArn?: string };
        const arn = String(given.StreamArn);
        const engineArn = engineArns.get(arn);
        if (!engineArn)
          throw new WireFault('ResourceNotFoundException', `Requested resource not found: Stream: ${arn} not found`);
        const answer = await client.call<{ StreamDescription: object }>(
          'DescribeStream',
          { ...given, StreamArn: engineArn },
          'DynamoDBStreams_20120810',
        );
        return done({ StreamDescription: { ...answer.StreamDescription, StreamArn: arn } });
      } catch (error) {
        if (error instanceof WireFault) return refusal(error, namespace);
        if (error instanceof DynamoError && error.status === 400)
          return refusal(new WireFault(error.name, error.message), namespace);
        return failure(error, 'InternalServerError', namespace);
      }
    },
    resources: (operation, body) => {
      const { StreamArn: arn } = (body ?? {}) as { StreamArn?: unknown };
      return [{ action: `dynamodb:${operation}`, resource: typeof arn === 'string' ? arn : '*' }];
    },
  };
}
