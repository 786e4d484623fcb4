import { describe, expect, it } from 'vitest';
import type { StageName } from '#infra/names.ts';
import { STAGES } from '#infra/stages.ts';
import { ROLES } from '#shared/domain/user/roles.ts';
import { PEOPLE, PEOPLE_KEYS } from '#shared/store/people-tables.ts';
import { type IndexDefinition, TABLE } from '#shared/store/table.ts';
import { synthesize } from './support/templates.ts';

const stages = Object.keys(STAGES) as StageName[];

describe.each(stages)('in stage %s', (stage) => {
  const { of, resources } = synthesize(stage);
  const tables = of('AWS::DynamoDB::GlobalTable');
  const [table, people, keys] = ['Records', 'PeopleStorePeople', 'PeopleStoreKeys'].map((name) =>
    tables.find(({ logicalId }) => logicalId.startsWith(name)),
  );
  const [replica] = table?.properties.Replicas ?? [];

  it('the table has the keys, indexes, projections and time to live that the stores use', () => {
    const key = ({ AttributeName, KeyType }: Record<string, string>) => `${KeyType} ${AttributeName}`;
    expect(table?.properties.KeySchema.map(key)).toEqual([
      `HASH ${TABLE.partitionKey.name}`,
      `RANGE ${TABLE.sortKey.name}`,
    ]);
    const indexes: IndexDefinition[] = Object.values(TABLE.indexes);
    expect(table?.properties.GlobalSecondaryIndexes).toEqual(
      indexes.map(({ name, partitionKey, sortKey, projection }) => ({
        IndexName: name,
        KeySchema: [
          ...partitionKey.map((part) => ({ AttributeName: part.name, KeyType: 'HASH' })),
          ...sortKey.map((part) => ({ AttributeName: part.name, KeyType: 'RANGE' })),
        ],
        Projection:
          projection === 'KEYS_ONLY'
            ? { ProjectionType: 'KEYS_ONLY' }
            : { ProjectionType: 'INCLUDE', NonKeyAttributes: projection },
      })),
    );
    expect(table?.properties.TimeToLiveSpecification).toEqual({ AttributeName: TABLE.ttlAttribute, Enabled: true });
    expect(table?.properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  });

  it('the table can be restored to any second, is protected from deletion, and has a bound on what it may cost', () => {
    expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(replica.DeletionProtectionEnabled).toBe(true);
    expect(table?.properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table?.properties.WriteOnDemandThroughputSettings.MaxWriteRequestUnits).toBeGreaterThan(0);
    expect(replica.ReadOnDemandThroughputSettings.MaxReadRequestUnits).toBeGreaterThan(0);
  });

  it('people are kept in two tables of their own, which no stream leads out of', () => {
    expect(tables).toHaveLength(3);
    const names = ({ KeySchema }: { KeySchema: { AttributeName: string }[] }) =>
      KeySchema.map(({ AttributeName }) => AttributeName);
    expect(names(people?.properties)).toEqual([PEOPLE.partitionKey.name, PEOPLE.sortKey.name]);
    expect(names(keys?.properties)).toEqual([PEOPLE_KEYS.partitionKey.name]);
    for (const each of [people, keys]) {
      expect(each?.properties.StreamSpecification).toBeUndefined();
      expect(each?.properties.GlobalSecondaryIndexes).toBeUndefined();
      expect(each?.properties.BillingMode).toBe('PAY_PER_REQUEST');
      expect(each?.properties.WriteOnDemandThroughputSettings.MaxWriteRequestUnits).toBeGreaterThan(0);
      expect(each?.properties.SSESpecification).toEqual(table?.properties.SSESpecification);
      expect(each?.properties.Replicas[0].DeletionProtectionEnabled).toBe(true);
    }
  });

  it('what is sealed can be restored, the keys to it cannot: no backup brings back who was erased', () => {
    const recovery = ({ properties }: { properties: { Replicas: Record<string, unknown>[] } }) =>
      properties.Replicas[0]?.['PointInTimeRecoverySpecification'];
    expect(people && recovery(people)).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(keys && recovery(keys)).toEqual({ PointInTimeRecoveryEnabled: false });
    expect(of('AWS::Backup::BackupPlan')).toEqual([]);
  });

  it('nothing that holds state goes when its stack goes', () => {
    const stateful = [
      'AWS::DynamoDB::GlobalTable',
      'AWS::Events::EventBus',
      'AWS::Events::Archive',
      'AWS::Cognito::UserPool',
      'AWS::KMS::Key',
    ];
    for (const type of stateful) {
      expect(of(type).length, type).toBeGreaterThan(0);
      expect(
        of(type).map(({ deletionPolicy }) => deletionPolicy),
        type,
      ).toEqual(of(type).map(() => 'Retain'));
    }
    expect(resources.filter(({ type, stack }) => stateful.includes(type) && stack !== 'State')).toEqual([]);
  });

  it('all that goes over the bus can be replayed', () => {
    expect(of('AWS::Events::Archive')[0]?.properties).toMatchObject({
      EventPattern: { source: [{ prefix: 'partnership.' }] },
      RetentionDays: STAGES[stage].archiveDays,
    });
    expect(of('AWS::Events::EventBusPolicy')).toEqual([]);
  });

  it('users are made by an administrator, sign in with two factors, and have their roles as groups', () => {
    expect(of('AWS::Cognito::UserPool')[0]?.properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      DeletionProtection: 'ACTIVE',
      UserPoolTier: 'PLUS',
    });
    expect(of('AWS::Cognito::UserPoolGroup').map(({ properties }) => properties.GroupName)).toEqual(ROLES);
    expect(of('AWS::Cognito::UserPoolClient')[0]?.properties).toMatchObject({
      GenerateSecret: false,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
    });
  });
});

it('a stage that is not in the table is refused by name', () => {
  expect(() => synthesize('test' as StageName)).toThrow('There is no stage "test": choose one of dev, prod');
});
