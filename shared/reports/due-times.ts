import { Cron } from 'croner';
import { clockOf } from '#shared/domain/report/schedule.ts';
import { type ReportSeries, WEEKDAYS } from '#shared/domain/report/series.ts';
import { toInstant } from '#shared/runtime/clock.ts';

type Times = Pick<ReportSeries, 'cadence' | 'timeZone'>;

/**
 * The instants at which reports of a series are due, after one instant and up to and including another, oldest first. A time that the
 * clocks skip is due as soon as they have gone forward; of a time that comes twice, the first.
 */
export function dueTimes(series: Times, after: string, until: string): string[] {
  const times = new Cron(cronOf(series), { timezone: series.timeZone, paused: true });
  const end = Date.parse(until);
  const due: string[] = [];
  for (let next = times.nextRun(new Date(after)); next && next.getTime() <= end; next = times.nextRun(next))
    due.push(toInstant(next.getTime()));
  return due;
}

/** The last time a series was due up to and including an instant; undefined where none was after `after`. */
export const lastDue = (series: Times, after: string, until: string): string | undefined =>
  dueTimes(series, after, until).at(-1);

/** In croner's form: seconds first, and Sunday is 0. */
function cronOf({ cadence }: Times): string {
  const [hour, minute] = clockOf(cadence.at);
  if (cadence.every === 'week') return `0 ${minute} ${hour} * * ${(WEEKDAYS.indexOf(cadence.weekday) + 1) % 7}`;
  return `0 ${minute} ${hour} ${cadence.day === 'last' ? 'L' : cadence.day} * *`;
}
