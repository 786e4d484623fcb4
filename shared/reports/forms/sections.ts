import type { Report, ReportLanguage } from '../report.ts';
import { bridgeSections } from './bridge-sections.ts';
import { type ColumnName, day, instant, type Row, type Section, words as term, text } from './cells.ts';
import { explanations, filterText } from './cover.ts';
import { correctionSections, listSections } from './list-sections.ts';
import { type SectionMaker, sectionMaker, sectionName } from './section-maker.ts';
import { pipelineSections, sumSections } from './sum-sections.ts';
import type { WordingName } from './wording.ts';
import { type Words, wordsOf } from './words.ts';

/**
 * All tables of a report, in the order in which it is read, complete: what CSV and XLSX hold. A section that the report cannot give is
 * there without rows, and its note says why; the sections that a report has only where the product keeps what they need (agreements,
 * evidence) or only when it is corrected are not there otherwise.
 */
export function sectionsOf(report: Report, language: ReportLanguage): Section[] {
  const words = wordsOf(report, language);
  const section = sectionMaker(report, words);
  return [
    ...coverSections(report, words, section),
    ...pipelineSections(report, words, section),
    ...bridgeSections(report, words, section),
    ...listSections(report, words, section),
    ...sumSections(report, words, section),
    ...correctionSections(report, words, section),
  ];
}

function coverSections(report: Report, words: Words, section: SectionMaker): Section[] {
  const { say } = words;
  const items: (readonly [WordingName, Row['detail']])[] = [
    ['reportId', text(report.id)],
    ['series', text(words.series(report.series))],
    ['reportDate', day(report.date)],
    ['periodFrom', instant(report.period.from)],
    ['cutOff', instant(report.period.to)],
    ['timeZone', text(report.period.timeZone)],
    ['basis', term(words.basis(report.basis))],
    ['currency', text(report.currency)],
    ['filters', text(filterText(report, words))],
    ['previousReport', text(report.previous)],
    ['corrects', text(report.corrects)],
  ];
  return [
    section(
      'report',
      say('contents'),
      ['item', 'detail'],
      items.map(([name, detail]) => ({ item: term(say(name)), detail: detail ?? term(say('none')) })),
    ),
    section(
      'unavailable',
      say('notGiven'),
      ['item', 'detail'],
      report.unavailable.map((unavailable) => ({
        item: term(sectionName(unavailable.section, words)),
        detail: term(words.why(unavailable)),
      })),
    ),
  ];
}

/** Columns whose amounts are all in the report's currency. */
export const IN_REPORT_CURRENCY: ReadonlySet<ColumnName> = new Set([
  'value',
  'weighted',
  'open',
  'openWeighted',
  'wonValue',
  'lostValue',
]);

/** What the terms of a report mean. */
export const termsSection = (words: Words): Section => ({
  id: 'terms',
  title: words.say('glossary'),
  columns: ['item', 'detail'],
  rows: explanations(words).map(([name, meaning]) => ({ item: term(name), detail: term(meaning) })),
  notes: [],
});
