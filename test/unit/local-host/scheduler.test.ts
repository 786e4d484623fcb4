import { join } from 'node:path';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openScheduleBook } from '#infra/local/schedule-book.ts';
import { openSchedules, type ScheduleDefinition } from '#infra/local/schedules.ts';
import type { Role } from '#infra/local/template/model.ts';
import { schedulerService } from '#infra/local/wire/schedules.ts';
import { heldClock } from '#test/unit/local/support/bus.ts';
import { account, allow, endpointWith, region, scratch } from './support/endpoint.ts';

const target = `arn:aws:lambda:${region}:${account}:function:report`;
const roleOf = (name: string, assumedBy: string[]): Role => ({
  name,
  arn: `arn:aws:iam::${account}:role/${name}`,
  policies: [],
  assumedBy,
});
const schedulerRole = roleOf('schedules', ['scheduler.amazonaws.com']);
const otherRole = roleOf('function', ['lambda.amazonaws.com']);
const scheduleArn = (place: string) => `arn:aws:scheduler:${region}:${account}:schedule/${place}`;

/** One start of the host on this file; `template` is what its template has. */
async function world(
  file = join(scratch(), 'schedules.db'),
  template: ScheduleDefinition[] = [],
  now = Date.parse('2026-01-01T00:00:00Z'),
) {
  const held = heldClock(now);
  /** By milliseconds; an hour at a time, so that what a run leads to gets its turn. */
  const advance = async (milliseconds: number) => {
    for (let left = milliseconds; left > 0; left -= 3_600_000) {
      held.advance(Math.min(left, 3_600_000) / 1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const time = { ...held, advance };
  const runs: { target: string; input: string; role: string | undefined }[] = [];
  const failing = { times: 0 };
  const schedules = openSchedules({
    file,
    clock: time.clock,
    timers: time.timers,
    accountId: account,
    region,
    async invoke(targetArn, input, { roleArn }) {
      runs.push({ target: targetArn, input, role: roleArn });
      if (failing.times-- > 0) throw new Error('not now');
    },
    onDone: (schedule) => book.forget(schedule),
  });
  const book = openScheduleBook(file, schedules, time.clock);
  for (const one of template) book.define(one);
  book.settle();
  schedules.start();
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await schedules.stop();
    book.close();
  };
  onTestFinished(stop);
  const service = schedulerService({ book, account, region, groups: ['reports'], roles: [schedulerRole, otherRole] });
  const schedule = ['CreateSchedule', 'UpdateSchedule', 'GetSchedule', 'DeleteSchedule'].map(
    (one) => `scheduler:${one}`,
  );
  const pass = {
    ...allow(['iam:PassRole'], schedulerRole.arn),
    Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
  };
  const { as } = await endpointWith(
    { schedules: service },
    {
      full: [allow(['scheduler:*'], '*'), allow(['iam:PassRole'], '*')],
      reports: [allow(schedule, scheduleArn('reports/*')), pass],
      passless: [allow(schedule, scheduleArn('reports/*'))],
    },
  );
  const client = (name: string) => new SchedulerClient(as(name));
  return { file, time, runs, failing, book, schedules, stop, client, scheduler: client('reports') };
}

const weekly = (more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name: 'weekly',
  GroupName: 'reports',
  ScheduleExpression: 'cron(0 9 ? * MON *)',
  ScheduleExpressionTimezone: 'Asia/Shanghai',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: target,
    RoleArn: schedulerRole.arn,
    Input: '{"series":"weekly","due":"<aws.scheduler.scheduled-time>"}',
    RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 3600 },
    DeadLetterConfig: { Arn: `arn:aws:sqs:${region}:${account}:lost` },
  },
  ...more,
});
const at = { Name: 'weekly', GroupName: 'reports' };

describe('EventBridge Scheduler of the local run, by the real client', () => {
  it('makes a schedule, gives it back as it was made, and runs it at its time in its zone', async () => {
    const { scheduler, time, runs } = await world();
    expect(await scheduler.send(new CreateScheduleCommand(weekly()))).toMatchObject({
      ScheduleArn: scheduleArn('reports/weekly'),
    });
    const { ClientToken: _, ...asked } = weekly();
    expect(await scheduler.send(new GetScheduleCommand(at))).toMatchObject({
      ...asked,
      Arn: scheduleArn('reports/weekly'),
      State: 'ENABLED',
      ActionAfterCompletion: 'NONE',
      CreationDate: new Date('2026-01-01T00:00:00Z'),
    });
    await time.advance(5 * 86_400_000);
    expect(runs).toEqual([
      { target, input: '{"series":"weekly","due":"2026-01-05T01:00:00Z"}', role: schedulerRole.arn },
    ]);
  });

  it('an update is in force from then on, and a failed run is tried again as the schedule is by then', async () => {
    const { scheduler, time, runs, failing } = await world();
    await scheduler.send(new CreateScheduleCommand(weekly({ ScheduleExpression: 'cron(30 * * * ? *)' })));
    failing.times = 1;
    await time.advance(3_600_000);
    const changed = weekly({ ScheduleExpressionTimezone: 'UTC', ScheduleExpression: 'cron(30 18 * * ? *)' });
    await scheduler.send(
      new UpdateScheduleCommand({
        ...changed,
        Target: { ...changed.Target, Arn: target, RoleArn: schedulerRole.arn, Input: 'new' },
      }),
    );
    await time.advance(5_000);
    expect(runs.map(({ input }) => input)).toEqual([expect.stringContaining('weekly'), 'new']);
    await time.advance(12 * 3_600_000);
    expect(runs).toHaveLength(2);
    await time.advance(24 * 3_600_000);
    expect(runs).toHaveLength(3);
  });

  it('a deleted or disabled schedule runs no more', async () => {
    const { scheduler, time, runs } = await world();
    await scheduler.send(new CreateScheduleCommand(weekly({ ScheduleExpression: 'cron(30 * * * ? *)' })));
    await scheduler.send(
      new UpdateScheduleCommand(weekly({ ScheduleExpression: 'cron(30 * * * ? *)', State: 'DISABLED' })),
    );
    await time.advance(7_200_000);
    expect(runs).toEqual([]);
    await scheduler.send(new UpdateScheduleCommand(weekly({ ScheduleExpression: 'cron(30 * * * ? *)' })));
    await scheduler.send(new DeleteScheduleCommand(at));
    await time.advance(7_200_000);
    expect(runs).toEqual([]);
    await expect(scheduler.send(new GetScheduleCommand(at))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(scheduler.send(new DeleteScheduleCommand(at))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('one that is to go when it is done runs once and is gone, between its start and its end only', async () => {
    const { scheduler, time, runs, book } = await world();
    await scheduler.send(
      new CreateScheduleCommand(
        weekly({
          ScheduleExpression: 'at(2026-01-01T10:00:00)',
          ScheduleExpressionTimezone: 'Asia/Shanghai',
          ActionAfterCompletion: 'DELETE',
        }),
      ),
    );
    await scheduler.send(
      new CreateScheduleCommand(
        weekly({
          Name: 'bounded',
          ScheduleExpression: 'rate(1 hour)',
          StartDate: new Date('2026-01-01T03:00:00Z'),
          EndDate: new Date('2026-01-01T04:30:00Z'),
        }),
      ),
    );
    await time.advance(2 * 3_600_000);
    expect(runs).toHaveLength(1);
    expect(book.list().map(({ definition }) => definition.name)).toEqual(['bounded']);
    await time.advance(10 * 3_600_000);
    expect(runs).toHaveLength(3);
  });

  it('the same call once more is no conflict, another of the name is', async () => {
    const { scheduler } = await world();
    await scheduler.send(new CreateScheduleCommand(weekly({ ClientToken: 'one' })));
    await scheduler.send(new CreateScheduleCommand(weekly({ ClientToken: 'one' })));
    await expect(scheduler.send(new CreateScheduleCommand(weekly()))).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });

  it.each<[string, Partial<CreateScheduleCommandInput>, string]>([
    ['an expression that is none', { ScheduleExpression: 'cron(x)' }, 'ValidationException'],
    ['a zone that is none', { ScheduleExpressionTimezone: 'Mars/Base' }, 'ValidationException'],
    ['a group that there is not', { GroupName: 'none' }, 'ResourceNotFoundException'],
    [
      'a role that Scheduler may not take on',
      { Target: { Arn: target, RoleArn: otherRole.arn } },
      'ValidationException',
    ],
    [
      'a target that is not run here',
      { Target: { Arn: 'arn:aws:states:x', RoleArn: schedulerRole.arn } },
      'ValidationException',
    ],
  ])('refuses %s, and keeps nothing', async (_, wrong, name) => {
    const { client, book } = await world();
    await expect(client('full').send(new CreateScheduleCommand(weekly(wrong)))).rejects.toMatchObject({ name });
    expect(book.list()).toEqual([]);
  });

  it('does to each caller what its grants say: the group, and the role that it may hand on', async () => {
    const { scheduler, client, book } = await world();
    const denied = (action: string) => ({ name: 'AccessDeniedException', message: expect.stringContaining(action) });
    await expect(scheduler.send(new CreateScheduleCommand(weekly({ GroupName: 'default' })))).rejects.toMatchObject(
      denied('scheduler:CreateSchedule'),
    );
    await expect(client('passless').send(new CreateScheduleCommand(weekly()))).rejects.toMatchObject(
      denied('iam:PassRole'),
    );
    await expect(scheduler.send(new ListSchedulesCommand())).rejects.toMatchObject(denied('scheduler:ListSchedules'));
    expect(book.list()).toEqual([]);
    await expect(client('full').send(new ListScheduleGroupsCommand())).rejects.toThrow(
      /is not served by the local host/,
    );
  });

  it('lists page by page, by group, beginning of the name and state', async () => {
    const { client } = await world();
    const full = client('full');
    for (const Name of ['a-1', 'a-2', 'b-1']) await full.send(new CreateScheduleCommand(weekly({ Name })));
    await full.send(new CreateScheduleCommand(weekly({ Name: 'a-3', GroupName: 'default', State: 'DISABLED' })));
    const names = async (query: object) =>
      (await full.send(new ListSchedulesCommand(query))).Schedules?.map(
        ({ GroupName, Name }) => `${GroupName}/${Name}`,
      );
    expect(await names({})).toEqual(['default/a-3', 'reports/a-1', 'reports/a-2', 'reports/b-1']);
    expect(await names({ GroupName: 'reports', NamePrefix: 'a' })).toEqual(['reports/a-1', 'reports/a-2']);
    expect(await names({ State: 'DISABLED' })).toEqual(['default/a-3']);
    const { NextToken } = await full.send(new ListSchedulesCommand({ MaxResults: 3 }));
    expect(await names({ MaxResults: 3, NextToken })).toEqual(['reports/b-1']);
  });
});

describe('schedules over restarts', () => {
  const nightly: ScheduleDefinition = {
    name: 'nightly',
    groupName: 'reports',
    expression: 'cron(0 3 * * ? *)',
    state: 'ENABLED',
    roleArn: schedulerRole.arn,
    target: { arn: target, input: 'template' },
  };
  const expressions = ({ book }: Awaited<ReturnType<typeof world>>) =>
    book.list().map(({ definition }) => `${definition.name} ${definition.expression}`);

  it('one that a function made is there again and makes up what it missed', async () => {
    const first = await world();
    await first.scheduler.send(new CreateScheduleCommand(weekly({ ScheduleExpression: 'cron(0 9 * * ? *)' })));
    await first.stop();
    const second = await world(first.file, [], Date.parse('2026-01-01T02:00:00Z'));
    await second.time.advance(1);
    expect(second.runs.map(({ input }) => input)).toEqual(['{"series":"weekly","due":"2026-01-01T01:00:00Z"}']);
  });

  it('one of the template that was changed or deleted stays so, until the template has it otherwise or no more', async () => {
    const first = await world(undefined, [nightly, { ...nightly, name: 'gone' }]);
    await first.scheduler.send(
      new UpdateScheduleCommand(weekly({ Name: 'nightly', ScheduleExpression: 'rate(1 day)' })),
    );
    await first.scheduler.send(new DeleteScheduleCommand({ Name: 'gone', GroupName: 'reports' }));
    await first.stop();
    const second = await world(first.file, [nightly, { ...nightly, name: 'gone' }]);
    expect(expressions(second)).toEqual(['nightly rate(1 day)']);
    expect(second.schedules.list().map(({ name }) => name)).toEqual(['nightly']);
    await second.stop();
    const third = await world(first.file, [
      { ...nightly, expression: 'rate(2 days)' },
      { ...nightly, name: 'gone', state: 'DISABLED' },
    ]);
    expect(expressions(third)).toEqual(['gone cron(0 3 * * ? *)', 'nightly rate(2 days)']);
    await third.stop();
    const fourth = await world(first.file, []);
    expect(expressions(fourth)).toEqual([]);
  });
});
