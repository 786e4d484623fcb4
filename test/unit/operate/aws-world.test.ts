import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { OutputName } from '#infra/names.ts';
import { openAwsWorld } from '#infra/operate/aws-world.ts';
import { NotDone } from '#infra/operate/world.ts';
import { mockClient } from '#test/support/mock-client.ts';

const cloudFormation = mockClient(CloudFormationClient);
const events = mockClient(EventBridgeClient);
const lambda = mockClient(LambdaClient);
const sqs = mockClient(SQSClient);

const arn = (name: string) => `arn:aws:sqs:eu-west-2:123456789012:${name}`;
const outputs: Record<string, Record<string, string>> = {
  'partnership-prod-state': {
    [OutputName.busArn]: 'arn:aws:events:eu-west-2:123456789012:event-bus/partnership-prod',
    [OutputName.archiveName]: 'archive-1',
    [OutputName.archiveArn]: 'arn:aws:events:eu-west-2:123456789012:archive/archive-1',
  },
  'partnership-prod-recording': {
    [OutputName.recordQueueUrl]: 'https://sqs/record',
    [OutputName.recordDeadLettersArn]: arn('dead-letters'),
    [OutputName.intakeUndeliveredArn]: arn('undelivered'),
    [OutputName.projectGaveUpArn]: arn('gave-up'),
    [OutputName.intakeRuleArn]: 'arn:aws:events:eu-west-2:123456789012:rule/partnership-prod/intake',
    [OutputName.reconcileFunctionName]: 'reconcile-1',
  },
};

const said: string[] = [];
const pauses: number[] = [];
const open = () =>
  openAwsWorld({
    stage: 'prod',
    now: () => new Date('2026-11-21T09:10:11.012Z'),
    pause: async (milliseconds) => pauses.push(milliseconds),
  });

beforeEach(() => {
  for (const client of [cloudFormation, events, lambda, sqs]) client.reset();
  said.length = 0;
  pauses.length = 0;
  process.env['AWS_REGION'] = 'eu-west-2';
  cloudFormation.on(DescribeStacksCommand).callsFake(({ StackName }: { StackName: string }) => {
    const own = outputs[StackName];
    if (!own) throw new Error(`Stack with id ${StackName} does not exist`);
    return {
      Stacks: [{ Outputs: Object.entries(own).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }],
    };
  });
  sqs
    .on(GetQueueUrlCommand)
    .callsFake(({ QueueName }: { QueueName: string }) => ({ QueueUrl: `https://sqs/${QueueName}` }));
});

describe('a deployed stage', () => {
  it('is found by the outputs of its stacks, and named with its region and account', async () => {
    expect((await open()).name).toBe('stage prod in eu-west-2, account 123456789012');
  });

  it('that is not deployed is named as such', async () => {
    await expect(openAwsWorld({ stage: 'dev' })).rejects.toThrow(
      new NotDone('stage dev has no output BusArn: deploy all of its stacks.'),
    );
  });

  it('that may not be looked at says what AWS said', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(new Error('not authorized to perform: cloudformation:DescribeStacks'));
    await expect(open()).rejects.toThrow('not authorized');
  });
});

describe('dead letters', () => {
  it('are counted and looked at without being taken', async () => {
    sqs.on(GetQueueAttributesCommand).resolves({ Attributes: { ApproximateNumberOfMessages: '12' } });
    sqs.on(ReceiveMessageCommand).resolves({
      Messages: [
        { MessageId: '1', Body: 'one' },
        { MessageId: '1', Body: 'one' },
        { MessageId: '2', Body: 'two' },
      ],
    });
    expect(await (await open()).parked('record')).toEqual({ waiting: 12, sample: ['one', 'two'] });
    expect(sqs.commandCalls(ReceiveMessageCommand)[0]?.args[0].input).toMatchObject({
      QueueUrl: 'https://sqs/dead-letters',
      VisibilityTimeout: 0,
    });
  });

  it('of the record queue are moved by SQS itself, and waited for', async () => {
    sqs.on(StartMessageMoveTaskCommand).resolves({ TaskHandle: 'task' });
    sqs
      .on(ListMessageMoveTasksCommand)
      .resolvesOnce({ Results: [{ Status: 'RUNNING', ApproximateNumberOfMessagesMoved: 5 }] })
      .resolves({ Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 12 }] });
    expect(await (await open()).redrive('record', (line) => said.push(line))).toBe(12);
    expect(sqs.commandCalls(StartMessageMoveTaskCommand)[0]?.args[0].input).toEqual({ SourceArn: arn('dead-letters') });
    expect(said).toEqual(['5 moved so far …']);
    expect(pauses).toEqual([5_000]);
  });

  it('that SQS did not all move are not called moved', async () => {
    sqs.on(StartMessageMoveTaskCommand).resolves({});
    sqs.on(ListMessageMoveTasksCommand).resolves({
      Results: [{ Status: 'FAILED', ApproximateNumberOfMessagesMoved: 3, FailureReason: 'AccessDenied' }],
    });
    await expect((await open()).redrive('record', () => {})).rejects.toThrow(
      new NotDone('3 moved before it stopped: FAILED AccessDenied'),
    );
  });

  it('of the bus are sent to the record queue before they are deleted, and one that is refused stays', async () => {
    sqs
      .on(ReceiveMessageCommand)
      .resolvesOnce({
        Messages: [
          { MessageId: 'a', Body: '{"a":1}', ReceiptHandle: 'handle-a' },
          { MessageId: 'b', Body: '{"b":1}', ReceiptHandle: 'handle-b' },
        ],
      })
      .resolves({});
    sqs.on(SendMessageBatchCommand).resolves({
      Successful: [{ Id: '1', MessageId: 'new', MD5OfMessageBody: '' }],
      Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }],
    });
    sqs.on(DeleteMessageBatchCommand).resolves({});
    await expect((await open()).redrive('intake', () => {})).rejects.toThrow('1 were sent; 1 were refused');
    expect(sqs.commandCalls(SendMessageBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://sqs/record',
      Entries: [
        { Id: '0', MessageBody: '{"a":1}' },
        { Id: '1', MessageBody: '{"b":1}' },
      ],
    });
    expect(sqs.commandCalls(DeleteMessageBatchCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://sqs/undelivered',
      Entries: [{ Id: '1', ReceiptHandle: 'handle-b' }],
    });
  });

  it('that were mended otherwise are purged', async () => {
    sqs.on(PurgeQueueCommand).resolves({});
    await (await open()).purge('project');
    expect(sqs.commandCalls(PurgeQueueCommand)[0]?.args[0].input).toEqual({ QueueUrl: 'https://sqs/gave-up' });
  });
});

describe('a replay', () => {
  const span = { from: new Date('2026-11-20T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') };

  it('goes from the archive over the bus to the recorder alone, and is waited for', async () => {
    events.on(StartReplayCommand).resolves({});
    events
      .on(DescribeReplayCommand)
      .resolvesOnce({ State: 'RUNNING', EventLastReplayedTime: new Date('2026-11-20T12:00:00Z') })
      .resolves({ State: 'COMPLETED' });
    expect(await (await open()).replay(span, (line) => said.push(line))).toBeUndefined();
    expect(events.commandCalls(StartReplayCommand)[0]?.args[0].input).toEqual({
      ReplayName: 'operator-20261121091011012',
      EventSourceArn: 'arn:aws:events:eu-west-2:123456789012:archive/archive-1',
      EventStartTime: span.from,
      EventEndTime: span.to,
      Destination: {
        Arn: 'arn:aws:events:eu-west-2:123456789012:event-bus/partnership-prod',
        FilterArns: ['arn:aws:events:eu-west-2:123456789012:rule/partnership-prod/intake'],
      },
    });
    expect(said.at(-1)).toBe('replayed up to 2026-11-20T12:00:00.000Z …');
  });

  it('that fails is not called done', async () => {
    events.on(StartReplayCommand).resolves({});
    events.on(DescribeReplayCommand).resolves({ State: 'FAILED', StateReason: 'No such rule' });
    await expect((await open()).replay(span, () => {})).rejects.toThrow('FAILED No such rule');
  });

  it('is not claimed to be counted: AWS tells only what the whole archive holds', async () => {
    events.on(DescribeArchiveCommand).resolves({ EventCount: 4711 });
    expect(await (await open()).archived(span)).toEqual({ events: 4711, ofSpan: false });
    expect(events.commandCalls(StartReplayCommand)).toHaveLength(0);
  });
});

describe('the reconciliation', () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)) as never;

  it('is invoked with what it is asked for, and answers', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 200, Payload: bytes({ rowsDiffering: 0 }) });
    expect(await (await open()).reconcile({ rebuild: true })).toEqual({ rowsDiffering: 0 });
    const { FunctionName, Payload } = lambda.commandCalls(InvokeCommand)[0]?.args[0].input ?? {};
    expect(FunctionName).toBe('reconcile-1');
    expect(JSON.parse(new TextDecoder().decode(Payload as Uint8Array))).toEqual({ rebuild: true });
  });

  it('that fails tells the error of the function', async () => {
    lambda
      .on(InvokeCommand)
      .resolves({ FunctionError: 'Unhandled', Payload: bytes({ errorMessage: 'Generation 4 is being built.' }) });
    await expect((await open()).reconcile({})).rejects.toThrow('reconcile failed: Generation 4 is being built.');
  });
});
