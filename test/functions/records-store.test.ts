import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { putRecord } from '#shared/store/records.ts';
import { play } from '#test/support/record-acts.ts';

process.env['TABLE_NAME'] = 'table';
const [step] = play([{ record: 0, verb: 'note', number: 1, hour: 1, seen: false }]);

/** A table that never answers, and counts what it was asked. */
function silentTable() {
  const asked = { times: 0 };
  const requestHandler = {
    handle: (_: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
      asked.times += 1;
      return new Promise<never>((__, reject) => {
        const stop = () => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
        if (abortSignal?.aborted) stop();
        abortSignal?.addEventListener('abort', stop);
      });
    },
  };
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new DynamoDBClient({
    region: 'eu-west-2',
    credentials,
    requestHandler: requestHandler as never,
    maxAttempts: 4,
  });
  return { asked, table: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }) };
}

afterEach(() => vi.restoreAllMocks());

describe('the write of a record', () => {
  it('is given up 3 seconds after its event was stamped, and not tried again', async () => {
    const giveUp = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(giveUp.signal);
    const { table, asked } = silentTable();
    if (!step) throw new Error('There is a step.');
    const writing = putRecord(table, step.after, step.event, undefined);
    const outcome = expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(asked.times).toBe(1));
    expect(timeout.mock.calls).toEqual([[3000]]);
    giveUp.abort();
    await outcome;
    expect(asked.times).toBe(1);
  });
});
