import * as z from 'zod';
import type { PolicyDocument } from '../../iam.ts';
import type { Schedule, UserPool } from '../model.ts';
import { inert, integer, notRun, parseProperties, type ResolvedResource } from '../properties.ts';

const ScheduleProperties = z.strictObject({
  Name: z.string().optional(),
  GroupName: z.string().optional(),
  Description: inert('text'),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.strictObject({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: inert('the local host runs a schedule at the beginning of its window'),
  }),
  StartDate: notRun('a start date is not run by the local host'),
  EndDate: notRun('an end date is not run by the local host'),
  KmsKeyArn: inert('files of a development run are not encrypted'),
  Target: z.strictObject({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
    RetryPolicy: z
      .strictObject({ MaximumRetryAttempts: integer.optional(), MaximumEventAgeInSeconds: integer.optional() })
      .optional(),
  }),
});

export function readSchedule(resource: ResolvedResource, policiesOf: (roleArn: string) => PolicyDocument[]): Schedule {
  const properties = parseProperties(ScheduleProperties, resource);
  const { Target: target } = properties;
  return {
    origin: resource.origin,
    name: resource.ref,
    groupName: properties.GroupName ?? 'default',
    arn: resource.attributes.Arn ?? '',
    expression: properties.ScheduleExpression,
    timeZone: properties.ScheduleExpressionTimezone,
    enabled: properties.State === 'ENABLED',
    targetArn: target.Arn,
    ...(target.Input === undefined ? {} : { input: target.Input }),
    maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
    maximumEventAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
    ...(target.DeadLetterConfig?.Arn ? { deadLetterArn: target.DeadLetterConfig.Arn } : {}),
    roleArn: target.RoleArn,
    rolePolicies: policiesOf(target.RoleArn),
  };
}

// People sign in with Cognito; here a token is had for the asking, so nothing but ids and groups matters.
const ClientProperties = z.looseObject({ UserPoolId: z.string(), ClientName: z.string().optional() });
const GroupProperties = z.looseObject({ UserPoolId: z.string(), GroupName: z.string() });

/** User pools with their app clients and groups, from the resources of types `AWS::Cognito::*`. */
export function readUserPools(resources: ResolvedResource[]): UserPool[] {
  const ofType = (type: string) => resources.filter((resource) => resource.origin.type === `AWS::Cognito::${type}`);
  const clients = ofType('UserPoolClient').map((resource) => ({
    resource,
    ...parseProperties(ClientProperties, resource),
  }));
  const groups = ofType('UserPoolGroup').map((resource) => parseProperties(GroupProperties, resource));
  return ofType('UserPool').map((resource) => ({
    origin: resource.origin,
    id: resource.ref,
    arn: resource.attributes.Arn ?? '',
    issuer: resource.attributes.ProviderURL ?? '',
    clients: clients
      .filter((client) => client.UserPoolId === resource.ref)
      .map((client) => ({ id: client.resource.ref, name: client.ClientName ?? client.resource.origin.logicalId })),
    groups: groups.filter((group) => group.UserPoolId === resource.ref).map((group) => group.GroupName),
  }));
}
