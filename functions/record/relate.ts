import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { takeOutcomes } from '#shared/recording/relate.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const parts = { table: openTable(), clock: systemClock, log: openLogger('relate') };

/** Lists what was recorded where it belongs: the queue's batches, each record or entity by itself. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => takeOutcomes(parts, Records);
