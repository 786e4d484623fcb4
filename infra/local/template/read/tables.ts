import * as z from 'zod';
import { placeOf, TemplateError } from '../errors.ts';
import type { Index, KeyElement, StreamViewType, Table } from '../model.ts';
import { flag, inert, notRun, parseProperties, type ResolvedResource, tags } from '../properties.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const capacity = inert('a local table has no capacity limits');

const SecondaryIndex = z.strictObject({
  IndexName: z.string(),
  KeySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
  OnDemandThroughput: capacity,
  WriteOnDemandThroughputSettings: capacity,
  ProvisionedThroughput: capacity,
  WriteProvisionedThroughputSettings: capacity,
  ContributorInsightsSpecification: inert('there are no metrics'),
  WarmThroughput: capacity,
});

const common = {
  TableName: z.string().optional(),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema,
  GlobalSecondaryIndexes: z.array(SecondaryIndex).default([]),
  BillingMode: capacity,
  StreamSpecification: z
    .strictObject({
      StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
      ResourcePolicy: inert('roles are checked, resource policies of streams are not'),
    })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string().optional(), Enabled: flag }).optional(),
  SSESpecification: inert('files of a development run are not encrypted'),
  WarmThroughput: capacity,
};

const GlobalTable = z.strictObject({
  ...common,
  Replicas: z.array(z.unknown()).max(1, 'a local table has one replica'),
  WriteOnDemandThroughputSettings: capacity,
  WriteProvisionedThroughputSettings: capacity,
  MultiRegionConsistency: notRun('a local table has one replica'),
});

const SingleTable = z.strictObject({
  ...common,
  ProvisionedThroughput: capacity,
  OnDemandThroughput: capacity,
  PointInTimeRecoverySpecification: inert('a local table has no backups'),
  DeletionProtectionEnabled: inert('nothing deletes a local table'),
  ContributorInsightsSpecification: inert('there are no metrics'),
  TableClass: inert('a class of storage prices'),
  ResourcePolicy: inert('roles are checked, resource policies of tables are not'),
  Tags: tags,
});

export function readTable(resource: ResolvedResource): Table {
  const properties = parseProperties(
    resource.origin.type === 'AWS::DynamoDB::Table' ? SingleTable : GlobalTable,
    resource,
  );
  const types = new Map(properties.AttributeDefinitions.map((one) => [one.AttributeName, one.AttributeType]));
  const keys = (schema: z.infer<typeof KeySchema>): KeyElement[] =>
    schema.map(({ AttributeName, KeyType }) => {
      const type = types.get(AttributeName);
      if (!type)
        throw new TemplateError(`${placeOf(resource.origin)}: key attribute ${AttributeName} has no definition`);
      return { attribute: AttributeName, type, role: KeyType };
    });
  const indexes = properties.GlobalSecondaryIndexes.map(
    (index): Index => ({
      name: index.IndexName,
      keys: keys(index.KeySchema),
      projection: { type: index.Projection.ProjectionType, attributes: index.Projection.NonKeyAttributes ?? [] },
    }),
  );
  const ttl = properties.TimeToLiveSpecification;
  const viewType: StreamViewType | undefined = properties.StreamSpecification?.StreamViewType;
  return {
    origin: resource.origin,
    name: resource.ref,
    arn: resource.attributes.Arn ?? '',
    keys: keys(properties.KeySchema),
    indexes,
    ...(viewType ? { stream: { arn: resource.attributes.StreamArn ?? '', viewType } } : {}),
    ...(ttl?.Enabled && ttl.AttributeName ? { ttlAttribute: ttl.AttributeName } : {}),
  };
}
