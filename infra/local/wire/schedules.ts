/** EventBridge Scheduler over REST and JSON: schedules that functions make while they run. */
import * as z from 'zod';
import type { BookedSchedule, ScheduleBook } from '../schedule-book.ts';
import { ScheduleExpressionError } from '../schedule-times.ts';
import type { ScheduleDefinition } from '../schedules.ts';
import type { Role } from '../template/model.ts';
import {
  demand,
  jsonBody,
  jsonFault,
  type Refusal,
  RestFault,
  type RestRequest,
  type RestService,
  restJson,
} from './rest.ts';

export interface SchedulerOptions {
  book: ScheduleBook;
  account: string;
  region: string;
  /** Beside `default`. */
  groups: readonly string[];
  roles: readonly Role[];
}

const Name = z.string().regex(/^[0-9a-zA-Z-_.]{1,64}$/, 'a name is 1 to 64 letters, digits, or any of - _ .');
/** Seconds since 1970, as the protocol writes an instant. */
const Instant = z.number().transform((seconds) => new Date(seconds * 1000));

const Schedule = z.strictObject({
  ClientToken: z.string().nullish(),
  GroupName: Name.nullish().transform((name) => name ?? 'default'),
  Description: z.string().max(512).nullish(),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().min(1).max(50).nullish(),
  StartDate: Instant.nullish(),
  EndDate: Instant.nullish(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  FlexibleTimeWindow: z.discriminatedUnion('Mode', [
    z.strictObject({ Mode: z.literal('OFF') }),
    z.strictObject({ Mode: z.literal('FLEXIBLE'), MaximumWindowInMinutes: z.number().int().min(1).max(1440) }),
  ]),
  Target: z.strictObject({
    Arn: z.string().regex(/^arn:[^:]+:(lambda|sqs):/, 'the local host runs functions and queues as targets'),
    RoleArn: z.string().regex(/^arn:[^:]+:iam::/),
    Input: z.string().nullish(),
    DeadLetterConfig: z.strictObject({ Arn: z.string().nullish() }).nullish(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: z.number().int().min(0).max(185).nullish(),
        MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).nullish(),
      })
      .nullish(),
  }),
});

export function schedulerService(options: SchedulerOptions): RestService {
  return { fault: jsonFault, handle: (request, refusal) => restJson(() => serve(options, request, refusal)) };
}

function serve(options: SchedulerOptions, request: RestRequest, refusal: Refusal): unknown {
  const { book } = options;
  const arnOf = (group: string, name: string) =>
    `arn:aws:scheduler:${options.region}:${options.account}:schedule/${group}/${name}`;
  const may = (action: string, group: string, name: string) =>
    demand(refusal, [{ action: `scheduler:${action}`, resource: arnOf(group, name) }]);
  const [, , encoded] = /^\/(schedules)(?:\/([^/]+))?$/.exec(request.path) ?? [];
  if (request.path === '/schedules' && request.method === 'GET') return list(options, request.query, refusal, arnOf);
  if (encoded === undefined)
    throw new RestFault(
      501,
      'UnknownOperationException',
      `scheduler:${request.method} ${request.path} is not served by the local host; it serves schedules.`,
    );
  const name = valid(Name, decodeURIComponent(encoded));

  switch (request.method) {
    case 'POST':
    case 'PUT': {
      const making = request.method === 'POST';
      const given = valid(Schedule, jsonBody(request.body));
      may(making ? 'CreateSchedule' : 'UpdateSchedule', given.GroupName, name);
      demand(refusal, [
        {
          action: 'iam:PassRole',
          resource: given.Target.RoleArn,
          context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
        },
      ]);
      mustExist(options, given.GroupName);
      const there = book.read(name, given.GroupName);
      if (!making && !there) throw notFound(`Schedule ${name} does not exist.`);
      if (making && there) {
        // The same call once more, because its answer got lost, is no conflict.
        if (given.ClientToken && there.token === given.ClientToken)
          return { ScheduleArn: arnOf(given.GroupName, name) };
        throw new RestFault(409, 'ConflictException', `Schedule ${name} already exists.`);
      }
      mustBeAssumable(options.roles, given.Target.RoleArn);
      try {
        book.put(definitionOf(name, given), given.ClientToken ?? undefined);
      } catch (error) {
        if (error instanceof ScheduleExpressionError)
          throw invalid(`Invalid Schedule Expression ${given.ScheduleExpression}: ${error.message}`);
        throw error;
      }
      return { ScheduleArn: arnOf(given.GroupName, name) };
    }
    case 'GET': {
      const group = request.query.get('groupName') ?? 'default';
      may('GetSchedule', group, name);
      const found = book.read(name, group);
      if (!found) throw notFound(`Schedule ${name} does not exist.`);
      return { Arn: arnOf(group, name), ...shown(found) };
    }
    case 'DELETE': {
      const group = request.query.get('groupName') ?? 'default';
      may('DeleteSchedule', group, name);
      if (!book.read(name, group)) throw notFound(`Schedule ${name} does not exist.`);
      book.remove(name, group);
      return {};
    }
    default:
      throw new RestFault(
        501,
        'UnknownOperationException',
        `scheduler:${request.method} ${request.path} is not served by the local host.`,
      );
  }
}

function list(
  options: SchedulerOptions,
  query: URLSearchParams,
  refusal: Refusal,
  arnOf: (group: string, name: string) => string,
) {
  const group = query.get('ScheduleGroup');
  demand(refusal, [{ action: 'scheduler:ListSchedules', resource: arnOf(group ?? '*', '*') }]);
  if (group !== null) mustExist(options, group);
  const limit = valid(z.coerce.number().int().min(1).max(100), query.get('MaxResults') ?? 100);
  const after = query.get('NextToken') ?? '';
  const [prefix, state] = [query.get('NamePrefix') ?? '', query.get('State')];
  const wanted = options.book
    .list()
    .filter(({ definition }) => group === null || definition.groupName === group)
    .filter(({ definition }) => definition.name.startsWith(prefix) && (state === null || definition.state === state))
    .map((one) => ({ one, place: `${one.definition.groupName}/${one.definition.name}` }))
    .filter(({ place }) => place > after);
  const page = wanted.slice(0, limit);
  return {
    Schedules: page.map(({ one: { definition, createdAt, changedAt } }) => ({
      Arn: arnOf(definition.groupName, definition.name),
      Name: definition.name,
      GroupName: definition.groupName,
      State: definition.state,
      CreationDate: createdAt / 1000,
      LastModificationDate: changedAt / 1000,
      Target: { Arn: definition.target.arn },
    })),
    ...(wanted.length > limit ? { NextToken: page.at(-1)?.place } : {}),
  };
}

function mustExist({ groups }: SchedulerOptions, group: string): void {
  if (group !== 'default' && !groups.includes(group)) throw notFound(`Schedule group ${group} does not exist.`);
}

function mustBeAssumable(roles: readonly Role[], arn: string): void {
  if (roles.some((role) => role.arn === arn && role.assumedBy.includes('scheduler.amazonaws.com'))) return;
  throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
}

function definitionOf(name: string, given: z.infer<typeof Schedule>): ScheduleDefinition {
  const { Target: target, FlexibleTimeWindow: window } = given;
  const dead = target.DeadLetterConfig?.Arn;
  return {
    name,
    groupName: given.GroupName,
    expression: given.ScheduleExpression,
    timeZone: given.ScheduleExpressionTimezone ?? 'UTC',
    state: given.State,
    roleArn: target.RoleArn,
    ...(given.Description ? { description: given.Description } : {}),
    ...(given.StartDate ? { startDate: given.StartDate } : {}),
    ...(given.EndDate ? { endDate: given.EndDate } : {}),
    ...(window.Mode === 'FLEXIBLE' ? { flexibleWindowMinutes: window.MaximumWindowInMinutes } : {}),
    ...(given.ActionAfterCompletion === 'DELETE' ? { deleteWhenDone: true } : {}),
    target: {
      arn: target.Arn,
      ...(typeof target.Input === 'string' ? { input: target.Input } : {}),
      ...(dead ? { deadLetterArn: dead } : {}),
      retry: {
        maxAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
        maxAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
      },
    },
  };
}

function shown({ definition, createdAt, changedAt }: BookedSchedule) {
  const { target, startDate, endDate, flexibleWindowMinutes: minutes } = definition;
  return {
    Name: definition.name,
    GroupName: definition.groupName,
    ...(definition.description === undefined ? {} : { Description: definition.description }),
    ScheduleExpression: definition.expression,
    ScheduleExpressionTimezone: definition.timeZone ?? 'UTC',
    State: definition.state,
    ...(startDate ? { StartDate: startDate.getTime() / 1000 } : {}),
    ...(endDate ? { EndDate: endDate.getTime() / 1000 } : {}),
    ActionAfterCompletion: definition.deleteWhenDone ? 'DELETE' : 'NONE',
    FlexibleTimeWindow: minutes === undefined ? { Mode: 'OFF' } : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: minutes },
    CreationDate: createdAt / 1000,
    LastModificationDate: changedAt / 1000,
    Target: {
      Arn: target.arn,
      RoleArn: definition.roleArn,
      ...(target.input === undefined ? {} : { Input: target.input }),
      ...(target.deadLetterArn ? { DeadLetterConfig: { Arn: target.deadLetterArn } } : {}),
      RetryPolicy: {
        MaximumRetryAttempts: target.retry?.maxAttempts ?? 185,
        MaximumEventAgeInSeconds: target.retry?.maxAgeSeconds ?? 86_400,
      },
    },
  };
}

function valid<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  return parsed.data;
}

const invalid = (message: string) => new RestFault(400, 'ValidationException', message);
const notFound = (message: string) => new RestFault(404, 'ResourceNotFoundException', message);
