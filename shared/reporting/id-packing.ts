/** Digits of a ULID (Crockford's base 32), by their value. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));
/** Ten digits of time and sixteen of chance. */
const TIME_DIGITS = 10;
/** Eight digits are five bytes, and a number that is exact. */
const GROUP = { digits: 8, bytes: 5 } as const;

/** Bytes of the chance in a ULID. */
export const CHANCE_BYTES = 10;

/** A ULID in two: its time (milliseconds since 1970) and its chance. */
export interface UlidParts {
  readonly time: number;
  readonly chance: Uint8Array;
}

/** The parts of the ULID in an id such as `evt_01JD…`. Throws a RangeError for another form. */
export function ulidParts(id: string): UlidParts {
  const ulid = id.slice(id.indexOf('_') + 1);
  if (ulid.length !== TIME_DIGITS + 2 * GROUP.digits || (ulid[0] as string) > '7')
    throw new RangeError('The id holds no ULID.');
  const chance = new Uint8Array(CHANCE_BYTES);
  for (let group = 0; group < 2; group++) {
    let rest = numberOf(ulid, TIME_DIGITS + group * GROUP.digits, GROUP.digits);
    for (let place = GROUP.bytes - 1; place >= 0; place--) {
      chance[group * GROUP.bytes + place] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
  return { time: numberOf(ulid, 0, TIME_DIGITS), chance };
}

/** The ULID of these parts: the inverse of {@link ulidParts}. */
export function ulidOf({ time, chance }: UlidParts): string {
  let ulid = textOf(time, TIME_DIGITS);
  for (let group = 0; group < 2; group++) {
    let value = 0;
    for (let place = 0; place < GROUP.bytes; place++)
      value = value * 256 + (chance[group * GROUP.bytes + place] as number);
    ulid += textOf(value, GROUP.digits);
  }
  return ulid;
}

function numberOf(ulid: string, start: number, digits: number): number {
  let value = 0;
  for (let place = start; place < start + digits; place++) {
    const digit = VALUES.get(ulid[place] as string);
    if (digit === undefined) throw new RangeError('The id holds no ULID.');
    value = value * 32 + digit;
  }
  return value;
}

function textOf(value: number, digits: number): string {
  let text = '';
  for (let rest = value, left = digits; left > 0; left--) {
    text = (DIGITS[rest % 32] as string) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
