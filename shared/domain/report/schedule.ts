import type { ReportSeries } from './series.ts';

/** Scheduler puts the time there at which the run was due, however late it comes. */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** In the form of EventBridge Scheduler: `cron(0 8 ? * MON *)`; its time zone is told beside it. */
export function scheduleExpressionOf({ cadence }: Pick<ReportSeries, 'cadence'>): string {
  const [hour, minute] = clockOf(cadence.at);
  if (cadence.every === 'week') return `cron(${minute} ${hour} ? * ${cadence.weekday.slice(0, 3).toUpperCase()} *)`;
  return `cron(${minute} ${hour} ${cadence.day === 'last' ? 'L' : cadence.day} * ? *)`;
}

/** What Scheduler sends when a series is due. */
export const scheduleInputOf = (seriesId: string): string => JSON.stringify({ series: seriesId, due: SCHEDULED_TIME });

/** Tried for so long before it goes to the dead letters: no longer than the next hourly look at what is due. */
export const SCHEDULE_RETRIES = { attempts: 10, seconds: 3600 } as const;

/** Hour and minute of a time of day. */
export function clockOf(at: string): [hour: number, minute: number] {
  const [hour, minute] = at.split(':').map(Number) as [number, number];
  return [hour, minute];
}
