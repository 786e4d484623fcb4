/** From a cloud assembly to the model of what is to be run. */
import type { Resource, Stack } from './assembly.ts';
import { placeOf, TemplateError } from './errors.ts';
import type { Place } from './identity.ts';
import { inertTypes } from './inert.ts';
import type { Model, Origin } from './model.ts';
import type { ResolvedResource } from './properties.ts';
import { functionNameOf, readEventSource, readFunction, readInvokeConfig, readPermission } from './read/functions.ts';
import { readApis } from './read/gateway.ts';
import { readArchive, readBus, readQueue, readQueuePolicy, readRule } from './read/messaging.ts';
import { readSchedule, readUserPools } from './read/others.ts';
import { readRoles } from './read/roles.ts';
import { readBucket, readMail, readScheduleGroup, readSecret } from './read/storage.ts';
import { readTable } from './read/tables.ts';
import { Resolver } from './resolve.ts';

/** Types that the local host runs, or reads in order to run others. */
const runTypes = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::IAM::RolePolicy',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::S3::Bucket',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::EmailIdentity',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SecretsManager::Secret',
]);

const defaultAccount = '000000000000';
const defaultRegion = 'eu-west-2';

/**
 * Builds the model. `endpoint` is the origin that queue URLs get. Throws a `TemplateError` for the first thing in the templates that
 * the local host neither runs nor knows to be inert: stack, logical id, type and what is wrong.
 */
export function buildModel(stacks: Stack[], endpoint: string): Model {
  const place = placeOfStacks(stacks, endpoint);
  const resolver = new Resolver(stacks, place);
  const model: Model = {
    account: place.account,
    region: place.region,
    tables: [],
    queues: [],
    buses: [],
    rules: [],
    archives: [],
    functions: [],
    queueSources: [],
    streamSources: [],
    apis: [],
    schedules: [],
    scheduleGroups: [],
    buckets: [],
    secrets: [],
    mail: { identities: [], configurationSets: [] },
    roles: [],
    userPools: [],
    outputs: outputsOf(stacks, resolver),
    inert: [],
  };
  const resources: ResolvedResource[] = [];
  const unknown: Origin[] = [];
  for (const stack of stacks) {
    for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
      const origin: Origin = {
        stack: stack.name,
        logicalId,
        type: resource.Type,
        path: pathOf(stack, logicalId, resource),
      };
      const scope = { stack, where: placeOf(origin) };
      if (!resolver.holds(resource.Condition, scope)) continue;
      const reason = inertTypes[resource.Type];
      if (reason) model.inert.push({ origin, reason });
      else if (!runTypes.has(resource.Type)) unknown.push(origin);
      else {
        const { ref, attributes } = resolver.identity(logicalId, scope);
        const properties = resolver.resolve(resource.Properties ?? {}, scope) as Record<string, unknown>;
        resources.push({ origin, ref, attributes, properties });
      }
    }
  }
  if (unknown.length > 0) throw unknownTypes(unknown);
  const assets = new Map(stacks.flatMap((stack) => [...stack.assets]));
  fill(model, resources, assets);
  return model;
}

function outputsOf(stacks: Stack[], resolver: Resolver): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const stack of stacks) {
    for (const [name, output] of Object.entries(stack.template.Outputs)) {
      const scope = { stack, where: `${stack.name} / output ${name}` };
      if (resolver.holds(output.Condition, scope)) outputs[name] = String(resolver.resolve(output.Value, scope));
    }
  }
  return outputs;
}

function fill(model: Model, resources: ResolvedResource[], assets: ReadonlyMap<string, string>): void {
  const roles = readRoles(resources);
  const roleOf = (resource: ResolvedResource) => (arn: string) => {
    const role = roles.get(arn);
    if (!role) throw new TemplateError(`${placeOf(resource.origin)}: its role ${arn} is not in the assembly`);
    return role;
  };
  for (const resource of resources) {
    switch (resource.origin.type) {
      case 'AWS::DynamoDB::GlobalTable':
      case 'AWS::DynamoDB::Table':
        model.tables.push(readTable(resource));
        break;
      case 'AWS::SQS::Queue':
        model.queues.push(readQueue(resource));
        break;
      case 'AWS::Events::EventBus':
        model.buses.push(readBus(resource));
        break;
      case 'AWS::Events::Rule':
        model.rules.push(readRule(resource));
        break;
      case 'AWS::Events::Archive':
        model.archives.push(readArchive(resource));
        break;
      case 'AWS::Lambda::Function':
        model.functions.push(readFunction(resource, assets, roleOf(resource)));
        break;
      case 'AWS::Lambda::EventSourceMapping': {
        const source = readEventSource(resource);
        if ('queue' in source) model.queueSources.push(source.queue);
        else model.streamSources.push(source.stream);
        break;
      }
      case 'AWS::Scheduler::Schedule':
        model.schedules.push(readSchedule(resource, (arn) => roleOf(resource)(arn).policies));
        break;
      case 'AWS::Scheduler::ScheduleGroup':
        model.scheduleGroups.push(readScheduleGroup(resource));
        break;
      case 'AWS::S3::Bucket':
        model.buckets.push(readBucket(resource));
        break;
      case 'AWS::SecretsManager::Secret':
        model.secrets.push(readSecret(resource));
        break;
    }
  }
  const functionOf = (nameOrArn: string) => model.functions.find((one) => one.name === functionNameOf(nameOrArn));
  for (const resource of resources) {
    if (resource.origin.type === 'AWS::Lambda::EventInvokeConfig') {
      const { function: nameOrArn, settings } = readInvokeConfig(resource);
      const fn = functionOf(nameOrArn);
      if (fn) fn.asynchronous = settings;
    }
    if (resource.origin.type === 'AWS::SQS::QueuePolicy') {
      const { queueUrls, policy } = readQueuePolicy(resource);
      for (const queue of model.queues) if (queueUrls.includes(queue.url)) queue.policies.push(policy);
    }
    if (resource.origin.type === 'AWS::Lambda::Permission') {
      const { function: nameOrArn, permission } = readPermission(resource);
      functionOf(nameOrArn)?.permissions.push(permission);
    }
  }
  model.apis = readApis(resources);
  model.userPools = readUserPools(resources);
  model.mail = readMail(resources);
  model.roles = [...roles.values()];
}

function placeOfStacks(stacks: Stack[], endpoint: string): Place {
  const one = (what: 'account' | 'region', fallback: string): string => {
    const values = new Set(stacks.flatMap((stack) => stack[what] ?? []));
    if (values.size > 1)
      throw new TemplateError(`the stacks name several ${what}s (${[...values].join(', ')}); the local host has one`);
    return [...values][0] ?? fallback;
  };
  return {
    partition: 'aws',
    account: one('account', defaultAccount),
    region: one('region', defaultRegion),
    urlSuffix: 'amazonaws.com',
    endpoint,
  };
}

function pathOf(stack: Stack, logicalId: string, resource: Resource): string {
  const metadata = resource.Metadata?.['aws:cdk:path'];
  return typeof metadata === 'string' ? metadata : (stack.paths.get(logicalId) ?? `${stack.name}/${logicalId}`);
}

function unknownTypes(origins: Origin[]): TemplateError {
  return new TemplateError(
    [
      'the template has resources that the local host neither runs nor knows to be without effect on one machine:',
      ...origins.map((origin) => `  ${placeOf(origin)} at ${origin.path}`),
      'Teach it to run the type (infra/local/template/read), or list it with a reason in infra/local/template/inert.ts.',
    ].join('\n'),
  );
}
