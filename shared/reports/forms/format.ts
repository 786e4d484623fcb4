import { minorDigits } from '#shared/domain/money/money.ts';
import type { ReportLanguage } from '../report.ts';

/** What a form writes numbers, money and times with; all of it text for people, in one language. */
export interface Format {
  /** A decimal string in the major unit, exactly, with all digits of the currency: `£1,234.50`. */
  readonly money: (amount: string, currency: string) => string;
  /** The same with its sign, unless it is nought: `+£1,234.50`. */
  readonly change: (amount: string, currency: string) => string;
  /** Three figures for a chart's label, where there is no room for all of them: `£1.23m`. */
  readonly short: (amount: string, currency: string) => string;
  readonly shortChange: (amount: string, currency: string) => string;
  /** What stands for a currency before an amount: `£`, `CN¥`. */
  readonly symbol: (currency: string) => string;
  readonly count: (count: number) => string;
  /** A whole or half number of days. */
  readonly days: (days: number) => string;
  /** A part of one, with two digits: 0.5735 → `0.57`. */
  readonly part: (part: number) => string;
  /** Percent given as a whole number: 55 → `55%`. */
  readonly percent: (percent: number) => string;
  /** A decimal string, such as a rate, with the digits that it has. */
  readonly decimal: (decimal: string) => string;
  /** A calendar day, `2026-11-21`. */
  readonly day: (day: string) => string;
  /** The day of an instant in a zone. */
  readonly dayOf: (instant: string, timeZone: string) => string;
  /** The same without its year. */
  readonly dayAndMonthOf: (instant: string, timeZone: string) => string;
  /** Day, time and zone of an instant. */
  readonly instant: (instant: string, timeZone: string) => string;
}

const LOCALES: Readonly<Record<ReportLanguage, string>> = { en: 'en-GB', 'zh-CN': 'zh-CN' };

/** `Intl` reads a decimal string exactly, whatever its length (ECMA-402, since 2023); a number would have been rounded already. */
const exactly = (decimal: string) => decimal as Intl.StringNumericLiteral;

/** A minus as wide as a plus, so that signs stand in line, and that screen readers say. */
const withMinus = (text: string) => text.replace('-', '\u2212');

const remembered = new Map<ReportLanguage, Format>();

/** The formats of a language. Building `Intl`'s formatters costs milliseconds, so they are built once. */
export function formatOf(language: ReportLanguage): Format {
  const format = remembered.get(language) ?? buildFormat(LOCALES[language]);
  remembered.set(language, format);
  return format;
}

const DAY = { dateStyle: 'medium' } as const;
const DAY_AND_MONTH = { day: 'numeric', month: 'short' } as const;
const ZONE_NAME = { timeZoneName: 'short' } as const;
const INSTANT = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

/** Formatters by zone and kind: each is built once. */
function remembering<Kind extends object>(build: (timeZone: string, kind: Kind) => Intl.DateTimeFormat) {
  const built = new Map<Kind, Map<string, Intl.DateTimeFormat>>();
  return (timeZone: string, kind: Kind): Intl.DateTimeFormat => {
    const ofKind = built.get(kind) ?? new Map<string, Intl.DateTimeFormat>();
    const formatter = ofKind.get(timeZone) ?? build(timeZone, kind);
    ofKind.set(timeZone, formatter);
    built.set(kind, ofKind);
    return formatter;
  };
}

function buildFormat(locale: string): Format {
  const formatters = new Map<string, Intl.NumberFormat>();
  /** The library's digits of some currencies are not those of ISO 4217, so they are always said. */
  const currencyFormatter = (currency: string, style: 'money' | 'change' | 'short' | 'shortChange') => {
    const key = `${style} ${currency}`;
    const formatter =
      formatters.get(key) ??
      new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        ...(style.startsWith('short')
          ? { notation: 'compact', maximumSignificantDigits: 3 }
          : { minimumFractionDigits: minorDigits(currency) ?? 2, maximumFractionDigits: minorDigits(currency) ?? 2 }),
        ...(style.toLowerCase().endsWith('change') ? { signDisplay: 'exceptZero' } : {}),
      });
    formatters.set(key, formatter);
    return formatter;
  };
  const symbols = new Map<string, string>();
  const symbolOf = (currency: string): string => {
    const parts = currencyFormatter(currency, 'money').formatToParts(0);
    return parts.find(({ type }) => type === 'currency')?.value ?? currency;
  };
  const count = new Intl.NumberFormat(locale);
  const part = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent' });
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const dates = remembering(
    (timeZone, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { ...options, timeZone }),
  );
  const inZone = (value: string, timeZone: string, options: Intl.DateTimeFormatOptions) =>
    dates(timeZone, options).format(new Date(value));
  const zoneName = (value: string, timeZone: string) =>
    dates(timeZone, ZONE_NAME)
      .formatToParts(new Date(value))
      .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
  return {
    money: (amount, currency) => withMinus(currencyFormatter(currency, 'money').format(exactly(amount))),
    change: (amount, currency) => withMinus(currencyFormatter(currency, 'change').format(exactly(amount))),
    short: (amount, currency) => withMinus(currencyFormatter(currency, 'short').format(exactly(amount))),
    shortChange: (amount, currency) => withMinus(currencyFormatter(currency, 'shortChange').format(exactly(amount))),
    symbol: (currency) => {
      const symbol = symbols.get(currency) ?? symbolOf(currency);
      symbols.set(currency, symbol);
      return symbol;
    },
    count: (value) => count.format(value),
    days: (value) => count.format(value),
    part: (value) => part.format(value),
    percent: (value) => percent.format(value / 100),
    decimal: (value) => decimal.format(exactly(value)),
    day: (value) => day.format(new Date(value)),
    dayAndMonthOf: (value, timeZone) => inZone(value, timeZone, DAY_AND_MONTH),
    dayOf: (value, timeZone) => inZone(value, timeZone, DAY),
    instant: (value, timeZone) => `${inZone(value, timeZone, INSTANT)} (${zoneName(value, timeZone)})`,
  };
}

const clocks = remembering(
  // The Swedes write a date as ISO 8601 does.
  (timeZone, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('sv-SE', { ...options, timeZone }),
);
const CLOCK = { dateStyle: 'short', timeStyle: 'medium' } as const;

/**
 * What the clock of a zone shows at an instant, to the second, as though it were UTC: how a spreadsheet, which knows no zones, is
 * given a time.
 */
export const wallClock = (instant: string, timeZone: string): Date =>
  new Date(`${clocks(timeZone, CLOCK).format(new Date(instant)).replace(' ', 'T')}Z`);
