import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { WorkQueue, type WorkQueueProps } from './guarded-queue.ts';
import { HouseFunction, type HouseFunctionProps } from './house-function.ts';

type QueueUrlName = typeof EnvironmentName.recordQueueUrl | typeof EnvironmentName.deliverQueueUrl;

export interface QueueFunctionProps extends HouseFunctionProps {
  readonly queue: Pick<WorkQueueProps, 'maxReceiveCount' | 'deadLetters' | 'late' | 'lateAfter'>;
  readonly batchSize: number;
  /** Invocations at a time, so that a flood does not take the account's concurrency from the API. */
  readonly maxConcurrency: number;
}

/** A function that works off a queue of its own; it reports the messages that failed, and only those come again. */
export class QueueFunction extends HouseFunction {
  readonly work: WorkQueue;

  constructor(scope: Construct, id: string, props: QueueFunctionProps) {
    super(scope, id, props);
    const { stage, alerts, batchSize, maxConcurrency } = props;
    this.work = new WorkQueue(this, 'Work', { ...props.queue, stage, alerts, consumerTimeout: props.timeout });
    this.lambda.addEventSource(
      new SqsEventSource(this.work.queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }),
    );
  }

  /** Lets the function put a message back for later, and tells it its queue's URL. */
  letsPostpone(): void {
    this.letsSend(this, EnvironmentName.recordQueueUrl);
  }

  /** Lets a function put messages into the queue, itself among them, and tells it the queue's URL under that name. */
  letsSend(fn: HouseFunction, url: QueueUrlName): void {
    fn.lambda.addEnvironment(url, this.work.queue.queueUrl);
    Grant.addToPrincipal({ grantee: fn, actions: ['sqs:SendMessage'], resourceArns: [this.work.queue.queueArn] });
  }
}
