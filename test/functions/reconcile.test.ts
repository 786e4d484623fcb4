import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { mockClient } from '#test/support/mock-client.ts';
import { play } from '#test/support/record-acts.ts';

process.env['TABLE_NAME'] = 'table';
process.env['AWS_REGION'] = 'eu-west-2';
// Else logger and metrics write past the console that tests can hear.
process.env['POWERTOOLS_DEV'] = 'true';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
vi.mock('node:timers/promises', () => ({ setTimeout: async () => {} }));
const dynamo = mockClient(DynamoDBDocumentClient);

beforeEach(() => {
  dynamo.reset();
  dynamo.on(GetCommand).resolves({});
  dynamo.on(PutCommand).resolves({});
  dynamo.on(UpdateCommand).resolves({});
  dynamo.on(QueryCommand).resolves({ Items: [] });
  dynamo.on(BatchGetCommand).resolves({});
  dynamo.on(ScanCommand).resolves({ Items: [] });
});

/** The metrics that were written to the log in the embedded metric format. */
async function runFor(event: object): Promise<{ answer: unknown; metrics: Record<string, unknown> }> {
  const lines: string[] = [];
  for (const method of ['log', 'info', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line: unknown) => void lines.push(String(line)));
  vi.resetModules();
  const { handler } = await import('#functions/scheduled/reconcile.ts');
  const answer = await handler(event);
  vi.restoreAllMocks();
  const metrics = lines.filter((line) => line.includes('CloudWatchMetrics')).map((line) => JSON.parse(line) as object);
  return { answer, metrics: Object.assign({}, ...metrics) as Record<string, unknown> };
}

describe('the reconciliation function', () => {
  it('says that an empty pipeline agrees with no records, and that it ran', async () => {
    const { answer, metrics } = await runFor({});
    expect(answer).toMatchObject({ found: { verdict: 'agrees', records: 0 }, rowsDiffering: 0 });
    expect(metrics).toMatchObject({ ReconcileRun: 1, PipelineDifferences: 0, service: 'reconcile' });
  });

  it('counts what has waited in quarantine for more than a day, before anything else', async () => {
    dynamo.on(QueryCommand, { IndexName: 'byList' }).resolves({ Count: 3 });
    const { metrics } = await runFor({});
    expect(metrics).toMatchObject({ QuarantineOverdue: 3 });
    const [first] = dynamo.commandCalls(QueryCommand);
    const { ExpressionAttributeValues: values = {} } = first?.args[0].input ?? {};
    expect(values[':list']).toBe('quarantine#waiting');
    expect(Date.now() - Date.parse(values[':before'])).toBeGreaterThanOrEqual(24 * 3_600_000);
  });

  it('counts the rows in which records are missing from the pipeline, and does not touch it unasked', async () => {
    const [logged] = play([{ record: 0, verb: 'note', number: 1, hour: 1, seen: false }]);
    dynamo.on(ScanCommand).resolves({ Items: [logged?.item ?? {}] });
    const { answer, metrics } = await runFor({});
    expect(answer).toMatchObject({ found: { verdict: 'differs', rounds: 3, records: 1 }, rowsDiffering: 1 });
    expect(metrics).toMatchObject({ PipelineDifferences: 1 });
    expect(dynamo.commandCalls(PutCommand)).toHaveLength(0);
  });

  it('writes nothing at all in a dry run, whatever else it is asked for', async () => {
    const [logged] = play([{ record: 0, verb: 'note', number: 1, hour: 1, seen: false }]);
    dynamo.on(ScanCommand).resolves({ Items: [logged?.item ?? {}] });
    const { answer } = await runFor({ repair: true, rebuild: true, dryRun: true });
    expect(answer).toMatchObject({ found: { verdict: 'differs' } });
    expect(answer).not.toHaveProperty('rebuilt');
    const reads = [GetCommand, QueryCommand, BatchGetCommand, ScanCommand];
    const all = dynamo.calls().filter(({ args: [command] }) => !reads.some((read) => command instanceof read));
    expect(all).toEqual([]);
  });

  it('rebuilds without a look at what stands when it is asked to rebuild', async () => {
    const { answer } = await runFor({ rebuild: true });
    expect(answer).toMatchObject({ rebuilt: { records: 0 }, after: { verdict: 'agrees' } });
    expect(answer).not.toHaveProperty('found');
    expect(dynamo.commandCalls(PutCommand).length).toBeGreaterThan(0);
  });
});
