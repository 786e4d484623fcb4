import {
  ACTIVITY_TYPES,
  type ActivityDirection,
  type ActivityType,
  NON_ECONOMIC_TYPES,
} from '#shared/domain/activity/activity.ts';
import { dayNumber, dayOfNumber, sameDayInMonth } from '#shared/domain/days.ts';

/*
 * The relationship indicator: how varied, how reciprocal and how old a relationship is, from its activities and agreements. The formula is
 * the product's own, after the observation of a review of UK–China city twinning that partnerships that last, are varied and reciprocal do
 * better; it has not been validated, and whoever shows it says so. `docs/relationships.md` has it in words.
 */

/** Months that count, to the date. */
export const WINDOW_MONTHS = 36;
/** With fewer activities the parts are shown and the index is not. */
export const ACTIVITIES_AT_LEAST = 5;
/** Years in which a relationship comes to 63 % of its duration. */
const DURATION_YEARS = 10;

/** One activity: what counts of it. */
export interface CountedActivity {
  /** Its first day. */
  readonly on: string;
  readonly type: ActivityType;
  readonly direction: ActivityDirection;
}

/** The days whose activities count, both included. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

export interface Relationship {
  readonly window: Window;
  /** Activities of the six types that are not economic: what variety and reciprocity are measured by. */
  readonly activities: number;
  /** Activities of every type, in the window. */
  readonly byType: Readonly<Record<ActivityType, number>>;
  /** Of the six: by direction. */
  readonly byDirection: Readonly<Record<ActivityDirection, number>>;
  /** The earlier of the first signed agreement and the first activity, whatever its type; null without either. */
  readonly since: string | null;
  readonly years: number;
  /** 0 to 1. */
  readonly variety: number;
  /** 0 to 1; null without a directed activity of the six. */
  readonly reciprocity: number | null;
  /** 0 to 1. */
  readonly duration: number;
  /** 0 to 1; null where reciprocity is, and with fewer than 5 activities. */
  readonly index: number | null;
}

/**
 * The 36 months to a day: from the day after the same day of the month 36 months before, through the day itself. Where that month has no such
 * day (29 February), after its last one.
 */
export function windowTo(asOf: string): Window {
  const before = sameDayInMonth(asOf, -WINDOW_MONTHS);
  return { from: dayOfNumber(dayNumber(before) + 1), to: asOf };
}

/**
 * The indicator on a day: from the activities of its window (others are left out), the first activity ever, whatever its type, and the day
 * on which the first agreement was signed. What is dated after the day counts for nothing.
 */
export function relationshipOf(
  activities: Iterable<CountedActivity>,
  firsts: { readonly activity?: string | undefined; readonly agreement?: string | undefined },
  asOf: string,
): Relationship {
  const window = windowTo(asOf);
  const byType = Object.fromEntries(ACTIVITY_TYPES.map((type) => [type, 0])) as Record<ActivityType, number>;
  const byDirection: Record<ActivityDirection, number> = { outbound: 0, inbound: 0, mutual: 0 };
  for (const { on, type, direction } of activities) {
    if (on < window.from || on > window.to) continue;
    byType[type] += 1;
    if (isNonEconomic(type)) byDirection[direction] += 1;
  }
  const counts = NON_ECONOMIC_TYPES.map((type) => byType[type]);
  const number = counts.reduce((sum, count) => sum + count, 0);
  const since = [firsts.activity, firsts.agreement].filter((day) => day !== undefined && day <= asOf).sort()[0] ?? null;
  const years = since === null ? 0 : yearsBetween(since, asOf);
  const variety = varietyOf(counts, number);
  const reciprocity = reciprocityOf(byDirection);
  const duration = 1 - Math.exp(-years / DURATION_YEARS);
  const index =
    reciprocity === null || number < ACTIVITIES_AT_LEAST ? null : Math.cbrt(variety * reciprocity * duration);
  return {
    window,
    activities: number,
    byType,
    byDirection,
    since,
    years: rounded(years),
    variety: rounded(variety),
    reciprocity: reciprocity === null ? null : rounded(reciprocity),
    duration: rounded(duration),
    index: index === null ? null : rounded(index),
  };
}

export const isNonEconomic = (type: ActivityType): boolean => (NON_ECONOMIC_TYPES as readonly string[]).includes(type);

/** exp(H) ÷ 6, where H is the entropy of the six types: how many there would be if all were as frequent, of six. */
function varietyOf(counts: readonly number[], number: number): number {
  if (number === 0) return 0;
  const entropy = counts
    .filter((count) => count > 0)
    .reduce((sum, count) => sum - (count / number) * Math.log(count / number), 0);
  return Math.exp(entropy) / counts.length;
}

function reciprocityOf({ outbound, inbound }: Readonly<Record<ActivityDirection, number>>): number | null {
  const directed = outbound + inbound;
  return directed === 0 ? null : 1 - Math.abs(outbound - inbound) / directed;
}

/** Whole years and the part of the year that has passed since the last anniversary: five years to the day are 5. */
export function yearsBetween(since: string, asOf: string): number {
  let whole = Number(asOf.slice(0, 4)) - Number(since.slice(0, 4));
  if (sameDayInMonth(since, 12 * whole) > asOf) whole -= 1;
  const [last, next] = [sameDayInMonth(since, 12 * whole), sameDayInMonth(since, 12 * (whole + 1))];
  return whole + (dayNumber(asOf) - dayNumber(last)) / (dayNumber(next) - dayNumber(last));
}

/** Seven decimals: what is shown is the same on every machine, and says no more than the measure bears. */
const rounded = (value: number): number => Math.round(value * 1e7) / 1e7;
