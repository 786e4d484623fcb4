import * as z from 'zod';
import type { Archive, Bus, Queue, Rule } from '../model.ts';
import {
  flag,
  inert,
  integer,
  notRun,
  parseProperties,
  policyDocument,
  type ResolvedResource,
  tags,
} from '../properties.ts';

const encryption = inert('files of a development run are not encrypted');

const QueueProperties = z.strictObject({
  QueueName: z.string().optional(),
  FifoQueue: flag.default(false).refine((fifo) => !fifo, 'FIFO queues are not run by the local host'),
  VisibilityTimeout: integer.default(30),
  MessageRetentionPeriod: integer.default(345_600),
  DelaySeconds: integer.default(0),
  MaximumMessageSize: integer.default(1_048_576),
  ReceiveMessageWaitTimeSeconds: integer.default(0),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: integer }).optional(),
  RedriveAllowPolicy: inert('every queue of the template may use every other as its dead-letter queue'),
  KmsMasterKeyId: encryption,
  KmsDataKeyReusePeriodSeconds: encryption,
  SqsManagedSseEnabled: encryption,
  Tags: tags,
});

export function readQueue(resource: ResolvedResource): Queue {
  const properties = parseProperties(QueueProperties, resource);
  const redrive = properties.RedrivePolicy;
  return {
    origin: resource.origin,
    name: resource.attributes.QueueName ?? '',
    arn: resource.attributes.Arn ?? '',
    url: resource.ref,
    fifo: properties.FifoQueue,
    visibilityTimeoutSeconds: properties.VisibilityTimeout,
    retentionSeconds: properties.MessageRetentionPeriod,
    delaySeconds: properties.DelaySeconds,
    maximumMessageBytes: properties.MaximumMessageSize,
    receiveWaitSeconds: properties.ReceiveMessageWaitTimeSeconds,
    ...(redrive
      ? { redrive: { deadLetterArn: redrive.deadLetterTargetArn, maxReceiveCount: redrive.maxReceiveCount } }
      : {}),
    policies: [],
  };
}

const QueuePolicyProperties = z.strictObject({ Queues: z.array(z.string()), PolicyDocument: policyDocument });

/** URLs of the queues, and the policy that they share. */
export function readQueuePolicy(resource: ResolvedResource) {
  const properties = parseProperties(QueuePolicyProperties, resource);
  return { queueUrls: properties.Queues, policy: properties.PolicyDocument };
}

const BusProperties = z.strictObject({
  Name: z.string(),
  Description: inert('text'),
  DeadLetterConfig: inert('for events that a bus cannot encrypt'),
  KmsKeyIdentifier: encryption,
  LogConfig: inert('the bus logs nothing of its own'),
  Policy: inert('one account'),
  EventSourceName: notRun('partner event sources are not run by the local host'),
  Tags: tags,
});

export function readBus(resource: ResolvedResource): Bus {
  parseProperties(BusProperties, resource);
  return { origin: resource.origin, name: resource.ref, arn: resource.attributes.Arn ?? '' };
}

const pattern = z.record(z.string(), z.unknown());

const RuleProperties = z.strictObject({
  Name: z.string().optional(),
  Description: inert('text'),
  EventBusName: z.string().default('default'),
  EventPattern: pattern,
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  RoleArn: inert('one account'),
  ScheduleExpression: notRun('use an AWS::Scheduler::Schedule'),
  Targets: z
    .array(
      z.strictObject({
        Id: z.string(),
        Arn: z.string(),
        RoleArn: inert('checked for buses in other accounts only'),
        DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
        RetryPolicy: z
          .strictObject({ MaximumRetryAttempts: integer.optional(), MaximumEventAgeInSeconds: integer.optional() })
          .optional(),
      }),
    )
    .default([]),
  Tags: tags,
});

export function readRule(resource: ResolvedResource): Rule {
  const properties = parseProperties(RuleProperties, resource);
  return {
    origin: resource.origin,
    name: resource.attributes.RuleName ?? resource.ref,
    arn: resource.attributes.Arn ?? '',
    busName: properties.EventBusName.split('/').at(-1) ?? properties.EventBusName,
    enabled: properties.State !== 'DISABLED',
    pattern: properties.EventPattern,
    targets: properties.Targets.map((target) => ({
      id: target.Id,
      arn: target.Arn,
      ...(target.DeadLetterConfig?.Arn ? { deadLetterArn: target.DeadLetterConfig.Arn } : {}),
      maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
      maximumEventAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
    })),
  };
}

const ArchiveProperties = z.strictObject({
  ArchiveName: z.string().optional(),
  Description: inert('text'),
  SourceArn: z.string(),
  EventPattern: pattern.optional(),
  RetentionDays: integer.default(0),
  KmsKeyIdentifier: encryption,
});

export function readArchive(resource: ResolvedResource): Archive {
  const properties = parseProperties(ArchiveProperties, resource);
  return {
    origin: resource.origin,
    name: resource.ref,
    arn: resource.attributes.Arn ?? '',
    busArn: properties.SourceArn,
    ...(properties.EventPattern ? { pattern: properties.EventPattern } : {}),
    retentionDays: properties.RetentionDays,
  };
}
