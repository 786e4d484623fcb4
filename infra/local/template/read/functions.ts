import { existsSync, statSync } from 'node:fs';
import * as z from 'zod';
import { placeOf, TemplateError } from '../errors.ts';
import type { AsynchronousInvocation, FunctionModel, QueueSource, StreamSource } from '../model.ts';
import { flag, inert, integer, notRun, parseProperties, type ResolvedResource, tags } from '../properties.ts';

const FunctionProperties = z.strictObject({
  FunctionName: z.string().optional(),
  Description: inert('text'),
  Code: z.strictObject({
    S3Bucket: inert('the asset is read from the cloud assembly'),
    S3Key: z.string(),
    S3ObjectVersion: inert('the asset is read from the cloud assembly'),
    SourceKMSKeyArn: inert('the asset is read from the cloud assembly'),
  }),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs\d+\.x$/, 'the local host runs Node.js functions only'),
  Role: z.string(),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)) })
    .optional(),
  Timeout: integer.default(3),
  MemorySize: integer.default(128),
  ReservedConcurrentExecutions: integer.optional(),
  Architectures: inert('the bundle is JavaScript'),
  EphemeralStorage: inert('the temporary directory is that of the machine'),
  KmsKeyArn: inert('files of a development run are not encrypted'),
  LoggingConfig: inert('every function has a log file of its own'),
  TracingConfig: inert('there are no traces'),
  RecursiveLoop: inert('recursion is not detected'),
  RuntimeManagementConfig: inert('the runtime is the Node.js that runs this'),
  SnapStart: inert('not for Node.js'),
  DeadLetterConfig: notRun('use an event source with a failure destination'),
  Layers: notRun('layers are not run by the local host: bundle what the function needs'),
  Tags: tags,
});

/** `permissions` and the role's policies are filled in by the caller, who knows the other resources. */
export function readFunction(
  resource: ResolvedResource,
  assets: ReadonlyMap<string, string>,
  roleOf: (arn: string) => FunctionModel['role'],
): FunctionModel {
  const properties = parseProperties(FunctionProperties, resource);
  const codeDirectory = assets.get(properties.Code.S3Key);
  if (!codeDirectory || !existsSync(codeDirectory) || !statSync(codeDirectory).isDirectory()) {
    throw new TemplateError(
      `${placeOf(resource.origin)}: its bundle ${properties.Code.S3Key} is not a directory in the assembly`,
    );
  }
  return {
    origin: resource.origin,
    name: resource.ref,
    label: labelOf(resource),
    arn: resource.attributes.Arn ?? '',
    codeDirectory,
    handler: properties.Handler,
    environment: properties.Environment?.Variables ?? {},
    timeoutSeconds: properties.Timeout,
    memoryMegabytes: properties.MemorySize,
    ...(properties.ReservedConcurrentExecutions === undefined
      ? {}
      : { reservedConcurrency: properties.ReservedConcurrentExecutions }),
    asynchronous: { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 },
    role: roleOf(properties.Role),
    permissions: [],
  };
}

/** `Recording/Record/Function/Resource` is `Record`. */
function labelOf({ origin }: ResolvedResource): string {
  const path = origin.path.split('/').slice(1);
  while (path.length > 1 && ['Resource', 'Function'].includes(path.at(-1) ?? '')) path.pop();
  return path.join('-') || origin.logicalId;
}

const InvokeConfigProperties = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST', 'the local host runs the latest version only'),
  MaximumRetryAttempts: integer.default(2),
  MaximumEventAgeInSeconds: integer.default(21_600),
  DestinationConfig: z
    .strictObject({
      OnFailure: z.strictObject({ Destination: z.string() }).optional(),
      OnSuccess: notRun('destinations of successful invocations are not run by the local host'),
    })
    .optional(),
});

/** Settings of asynchronous invocations, and the function that they are for. */
export function readInvokeConfig(resource: ResolvedResource): { function: string; settings: AsynchronousInvocation } {
  const properties = parseProperties(InvokeConfigProperties, resource);
  const onFailureArn = properties.DestinationConfig?.OnFailure?.Destination;
  return {
    function: properties.FunctionName,
    settings: {
      maximumRetryAttempts: properties.MaximumRetryAttempts,
      maximumEventAgeSeconds: properties.MaximumEventAgeInSeconds,
      ...(onFailureArn ? { onFailureArn } : {}),
    },
  };
}

const PermissionProperties = z.strictObject({
  Action: z.literal('lambda:InvokeFunction', 'only lambda:InvokeFunction is granted to services'),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: inert('one account'),
});

export function readPermission(resource: ResolvedResource) {
  const properties = parseProperties(PermissionProperties, resource);
  return {
    function: properties.FunctionName,
    permission: {
      principal: properties.Principal,
      ...(properties.SourceArn ? { sourceArn: properties.SourceArn } : {}),
    },
  };
}

const EventSourceProperties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: flag.default(true),
  BatchSize: integer.optional(),
  MaximumBatchingWindowInSeconds: integer.default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).default([]) }).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: integer.optional() }).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('TRIM_HORIZON'),
  MaximumRetryAttempts: integer.default(-1),
  MaximumRecordAgeInSeconds: integer.default(-1),
  BisectBatchOnFunctionError: flag.default(false),
  TumblingWindowInSeconds: integer.default(0),
  ParallelizationFactor: integer.default(1),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: z.string().optional() }).optional() })
    .optional(),
  MetricsConfig: inert('there are no metrics'),
  KmsKeyArn: inert('filters are not encrypted here'),
  Tags: tags,
});

/** An event source mapping, by what it reads from. */
export function readEventSource(resource: ResolvedResource): { queue: QueueSource } | { stream: StreamSource } {
  const properties = parseProperties(EventSourceProperties, resource);
  const common = {
    origin: resource.origin,
    enabled: properties.Enabled,
    functionName: functionNameOf(properties.FunctionName),
    sourceArn: properties.EventSourceArn,
    maximumBatchingWindowSeconds: properties.MaximumBatchingWindowInSeconds,
    reportBatchItemFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    filters: (properties.FilterCriteria?.Filters ?? []).map(
      ({ Pattern }) => JSON.parse(Pattern) as Record<string, unknown>,
    ),
  };
  const service = properties.EventSourceArn.split(':')[2];
  if (service === 'sqs') {
    const maximum = properties.ScalingConfig?.MaximumConcurrency;
    return {
      queue: {
        ...common,
        batchSize: properties.BatchSize ?? 10,
        ...(maximum === undefined ? {} : { maximumConcurrency: maximum }),
      },
    };
  }
  if (service !== 'dynamodb') {
    throw new TemplateError(`${placeOf(resource.origin)}: event sources of ${service} are not run by the local host`);
  }
  if (properties.ParallelizationFactor !== 1) {
    throw new TemplateError(
      `${placeOf(resource.origin)}: ParallelizationFactor other than 1 is not run by the local host`,
    );
  }
  const onFailureArn = properties.DestinationConfig?.OnFailure?.Destination;
  return {
    stream: {
      ...common,
      batchSize: properties.BatchSize ?? 100,
      startingPosition: properties.StartingPosition,
      maximumRetryAttempts: properties.MaximumRetryAttempts,
      maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds,
      bisectBatchOnFunctionError: properties.BisectBatchOnFunctionError,
      tumblingWindowSeconds: properties.TumblingWindowInSeconds,
      parallelizationFactor: properties.ParallelizationFactor,
      ...(onFailureArn ? { onFailureArn } : {}),
    },
  };
}

/** A function is named by its name or its ARN. */
export function functionNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? nameOrArn) : nameOrArn;
}
