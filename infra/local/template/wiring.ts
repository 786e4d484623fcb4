/** What AWS would refuse at deployment or drop at run time for want of a grant: told at the start, all of it at once. */
import { authorize, type PolicyDocument, type PolicyStatement } from '../iam.ts';
import { placeOf } from './errors.ts';
import type { FunctionModel, Model, Origin } from './model.ts';

/** One line for each missing grant; empty where all is well. */
export function missingGrants(model: Model): string[] {
  const functions = new Map(model.functions.map((fn) => [fn.name, fn]));
  const byArn = new Map(model.functions.map((fn) => [fn.arn, fn]));
  const queues = new Map(model.queues.map((queue) => [queue.arn, queue]));
  const missing: string[] = [];
  const need = (origin: Origin, holds: boolean, what: string): void => {
    if (!holds) missing.push(`${placeOf(origin)}: ${what}`);
  };
  const role = (origin: Origin, fn: FunctionModel | undefined, resource: string, actions: string[]): void => {
    for (const action of actions) {
      const held = fn !== undefined && authorize(fn.role.policies, { action, resource }).allowed;
      need(origin, held, `the role of ${fn?.label ?? 'its function'} may not ${action} on ${resource}`);
    }
  };
  for (const source of model.queueSources) {
    const actions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
    role(source.origin, functions.get(source.functionName), source.sourceArn, actions);
  }
  for (const source of model.streamSources) {
    const fn = functions.get(source.functionName);
    role(source.origin, fn, source.sourceArn, [
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
    ]);
    if (source.onFailureArn) role(source.origin, fn, source.onFailureArn, ['sqs:SendMessage']);
  }
  const send = (origin: Origin, queueArn: string, sourceArn: string): void => {
    const policies = queues.get(queueArn)?.policies ?? [];
    const held = serviceMay(policies, 'events.amazonaws.com', 'sqs:SendMessage', queueArn, sourceArn);
    need(origin, held, `the policy of queue ${queueArn} does not let events.amazonaws.com send to it for ${sourceArn}`);
  };
  const invoke = (origin: Origin, functionArn: string, principal: string, sourceArn: string): void => {
    const permissions = byArn.get(functionArn)?.permissions ?? [];
    const held = permissions.some(
      (one) => one.principal === principal && (!one.sourceArn || like(one.sourceArn, sourceArn)),
    );
    need(origin, held, `${principal} may not invoke ${functionArn} for ${sourceArn}`);
  };
  for (const rule of model.rules) {
    for (const target of rule.targets) {
      if (queues.has(target.arn)) send(rule.origin, target.arn, rule.arn);
      else invoke(rule.origin, target.arn, 'events.amazonaws.com', rule.arn);
      if (target.deadLetterArn) send(rule.origin, target.deadLetterArn, rule.arn);
    }
  }
  for (const api of model.apis) {
    for (const route of api.routes) {
      const arn = functions.get(route.functionName)?.arn ?? route.functionName;
      const [method = '', path = ''] = route.routeKey === '$default' ? ['GET', '/x'] : route.routeKey.split(' ');
      const source = `arn:aws:execute-api:${model.region}:${model.account}:${api.id}/$default/${method}${path}`;
      invoke(api.origin, arn, 'apigateway.amazonaws.com', source);
    }
  }
  for (const schedule of model.schedules) {
    const may = (action: string, resource: string): boolean =>
      authorize(schedule.rolePolicies, { action, resource }).allowed;
    const invokes = byArn.has(schedule.targetArn);
    const action = invokes ? 'lambda:InvokeFunction' : 'sqs:SendMessage';
    need(schedule.origin, may(action, schedule.targetArn), `its role may not ${action} on ${schedule.targetArn}`);
    const dead = schedule.deadLetterArn;
    if (dead) need(schedule.origin, may('sqs:SendMessage', dead), `its role may not sqs:SendMessage on ${dead}`);
  }
  return missing;
}

/** Whether a resource policy lets an AWS service act, by the statements that name it as their principal. */
function serviceMay(
  policies: PolicyDocument[],
  service: string,
  action: string,
  resource: string,
  sourceArn: string,
): boolean {
  const own = policies.map((policy) => ({
    ...policy,
    Statement: [policy.Statement]
      .flat()
      .filter((statement) => concerns(statement, service))
      .map(({ Principal: _, ...statement }: PolicyStatement & { Principal?: unknown }) => statement),
  }));
  const context = { 'aws:SourceArn': sourceArn, 'aws:SecureTransport': 'true' };
  return authorize(own, { action, resource, context }).allowed;
}

function concerns(statement: PolicyStatement, service: string): boolean {
  const { Principal: principal } = statement as { Principal?: unknown };
  if (principal === '*') return true;
  if (typeof principal !== 'object' || principal === null) return false;
  return Object.values(principal)
    .flat()
    .some((one) => one === service || one === '*');
}

function like(pattern: string, text: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(text);
}
