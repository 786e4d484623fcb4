import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionCode } from '#infra/bundle.ts';
import { CustomDomain } from '#infra/constructs/custom-domain.ts';
import { HouseAlarm } from '#infra/constructs/house-alarm.ts';
import { HouseFunction } from '#infra/constructs/house-function.ts';
import { HttpDoor } from '#infra/constructs/http-door.ts';
import { ownMetric } from '#infra/constructs/own-metric.ts';
import { contextOf } from '#infra/context.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { FILE_PREFIXES } from '#shared/runtime/files.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import { addOutputs } from './outputs.ts';
import type { RecordingStack } from './recording.ts';
import type { ReportsStack } from './reports.ts';
import type { StateStack } from './state.ts';

export interface ApiStackProps {
  readonly stage: Stage;
  readonly code: FunctionCode;
  readonly state: StateStack;
  readonly recording: RecordingStack;
  readonly reports: ReportsStack;
}

/** How people and programs come in: the HTTP API and the functions behind it. */
export class ApiStack extends Stack {
  /** For the dashboard. */
  readonly parts: {
    readonly door: HttpDoor;
    readonly webhook: HouseFunction;
    readonly functions: readonly HouseFunction[];
  };
  /** Where people and programs reach it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { stage, code, state, recording, reports: making }: ApiStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, 'api'),
      description: 'Partnership CRM: HTTP API and the functions behind it.',
    });
    const { alerts, table, people, bus, staff, files, secrets } = state;
    const house = { stage, code, alerts };
    const timeout = Duration.seconds(15);

    const read = new HouseFunction(this, 'Read', {
      ...house,
      name: 'read',
      timeout,
      failing: { impact: 'People cannot see records or the pipeline.', runbook: 'Function read fails' },
    });
    table.lets(read, {
      items: ['GetItem', 'BatchGetItem', 'Query'],
      indexes: ['byEvent', 'byUpdated', 'byEntered', 'byClose', 'byOwner'],
    });

    const around = new HouseFunction(this, 'Around', {
      ...house,
      name: 'around',
      timeout,
      failing: {
        impact: 'People cannot see organisations, activities, agreements, relationships or timelines.',
        runbook: 'Function around fails',
      },
    });
    table.lets(around, { items: ['GetItem', 'BatchGetItem', 'Query'], indexes: ['byNoun'] });

    const settings = new HouseFunction(this, 'Settings', {
      ...house,
      name: 'settings',
      timeout,
      failing: { impact: 'Rates, places and preferences cannot be changed.', runbook: 'Function settings fails' },
    });
    table.lets(settings, { items: ['GetItem', 'PutItem', 'Query'] });

    const docs = new HouseFunction(this, 'Docs', {
      ...house,
      name: 'docs',
      timeout,
      failing: { impact: 'The API documentation cannot be read.', runbook: 'Function docs fails' },
    });

    const log = new HouseFunction(this, 'Log', {
      ...house,
      name: 'log',
      timeout,
      failing: { impact: 'People cannot log, amend or move anything.', runbook: 'Function log fails' },
    });
    table.lets(log, { items: ['GetItem', 'BatchGetItem', 'PutItem', 'Query'] });
    bus.letsPublish(log, 'partnership.intake');

    const contacts = new HouseFunction(this, 'Contacts', {
      ...house,
      name: 'contacts',
      timeout,
      failing: { impact: 'Contacts cannot be seen, logged or erased.', runbook: 'Function contacts fails' },
    });
    table.lets(contacts, { items: ['GetItem', 'BatchGetItem', 'PutItem', 'Query'], indexes: ['byNoun'] });
    // The only function that can read people: no other has the master keys.
    people.lets(contacts, {
      people: ['BatchGetItem', 'PutItem', 'DeleteItem', 'Query'],
      keys: ['BatchGetItem', 'PutItem', 'ConditionCheckItem'],
    });
    secrets.lets(contacts, { read: true, make: true }, 'contacts/');
    bus.letsPublish(contacts, 'partnership.intake');

    const webhook = new HouseFunction(this, 'Webhook', {
      ...house,
      name: 'webhook',
      timeout,
      // Beside it runs the process that partners' mappings are evaluated in.
      memorySize: 1024,
      failing: { impact: 'Messages from partner systems are not accepted.', runbook: 'Function webhook fails' },
    });
    table.lets(webhook, { items: ['GetItem', 'BatchGetItem', 'PutItem', 'Query'] });
    files.lets(webhook, { write: true }, FILE_PREFIXES.webhooks.prefix);
    secrets.lets(webhook, { read: true }, 'partner/');
    bus.letsPublish(webhook, 'partnership.intake');
    new HouseAlarm(this, 'Forged', {
      ...house,
      impact: "Somebody is impersonating a partner's system, or a partner signs with an inactive secret.",
      runbook: 'Many messages are not authentic',
      metric: ownMetric(webhook, MetricName.forged),
      threshold: 100,
      evaluationPeriods: 1,
    });
    new HouseAlarm(this, 'SetAside', {
      ...house,
      impact: "A message from a partner's system is quarantined and not recorded.",
      runbook: 'Messages of partners in quarantine',
      metric: ownMetric(webhook, MetricName.quarantined),
      threshold: 1,
      evaluationPeriods: 1,
    });

    const partners = new HouseFunction(this, 'Partners', {
      ...house,
      name: 'partners',
      timeout,
      memorySize: 1024,
      failing: {
        impact: 'Partners and their secrets cannot be changed, and quarantined items cannot be replayed.',
        runbook: 'Function partners fails',
      },
    });
    table.lets(partners, {
      items: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'Query'],
      indexes: ['byList'],
    });
    files.lets(partners, { read: true }, FILE_PREFIXES.webhooks.prefix);
    secrets.lets(partners, { read: true, write: true }, 'partner/');
    bus.letsPublish(partners, 'partnership.intake');

    const subscriptions = new HouseFunction(this, 'Subscriptions', {
      ...house,
      name: 'subscriptions',
      timeout,
      failing: {
        impact: 'Subscriptions cannot be changed, tested or viewed; deliveries continue.',
        runbook: 'Function subscriptions fails',
      },
    });
    table.lets(subscriptions, {
      items: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'Query'],
      indexes: ['byList'],
    });
    secrets.lets(subscriptions, { read: true, write: true }, 'subscription/');
    recording.parts.deliver.letsSend(subscriptions, EnvironmentName.deliverQueueUrl);
    const reports = new HouseFunction(this, 'Reports', {
      ...house,
      name: 'reports',
      // It waits for a report that somebody has asked for.
      timeout: Duration.seconds(25),
      failing: { impact: 'Reports cannot be requested or read.', runbook: 'Function reports fails' },
    });
    table.lets(reports, { items: ['GetItem', 'BatchGetItem', 'PutItem', 'Query'] });
    files.lets(reports, { read: true }, 'reports/');
    secrets.lets(reports, { read: true }, 'reports/');
    making.schedules.lets(reports);
    making.letsAsk(reports);
    reports.lambda.addEnvironment(EnvironmentName.signInClientId, staff.client.userPoolClientId);
    if (staff.signInPage) reports.lambda.addEnvironment(EnvironmentName.signInUrl, staff.signInPage.url);

    const organisations = new HouseFunction(this, 'Organisations', {
      ...house,
      name: 'organisations',
      // It reads every organisation when it starts, and compares those that may be one: for 10,000 some seconds.
      timeout: Duration.seconds(25),
      memorySize: 1769,
      failing: {
        impact: 'Likely matches and duplicates of organisations are not shown; certain matches still work.',
        runbook: 'Function organisations fails',
      },
    });
    table.lets(organisations, { items: ['GetItem', 'BatchGetItem', 'PutItem', 'Query'], indexes: ['byNoun'] });

    const functions = {
      read,
      around,
      settings,
      docs,
      log,
      contacts,
      webhook,
      partners,
      subscriptions,
      reports,
      organisations,
    };
    const door = new HttpDoor(this, 'Door', {
      ...house,
      staff,
      operations: OPERATIONS,
      functions,
      fallback: 'docs',
      failing: { impact: 'Users of the API see errors.', runbook: 'API answers 5xx' },
    });

    const { domain, certificateArn } = contextOf(this);
    if (domain)
      for (const fn of [webhook, partners]) fn.lambda.addEnvironment(EnvironmentName.publicUrl, `https://${domain}`);
    const custom =
      domain && certificateArn
        ? new CustomDomain(this, 'Domain', { api: door.api, apiStage: door.apiStage, domain, certificateArn })
        : undefined;
    this.url = domain ? `https://${domain}` : door.api.apiEndpoint;
    addOutputs(this, {
      ApiUrl: this.url,
      ...(custom ? { DomainTarget: custom.target } : {}),
    });
    this.parts = { door, webhook, functions: Object.values(functions) };
  }
}
