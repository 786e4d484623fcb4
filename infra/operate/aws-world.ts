/** A deployed stage, with the credentials and the region of the shell. What things are called comes from the stacks' outputs. */
import { setTimeout as sleep } from 'node:timers/promises';
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
import { OutputName, type StageName, stackName } from '#infra/names.ts';
import { NotDone, PARKED, type ParkedName, type Span, type World } from './world.ts';

const POLL_MILLISECONDS = 5_000;
/** A little more than the function may take. */
const INVOKE_MILLISECONDS = 16 * 60 * 1000;
const BATCH = 10;

export interface AwsParts {
  readonly stage: StageName;
  /** Milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  readonly now?: () => Date;
}

/** @throws `NotDone` where the stage is not deployed in the account and region of the shell */
export async function openAwsWorld({ stage, pause = sleep, now = () => new Date() }: AwsParts): Promise<World> {
  const outputs = await outputsOf(stage);
  const output = (name: OutputName): string => {
    const value = outputs.get(name);
    if (value === undefined) throw new NotDone(`stage ${stage} has no output ${name}: deploy all of its stacks.`);
    return value;
  };
  const sqs = new SQSClient({});
  const events = new EventBridgeClient({});
  // The function is not to run twice because an answer was lost on the way.
  const lambda = new LambdaClient({ maxAttempts: 1, requestHandler: { requestTimeout: INVOKE_MILLISECONDS } });
  const [, , , region = '', account = ''] = output(OutputName.busArn).split(':');

  async function urlOf(queueArn: string): Promise<string> {
    const [, , , , owner, name] = queueArn.split(':');
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: owner }));
    return QueueUrl ?? '';
  }

  /** SQS's own way, for a dead-letter queue of another queue. */
  async function moveBack(queueArn: string, progress: (line: string) => void): Promise<number> {
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queueArn }));
    for (;;) {
      const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: queueArn, MaxResults: 1 }));
      const { Status, ApproximateNumberOfMessagesMoved: moved = 0, FailureReason } = Results[0] ?? {};
      if (Status === 'COMPLETED') return moved;
      if (Status !== 'RUNNING')
        throw new NotDone(`${moved} moved before it stopped: ${Status} ${FailureReason ?? ''}`.trim());
      progress(`${moved} moved so far …`);
      await pause(POLL_MILLISECONDS);
    }
  }

  /** What the bus could not deliver: SQS does not move it, since it did not come from a queue. Each is sent before it is deleted. */
  async function copyBack(fromUrl: string, toUrl: string): Promise<number> {
    for (let moved = 0; ; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: fromUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: 2 }),
      );
      if (Messages.length === 0) return moved;
      const { Successful = [], Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: toUrl,
          Entries: Messages.map(({ Body }, index) => ({ Id: String(index), MessageBody: Body })),
        }),
      );
      const sent = Successful.map(({ Id }) => ({ Id, ReceiptHandle: Messages[Number(Id)]?.ReceiptHandle }));
      if (sent.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: fromUrl, Entries: sent }));
      moved += sent.length;
      if (Failed.length > 0)
        throw new NotDone(
          `${moved} were sent; ${Failed.length} were refused: ${Failed[0]?.Message ?? Failed[0]?.Code}`,
        );
    }
  }

  return {
    name: `stage ${stage} in ${region}, account ${account}`,
    async parked(queue) {
      const QueueUrl = await urlOf(output(PARKED[queue].output));
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      const waiting = Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      // Looked at without being taken: they stay visible.
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, VisibilityTimeout: 0, WaitTimeSeconds: 1 }),
      );
      const bodies = new Map(Messages.map(({ MessageId, Body = '' }) => [MessageId, Body]));
      return { waiting: Math.max(waiting, bodies.size), sample: [...bodies.values()] };
    },
    async redrive(queue: ParkedName, progress) {
      const arn = output(PARKED[queue].output);
      if (queue === 'intake') return copyBack(await urlOf(arn), output(OutputName.recordQueueUrl));
      if (queue === 'mailRule') return copyBack(await urlOf(arn), output(OutputName.mailQueueUrl));
      return moveBack(arn, progress);
    },
    async purge(queue) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: await urlOf(output(PARKED[queue].output)) }));
    },
    async archived() {
      const { EventCount = 0 } = await events.send(
        new DescribeArchiveCommand({ ArchiveName: output(OutputName.archiveName) }),
      );
      return { events: EventCount, ofSpan: false };
    },
    async replay({ from, to }: Span, progress) {
      const ReplayName = `operator-${now().toISOString().replaceAll(/\D/g, '')}`;
      await events.send(
        new StartReplayCommand({
          ReplayName,
          EventSourceArn: output(OutputName.archiveArn),
          EventStartTime: from,
          EventEndTime: to,
          Destination: { Arn: output(OutputName.busArn), FilterArns: [output(OutputName.intakeRuleArn)] },
        }),
      );
      progress(`replay ${ReplayName} is running; it continues if you stop this command`);
      for (;;) {
        const { State, StateReason, EventLastReplayedTime } = await events.send(
          new DescribeReplayCommand({ ReplayName }),
        );
        if (State === 'COMPLETED') return undefined;
        if (State === 'FAILED' || State === 'CANCELLED')
          throw new NotDone(`replay ${ReplayName} ended: ${State} ${StateReason ?? ''}`.trim());
        if (EventLastReplayedTime) progress(`replayed up to ${EventLastReplayedTime.toISOString()} …`);
        await pause(POLL_MILLISECONDS);
      }
    },
    async reconcile(payload) {
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({
          FunctionName: output(OutputName.reconcileFunctionName),
          Payload: new TextEncoder().encode(JSON.stringify(payload)),
        }),
      );
      const answer: unknown = JSON.parse(new TextDecoder().decode(Payload) || 'null');
      if (FunctionError)
        throw new NotDone(`reconcile failed: ${(answer as { errorMessage?: string } | null)?.errorMessage}`);
      return answer;
    },
  };
}

/** What is not deployed yet is left out. */
async function outputsOf(stage: StageName): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient({});
  const outputs = new Map<string, string>();
  for (const stack of ['state', 'recording', 'reports', 'api', 'mail'] as const) {
    try {
      const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stackName(stage, stack) }));
      for (const { OutputKey = '', OutputValue = '' } of Stacks?.[0]?.Outputs ?? [])
        outputs.set(OutputKey, OutputValue);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('does not exist'))) throw error;
    }
  }
  return outputs;
}
