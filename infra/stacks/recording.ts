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
import { RELATING_PATTERN } from '#shared/events/relating.ts';
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
 * every night; and, every night, that people are kept no longer than they should be.
 */
export class RecordingStack extends Stack {
  /** For the dashboard. */
  readonly parts: {
    readonly record: QueueFunction;
    readonly intake: RuleToQueue;
    readonly project: StreamFunction;
    readonly publish: StreamFunction;
    readonly reconcile: ScheduledFunction;
    readonly relate: QueueFunction;
    readonly related: RuleToQueue;
    readonly sweep: ScheduledFunction;
    readonly deliver: QueueFunction;
    readonly outcomes: RuleToQueue;
  };

  constructor(scope: Construct, id: string, { stage, code, state }: RecordingStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, 'recording'),
      description: 'Partnership CRM: recording, counting, outcomes, webhooks out, reconciliation.',
    });
    const { alerts, table, people, bus, secrets } = state;
    const house = { stage, code, alerts };

    const record = new QueueFunction(this, 'Record', {
      ...house,
      name: 'record',
      timeout: Duration.seconds(20),
      batchSize: 10,
      maxConcurrency: stage.recorders,
      failing: { impact: 'New records are accepted (202) but appear late.', runbook: 'Function record fails' },
      queue: {
        maxReceiveCount: 5,
        deadLetters: {
          impact: 'Events that were accepted are not in any record.',
          runbook: 'Record queue has dead letters',
        },
        late: { impact: 'New records appear minutes late.', runbook: 'Record queue is late' },
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
      impact: 'An event from a user or a partner is quarantined and not recorded.',
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
      failing: { impact: 'The pipeline does not change while records do.', runbook: 'Function project fails' },
      failingThreshold: 3,
      gaveUp: { impact: 'The pipeline miscounts until it is rebuilt.', runbook: 'Function project gave up' },
      behind: { impact: 'The pipeline is minutes behind the records.', runbook: 'Function project is behind' },
    });
    table.lets(project, { items: ['GetItem', 'PutItem', 'BatchWriteItem', 'Query'] });
    new HouseAlarm(this, 'Uncounted', {
      ...house,
      impact: 'A record is in no figure of the pipeline, because it cannot be counted.',
      runbook: 'Records cannot be counted',
      metric: ownMetric(project, MetricName.uncounted),
      threshold: 1,
      evaluationPeriods: 1,
    });

    const publish = new StreamFunction(this, 'Publish', {
      ...house,
      ...STREAM_BOUNDS,
      name: 'publish',
      timeout: Duration.seconds(60),
      source: table,
      sortKeys: [RECORD_SK, ENTITY_SK, { prefix: EVENT_PREFIX }, RECEIPT_SK, REPORT_SK],
      failing: {
        impact: 'Other systems receive changes late.',
        runbook: 'Function publish fails',
      },
      failingThreshold: 3,
      gaveUp: {
        impact: 'Other systems did not receive a change, or an event is still waiting for its record.',
        runbook: 'Function publish gave up',
      },
      behind: { impact: 'Other systems receive changes minutes late.', runbook: 'Function publish is behind' },
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
      failing: { impact: 'Nobody knows whether the pipeline is correct.', runbook: 'Function reconcile fails' },
      lost: { impact: 'A nightly recount did not finish.', runbook: 'A reconciliation was lost' },
      completed: MetricName.reconcileRun,
      missing: { impact: 'Nobody knows whether the pipeline is correct.', runbook: 'Reconciliation does not run' },
      missingAfter: Duration.hours(26),
    });
    table.lets(reconcile, {
      items: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Query', 'Scan'],
      indexes: ['byList'],
    });
    new HouseAlarm(this, 'Overdue', {
      ...house,
      impact: 'An event from a partner or a user has waited in quarantine for more than a day.',
      runbook: 'Quarantine waits longer than a day',
      // Written once a night: the alarm stands until the next one.
      metric: ownMetric(reconcile, MetricName.quarantineOverdue, Duration.hours(24)),
      threshold: 1,
      evaluationPeriods: 1,
    });
    new HouseAlarm(this, 'Differences', {
      ...house,
      impact: 'The pipeline shows figures that do not match the records.',
      runbook: 'Reconciliation found a difference',
      metric: ownMetric(reconcile, MetricName.pipelineDifferences),
      threshold: 1,
      evaluationPeriods: 1,
    });

    const relate = new QueueFunction(this, 'Relate', {
      ...house,
      name: 'relate',
      timeout: Duration.seconds(20),
      batchSize: 10,
      maxConcurrency: stage.relaters,
      failing: {
        impact: 'New records appear late in lists of organisations and in relationships.',
        runbook: 'Function relate fails',
      },
      queue: {
        maxReceiveCount: 5,
        deadLetters: {
          impact: 'Something is missing from an organisation, a list or a relationship.',
          runbook: 'Relate queue has dead letters',
        },
        late: {
          impact: 'New records appear minutes late in lists of organisations and in relationships.',
          runbook: 'Relate queue is late',
        },
        lateAfter: Duration.minutes(10),
      },
    });
    table.lets(relate, { items: ['BatchGetItem', 'PutItem', 'BatchWriteItem'] });
    const related = new RuleToQueue(this, 'Related', {
      ...house,
      bus: bus.bus,
      pattern: RELATING_PATTERN,
      queue: relate.work.queue,
      undelivered: {
        impact: 'Something is missing from an organisation, a list or a relationship.',
        runbook: 'Relate rule has undelivered events',
      },
    });

    const sweep = new ScheduledFunction(this, 'Sweep', {
      ...house,
      name: 'sweep',
      timeout: Duration.minutes(15),
      schedule: ScheduleExpression.cron({ hour: '2', minute: '45', timeZone: TimeZone.EUROPE_LONDON }),
      failing: { impact: 'Unreferenced personal data is deleted a day late.', runbook: 'Function sweep fails' },
      lost: { impact: 'A nightly sweep of personal data did not finish.', runbook: 'A sweep was lost' },
      completed: MetricName.sweepRun,
      missing: {
        impact: 'Nobody knows which personal data is past its retention date.',
        runbook: 'Sweep does not run',
      },
      missingAfter: Duration.hours(26),
    });
    table.lets(sweep, { items: ['GetItem', 'BatchGetItem'] });
    // It has no master key and reads nobody; it deletes what nothing refers to.
    people.lets(sweep, { people: ['Scan', 'DeleteItem'], keys: ['Scan', 'BatchGetItem', 'DeleteItem'] });
    bus.letsPublish(sweep, 'partnership.intake');
    new HouseAlarm(this, 'RetentionEnded', {
      ...house,
      impact: 'Personal data is held longer than people were promised.',
      runbook: 'Retention of contacts has ended',
      // Written once a night: the alarm stands until the next one.
      metric: ownMetric(sweep, MetricName.retentionEnded, Duration.hours(24)),
      threshold: 1,
      evaluationPeriods: 1,
    });
    new HouseAlarm(this, 'PeopleMissing', {
      ...house,
      impact: 'Contacts are shown without their personal data.',
      runbook: 'People are missing',
      metric: ownMetric(sweep, MetricName.peopleMissing, Duration.hours(24)),
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
      failing: { impact: 'Subscribers receive changes late.', runbook: 'Function deliver fails' },
      queue: {
        maxReceiveCount: 5,
        deadLetters: {
          impact: 'Subscribers do not receive some changes.',
          runbook: 'Deliver queue has dead letters',
        },
        late: { impact: 'Subscribers receive changes late.', runbook: 'Deliver queue is late' },
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
        impact: 'Subscribers do not receive some changes.',
        runbook: 'Outcome rule has undelivered events',
      },
    });
    new HouseAlarm(this, 'DeliveriesDead', {
      ...house,
      impact:
        'A subscriber did not accept a change in ten attempts over three days, and will not get it unless somebody resends it.',
      runbook: 'Deliveries to subscribers are dead',
      metric: ownMetric(deliver, MetricName.deliveryDead),
      threshold: 1,
      evaluationPeriods: 1,
    });
    new HouseAlarm(this, 'SubscriptionGone', {
      ...house,
      impact: 'A subscriber receives nothing any more, because its receiver responded 410.',
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
      RelateDeadLettersArn: relate.work.deadLetters.queueArn,
      RelateUndeliveredArn: related.undelivered.queueArn,
      DeliverDeadLettersArn: deliver.work.deadLetters.queueArn,
      OutcomesUndeliveredArn: outcomes.undelivered.queueArn,
      ProjectGaveUpArn: project.gaveUp.queueArn,
      PublishGaveUpArn: publish.gaveUp.queueArn,
      ReconcileLostArn: reconcile.lost.queueArn,
      SweepLostArn: sweep.lost.queueArn,
      PublishFunctionName: publish.lambda.functionName,
      ReconcileFunctionName: reconcile.lambda.functionName,
      SweepFunctionName: sweep.lambda.functionName,
    });
    this.parts = { record, intake, project, publish, reconcile, sweep, relate, related, deliver, outcomes };
  }
}
