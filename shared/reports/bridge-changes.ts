import { formatMinor } from '#shared/domain/money/money.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';
import { plus, type Rational, roundHalfEven } from '#shared/reporting/rational.ts';
import type { Step } from '#shared/reporting/standing.ts';
import { type BridgeChange, MOVEMENTS, type Movement } from './bridge-schema.ts';

/** Open and weighted value, in minor units of the report's currency. */
export interface Worth {
  readonly open: bigint;
  readonly weighted: bigint;
}

/** What a record is called; undefined of one that must not be named. */
export type Naming = (step: Step) => { readonly title: string | null } | undefined;

interface Entry {
  readonly term: Movement;
  readonly strand: Strand;
  readonly step: Step;
  readonly worth: Readonly<Record<keyof Worth, Rational>>;
}

/** So many changes of a term in a strand are told one by one, the largest ones; a report after a great import stays readable. */
export const CHANGES_TOLD = 100;

/**
 * The changes behind the terms, in the order of terms and strands, and of recording within them. Those of confidential leads stand together by term
 * and strand, without a name, and so do the smaller ones where there are very many. All together always sum to the term, but for
 * rounding. A change that came to nothing, as in a currency without a rate, is left out.
 */
export function standTogether(entries: readonly Entry[], naming: Naming, currency: string): BridgeChange[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.worth.open.numerator === 0n && entry.worth.weighted.numerator === 0n) continue;
    const key = `${entry.term}/${entry.strand}`;
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  const inTerms = [...groups.values()].sort((a, b) => place(a) - place(b));
  return inTerms.flatMap((group) => {
    const named = group.flatMap((entry) => {
      const name = naming(entry.step);
      return name ? [{ entry, title: name.title }] : [];
    });
    const told = new Set(largest(named.map(({ entry }) => entry)));
    return [
      ...named.filter(({ entry }) => told.has(entry)).map(({ entry, title }) => alone(entry, title, currency)),
      ...together(
        'others',
        named.map(({ entry }) => entry).filter((entry) => !told.has(entry)),
        currency,
      ),
      ...together(
        'confidential',
        group.filter(({ step }) => !naming(step)),
        currency,
      ),
    ];
  });
}

function place([entry]: readonly Entry[]): number {
  const { term, strand } = entry as Entry;
  return MOVEMENTS.indexOf(term) * STRANDS.length + STRANDS.indexOf(strand);
}

/** The largest, by open value, then by weighted, then the earliest. */
function largest(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length <= CHANGES_TOLD) return entries;
  const size = ({ worth }: Entry) => [absolute(worth.open), absolute(worth.weighted)] as const;
  const sized = entries.map((entry) => ({ entry, size: size(entry) }));
  const compare = (a: bigint, b: bigint) => (a === b ? 0 : a > b ? -1 : 1);
  return sized
    .sort((a, b) => compare(a.size[0], b.size[0]) || compare(a.size[1], b.size[1]))
    .slice(0, CHANGES_TOLD)
    .map(({ entry }) => entry);
}

function absolute(value: Rational): bigint {
  const whole = roundHalfEven(value);
  return whole < 0n ? -whole : whole;
}

const alone = ({ term, strand, step, worth }: Entry, title: string | null, currency: string): BridgeChange => ({
  term,
  strand,
  kind: (step.after ?? step.before)?.kind ?? null,
  recordId: step.recordId,
  title,
  eventId: step.eventId,
  together: null,
  count: 1,
  open: formatMinor(roundHalfEven(worth.open), currency),
  weighted: formatMinor(roundHalfEven(worth.weighted), currency),
});

function together(
  why: NonNullable<BridgeChange['together']>,
  entries: readonly Entry[],
  currency: string,
): BridgeChange[] {
  const [first] = entries;
  if (!first) return [];
  const total = (of: keyof Worth) => formatMinor(roundHalfEven(sumOf(entries.map(({ worth }) => worth[of]))), currency);
  return [
    {
      term: first.term,
      strand: first.strand,
      kind: why === 'confidential' ? 'ip-lead' : null,
      recordId: null,
      title: null,
      eventId: null,
      together: why,
      count: entries.length,
      open: total('open'),
      weighted: total('weighted'),
    },
  ];
}

/** Fractions of one denominator are summed first, so that thousands of them stay small. */
function sumOf(fractions: readonly Rational[]): Rational {
  const sums = new Map<bigint, bigint>();
  for (const { numerator, denominator } of fractions) sums.set(denominator, (sums.get(denominator) ?? 0n) + numerator);
  return [...sums].map(([denominator, numerator]) => ({ numerator, denominator })).reduce(plus);
}
