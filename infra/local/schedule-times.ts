import { Cron } from 'croner';

/** A schedule expression that EventBridge Scheduler would not take, or that cannot be honoured here. */
export class ScheduleExpressionError extends Error {
  override name = 'ScheduleExpressionError';
}

export interface ScheduleTimes {
  /** The first time after `after`; undefined when there is none. Milliseconds since 1970. */
  next(after: number): number | undefined;
}

export interface TimesOptions {
  timeZone: string;
  /** Where a rate counts from: the start date, or when the schedule was first defined. */
  anchor: number;
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * The times of a schedule as EventBridge Scheduler defines them: `cron(minutes hours day-of-month month day-of-week year)`,
 * `rate(value unit)` or `at(yyyy-mm-ddThh:mm:ss)`. Where the clocks go forward, a cron time that does not exist is skipped;
 * where they go back, one that comes twice runs the first time only. A day of a rate has 24 hours.
 * Source: EventBridge Scheduler User Guide, "Schedule types".
 */
export function scheduleTimes(expression: string, options: TimesOptions): ScheduleTimes {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: options.timeZone });
  } catch {
    throw new ScheduleExpressionError(`${options.timeZone} is not a time zone`);
  }
  if (kind === 'cron') return cronTimes(inner, options.timeZone);
  if (kind === 'rate') return rateTimes(inner, options.anchor);
  if (kind === 'at') return onceAt(inner, options.timeZone);
  throw new ScheduleExpressionError(`"${expression}" is none of cron(…), rate(…) and at(…)`);
}

function rateTimes(inner: string, anchor: number): ScheduleTimes {
  const [, value = '', unit = ''] = /^([1-9]\d*)\s+(minute|hour|day)s?$/.exec(inner.trim()) ?? [];
  const period = Number(value) * (unitMs[unit] ?? Number.NaN);
  if (!Number.isSafeInteger(period)) throw new ScheduleExpressionError(`rate(${inner}): a rate is such as "5 minutes"`);
  return {
    next: (after) => (after < anchor ? anchor : anchor + (Math.floor((after - anchor) / period) + 1) * period),
  };
}

function onceAt(inner: string, timeZone: string): ScheduleTimes {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inner))
    throw new ScheduleExpressionError(`at(${inner}): a time is such as 2026-12-31T23:59:00`);
  const at = attempt(`at(${inner})`, () =>
    new Cron(inner, { timezone: timeZone, allowPast: true }).getOnce()?.getTime(),
  );
  return { next: (after) => (at !== undefined && at > after ? at : undefined) };
}

/** A cron time can be skipped or come twice only where clocks change: this many candidates in a row are more than any change has. */
const mostSkipped = 500;

function cronTimes(inner: string, timeZone: string): ScheduleTimes {
  const pattern = cronerPattern(inner);
  const cron = attempt(
    `cron(${inner})`,
    () => new Cron(pattern, { timezone: timeZone, mode: '7-part', alternativeWeekdays: true, paused: true }),
  );
  const offset = offsetIn(timeZone);
  return {
    next(after) {
      let from = new Date(after);
      for (let candidate = 0; candidate < mostSkipped; candidate++) {
        const date = cron.nextRun(from);
        if (!date) return undefined;
        if (cron.match(date) && !comesAgain(date.getTime(), offset)) return date.getTime();
        from = date;
      }
      return undefined;
    },
  };
}

/** Whether the clock has shown this time before, in the hours before it. */
function comesAgain(at: number, offset: (at: number) => number): boolean {
  const back = offset(at - 3 * 3_600_000) - offset(at);
  return back > 0 && offset(at - back) === offset(at) + back;
}

/** Milliseconds by which a zone's clock is ahead of UTC at an instant. */
function offsetIn(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const [, sign, hours, minutes, seconds] = /^GMT(?:([+-])(\d\d):?(\d\d)?:?(\d\d)?)?$/.exec(name) ?? [];
    const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
    return (sign === '-' ? -total : total) * 1000;
  };
}

interface Field {
  name: string;
  min: number;
  max: number;
  names?: string[];
  /** Whole items that only this field knows. */
  special?: RegExp;
}

const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayOfMonth: Field = { name: 'day-of-month', min: 1, max: 31, special: /^(L|LW|([1-9]|[12]\d|3[01])W)$/ };
const dayOfWeek: Field = { name: 'day-of-week', min: 1, max: 7, names: days, special: /^(L|[1-7]L|[1-7]#[1-5])$/ };
const fields: Field[] = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  dayOfMonth,
  { name: 'month', min: 1, max: 12, names: months },
  dayOfWeek,
  { name: 'year', min: 1970, max: 2199 },
];

/**
 * AWS's six fields as croner reads them: seconds in front, days of the week from 1 (Sunday), `n/step` as a range to the
 * field's end, the last Friday as `6#L`.
 */
function cronerPattern(inner: string): string {
  const parts = inner.trim().split(/\s+/);
  const fail = (problem: string) => new ScheduleExpressionError(`cron(${inner}): ${problem}`);
  if (parts.length !== fields.length)
    throw fail('six fields are needed: minutes hours day-of-month month day-of-week year');
  if ((parts[2] === '?') === (parts[4] === '?'))
    throw fail('one of day-of-month and day-of-week has to be ?, and only one');
  const converted = fields.map((field, index) => {
    const part = (parts[index] ?? '').toUpperCase();
    if (part === '?' && (field === dayOfMonth || field === dayOfWeek)) return '*';
    return part
      .split(',')
      .map((item) => {
        const result = cronItem(item, field);
        if (result === undefined) throw fail(`"${item}" does not stand for a ${field.name}`);
        return result;
      })
      .join(',');
  });
  return ['0', ...converted].join(' ');
}

function cronItem(written: string, field: Field): string | undefined {
  const item = (field.names ?? []).reduce((text, name, at) => text.replace(name, String(field.min + at)), written);
  if (field.special?.test(item)) {
    if (field !== dayOfWeek) return item;
    return item === 'L' ? '7' : item.replace(/^(\d)L$/, '$1#L');
  }
  const [, whole, from = '', to, step] = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/([1-9]\d*))?$/.exec(item) ?? [];
  if (whole) return step ? `${field.min}-${field.max}/${step}` : '*';
  const first = Number(from);
  const last = to === undefined ? (step === undefined ? first : field.max) : Number(to);
  if (from === '' || first < field.min || last > field.max || last < first) return undefined;
  if (step !== undefined && Number(step) > last - first) return String(first);
  return first === last ? String(first) : `${first}-${last}${step === undefined ? '' : `/${step}`}`;
}

function attempt<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new ScheduleExpressionError(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
