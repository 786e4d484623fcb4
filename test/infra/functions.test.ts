import { describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '#infra/functions.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { statementsOf, synthesize, targetOf } from './support/templates.ts';

const synthesis = synthesize();
const functions = synthesis.of('AWS::Lambda::Function');
const statements = statementsOf(synthesis);
const nameOf = (fn: (typeof functions)[number]): string => fn.properties.Environment.Variables.POWERTOOLS_SERVICE_NAME;

describe('every function', () => {
  it('of the list is deployed, and no other', () => {
    expect(functions.map(nameOf).sort()).toEqual([...FUNCTION_NAMES].sort());
  });

  it.each(functions.map((fn) => [nameOf(fn), fn] as const))(
    '%s runs on Node 24, arm64, with bounds of its own',
    (_, { properties }) => {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
      expect(properties.Timeout).toBeLessThanOrEqual(900);
      expect(properties.MemorySize).toBeGreaterThanOrEqual(512);
      expect(properties.Environment.Variables[EnvironmentName.stage]).toBe('dev');
    },
  );

  it('has a role that no other has', () => {
    const roles = functions.map(({ stack, properties }) => `${stack}/${targetOf(properties.Role)}`);
    expect(new Set(roles).size).toBe(functions.length);
  });

  it.each(functions.map((fn) => [nameOf(fn), fn] as const))(
    '%s writes to a log group that forgets',
    (_, { stack, properties }) => {
      const group = synthesis
        .of('AWS::Logs::LogGroup')
        .find(({ logicalId, stack: of }) => of === stack && logicalId === targetOf(properties.LoggingConfig.LogGroup));
      expect(group?.properties.RetentionInDays).toBeGreaterThan(0);
    },
  );

  it.each(functions.map((fn) => [nameOf(fn), fn] as const))(
    '%s has an alarm on errors and throttles',
    (_, { stack, logicalId }) => {
      const watched = synthesis
        .of('AWS::CloudWatch::Alarm')
        .flatMap(({ stack: of, properties }) =>
          of === stack ? (properties.Metrics ?? []).map(({ MetricStat }: Record<string, never>) => MetricStat) : [],
        );
      const metrics = watched.flatMap((stat) =>
        stat?.Metric.Dimensions?.some(({ Value }: { Value: unknown }) => targetOf(Value) === logicalId)
          ? [stat.Metric.MetricName]
          : [],
      );
      expect(metrics).toEqual(expect.arrayContaining(['Errors', 'Throttles']));
    },
  );

  it('that nobody waits for has a place for what it gives up', () => {
    const mappings = synthesis.of('AWS::Lambda::EventSourceMapping');
    const asynchronous = synthesis.of('AWS::Lambda::EventInvokeConfig');
    const invokedByApi = synthesis
      .of('AWS::Lambda::Permission')
      .map(({ stack, properties }) => `${stack}/${targetOf(properties.FunctionName)}`);
    for (const { stack, logicalId } of functions) {
      const own = ({ stack: of, properties }: (typeof functions)[number]) =>
        of === stack && targetOf(properties.FunctionName) === logicalId;
      if (invokedByApi.includes(`${stack}/${logicalId}`)) continue;
      const destinations = [...mappings, ...asynchronous].filter(own).map(({ properties }) => {
        const queue = synthesis
          .of('AWS::SQS::Queue')
          .find((each) => each.logicalId === targetOf(properties.EventSourceArn));
        return (
          properties.DestinationConfig?.OnFailure?.Destination ?? queue?.properties.RedrivePolicy?.deadLetterTargetArn
        );
      });
      expect(destinations.filter(Boolean).length, logicalId).toBeGreaterThan(0);
    }
  });
});

describe('permissions', () => {
  /** Files, secrets and schedules that are made while the product runs: under a prefix of their own. */
  const MADE_WHILE_RUNNING =
    /:s3:::partnership-dev-files-[^*]*\/(?:webhooks|reports|cube)\/\*|:secret:partnership\/dev\/(?:partner|subscription|reports|contacts)\/\*|schedule\/partnership-dev-reports\/\*/;

  it('name what they are for: no wildcard in any action, none in a resource but behind the prefix of what is made while the product runs, no managed policy', () => {
    for (const { role, actions, resources } of statements) {
      expect(
        actions.filter((action) => action.includes('*')),
        role,
      ).toEqual([]);
      expect(
        resources
          .map((resource) => JSON.stringify(resource))
          .filter((resource) => resource.replace(MADE_WHILE_RUNNING, '').includes('*')),
        role,
      ).toEqual([]);
    }
    for (const { properties } of synthesis.of('AWS::IAM::Role')) {
      expect(properties.ManagedPolicyArns).toBeUndefined();
      expect(properties.Policies).toBeUndefined();
    }
  });

  const may = (role: string, service: string) =>
    statements
      .filter((statement) => statement.role === role)
      .flatMap(({ actions }) => actions)
      .filter((action) => action.startsWith(`${service}:`));

  it.each(['Read', 'Docs'])('%s writes nothing', (role) => {
    const writes = /:(Put|Update|Delete|BatchWrite|Send|Transact)/;
    expect(
      [...may(role, 'dynamodb'), ...may(role, 'events'), ...may(role, 'sqs')].filter((action) => writes.test(action)),
    ).toEqual([]);
  });

  it('Docs may do nothing but write its log', () => {
    expect(statements.filter(({ role }) => role === 'Docs').flatMap(({ actions }) => actions)).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]);
  });

  it('only Reconcile may scan the table, and only Sweep those of people', () => {
    const scans = statements.filter(({ actions }) => actions.includes('dynamodb:Scan'));
    expect(scans.map(({ role, resources }) => `${role} ${tableOf(resources)}`)).toEqual([
      'Reconcile Records',
      'Sweep PeopleStorePeople',
      'Sweep PeopleStoreKeys',
    ]);
  });

  it('only Contacts reaches people and the master keys, but for what the sweep deletes unread', () => {
    const reach = statements
      .filter(({ resources }) => /PeopleStore/.test(tableOf(resources)))
      .map(({ role, resources, actions }) => [`${role} ${tableOf(resources)}`, actions.toSorted()]);
    const dynamo = (...names: string[]) => names.map((name) => `dynamodb:${name}`).sort();
    expect(Object.fromEntries(reach)).toEqual({
      'Contacts PeopleStorePeople': dynamo('BatchGetItem', 'PutItem', 'DeleteItem', 'Query'),
      'Contacts PeopleStoreKeys': dynamo('BatchGetItem', 'PutItem', 'ConditionCheckItem'),
      'Sweep PeopleStorePeople': dynamo('Scan', 'DeleteItem'),
      'Sweep PeopleStoreKeys': dynamo('Scan', 'BatchGetItem', 'DeleteItem'),
    });
    const secrets = statements
      .filter(({ resources }) => JSON.stringify(resources).includes('/contacts/'))
      .map(({ role, actions }) => [role, actions.toSorted()]);
    expect(secrets).toEqual([
      ['Contacts', ['CreateSecret', 'DescribeSecret', 'GetSecretValue'].map((name) => `secretsmanager:${name}`)],
    ]);
    // No other may read all secrets either.
    const all = /:secret:partnership\/dev\/\*/;
    expect(statements.filter(({ resources }) => all.test(JSON.stringify(resources)))).toEqual([]);
    const told = functions
      .filter(({ properties }) => EnvironmentName.peopleTableName in properties.Environment.Variables)
      .map(nameOf);
    expect(told.sort()).toEqual(['contacts', 'sweep']);
  });

  /** The table of a statement, by its output or logical id without what is drawn. */
  const tableOf = (resources: readonly unknown[]): string =>
    /(PeopleStore(?:People|Keys)|Records)/.exec(JSON.stringify(resources))?.[1] ?? '';

  it('an event is published only by who may say it, of its source', () => {
    const sources = statements
      .filter(({ actions }) => actions.includes('events:PutEvents'))
      .map(({ role, condition }) => [role, condition?.StringEquals?.['events:source']]);
    expect(Object.fromEntries(sources)).toEqual({
      Log: ['partnership.intake'],
      Contacts: ['partnership.intake'],
      Sweep: ['partnership.intake'],
      Webhook: ['partnership.intake'],
      Partners: ['partnership.intake'],
      Publish: ['partnership.records', 'partnership.reports', 'partnership.intake'],
    });
  });
});
