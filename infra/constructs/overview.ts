import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type Metric,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Stage } from '#infra/stages.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import type { EventBus } from './event-bus.ts';
import type { WorkQueue } from './guarded-queue.ts';
import { HouseAlarm, runbookUrl } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { HttpDoor } from './http-door.ts';
import { logBytes } from './log-bytes.ts';
import { ownMetric } from './own-metric.ts';
import type { OwnSchedules } from './own-schedules.ts';
import type { PeopleStore } from './people-store.ts';
import type { QueueFunction } from './queue-function.ts';
import type { RecordTable } from './record-table.ts';
import type { RuleToQueue } from './rule-to-queue.ts';
import type { ScheduledFunction } from './scheduled-function.ts';
import type { StreamFunction } from './stream-function.ts';

export interface OverviewProps {
  readonly stage: Stage;
  readonly table: RecordTable;
  readonly bus: EventBus;
  readonly record: QueueFunction;
  readonly intake: RuleToQueue;
  readonly project: StreamFunction;
  readonly publish: StreamFunction;
  readonly reconcile: ScheduledFunction;
  readonly relate: QueueFunction;
  readonly related: RuleToQueue;
  /** Of the store of people. */
  readonly sweep: ScheduledFunction;
  readonly people: PeopleStore;
  readonly deliver: QueueFunction;
  readonly outcomes: RuleToQueue;
  readonly report: ScheduledFunction;
  readonly reportRequests: WorkQueue;
  readonly reportSchedules: OwnSchedules;
  readonly mail: QueueFunction;
  readonly published: RuleToQueue;
  readonly door: HttpDoor;
  /** Takes in partners' messages. */
  readonly webhook: HouseFunction;
  /** Behind the door. */
  readonly functions: readonly HouseFunction[];
}

const HALF = 12;
const HEIGHT = 6;
const period = Duration.minutes(5);
/** What costs money is told by the hour: by the minute it is noise. */
const costPeriod = Duration.hours(1);

/**
 * One dashboard: what is wrong, what comes in, what becomes of it, what stands still, what it costs. Its metrics are those of the
 * constructs that have them, the same that their alarms watch.
 */
export class Overview extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: `partnership-${props.stage.name}`,
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.INHERIT,
    });
    const alarms = this.node.root.node.findAll().filter((each) => each instanceof HouseAlarm);
    this.dashboard.addWidgets(
      new TextWidget({ width: HALF, height: HEIGHT, markdown: introduction(props.stage, runbookUrl(this)) }),
      new AlarmStatusWidget({ title: 'Alarms', alarms, width: HALF, height: HEIGHT }),
    );
    this.dashboard.addWidgets(...wayOfAnEvent(props).map(graph));
    this.dashboard.addWidgets(...costDrivers(props).map(graph));
  }
}

interface Graph {
  readonly title: string;
  readonly left: readonly IMetric[];
  readonly right?: readonly IMetric[];
  /** One on top of the other: parts of a whole. */
  readonly stacked?: boolean;
  readonly unit?: string;
}

const graph = ({ title, left, right = [], stacked = false, unit }: Graph): GraphWidget =>
  new GraphWidget({
    title,
    left: [...left],
    right: [...right],
    stacked,
    width: HALF,
    height: HEIGHT,
    leftYAxis: { min: 0, showUnits: false, ...(unit ? { label: unit } : {}) },
  });

const named = (metric: Metric, label: string): Metric => metric.with({ label });

function wayOfAnEvent(props: OverviewProps): Graph[] {
  const {
    bus,
    record,
    intake,
    project,
    publish,
    reconcile,
    sweep,
    report,
    mail,
    deliver,
    outcomes,
    door,
    webhook,
    table,
  } = props;
  const own = (name: MetricName) => named(ownMetric(record, name, period), name);
  return [
    {
      title: 'Intake',
      left: [
        named(door.api.metricCount({ period, statistic: 'Sum' }), 'requests'),
        named(bus.entries, 'events, whole account'),
      ],
      right: [
        named(door.api.metricClientError({ period, statistic: 'Sum' }), '4xx responses'),
        named(door.api.metricServerError({ period, statistic: 'Sum' }), '5xx responses'),
      ],
    },
    {
      title: 'Latency',
      left: ['p50', 'p99'].map((statistic) => named(door.api.metricLatency({ period, statistic }), statistic)),
      unit: 'milliseconds',
    },
    {
      title: 'Outcomes of events',
      left: [MetricName.recorded, MetricName.duplicate, MetricName.rejected, MetricName.waiting].map(own),
      right: [own(MetricName.quarantined)],
    },
    {
      title: 'Partner messages: quarantined, and not authentic',
      left: [named(ownMetric(webhook, MetricName.quarantined, period), 'quarantined on receipt')],
      right: [named(ownMetric(webhook, MetricName.forged, period), 'not authentic')],
    },
    {
      title: 'Deliveries to subscribers',
      left: [named(ownMetric(deliver, MetricName.delivered, period), 'delivered')],
      right: [
        named(ownMetric(deliver, MetricName.notDelivered, period), 'not yet'),
        named(ownMetric(deliver, MetricName.deliveryDead, period), 'given up'),
        named(ownMetric(deliver, MetricName.subscriptionGone, period), 'subscriptions disabled'),
      ],
    },
    {
      title: 'Record queue: waiting messages, and age of the oldest',
      left: [
        named(record.work.queue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }), 'waiting'),
      ],
      right: [named(record.work.oldest, 'age of the oldest, seconds')],
    },
    {
      title: 'Stream lag',
      left: [named(project.lag, 'pipeline'), named(publish.lag, 'outcome events')],
      unit: 'milliseconds',
    },
    {
      title: 'Dead letters',
      left: [
        named(record.work.deadLetters.parked, 'record'),
        named(intake.undelivered.parked, 'intake'),
        named(props.relate.work.deadLetters.parked, 'relate'),
        named(props.related.undelivered.parked, 'relate rule'),
        named(deliver.work.deadLetters.parked, 'deliver'),
        named(outcomes.undelivered.parked, 'outcomes'),
        named(project.gaveUp.parked, 'project'),
        named(publish.gaveUp.parked, 'publish'),
        named(reconcile.lost.parked, 'reconcile'),
        named(sweep.lost.parked, 'sweep'),
        named(report.lost.parked, 'report'),
        named(props.reportSchedules.lost.parked, 'report schedules'),
        named(props.reportRequests.deadLetters.parked, 'report requests'),
        named(mail.work.deadLetters.parked, 'mail'),
        named(props.published.undelivered.parked, 'mail rule'),
      ],
      stacked: true,
    },
    {
      title: 'Recounts',
      left: [
        named(ownMetric(reconcile, MetricName.pipelineDifferences, costPeriod), 'rows that differ'),
        named(ownMetric(project, MetricName.uncounted, costPeriod), 'records not counted'),
      ],
      right: [
        named(ownMetric(reconcile, MetricName.reconcileRun, costPeriod), 'runs'),
        named(ownMetric(reconcile, MetricName.quarantineOverdue, costPeriod), 'in quarantine for more than a day'),
      ],
    },
    {
      title: 'People: past retention, and missing',
      left: [
        named(ownMetric(sweep, MetricName.retentionEnded, costPeriod), 'whose retention has ended'),
        named(ownMetric(sweep, MetricName.peopleMissing, costPeriod), 'missing'),
      ],
      right: [named(ownMetric(sweep, MetricName.sweepRun, costPeriod), 'sweeps')],
    },
    {
      title: 'Reports and mails',
      left: [
        named(ownMetric(report, MetricName.reportRun, costPeriod), 'checks for due reports'),
        named(ownMetric(report, MetricName.reportMade, costPeriod).with({ statistic: 'SampleCount' }), 'reports made'),
        named(ownMetric(mail, MetricName.mailSent, costPeriod), 'mails sent'),
      ],
      right: [named(ownMetric(mail, MetricName.mailFailed, costPeriod), 'mails that failed')],
    },
    { title: 'Throttled by the tables', left: [table.throttled, props.people.throttled] },
  ];
}

function costDrivers(props: OverviewProps): Graph[] {
  const { table, bus, record, project, publish, reconcile, sweep, report, mail, deliver, door } = props;
  const functions = [
    ...props.functions,
    record,
    project,
    publish,
    reconcile,
    sweep,
    report,
    mail,
    props.relate,
    deliver,
  ];
  const each = (metric: (fn: HouseFunction) => Metric) => functions.map((fn) => named(metric(fn), fn.name));
  const options = { period: costPeriod, statistic: 'Sum' };
  return [
    {
      title: 'Cost: requests per hour',
      left: [named(door.api.metricCount(options), 'API'), ...each(({ lambda }) => lambda.metricInvocations(options))],
    },
    {
      title: 'Cost: function time per hour',
      left: each(({ lambda }) => lambda.metricDuration(options)),
      stacked: true,
      unit: 'milliseconds',
    },
    { title: 'Cost: write units per hour', left: table.consumed('Write', costPeriod), stacked: true },
    { title: 'Cost: read units per hour', left: table.consumed('Read', costPeriod), stacked: true },
    {
      title: 'Cost: events per hour, whole account',
      left: [named(bus.entries.with({ period: costPeriod }), 'events')],
    },
    {
      title: 'Cost: log bytes per hour',
      left: [
        ...each(({ logGroup }) => logBytes(logGroup, costPeriod)),
        named(logBytes(door.accessLog, costPeriod), 'access log'),
      ],
      stacked: true,
      unit: 'bytes',
    },
  ];
}

const introduction = ({ name }: Stage, runbook: string): string =>
  [
    `# Partnership CRM, stage ${name}`,
    `Every alarm has a heading in the runbook, ${runbook.startsWith('http') ? `[${runbook}](${runbook})` : `\`${runbook}\``}: its impact, how to diagnose it, how to fix it.`,
    '',
    ...[
      ['reconcile', '', 'recounts the pipeline; `--repair` repairs it'],
      ['redrive', '', 'sends dead letters back'],
      ['replay', ' --from 2h', 'sends archived events to the recorder again'],
      ['rebuild', '', 'counts the pipeline again'],
    ].map(([command, more, does]) => `- \`npm run ${command} -- --aws --stage ${name}${more} --dry-run\`: ${does}`),
    '',
    '`correlationId` finds everything about one request in all logs.',
  ].join('\n');
