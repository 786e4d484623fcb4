/** Records of a DynamoDB stream, as the engine gives them and as Lambda hands them to a function. */
import type { DynamoClient } from '../../dynamodb/client.ts';

export interface StreamRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  dynamodb: {
    /** Seconds since 1970. */
    ApproximateCreationDateTime: number;
    Keys: Record<string, unknown>;
    NewImage?: Record<string, unknown>;
    OldImage?: Record<string, unknown>;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: string;
  };
  userIdentity?: object;
  eventSourceARN?: string;
}

export interface Shard {
  ShardId: string;
  ParentShardId?: string;
  SequenceNumberRange?: { StartingSequenceNumber?: string; EndingSequenceNumber?: string };
}

const service = 'DynamoDBStreams_20120810' as const;

/** The calls of the streams API that a reader needs. */
export interface StreamClient {
  shards(): Promise<Shard[]>;
  iterator(shardId: string, after: string | undefined, from: 'TRIM_HORIZON' | 'LATEST'): Promise<string | undefined>;
  records(iterator: string, limit: number): Promise<{ records: StreamRecord[]; next?: string }>;
}

/** `engineArn` is the engine's own ARN of the stream, `arn` and `region` what the template calls them. */
export function streamClient(client: DynamoClient, engineArn: string, arn: string, region: string): StreamClient {
  const stamp = arrivalStamp();
  return {
    async shards() {
      const all: Shard[] = [];
      let from: string | undefined;
      do {
        const answer = await client.call<{ StreamDescription: { Shards?: Shard[]; LastEvaluatedShardId?: string } }>(
          'DescribeStream',
          { StreamArn: engineArn, ...(from ? { ExclusiveStartShardId: from } : {}) },
          service,
        );
        all.push(...(answer.StreamDescription.Shards ?? []));
        from = answer.StreamDescription.LastEvaluatedShardId;
      } while (from);
      return all;
    },
    async iterator(shardId, after, from) {
      const position = after
        ? { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after }
        : { ShardIteratorType: from };
      const input = { StreamArn: engineArn, ShardId: shardId, ...position };
      return (await client.call<{ ShardIterator?: string }>('GetShardIterator', input, service)).ShardIterator;
    },
    async records(iterator, limit) {
      const answer = await client.call<{ Records?: StreamRecord[]; NextShardIterator?: string }>(
        'GetRecords',
        { ShardIterator: iterator, Limit: limit },
        service,
      );
      const records = answer.Records ?? [];
      for (const record of records) {
        record.awsRegion = region;
        record.eventSourceARN = arn;
        record.dynamodb.ApproximateCreationDateTime = stamp(record.dynamodb.ApproximateCreationDateTime);
        restoreEmptyMaps(record.dynamodb.NewImage);
        restoreEmptyMaps(record.dynamodb.OldImage);
      }
      return { records, ...(answer.NextShardIterator ? { next: answer.NextShardIterator } : {}) };
    },
  };
}

/** DynamoDB Local writes an empty map into a stream as a value without a type, `{}`, where AWS writes `{"M":{}}`. */
export function restoreEmptyMaps(attributes: unknown): void {
  if (typeof attributes !== 'object' || attributes === null) return;
  for (const value of Object.values(attributes)) {
    const typed = value as { M?: unknown; L?: unknown[] };
    if (Object.keys(typed).length === 0) typed.M = {};
    else if (typed.M) restoreEmptyMaps(typed.M);
    else if (typed.L) restoreEmptyMaps(typed.L);
  }
}

/**
 * DynamoDB Local tells only the minute in which a record was made. What is read as it happens is given the second of its reading,
 * what is read later the last second of its minute.
 */
export function arrivalStamp(clock: () => number = Date.now): (seconds: number) => number {
  return (seconds) => {
    if (seconds % 60 !== 0) return seconds;
    return Math.min(Math.max(Math.floor(clock() / 1000), seconds), seconds + 59);
  };
}

/** Sequence numbers are decimal numbers too long for a double, padded with zeros or not. */
export function compareSequence(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
