import { describe, expect, it, vi } from 'vitest';
import { scheduleTimes } from '#infra/local/schedule-times.ts';
import { openSchedules, type ScheduleDefinition, type SchedulesOptions } from '#infra/local/schedules.ts';
import { accountId, arnOf, functionArn, heldClock, region, temporaryDirectory } from './support/bus.ts';

function runs(expression: string, from: string, count: number, timeZone = 'UTC'): string[] {
  const times = scheduleTimes(expression, { timeZone, anchor: Date.parse(from) });
  const found: string[] = [];
  for (
    let after = Date.parse(from), next = times.next(after);
    next !== undefined && found.length < count;
    next = times.next(after)
  ) {
    found.push(new Date(next).toISOString().slice(0, 16));
    after = next;
  }
  return found;
}

describe('the times of a schedule', () => {
  it.each<[string, string, string[]]>([
    ['cron(15 3 * * ? *)', '2026-01-01T03:15:00Z', ['2026-01-02T03:15', '2026-01-03T03:15']],
    ['cron(0/20 10 * * ? *)', '2026-01-01T10:00:00Z', ['2026-01-01T10:20', '2026-01-01T10:40', '2026-01-02T10:00']],
    ['cron(0 18 ? * MON-FRI *)', '2026-01-02T12:00:00Z', ['2026-01-02T18:00', '2026-01-05T18:00']],
    ['cron(0 18 ? * 2,6 *)', '2026-01-01T00:00:00Z', ['2026-01-02T18:00', '2026-01-05T18:00']],
    ['cron(0 5 L * ? *)', '2026-01-01T00:00:00Z', ['2026-01-31T05:00', '2026-02-28T05:00']],
    ['cron(0 5 LW * ? *)', '2026-01-01T00:00:00Z', ['2026-01-30T05:00', '2026-02-27T05:00']],
    ['cron(0 5 15W * ? *)', '2026-08-01T00:00:00Z', ['2026-08-14T05:00', '2026-09-15T05:00']],
    ['cron(0 5 ? * 6L *)', '2026-01-01T00:00:00Z', ['2026-01-30T05:00', '2026-02-27T05:00']],
    ['cron(0 5 ? * FRIL *)', '2026-01-01T00:00:00Z', ['2026-01-30T05:00', '2026-02-27T05:00']],
    ['cron(0 5 ? * L *)', '2026-01-01T00:00:00Z', ['2026-01-03T05:00', '2026-01-10T05:00']],
    ['cron(0 5 ? * 3#2 *)', '2026-01-01T00:00:00Z', ['2026-01-13T05:00', '2026-02-10T05:00']],
    ['cron(0 5 1 1 ? 2026/2)', '2026-06-01T00:00:00Z', ['2028-01-01T05:00', '2030-01-01T05:00']],
    ['cron(0 5 1 JAN,JUL ? *)', '2026-01-02T00:00:00Z', ['2026-07-01T05:00', '2027-01-01T05:00']],
    ['cron(0 5 1 1 ? 2020)', '2026-01-01T00:00:00Z', []],
    ['rate(5 minutes)', '2026-01-01T00:00:00Z', ['2026-01-01T00:05', '2026-01-01T00:10']],
    ['rate(1 day)', '2026-03-28T12:00:00Z', ['2026-03-29T12:00', '2026-03-30T12:00']],
    ['at(2026-06-01T09:00:00)', '2026-01-01T00:00:00Z', ['2026-06-01T09:00']],
    ['at(2025-06-01T09:00:00)', '2026-01-01T00:00:00Z', []],
  ])('%s after %s', (expression, from, expected) => {
    expect(runs(expression, from, Math.max(2, expected.length)).slice(0, 3)).toEqual(expected);
  });

  it('are local to the time zone', () => {
    expect(runs('cron(0 9 1 1,7 ? *)', '2026-01-02T00:00:00Z', 2, 'Europe/London')).toEqual([
      '2026-07-01T08:00',
      '2027-01-01T09:00',
    ]);
    expect(runs('cron(0 9 * * ? *)', '2026-01-01T00:00:00Z', 1, 'Asia/Shanghai')).toEqual(['2026-01-01T01:00']);
    expect(runs('at(2026-06-01T09:00:00)', '2026-01-01T00:00:00Z', 1, 'Europe/London')).toEqual(['2026-06-01T08:00']);
  });

  it('skip a time that does not exist, where the clocks go forward', () => {
    const from = '2026-03-28T12:00:00Z';
    expect(runs('cron(30 1 * * ? *)', from, 2, 'Europe/London')).toEqual(['2026-03-30T00:30', '2026-03-31T00:30']);
    expect(runs('cron(30 2 * * ? *)', '2026-03-07T12:00:00Z', 1, 'America/New_York')).toEqual(['2026-03-09T06:30']);
  });

  it('come once, where the clocks go back', () => {
    const from = '2026-10-25T00:00:00Z';
    expect(runs('cron(30 1 * * ? *)', from, 2, 'Europe/London')).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    expect(runs('cron(0/30 * * * ? *)', from, 3, 'Europe/London')).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T02:00',
      '2026-10-25T02:30',
    ]);
    // Half an hour's change.
    expect(runs('cron(45 1 * * ? *)', '2026-04-04T00:00:00Z', 2, 'Australia/Lord_Howe')).toEqual([
      '2026-04-04T14:45',
      '2026-04-05T15:15',
    ]);
  });

  it.each([
    ['0 3 * * ? *', 'none of cron'],
    ['cron(0 3 * * ?)', 'six fields'],
    ['cron(0 3 * * * *)', 'has to be ?'],
    ['cron(0 3 ? * ? *)', 'has to be ?'],
    ['cron(60 3 * * ? *)', 'minutes'],
    ['cron(0 24 * * ? *)', 'hours'],
    ['cron(0 3 32 * ? *)', 'day-of-month'],
    ['cron(0 3 ? * 0 *)', 'day-of-week'],
    ['cron(0 3 ? * FRI-MON *)', 'day-of-week'],
    ['cron(0 3 ? * 2#6 *)', 'day-of-week'],
    ['cron(0 3 * 13 ? *)', 'month'],
    ['cron(0 3 * * ? 1969)', 'year'],
    ['cron(0 3W * * ? *)', 'hours'],
    ['rate(0 minutes)', 'a rate is'],
    ['rate(5 seconds)', 'a rate is'],
    ['at(tomorrow)', 'a time is'],
    ['at(2026-13-01T00:00:00)', 'at(2026-13-01'],
  ])('are refused for %s', (expression, message) => {
    expect(() => scheduleTimes(expression, { timeZone: 'UTC', anchor: 0 })).toThrow(message);
  });

  it('are refused for an unknown time zone', () => {
    expect(() => scheduleTimes('rate(1 day)', { timeZone: 'Europe/Nowhere', anchor: 0 })).toThrow('not a time zone');
  });
});

describe('schedules', () => {
  const daily: ScheduleDefinition = {
    name: 'reconcile',
    groupName: 'crm',
    expression: 'cron(15 3 * * ? *)',
    timeZone: 'Europe/London',
    state: 'ENABLED',
    target: {
      arn: functionArn,
      input:
        '{"at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number>","by":"<aws.scheduler.schedule-arn>","x":"<aws.other>"}',
      deadLetterArn: arnOf('dead'),
      retry: { maxAttempts: 2, maxAgeSeconds: 3600 },
    },
  };

  function scheduler(start = '2026-07-01T02:00:00Z') {
    const held = heldClock(Date.parse(start));
    const file = `${temporaryDirectory()}/schedules.db`;
    const invoke = vi.fn<SchedulesOptions['invoke']>(async () => {});
    const deadLetter = vi.fn<NonNullable<SchedulesOptions['deadLetter']>>(async () => {});
    const open = (definition: ScheduleDefinition | undefined = daily) => {
      const schedules = openSchedules({ file, ...held, invoke, deadLetter, accountId, region });
      if (definition) schedules.define(definition);
      schedules.start();
      return schedules;
    };
    const inputs = () => invoke.mock.calls.map(([, input]) => JSON.parse(input));
    return { held, invoke, deadLetter, open, inputs };
  }
  /** Lets promises of a held clock go on. */
  const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

  it('run at their time, with the context attributes in the input', async () => {
    const { held, invoke, open, inputs } = scheduler();
    const schedules = open();
    expect(schedules.next('reconcile', 'crm')).toEqual(new Date('2026-07-01T02:15:00Z'));
    held.advance(14 * 60 + 59);
    expect(invoke).not.toHaveBeenCalled();
    held.advance(1);
    expect(inputs()).toEqual([
      {
        at: '2026-07-01T02:15:00Z',
        try: '1',
        by: `arn:aws:scheduler:${region}:${accountId}:schedule/crm/reconcile`,
        x: '<aws.other>',
      },
    ]);
    expect(invoke.mock.calls[0]?.[0]).toBe(functionArn);
    held.advance(3 * 86_400);
    expect(invoke).toHaveBeenCalledTimes(4);
    expect(schedules.list()).toMatchObject([
      { name: 'reconcile', groupName: 'crm', enabled: true, last: new Date('2026-07-04T02:15:00Z') },
    ]);
    await schedules.stop();
  });

  it('send the usual event where there is no input', async () => {
    const { held, open, inputs } = scheduler();
    const schedules = open({ ...daily, target: { arn: functionArn } });
    held.advance(15 * 60);
    expect(inputs()).toMatchObject([{ source: 'aws.scheduler', 'detail-type': 'Scheduled Event', detail: '{}' }]);
    await schedules.stop();
  });

  it('make up a missed run once, however many were missed, and not beyond the maximum event age', async () => {
    const { held, open, inputs } = scheduler();
    await open().stop();
    held.jump(4 * 86_400 + 20 * 60);
    const late = open();
    expect(inputs().map((input) => input.at)).toEqual(['2026-07-05T02:15:00Z']);
    await settle();
    await late.stop();
    await open().stop();
    expect(inputs()).toHaveLength(1);
    held.jump(86_400 + 3600);
    await open().stop();
    expect(inputs()).toHaveLength(1);
  });

  it('make nothing up on the very first start, nor after a change, nor for the time they were disabled', async () => {
    const { held, invoke, open } = scheduler('2026-07-01T02:20:00Z');
    await open().stop();
    held.jump(86_400);
    await open({ ...daily, expression: 'cron(16 3 * * ? *)' }).stop();
    await open({ ...daily, expression: 'cron(16 3 * * ? *)', state: 'DISABLED' }).stop();
    held.jump(86_400);
    const schedules = open({ ...daily, expression: 'cron(16 3 * * ? *)' });
    held.advance(600);
    expect(invoke).not.toHaveBeenCalled();
    await schedules.stop();
  });

  it('retry with growing pauses, then dead-letter', async () => {
    const { held, invoke, deadLetter, open, inputs } = scheduler();
    invoke.mockRejectedValue(new RangeError('no'));
    const schedules = open();
    held.advance(15 * 60);
    await settle();
    expect(invoke).toHaveBeenCalledTimes(1);
    held.advance(1);
    await settle();
    expect(invoke).toHaveBeenCalledTimes(2);
    held.advance(1);
    expect(invoke).toHaveBeenCalledTimes(2);
    held.advance(1);
    await settle();
    expect(inputs().map((input) => input.try)).toEqual(['1', '2', '3']);
    expect(deadLetter).toHaveBeenCalledTimes(1);
    expect(deadLetter.mock.calls[0]).toMatchObject([
      arnOf('dead'),
      expect.stringContaining('2026-07-01T02:15:00Z'),
      { ERROR_CODE: { StringValue: 'RangeError' }, EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' } },
    ]);
    await schedules.stop();
    await open().stop();
    expect(invoke).toHaveBeenCalledTimes(3);
  });

  it('go on with a run that was cut short, and give it up when it has become too old', async () => {
    const { held, invoke, deadLetter, open, inputs } = scheduler();
    invoke.mockRejectedValueOnce(new Error('no'));
    const schedules = open();
    held.advance(15 * 60);
    await settle();
    await schedules.stop();
    held.jump(60);
    const again = open();
    expect(inputs().map((input) => [input.at, input.try])).toEqual([
      ['2026-07-01T02:15:00Z', '1'],
      ['2026-07-01T02:15:00Z', '2'],
    ]);
    await settle();
    invoke.mockRejectedValueOnce(new Error('no'));
    held.advance(86_400 - 60);
    await settle();
    await again.stop();
    held.jump(7200);
    const late = open();
    await settle();
    expect(invoke).toHaveBeenCalledTimes(3);
    expect(deadLetter).toHaveBeenCalledTimes(1);
    await late.stop();
  });

  it('count a rate from the first definition, across restarts', async () => {
    const { held, open, inputs } = scheduler('2026-07-01T00:00:30Z');
    const rate = { ...daily, expression: 'rate(1 hour)' };
    const schedules = open(rate);
    expect(inputs().map((input) => input.at)).toEqual(['2026-07-01T00:00:30Z']);
    await settle();
    await schedules.stop();
    held.jump(600);
    const again = open(rate);
    held.advance(3000);
    expect(inputs().map((input) => input.at)).toEqual(['2026-07-01T00:00:30Z', '2026-07-01T01:00:30Z']);
    await again.stop();
  });

  it('run one-time schedules once, and honour start and end dates', async () => {
    const { held, open, inputs } = scheduler();
    const schedules = open({ ...daily, expression: 'at(2026-07-02T10:00:00)' });
    schedules.define({
      ...daily,
      name: 'bounded',
      startDate: new Date('2026-07-03T00:00:00Z'),
      endDate: new Date('2026-07-04T23:00:00Z'),
    });
    held.advance(10 * 86_400);
    expect(inputs().map((input) => input.at)).toEqual([
      '2026-07-02T09:00:00Z',
      '2026-07-03T02:15:00Z',
      '2026-07-04T02:15:00Z',
    ]);
    await schedules.stop();
  });

  it('wait on stop for what is under way', async () => {
    const { held, invoke, open } = scheduler();
    let finish = () => {};
    invoke.mockImplementation(() => new Promise<void>((resolve) => (finish = resolve)));
    const schedules = open();
    held.advance(900);
    let stopped = false;
    const stopping = schedules.stop().then(() => (stopped = true));
    await settle();
    expect(stopped).toBe(false);
    finish();
    await stopping;
  });
});
