import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { followStream } from '#shared/recording/follow-stream.ts';
import { openBus, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const follower = { table: openTable(), bus: openBus(), clock: systemClock, log: openLogger('publish') };

/** Follows the table's stream: keeps the history and puts outcomes on the bus. */
export const handler = async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> =>
  followStream(follower, Records);
