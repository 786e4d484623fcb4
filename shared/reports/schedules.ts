import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import type { ReportSeries } from '#shared/domain/report/series.ts';
import { environment } from '#shared/runtime/environment.ts';
import { scheduleExpressionOf } from './due-times.ts';

/** Scheduler puts the time there at which the run was due, however late it comes. */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** Tried for so long before it goes to the dead letters: short of the next hourly look at what is due. */
const RETRIES = { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 } as const;

type Timed = Pick<ReportSeries, 'id' | 'cadence' | 'timeZone' | 'enabled'>;

/** What Scheduler sends when a series is due; infrastructure writes the same for the series that are there from the start. */
export const scheduleInputOf = (seriesId: string): string => JSON.stringify({ series: seriesId, due: SCHEDULED_TIME });

/**
 * Makes a series' schedule say what the series says; where it does already nothing is written. Safe to be done again, and by several
 * at once: they all write the same, or the later setting's keeper comes by in the end.
 */
export async function keepSchedule(scheduler: SchedulerClient, series: Timed): Promise<'kept' | 'same'> {
  const wanted = scheduleOf(series);
  const there = await load(scheduler, wanted);
  if (there && isSame(there, wanted)) return 'same';
  if (!there) {
    try {
      await scheduler.send(new CreateScheduleCommand(wanted));
      return 'kept';
    } catch (error) {
      // Somebody else made it in between, perhaps by an earlier setting.
      if ((error as Error).name !== 'ConflictException') throw error;
    }
  }
  await scheduler.send(new UpdateScheduleCommand(wanted));
  return 'kept';
}

function scheduleOf({ id, cadence, timeZone, enabled }: Timed): CreateScheduleCommandInput {
  return {
    Name: id,
    GroupName: environment('scheduleGroup'),
    ScheduleExpression: scheduleExpressionOf({ cadence }),
    ScheduleExpressionTimezone: timeZone,
    State: enabled ? 'ENABLED' : 'DISABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: environment('scheduleTargetArn'),
      RoleArn: environment('scheduleRoleArn'),
      Input: scheduleInputOf(id),
      DeadLetterConfig: { Arn: environment('scheduleLostArn') },
      RetryPolicy: RETRIES,
    },
  };
}

async function load(
  scheduler: SchedulerClient,
  { Name, GroupName }: CreateScheduleCommandInput,
): Promise<GetScheduleCommandOutput | undefined> {
  try {
    return await scheduler.send(new GetScheduleCommand({ Name, GroupName }));
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

const isSame = (there: GetScheduleCommandOutput, wanted: CreateScheduleCommandInput): boolean =>
  there.ScheduleExpression === wanted.ScheduleExpression &&
  there.ScheduleExpressionTimezone === wanted.ScheduleExpressionTimezone &&
  there.State === wanted.State &&
  there.Target?.Arn === wanted.Target?.Arn &&
  there.Target?.RoleArn === wanted.Target?.RoleArn &&
  there.Target?.Input === wanted.Target?.Input &&
  there.Target?.DeadLetterConfig?.Arn === wanted.Target?.DeadLetterConfig?.Arn;
