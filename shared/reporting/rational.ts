/** An exact fraction; the denominator is above zero. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** The fraction that a decimal string such as `0.1083` stands for. */
export function fromDecimal(decimal: string): Rational {
  const [whole = '', fraction = ''] = decimal.split('.');
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}

/** The sum; of equal denominators it keeps the denominator, so that sums of many stay small. */
export function plus(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  if (a.numerator === 0n) return b;
  if (b.numerator === 0n) return a;
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export const minus = (a: Rational, b: Rational): Rational => plus(a, { ...b, numerator: -b.numerator });

export const times = (a: Rational, b: Rational): Rational => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
});

/** Throws for a divisor that is not above zero: a rate never is. */
export function dividedBy(a: Rational, b: Rational): Rational {
  if (b.numerator <= 0n) throw new RangeError('A divisor must be above zero.');
  return { numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator };
}

/** Of two whole numbers above zero. */
export function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [a, b];
  while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

/** The nearest whole number; of two equally near the even one (half-even, as in IEEE 754 and in banking). */
export function roundHalfEven({ numerator, denominator }: Rational): bigint {
  const floor = numerator / denominator - (numerator < 0n && numerator % denominator !== 0n ? 1n : 0n);
  const twice = 2n * (numerator - floor * denominator);
  const up = twice > denominator || (twice === denominator && floor % 2n !== 0n);
  return up ? floor + 1n : floor;
}
