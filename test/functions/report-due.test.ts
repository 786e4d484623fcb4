import {
  CreateScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FIRST_SERIES, PutReportSeries } from '#shared/domain/report/series.ts';
import { type DueParts, makeAllDue, makeDue } from '#shared/reports/due.ts';
import type { ReportRequest } from '#shared/reports/request.ts';
import { keepSchedule } from '#shared/reports/schedules.ts';
import { keys } from '#shared/store/keys.ts';
import { publishReport } from '#shared/store/reports.ts';
import { writeSetting } from '#shared/store/settings.ts';
import { type FakeTable, fakeTable } from '#test/support/fake-table.ts';
import { useFunctionEnvironment } from '#test/support/function-world.ts';
import { mockClient } from '#test/support/mock-client.ts';

useFunctionEnvironment();
vi.stubEnv('SCHEDULE_GROUP', 'reports');
vi.stubEnv('SCHEDULE_ROLE_ARN', 'arn:role');
vi.stubEnv('SCHEDULE_LOST_ARN', 'arn:lost');

const TARGET = 'arn:report';
const scheduler = mockClient(SchedulerClient);
const weekly = FIRST_SERIES.find(({ id }) => id === 'weekly-birmingham') as (typeof FIRST_SERIES)[number];

let table: FakeTable;
let now: string;
let made: ReportRequest[];
let parts: DueParts;

/** Making publishes, as it does in earnest. */
const publish = async (request: ReportRequest) => {
  made.push(request);
  await publishReport(table.client, {
    id: request.id,
    type: 'pipeline',
    series: request.series,
    basis: request.basis,
    period: { from: null, to: request.cutOff, timeZone: 'Europe/London' },
    previous: null,
    currency: 'GBP',
    publishedAt: now,
    open: { count: 0, value: '0.00', weighted: '0.00' },
    forms: [],
  });
};

const put = async (id: string, changed: object = {}, activeSince = '2026-01-01T00:00:00.000Z') => {
  const { id: _, ...first } = weekly;
  const content = { ...PutReportSeries.parse({ ...first, ...changed }), activeSince };
  const previous = undefined;
  const author = { userId: 'manager', at: activeSince, correlationId: 'c' };
  await writeSetting(table.client, {
    key: keys.reportSeries(id),
    content,
    previous,
    previousVersion: 0,
    author,
    eventId: 'evt',
  });
};

beforeEach(() => {
  scheduler.reset();
  scheduler.on(GetScheduleCommand).rejects(Object.assign(new Error(), { name: 'ResourceNotFoundException' }));
  scheduler.on(CreateScheduleCommand).resolves({});
  scheduler.on(UpdateScheduleCommand).resolves({});
  table = fakeTable();
  made = [];
  now = '2026-11-23T08:00:01.000Z';
  parts = {
    table: table.client,
    scheduler: scheduler as unknown as SchedulerClient,
    targetArn: TARGET,
    clock: () => Date.parse(now),
    make: publish,
    log: { error() {} },
  };
});

const dues = () => made.map(({ series, cutOff }) => `${series} ${cutOff}`);

describe('a series that is due', () => {
  it('is made with the time at which it was due as its cut-off, though the run comes late', async () => {
    now = '2026-11-23T08:03:20.000Z';
    await makeDue(parts, weekly.id, '2026-11-23T08:00:00Z');
    expect(dues()).toEqual(['weekly-birmingham 2026-11-23T08:00:00.000Z']);
  });

  it('is made once, however often it is run', async () => {
    for (let run = 0; run < 3; run++) await makeDue(parts, weekly.id, '2026-11-23T08:00:00Z');
    await makeAllDue(parts);
    expect(dues()).toEqual(['weekly-birmingham 2026-11-23T08:00:00.000Z']);
  });

  it('is the same request again where making it failed, so that the retry has the same id', async () => {
    const ids: string[] = [];
    const failing = async (request: ReportRequest) => {
      ids.push(request.id);
      throw new Error('no');
    };
    for (let run = 0; run < 2; run++)
      await expect(makeDue({ ...parts, make: failing }, weekly.id, '2026-11-23T08:00:00Z')).rejects.toThrow('no');
    now = '2026-11-23T09:00:00.000Z';
    await makeAllDue(parts);
    expect(new Set([...ids, ...made.map(({ id }) => id)]).size).toBe(1);
  });

  it('is made where the clock of the schedule is a little ahead of ours', async () => {
    now = '2026-11-23T07:59:59.400Z';
    await makeDue(parts, weekly.id, '2026-11-23T08:00:00Z');
    expect(dues()).toEqual(['weekly-birmingham 2026-11-23T08:00:00.000Z']);
  });

  it('is not made before its time, nor while it is disabled, nor when it is unknown', async () => {
    await put('quiet', { enabled: false });
    await makeDue(parts, 'quiet', '2026-11-23T08:00:00Z');
    await makeDue(parts, 'nobody', '2026-11-23T08:00:00Z');
    now = '2026-11-22T10:00:00.000Z';
    await makeDue(parts, weekly.id, '2026-11-23T08:00:00Z');
    expect(made).toEqual([]);
  });
});

describe('missed runs', () => {
  it('of three weeks are made up by one report, of the latest time that it was due', async () => {
    now = '2026-11-02T08:00:01.000Z';
    await makeDue(parts, weekly.id, '2026-11-02T08:00:00Z');
    now = '2026-11-25T17:00:00.000Z';
    expect(await makeAllDue(parts)).toMatchObject({ failed: [] });
    expect(dues().filter((due) => due.startsWith('weekly-birmingham'))).toEqual([
      'weekly-birmingham 2026-11-02T08:00:00.000Z',
      'weekly-birmingham 2026-11-23T08:00:00.000Z',
    ]);
  });

  it('from before the first look are made up where the series has a report from before that', async () => {
    now = '2026-11-25T17:00:00.000Z';
    await makeAllDue(parts);
    expect(made).toEqual([]);
    await publish({
      id: 'rep_0A2C4E6G8J1M3P5R7T9W1Y3B5D',
      series: weekly.id,
      cutOff: '2026-11-02T08:00:00.000Z',
      basis: 'as-known-then',
    });
    await makeDue(parts, weekly.id, '2026-11-09T08:00:00Z');
    expect(dues().at(-1)).toBe('weekly-birmingham 2026-11-23T08:00:00.000Z');
    expect(made).toHaveLength(2);
  });

  it('across the end of summer time are made up at 08:00 of the local clock', async () => {
    await put('weekly', {}, '2026-10-12T00:00:00.000Z');
    now = '2026-10-26T07:59:00.000Z';
    await makeAllDue(parts);
    now = '2026-10-26T08:00:00.000Z';
    await makeAllDue(parts);
    expect(dues().filter((due) => due.startsWith('weekly '))).toEqual([
      'weekly 2026-10-19T07:00:00.000Z',
      'weekly 2026-10-26T08:00:00.000Z',
    ]);
  });

  it('of before a series was put, or from before anybody looked, are nobody’s', async () => {
    await put('young', {}, '2026-11-23T09:00:00.000Z');
    now = '2026-11-24T00:00:00.000Z';
    await makeAllDue(parts);
    expect(made).toEqual([]);
    now = '2026-12-01T08:00:00.000Z';
    await makeAllDue(parts);
    expect(dues().sort()).toEqual([
      'monthly 2026-12-01T07:00:00.000Z',
      'weekly-birmingham 2026-11-30T08:00:00.000Z',
      'weekly-guangzhou 2026-11-30T01:00:00.000Z',
      'young 2026-11-30T08:00:00.000Z',
    ]);
  });

  it('are made up of one series though another one fails', async () => {
    await put('a-broken');
    await put('sound');
    const make = async (request: ReportRequest) => {
      if (request.series === 'a-broken') throw new Error('no');
      await publish(request);
    };
    expect(await makeAllDue({ ...parts, make })).toMatchObject({ failed: ['a-broken'] });
    expect(dues()).toEqual(['sound 2026-11-23T08:00:00.000Z']);
  });
});

describe('the schedule of a series', () => {
  const there = (changed: object = {}) =>
    scheduler.on(GetScheduleCommand).resolves({
      ScheduleExpression: 'cron(0 8 ? * MON *)',
      ScheduleExpressionTimezone: 'Europe/London',
      State: 'ENABLED',
      Target: {
        Arn: TARGET,
        RoleArn: 'arn:role',
        Input: '{"series":"weekly-birmingham","due":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: { Arn: 'arn:lost' },
      },
      ...changed,
    });
  const client = scheduler as unknown as SchedulerClient;
  const calls = () => scheduler.calls().map(({ args }) => args[0].constructor.name);

  it('is made where there is none, and says when, in which zone, and what to send', async () => {
    expect(await keepSchedule(client, weekly, TARGET)).toBe('kept');
    expect(scheduler.commandCalls(CreateScheduleCommand)[0]?.args[0].input).toMatchObject({
      Name: 'weekly-birmingham',
      GroupName: 'reports',
      ScheduleExpression: 'cron(0 8 ? * MON *)',
      ScheduleExpressionTimezone: 'Europe/London',
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: TARGET, RoleArn: 'arn:role', DeadLetterConfig: { Arn: 'arn:lost' } },
    });
  });

  it('is left alone where it says what the series says', async () => {
    there();
    expect(await keepSchedule(client, weekly, TARGET)).toBe('same');
    expect(calls()).toEqual(['GetScheduleCommand']);
  });

  it.each([
    ['another time', { ScheduleExpression: 'cron(0 9 ? * MON *)' }],
    ['another zone', { ScheduleExpressionTimezone: 'UTC' }],
    ['that it rests', { State: 'DISABLED' as const }],
    ['another target', { Target: { Arn: 'arn:old', RoleArn: 'arn:role' } }],
  ])('is mended where it says %s', async (_, changed) => {
    there(changed);
    expect(await keepSchedule(client, weekly, TARGET)).toBe('kept');
    expect(calls()).toEqual(['GetScheduleCommand', 'UpdateScheduleCommand']);
  });

  it('is mended where another has made it in between', async () => {
    scheduler.on(CreateScheduleCommand).rejects(Object.assign(new Error(), { name: 'ConflictException' }));
    expect(await keepSchedule(client, weekly, TARGET)).toBe('kept');
    expect(calls().at(-1)).toBe('UpdateScheduleCommand');
  });

  it('rests while the series does', async () => {
    there();
    await keepSchedule(client, { ...weekly, enabled: false }, TARGET);
    expect(scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input.State).toBe('DISABLED');
  });

  it('is looked at for each series every hour', async () => {
    await makeAllDue(parts);
    const names = scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input.Name);
    expect(names).toEqual(['monthly', 'weekly-birmingham', 'weekly-guangzhou']);
  });
});
