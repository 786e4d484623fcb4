import * as z from 'zod';
import { FIRST_DAY, isInRange, LAST_DAY } from './days.ts';

// The expressions stand where they are used: reading one takes as long as a schema, and a start has no use for it.
const hasControls = (value: string) => /[\p{Cc}--[\n\t]]/v.test(value);
const hasBreaks = (value: string) => /[\n\t\u2028\u2029]/.test(value);
const hasOverrides = (value: string) => /[\u202a-\u202e\u2066-\u2069]/.test(value);
/** Nothing of it can be seen: spaces, zero-width characters, fillers such as U+3164 and the blank pattern of Braille. */
const isInvisible = (value: string) => /^[\p{Default_Ignorable_Code_Point}\p{White_Space}\u2800]+$/v.test(value);
const codePoints = (text: string) => [...text].length;

interface TextRules {
  readonly min: number;
  readonly max: number;
  readonly oneLine: boolean;
}

/** What is wrong with a text, in words. */
function* faultsOfText(value: string, { min, max, oneLine }: TextRules): Generator<string> {
  if (!value.isWellFormed()) yield 'Text must be well-formed Unicode; this contains an unpaired surrogate.';
  if (oneLine && hasBreaks(value)) yield 'A line of text may not contain tabs or line breaks.';
  if (hasControls(value)) yield 'Text may not contain control characters other than newline and tab.';
  if (hasOverrides(value)) yield 'Text may not override its direction (U+202A to U+202E, U+2066 to U+2069).';
  const length = codePoints(value);
  if (length < min) yield min === 1 ? 'Text may not be empty.' : `At least ${min} characters.`;
  else if (isInvisible(value)) yield 'Text may not consist of invisible characters alone.';
  if (length > max) yield `At most ${max} characters.`;
}

/** One check for all rules: a schema for each would be made at each start. */
const checked = (rules: TextRules) =>
  z
    .string()
    .overwrite((value) => value.replaceAll('\r\n', '\n').normalize('NFC').trim())
    .check(({ value, issues }) => {
      for (const message of faultsOfText(value, rules))
        issues.push({ code: 'custom', path: [], input: value, message, continue: true });
    })
    .meta({ minLength: rules.min, maxLength: rules.max });

/**
 * Text of several lines as people type it: trimmed, in Unicode normal form C, with LF for CRLF; without other control characters,
 * direction overrides and lone surrogates, and with something to be seen. Lengths count code points, as JSON Schema does.
 */
export const text = (min: number, max: number) => checked({ min, max, oneLine: false });

/** The same on one line, such as a title, a name or a tag: without tabs and line breaks. */
export const line = (min: number, max: number) => checked({ min, max, oneLine: true });

/** Text that is kept to the letter, such as a program: what {@link text} refuses is refused, blanks alone too, and nothing is altered. */
export function verbatim(max: number) {
  return z
    .string()
    .check(({ value, issues }) => {
      const isBlank = value.trim() === '';
      for (const message of faultsOfText(isBlank ? '' : value, { min: 1, max, oneLine: false }))
        issues.push({ code: 'custom', path: [], input: value, message, continue: true });
    })
    .meta({ minLength: 1, maxLength: max });
}

const RANGE = `between ${FIRST_DAY} and ${LAST_DAY}`;

/** A calendar date, `2026-11-21`, between 1900-01-01 and 2100-12-31. */
export const IsoDate = z.iso
  .date('A date such as 2026-11-21.')
  .refine(isInRange, `A date ${RANGE}.`)
  .meta({ id: 'Date', description: `A calendar date ${RANGE}.`, examples: ['2026-11-21'] });
export type IsoDate = z.infer<typeof IsoDate>;

/** The instant in UTC to the millisecond; undefined for one that does not exist. */
function inUtc(value: string): string | undefined {
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** An instant with an offset, stored in UTC to the millisecond, on a day in UTC between 1900-01-01 and 2100-12-31. */
export const Instant = z.iso
  .datetime({ offset: true, error: 'An instant with an offset, such as 2026-11-21T08:00:00+08:00.' })
  .refine((value) => inUtc(value) !== undefined, 'An instant that exists.')
  .refine((value) => isInRange(inUtc(value) ?? value), `An instant ${RANGE}, in UTC.`)
  .overwrite((value) => inUtc(value) ?? value)
  .meta({ id: 'Instant', description: `An instant ${RANGE}, in UTC.`, examples: ['2026-11-21T08:00:00.000Z'] });
export type Instant = z.infer<typeof Instant>;

/** The id of a prefix and a ULID. */
export const idOf = <Prefix extends string>(prefix: Prefix) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-7][0-9A-HJKMNP-TV-Z]{25}$`), `An id such as ${prefix}_01JD3Q8M5V7X9Z1B3D5F7H9K2M.`)
    .meta({ examples: [`${prefix}_01JD3Q8M5V7X9Z1B3D5F7H9K2M`] });

/** A user's id: a pseudonym, never an address, since events carry it. */
export const UserId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    'A user id: at most 128 letters, digits and . _ : - ; not an email address.',
  )
  .refine((id) => id !== 'none', '"none" means no owner and is not a user id.')
  .meta({ id: 'UserId', examples: ['bd-officer'] });
export type UserId = z.infer<typeof UserId>;

/** A short name used as an id: of a place, a partner system, a series. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'Lower-case letters, digits and hyphens, at most 64.')
  .meta({ examples: ['guangzhou'] });
export type Slug = z.infer<typeof Slug>;
