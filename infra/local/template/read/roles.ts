import * as z from 'zod';
import type { PolicyDocument } from '../../iam.ts';
import { placeOf, TemplateError } from '../errors.ts';
import type { Role } from '../model.ts';
import { inert, integer, notRun, parseProperties, policyDocument, type ResolvedResource, tags } from '../properties.ts';

const RoleProperties = z.strictObject({
  RoleName: z.string().optional(),
  Description: inert('text'),
  Path: inert('names only'),
  MaxSessionDuration: integer.optional(),
  AssumeRolePolicyDocument: policyDocument,
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument })).default([]),
  PermissionsBoundary: notRun('permissions boundaries are not checked by the local host'),
  Tags: tags,
});

const PolicyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: policyDocument,
  Roles: z.array(z.string()).default([]),
  Groups: inert('functions have roles only'),
  Users: inert('functions have roles only'),
});

const ManagedPolicyProperties = PolicyProperties.omit({ PolicyName: true }).extend({
  ManagedPolicyName: z.string().optional(),
  Description: inert('text'),
  Path: inert('names only'),
});

const RolePolicyProperties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: policyDocument,
  RoleName: z.string(),
});

/** AWS's own managed policies that functions here may have, as AWS publishes them. */
const awsManaged: Record<string, PolicyDocument> = {
  AWSLambdaBasicExecutionRole: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
    ],
  },
  AWSXRayDaemonWriteAccess: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
          'xray:GetSamplingStatisticSummaries',
        ],
        Resource: ['*'],
      },
    ],
  },
};

/** Every role with all policies that stand on it, by ARN; from the resources of types `AWS::IAM::*`. */
export function readRoles(resources: ResolvedResource[]): Map<string, Role> {
  const ofType = (type: string) => resources.filter((resource) => resource.origin.type === type);
  const roles = new Map<string, Role>();
  const byName = new Map<string, Role>();
  const managed = new Map<string, PolicyDocument>();

  for (const resource of ofType('AWS::IAM::ManagedPolicy')) {
    managed.set(resource.ref, parseProperties(ManagedPolicyProperties, resource).PolicyDocument);
  }
  for (const resource of ofType('AWS::IAM::Role')) {
    const properties = parseProperties(RoleProperties, resource);
    const role = {
      name: resource.ref,
      arn: resource.attributes.Arn ?? '',
      policies: [
        ...properties.Policies.map((policy) => policy.PolicyDocument),
        ...properties.ManagedPolicyArns.map((arn) => managed.get(arn) ?? awsManagedPolicy(arn, resource)),
      ],
      assumedBy: servicesOf(properties.AssumeRolePolicyDocument),
    };
    roles.set(role.arn, role);
    byName.set(role.name, role);
  }
  const attach = (name: string, document: PolicyDocument, resource: ResolvedResource): void => {
    const role = byName.get(name);
    if (!role) throw new TemplateError(`${placeOf(resource.origin)}: there is no role ${name} in the assembly`);
    role.policies.push(document);
  };
  for (const resource of ofType('AWS::IAM::Policy')) {
    const properties = parseProperties(PolicyProperties, resource);
    for (const name of properties.Roles) attach(name, properties.PolicyDocument, resource);
  }
  for (const resource of ofType('AWS::IAM::ManagedPolicy')) {
    const properties = parseProperties(ManagedPolicyProperties, resource);
    for (const name of properties.Roles) attach(name, properties.PolicyDocument, resource);
  }
  for (const resource of ofType('AWS::IAM::RolePolicy')) {
    const properties = parseProperties(RolePolicyProperties, resource);
    attach(properties.RoleName, properties.PolicyDocument, resource);
  }
  return roles;
}

/** Services that a trust policy names; its conditions are not looked at. */
function servicesOf({ Statement }: PolicyDocument): string[] {
  return [Statement].flat().flatMap((statement) => {
    const { Principal: principal } = statement as { Principal?: { Service?: string | string[] } };
    return statement.Effect === 'Allow' ? [principal?.Service ?? []].flat() : [];
  });
}

function awsManagedPolicy(arn: string, resource: ResolvedResource): PolicyDocument {
  const document = awsManaged[arn.split('/').at(-1) ?? ''];
  if (!document)
    throw new TemplateError(`${placeOf(resource.origin)}: managed policy ${arn} is not known to the local host`);
  return document;
}
