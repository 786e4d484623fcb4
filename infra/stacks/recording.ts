import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { FunctionCode } from '#infra/bundle.ts';
import { HouseAlarm } from '#infra/constructs/house-alarm.ts';
import { ownMetric } from '#infra/constructs/own-metric.ts';
import { QueueFunction } from '#infra/constructs/queue-function.ts';
import { RuleToQueue } from '#infra/constructs/rule-to-queue.ts';
import { ScheduledFunction } from '#infra/constructs/scheduled-function.ts';
import { StreamFunction } from '#infra/constructs/stream-function.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { INTAKE_PATTERN, OUTCOME_PATTERN } from '#shared/events/catalogue.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import { ENTITY_SK, EVENT_PREFIX, PROBE_SK, RECEIPT_SK, RECORD_SK, REPORT_SK } from '#shared/store/keys.ts';
import { addOutputs } from './outputs.ts';
import type { StateStack } from './state.ts';

export interface RecordingStackProps {
  readonly stage: Stage;
  readonly code: FunctionCode;
  readonly state: StateStack;
}

/**
 * A stream batch is tried 30 times with Lambda's growing pauses, and for at most 6 hours: longer than a throttled table or a rebuild takes,
 * and short of the 24 hours after which the stream forgets.
 */
const STREAM_BOUNDS = { batchSize: 100, retryAttempts: 30, maxRecordAge: Duration.hours(6) } as const;

/**
 * What becomes of an event: recorded from the queue, counted and told from the table's stream, told to subscribers from the bus, recounted
 * every night.
 */
export class RecordingStack extends Stack {
  /** For the dashboard. */
  readonly parts: {
    readonly record: QueueFunction;
    readonly intake: RuleToQueue;
    readonly project: StreamFunction;
    readonly publish: StreamFunction;
    readonly reconcile: ScheduledFunction;
    readonly deliver: QueueFunction;
    readonly outcomes: RuleToQueue;
  };

  constructor(scope: Construct, id: string, { stage, code, state }: RecordingStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, 'recording'),
      description: 'Partnership CRM: recording, counting, outcomes, webhooks out, reconciliation.',
    });
    const { alerts, table, bus, secrets } = state;
    const house = { stage, code, alerts };

    const record = new QueueFunction(this, 'Record', {
      ...house,
      name: 'record',
      timeout: Duration.seconds(20),
      batchSize: 10,
      maxConcurrency: stage.recorders,
      failing: { impact: 'What people log is accepted (202) but shows late.', runbook: 'Function record fails' },
      queue: {
        maxReceiveCount: 5,
        deadLetters: {
          impact: 'Events that were accepted are not in any record.',
          runbook: 'Record queue has dead letters',
        },
        late: { impact: 'What people log shows minutes late.', runbook: 'Record queue is late' },
        lateAfter: Duration.minutes(5),
      },
    });
    table.lets(record, {
      items: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem', 'BatchWriteItem'],
    });
    record.letsPostpone();
    const intake = new RuleToQueue(this, 'Intake', {
      ...house,
      bus: bus.bus,
      pattern: INTAKE_PATTERN,
      queue: record.work.queue,
      undelivered: {
        impact: 'Events that were accepted did not reach the recorder.',
        runbook: 'Intake rule has undelivered events',
      },
    });
    new HouseAlarm(this, 'Quarantined', {
      ...house,
      impact: 'Something that a user or a partner sent is set aside and is in no record.',
      runbook: 'Events in quarantine',
      metric: ownMetric(record, MetricName.quarantined),
      threshold: 1,
      evaluationPeriods: 1,
    });

    const project = new StreamFunction(this, 'Project', {
      ...house,
      ...STREAM_BOUNDS,
      name: 'project',
      timeout: Duration.seconds(60),
      source: table,
      sortKeys: [RECORD_SK, PROBE_SK],
      // Not for summing over a window: a batch with one says of which shard it is, and the place in each shard is kept with the sums.
      tumblingWindow: Duration.minutes(15),
      failing: { impact: 'The pipeline stands still while records change.', runbook: 'Function project fails' },
      failingThreshold: 3,
      gaveUp: { impact: 'The pipeline miscounts until it is rebuilt.', runbook: 'Function project gave up' },
      behind: { impact: 'The pipeline is minutes behind the records.', runbook: 'Function project is behind' },
    });
    table.lets(project, { items: ['GetItem', 'PutItem', 'BatchWriteItem', 'Query'] });

    const publish = new StreamFunction(this, 'Publish', {
      ...house,
      ...STREAM_BOUNDS,
      name: 'publish',
      timeout: Duration.seconds(60),
      source: table,
      sortKeys: [RECORD_SK, ENTITY_SK, { prefix: EVENT_PREFIX }, RECEIPT_SK, REPORT_SK],
      failing: {
        impact: 'Other systems are told of changes late.',
        runbook: 'Function publish fails',
      },
      failingThreshold: 3,
      gaveUp: {
        impact: 'Other systems were not told of a change, or an event that waited for its record still waits.',
        runbook: 'Function publish gave up',
      },
      behind: { impact: 'Other systems are told of changes minutes late.', runbook: 'Function publish is behind' },
    });
    table.lets(publish, { items: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem', 'DeleteItem', 'Query'] });
    // Outcomes; reports that were published; and, when a record arrives, the intake events that waited for it in quarantine.
    bus.letsPublish(publish, 'partnership.records', 'partnership.reports', 'partnership.intake');

    const reconcile = new ScheduledFunction(this, 'Reconcile', {
      ...house,
      name: 'reconcile',
      timeout: Duration.minutes(15),
      memorySize: 1024,
      schedule: ScheduleExpression.cron({ hour: '3', minute: '15', timeZone: TimeZone.EUROPE_LONDON }),
      failing: { impact: 'Nobody knows whether the pipeline counts right.', runbook: 'Function reconcile fails' },
      lost: { impact: 'A nightly recount did not finish.', runbook: 'A reconciliation was lost' },
      completed: MetricName.reconcileRun,
      missing: { impact: 'Nobody knows whether the pipeline counts right.', runbook: 'Reconciliation does not run' },
      missingAfter: Duration.hours(26),
    });
    table.lets(reconcile, {
      items: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Query', 'Scan'],
      indexes: ['byList'],
    });
    new HouseAlarm(this, 'Overdue', {
      ...house,
      impact: 'Something that a partner or a user sent more than a day ago is in no record yet.',
      runbook: 'Quarantine waits longer than a day',
      // Written once a night: the alarm stands until the next one.
      metric: ownMetric(reconcile, MetricName.quarantineOverdue, Duration.hours(24)),
      threshold: 1,
      evaluationPeriods: 1,
    });
    new HouseAlarm(this, 'Differences', {
      ...house,
      impact: 'The pipeline shows figures that the records do not bear out.',
      runbook: 'Reconciliation found a difference',
      metric: ownMetric(reconcile, MetricName.pipelineDifferences),
      threshold: 1,
      evaluationPeriods: 1,
    });

    const deliver = new QueueFunction(this, 'Deliver', {
      ...house,
      name: 'deliver',
      // A subscriber has 15 seconds to answer; what is known of it is read before, and what came of it written after.
      timeout: Duration.seconds(30),
      batchSize: 10,
      maxConcurrency: stage.deliverers,
      failing: { impact: 'Subscribers are told of changes late.', runbook: 'Function deliver fails' },
      queue: {
        maxReceiveCount: 5,
        deadLetters: {
          impact: 'Subscribers are not told of some changes.',
          runbook: 'Deliver queue has dead letters',
        },
        late: { impact: 'Subscribers are told of changes late.', runbook: 'Deliver queue is late' },
        // Longer than the 15 minutes for which the queue itself holds back what is due later.
        lateAfter: Duration.minutes(30),
      },
    });
    table.lets(deliver, { items: ['GetItem', 'PutItem', 'Query'] });
    secrets.lets(deliver, { read: true }, 'subscription/');
    deliver.letsSend(deliver, EnvironmentName.deliverQueueUrl);
    const outcomes = new RuleToQueue(this, 'Outcomes', {
      ...house,
      bus: bus.bus,
      pattern: OUTCOME_PATTERN,
      queue: deliver.work.queue,
      undelivered: {
        impact: 'Subscribers are not told of some changes.',
        runbook: 'Outcome rule has undelivered events',
      },
    });
    new HouseAlarm(this, 'DeliveriesDead', {
      ...house,
      impact:
        'A subscriber was not told of a change in ten attempts over three days, and will not be unless somebody sends it once more.',
      runbook: 'Deliveries to subscribers are dead',
      metric: ownMetric(deliver, MetricName.deliveryDead),
      threshold: 1,
      evaluationPeriods: 1,
    });
    new HouseAlarm(this, 'SubscriptionGone', {
      ...house,
      impact: 'A subscriber is told of nothing any more, since its receiver answered 410.',
      runbook: 'A subscription was disabled',
      metric: ownMetric(deliver, MetricName.subscriptionGone),
      threshold: 1,
      evaluationPeriods: 1,
    });

    addOutputs(this, {
      RecordQueueUrl: record.work.queue.queueUrl,
      RecordDeadLettersArn: record.work.deadLetters.queueArn,
      IntakeRuleArn: intake.rule.ruleArn,
      IntakeUndeliveredArn: intake.undelivered.queueArn,
      DeliverDeadLettersArn: deliver.work.deadLetters.queueArn,
      OutcomesUndeliveredArn: outcomes.undelivered.queueArn,
      ProjectGaveUpArn: project.gaveUp.queueArn,
      PublishGaveUpArn: publish.gaveUp.queueArn,
      ReconcileLostArn: reconcile.lost.queueArn,
      PublishFunctionName: publish.lambda.functionName,
      ReconcileFunctionName: reconcile.lambda.functionName,
    });
    this.parts = { record, intake, project, publish, reconcile, deliver, outcomes };
  }
}
