import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  type GlobalSecondaryIndexPropsV2,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { contextOf } from '#infra/context.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { type IndexDefinition, type IndexName, type KeyPart, TABLE } from '#shared/store/table.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { Surroundings } from './surroundings.ts';

type ItemAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'Query'
  | 'Scan';

export interface TableAccess {
  readonly items: readonly ItemAction[];
  /** Indexes that it may query. */
  readonly indexes?: readonly IndexName[];
}

export interface RecordTableProps extends Surroundings {
  /** Requests are refused because they exceed what the table takes. */
  readonly throttled: AlarmText;
}

/**
 * The one table, as `shared/store/table.ts` defines it. Encrypted under the key that DynamoDB owns, which costs nothing: a key of our
 * own would charge for requests on every read and write, and keep nobody out who has the table's permissions.
 */
export class RecordTable extends Construct {
  /** The table in use: the stack's own, or one that was restored and that the context names. */
  readonly table: Pick<TableV2, 'tableName' | 'tableArn' | 'metric'> & { readonly tableStreamArn?: string | undefined };
  /** Reads and writes that were refused. */
  readonly throttled: MathExpression;

  constructor(scope: Construct, id: string, props: RecordTableProps) {
    super(scope, id);
    const { maxReadUnits, maxWriteUnits } = props.stage.table;
    const own = new TableV2(this, 'Table', {
      partitionKey: attribute(TABLE.partitionKey),
      sortKey: attribute(TABLE.sortKey),
      globalSecondaryIndexes: Object.values(TABLE.indexes).map((index) => indexProps(index, maxReadUnits)),
      timeToLiveAttribute: TABLE.ttlAttribute,
      dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
      billing: Billing.onDemand({ maxReadRequestUnits: maxReadUnits, maxWriteRequestUnits: maxWriteUnits }),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const { restoredTableArn, restoredStreamArn } = contextOf(this);
    this.table =
      restoredTableArn && restoredStreamArn
        ? TableV2.fromTableAttributes(this, 'Restored', {
            tableArn: restoredTableArn,
            tableStreamArn: restoredStreamArn,
          })
        : own;

    const period = Duration.minutes(5);
    const dimensionsMap = { TableName: this.table.tableName };
    this.throttled = new MathExpression({
      label: 'throttled reads and writes',
      expression: 'FILL(reads, 0) + FILL(writes, 0)',
      usingMetrics: {
        reads: this.table.metric('ReadThrottleEvents', { dimensionsMap, period, statistic: 'Sum' }),
        writes: this.table.metric('WriteThrottleEvents', { dimensionsMap, period, statistic: 'Sum' }),
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

  /** The stream of changes, which the table always has. */
  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('The table has no stream.');
    return tableStreamArn;
  }

  /** Request units of the table itself and of each of its indexes, which are charged alike. */
  consumed(what: 'Read' | 'Write', period: Duration): Metric[] {
    const units = (label: string, index: Record<string, string>) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: `Consumed${what}CapacityUnits`,
        dimensionsMap: { TableName: this.table.tableName, ...index },
        statistic: 'Sum',
        period,
        label,
      });
    const indexes = Object.values(TABLE.indexes).map(({ name }) => units(name, { GlobalSecondaryIndexName: name }));
    return [units('table', {}), ...indexes];
  }

  /** Lets a function see which shards the stream has, and tells it the stream's name. */
  letsSeeStream(fn: HouseFunction): void {
    fn.lambda.addEnvironment(EnvironmentName.tableStreamArn, this.streamArn);
    Grant.addToPrincipal({ grantee: fn, actions: ['dynamodb:DescribeStream'], resourceArns: [this.streamArn] });
  }

  /** Lets a function do these things to items, and query these indexes by name; tells it the table's name. */
  lets(fn: HouseFunction, { items, indexes = [] }: TableAccess): void {
    fn.lambda.addEnvironment(EnvironmentName.tableName, this.table.tableName);
    Grant.addToPrincipal({
      grantee: fn,
      actions: items.map((action) => `dynamodb:${action}`),
      resourceArns: [this.table.tableArn],
    });
    if (indexes.length === 0) return;
    Grant.addToPrincipal({
      grantee: fn,
      actions: ['dynamodb:Query'],
      resourceArns: indexes.map((index) => `${this.table.tableArn}/index/${index}`),
    });
  }
}

const attribute = ({ name, type }: KeyPart) => ({
  name,
  type: type === 'string' ? AttributeType.STRING : AttributeType.NUMBER,
});

function indexProps(index: IndexDefinition, maxReadRequestUnits: number): GlobalSecondaryIndexPropsV2 {
  const { name, partitionKey, sortKey, projection } = index;
  return {
    indexName: name,
    maxReadRequestUnits,
    partitionKeys: partitionKey.map(attribute),
    ...(sortKey.length > 0 ? { sortKeys: sortKey.map(attribute) } : {}),
    ...(projection === 'KEYS_ONLY'
      ? { projectionType: ProjectionType.KEYS_ONLY }
      : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...projection] }),
  };
}
