import { type Term, WEIGHTED_TERMS } from '../bridge-schema.ts';
import type { Report } from '../report.ts';
import { decimal, money, number, type Section, words as term, text } from './cells.ts';
import type { SectionMaker } from './section-maker.ts';
import type { Words } from './words.ts';

/** A term's figure; of open value there are fewer terms. */
export const termOf = (terms: Readonly<Partial<Record<Term, string>>>, name: Term): string | undefined => terms[name];

export function bridgeSections({ bridge, currency }: Report, words: Words, section: SectionMaker): Section[] {
  const { say } = words;
  const sides = bridge && [
    ...bridge.byStrand.map((side) => ({ name: words.strand(side.strand), ...side })),
    { name: say('total'), ...bridge },
  ];
  return [
    section(
      'bridge',
      say('bridge'),
      ['strand', 'term', 'open', 'openWeighted'],
      sides?.flatMap(({ name, open, weighted }) =>
        WEIGHTED_TERMS.map((of) => ({
          strand: term(name),
          term: term(words.term(of)),
          open: money(termOf(open, of), currency),
          openWeighted: money(weighted[of], currency),
        })),
      ) ?? null,
    ),
    section(
      'bridgeChanges',
      say('bridgeChanges'),
      ['strand', 'kind', 'term', 'recordId', 'title', 'eventId', 'count', 'open', 'openWeighted'],
      bridge?.changes.map((change) => ({
        strand: term(words.strand(change.strand)),
        kind: change.kind && term(words.kind(change.kind)),
        term: term(words.term(change.term)),
        recordId: text(change.recordId),
        title: change.together ? term(say(change.together)) : text(change.title),
        eventId: text(change.eventId),
        count: number(change.count),
        open: money(change.open, currency),
        openWeighted: money(change.weighted, currency),
      })) ?? [],
      bridge ? [say('eachRounded')] : [],
    ),
    section(
      'bridgeFx',
      say('bridgeFx'),
      ['strand', 'ownCurrency', 'amount', 'openingRate', 'closingRate', 'open', 'openWeighted'],
      bridge?.fx.map((fx) => ({
        strand: term(words.strand(fx.strand)),
        ownCurrency: text(fx.currency),
        amount: money(fx.amount, fx.currency),
        openingRate: decimal(fx.openingRate),
        closingRate: decimal(fx.closingRate),
        open: money(fx.open, currency),
        openWeighted: money(fx.weighted, currency),
      })) ?? [],
    ),
  ];
}
