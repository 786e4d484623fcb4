import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { contextOf } from '#infra/context.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { PEOPLE, PEOPLE_KEYS } from '#shared/store/people-tables.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { Surroundings } from './surroundings.ts';

type PeopleAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'DeleteItem' | 'ConditionCheckItem' | 'Query' | 'Scan';

export interface PeopleAccess {
  /** To what is sealed. */
  readonly people: readonly PeopleAction[];
  /** To the keys. */
  readonly keys: readonly PeopleAction[];
}

export interface PeopleStoreProps extends Surroundings {
  /** Requests are refused because they exceed what the tables take. */
  readonly throttled: AlarmText;
}

/**
 * Where people are kept: a table of what is sealed, and a table of the keys to it. Neither has a stream, so that nothing of a person
 * goes on from here. What is sealed can be restored to any second of the last 35 days; the keys cannot be restored at all, since a backup
 * of them would bring back whoever was erased (`docs/adr/0015`). Encrypted under the key that DynamoDB owns, as the one table is.
 */
export class PeopleStore extends Construct {
  /** What is sealed: the stack's own table, or one that was restored and that the context names. */
  readonly people: Pick<TableV2, 'tableName' | 'tableArn' | 'metric'>;
  readonly keys: TableV2;
  /** Reads and writes that were refused, of both. */
  readonly throttled: MathExpression;

  constructor(scope: Construct, id: string, props: PeopleStoreProps) {
    super(scope, id);
    const { maxReadUnits, maxWriteUnits } = props.stage.table;
    const kept = {
      billing: Billing.onDemand({ maxReadRequestUnits: maxReadUnits, maxWriteRequestUnits: maxWriteUnits }),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const own = new TableV2(this, 'People', {
      ...kept,
      partitionKey: { name: PEOPLE.partitionKey.name, type: AttributeType.STRING },
      sortKey: { name: PEOPLE.sortKey.name, type: AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    const { restoredPeopleTableArn } = contextOf(this);
    this.people = restoredPeopleTableArn ? TableV2.fromTableArn(this, 'Restored', restoredPeopleTableArn) : own;
    this.keys = new TableV2(this, 'Keys', {
      ...kept,
      partitionKey: { name: PEOPLE_KEYS.partitionKey.name, type: AttributeType.STRING },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
    });
    Validations.of(this.keys).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'A backup of the keys would bring back people who were erased: that none can be restored is the erasure.',
    });

    const period = Duration.minutes(5);
    const events = (table: Pick<TableV2, 'tableName' | 'metric'>, metric: string) =>
      table.metric(metric, { dimensionsMap: { TableName: table.tableName }, period, statistic: 'Sum' });
    this.throttled = new MathExpression({
      label: 'throttled reads and writes of people',
      expression: 'FILL(peopleReads, 0) + FILL(peopleWrites, 0) + FILL(keyReads, 0) + FILL(keyWrites, 0)',
      usingMetrics: {
        peopleReads: events(this.people, 'ReadThrottleEvents'),
        peopleWrites: events(this.people, 'WriteThrottleEvents'),
        keyReads: events(this.keys, 'ReadThrottleEvents'),
        keyWrites: events(this.keys, 'WriteThrottleEvents'),
      },
      period,
    });
    new HouseAlarm(this, 'Throttled', {
      ...props,
      ...props.throttled,
      metric: this.throttled,
      threshold: 10,
      evaluationPeriods: 2,
    });
  }

  /** Lets a function do these things; tells it the tables' names. */
  lets(fn: HouseFunction, { people, keys }: PeopleAccess): void {
    const grant = (actions: readonly PeopleAction[], arn: string) =>
      Grant.addToPrincipal({
        grantee: fn,
        actions: actions.map((action) => `dynamodb:${action}`),
        resourceArns: [arn],
      });
    fn.lambda.addEnvironment(EnvironmentName.peopleTableName, this.people.tableName);
    fn.lambda.addEnvironment(EnvironmentName.peopleKeysTableName, this.keys.tableName);
    grant(people, this.people.tableArn);
    grant(keys, this.keys.tableArn);
  }
}
