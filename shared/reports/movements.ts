import { phaseOf, stageOf } from '#shared/domain/pipeline/ladders.ts';
import type { Strand } from '#shared/domain/strand.ts';
import type { Convert } from '#shared/reporting/conversion.ts';
import { minus, type Rational, ZERO } from '#shared/reporting/rational.ts';
import type { Standing, Step } from '#shared/reporting/standing.ts';
import type { Movement } from './bridge-schema.ts';

/** An amount of one currency, signed. */
export interface Amount {
  readonly currency: string;
  /** Minor units. */
  readonly minor: bigint;
  /** Minor units × percent. */
  readonly weighted: bigint;
}

/** What a change does to one term of one strand, in the currencies that it was made in. */
export interface Part {
  readonly term: Movement;
  readonly strand: Strand;
  readonly amounts: readonly Amount[];
}

/**
 * A step as parts of the bridge of open value (docs/reports.md). A change to several fields splits in the order strand, value,
 * probability, stage: each is weighted with what stood before the later ones. What is not open adds nothing, so a record logged as won,
 * or voided while it is won, has no part.
 *
 * `seen` says what the report is about. A record that enters or leaves that by a change of strand, place or owner is transferred.
 */
export function partsOf(
  { before, after, verb }: Step,
  seen: (standing: Standing) => boolean,
  convert: Convert,
): Part[] {
  const [was, is] = [before && seen(before) ? before : null, after && seen(after) ? after : null];
  const parts: Part[] = [];
  if (!before) {
    if (is) parts.push(part(verb === 'restored' ? 'removed' : 'new', is.strand, added(is)));
  } else if (!after) {
    if (was) parts.push(part('removed', was.strand, taken(was)));
  } else {
    if (was?.strand !== is?.strand) parts.push(...transfersOf(before, was, is));
    if (is) parts.push(...changesOf(before, is, convert));
  }
  return parts.filter(({ amounts }) => amounts.length > 0);
}

function transfersOf(before: Standing, was: Standing | null, is: Standing | null): Part[] {
  return [
    ...(was ? [part('transferred', was.strand, taken(before))] : []),
    ...(is ? [part('transferred', is.strand, added(before))] : []),
  ];
}

/** Changes within a strand. */
function changesOf(before: Standing, after: Standing, convert: Convert): Part[] {
  const { strand } = after;
  const [wasOpen, isOpen] = [isOpenNow(before), isOpenNow(after)];
  if (!wasOpen) return isOpen ? [part('reopened', strand, added(after))] : [];
  // The new value, still with the old probability, in the old stage.
  const revalued = { ...before, ...moneyOf(after) };
  const value = part(valueTerm(before, after, convert), strand, [...taken(before), ...added(revalued)]);
  if (!isOpen) {
    const term = phaseOf(after.kind, after.stage) === 'won' ? 'won' : 'lost';
    return [value, part(term, strand, taken(revalued))];
  }
  // An own probability stands across moves; without one, the old stage's default holds until the move.
  const percent = after.own ? after.percent : stageOf(before.kind, before.stage).probability;
  const reweighed = { ...revalued, percent };
  return [
    value,
    part('probability', strand, [...taken(revalued), ...added(reweighed)]),
    part('moved', strand, [...taken(reweighed), ...added(after)]),
  ];
}

const isOpenNow = ({ kind, stage }: Standing) => phaseOf(kind, stage) === 'open';

const moneyOf = ({ currency, minor }: Standing) => ({ currency, minor }) as Pick<Standing, 'currency' | 'minor'>;

/** Up or down, in the report's currency where the value's own has changed. */
function valueTerm(before: Standing, after: Standing, convert: Convert): 'valueUp' | 'valueDown' {
  const [from, to] = [before.minor ?? 0n, after.minor ?? 0n];
  if (before.currency === after.currency) return to < from ? 'valueDown' : 'valueUp';
  const worth = ({ minor, currency }: Standing): Rational =>
    (minor === undefined || currency === undefined ? undefined : convert(minor, currency)) ?? ZERO;
  return minus(worth(after), worth(before)).numerator < 0n ? 'valueDown' : 'valueUp';
}

function part(term: Movement, strand: Strand, amounts: readonly Amount[]): Part {
  const sums = new Map<string, Amount>();
  for (const { currency, minor, weighted } of amounts) {
    const sum = sums.get(currency) ?? { currency, minor: 0n, weighted: 0n };
    sums.set(currency, { currency, minor: sum.minor + minor, weighted: sum.weighted + weighted });
  }
  return { term, strand, amounts: [...sums.values()].filter(({ minor, weighted }) => minor !== 0n || weighted !== 0n) };
}

/** What a record adds to open value: nothing unless it is open and has a value. */
function added(standing: Standing): Amount[] {
  const { currency, minor, percent } = standing;
  if (currency === undefined || minor === undefined || !isOpenNow(standing)) return [];
  return [{ currency, minor, weighted: minor * BigInt(percent) }];
}

const taken = (standing: Standing): Amount[] =>
  added(standing).map(({ currency, minor, weighted }) => ({ currency, minor: -minor, weighted: -weighted }));
