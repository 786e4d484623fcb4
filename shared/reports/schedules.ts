import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { SCHEDULE_RETRIES, scheduleExpressionOf, scheduleInputOf } from '#shared/domain/report/schedule.ts';
import type { ReportSeries } from '#shared/domain/report/series.ts';
import { environment } from '#shared/runtime/environment.ts';

type Timed = Pick<ReportSeries, 'id' | 'cadence' | 'timeZone' | 'enabled'>;

/**
 * Makes a series' schedule say what the series says; where it does already nothing is written. Safe to be done again, and by several
 * at once: they all write the same, or the later setting's keeper comes by in the end. `targetArn` is what it invokes.
 */
export async function keepSchedule(
  scheduler: SchedulerClient,
  series: Timed,
  targetArn: string,
): Promise<'kept' | 'same'> {
  const wanted = scheduleOf(series, targetArn);
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

function scheduleOf({ id, cadence, timeZone, enabled }: Timed, targetArn: string): CreateScheduleCommandInput {
  return {
    Name: id,
    GroupName: environment('scheduleGroup'),
    ScheduleExpression: scheduleExpressionOf({ cadence }),
    ScheduleExpressionTimezone: timeZone,
    State: enabled ? 'ENABLED' : 'DISABLED',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: targetArn,
      RoleArn: environment('scheduleRoleArn'),
      Input: scheduleInputOf(id),
      DeadLetterConfig: { Arn: environment('scheduleLostArn') },
      RetryPolicy: {
        MaximumRetryAttempts: SCHEDULE_RETRIES.attempts,
        MaximumEventAgeInSeconds: SCHEDULE_RETRIES.seconds,
      },
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
