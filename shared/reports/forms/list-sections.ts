import { LISTS, type ListName, type RecordLine, type Report } from '../report.ts';
import {
  type ColumnName,
  day,
  instant,
  money,
  number,
  percent,
  type Row,
  type Section,
  words as term,
  text,
} from './cells.ts';
import { correctionRows } from './correction-rows.ts';
import type { SectionMaker } from './section-maker.ts';
import type { Words } from './words.ts';

const RECORD_COLUMNS = [
  'recordId',
  'kind',
  'strand',
  'stage',
  'title',
  'organisations',
  'owner',
  'place',
  'ownCurrency',
  'amount',
  'value',
  'probability',
] as const satisfies readonly ColumnName[];

const recordCells = (line: RecordLine, words: Words, currency: string): Row => ({
  recordId: text(line.id),
  kind: term(words.kind(line.kind)),
  strand: term(words.strand(line.strand)),
  stage: term(words.stage(line.kind, line.stage)),
  title: text(line.title),
  organisations: text(organisationNames(line, words)),
  owner: line.owner === null ? null : text(words.user(line.owner)),
  place: line.place === null ? null : text(words.place(line.place)),
  ownCurrency: text(line.value?.currency ?? null),
  amount: line.value && money(line.value.amount, line.value.currency),
  value: money(line.converted, currency),
  probability: percent(line.probability),
});

/** The organisations of a record in one line. */
export const organisationNames = ({ organisations }: Pick<RecordLine, 'organisations'>, { say }: Words) =>
  organisations.map(({ name }) => name ?? say('noName')).join(say('comma'));

/** Lists of what stands around the pipeline. */
const AROUND_LISTS = ['agreementsExpiring', 'evidenceExpiring'] as const;
type AroundList = (typeof AROUND_LISTS)[number];
const isAround = (list: ListName | AroundList): list is AroundList =>
  (AROUND_LISTS as readonly string[]).includes(list);

/** What must be said below a list: what it counts without naming, and what it leaves out. */
export function listNotes(
  { lists, aroundFigures }: Report,
  list: ListName | AroundList,
  { counted, say }: Words,
): string[] {
  const figures = isAround(list) ? aroundFigures?.[list] : lists[list];
  return [
    figures?.withheld ? counted('withheldRecords', figures.withheld) : '',
    figures?.omitted ? counted('omittedRecords', figures.omitted) : '',
    figures?.complete === false ? say('incomplete') : '',
  ].filter((note) => note !== '');
}

/** Who did something: a user by name, a partner or the system by its id. */
export const actorName = (by: { readonly type: string; readonly id: string } | null, words: Words): string | null =>
  by && (by.type === 'user' ? words.user(by.id) : by.id);

export function listSections(report: Report, words: Words, section: SectionMaker): Section[] {
  const { currency } = report;
  const { say } = words;
  const list = <Line extends RecordLine>(
    name: ListName,
    lines: readonly Line[] | null,
    columns: readonly ColumnName[],
    cells: (line: Line) => Row,
  ) =>
    section(
      name,
      words.list(name),
      [...RECORD_COLUMNS, ...columns],
      lines?.map((line) => ({ ...recordCells(line, words, currency), ...cells(line) })),
      listNotes(report, name, words),
    );
  const outcome = (line: NonNullable<Report['won']>[number]): Row => ({
    at: instant(line.at),
    by: text(actorName(line.by, words)),
    lostReason: line.lostReason && term(words.lostReason(line.lostReason)),
    reason: text(line.reason),
    eventId: text(line.eventId),
  });
  const closing = (line: NonNullable<Report['overdue']>[number]): Row => ({
    expectedCloseOn: day(line.expectedCloseOn),
    days: number(line.days),
  });
  return [
    list('moves', report.moves, ['from', 'to', 'at', 'by', 'reason', 'eventId'], (line) => ({
      from: term(words.stage(line.kind, line.from)),
      to: term(words.stage(line.kind, line.to)),
      at: instant(line.at),
      by: text(actorName(line.by, words)),
      reason: text(line.reason),
      eventId: text(line.eventId),
    })),
    list('won', report.won, ['at', 'by', 'eventId'], outcome),
    list('lost', report.lost, ['at', 'by', 'lostReason', 'reason', 'eventId'], outcome),
    list('stalled', report.stalled, ['enteredOn', 'days', 'threshold'], (line) => ({
      enteredOn: day(line.enteredOn),
      days: number(line.days),
      threshold: number(line.threshold),
    })),
    list('closingSoon', report.closingSoon, ['expectedCloseOn', 'days'], closing),
    list('overdue', report.overdue, ['expectedCloseOn', 'days'], closing),
    list('nextStepsOverdue', report.nextStepsOverdue, ['nextStep', 'dueOn', 'days'], (line) => ({
      nextStep: text(line.nextStep.text),
      dueOn: day(line.nextStep.dueOn),
      days: number(line.days),
    })),
    section(
      'lists',
      say('listFigures'),
      ['item', 'count', 'withheld', 'omitted', 'complete'],
      [
        ...LISTS.map((name) => [words.list(name), report.lists[name]] as const),
        ...AROUND_LISTS.map((name) => [say(name), report.aroundFigures?.[name]] as const),
      ].flatMap(([name, figures]) => {
        if (!figures) return [];
        return {
          item: term(name),
          count: number(figures.count),
          withheld: number(figures.withheld),
          omitted: number(figures.omitted),
          complete: term(say(figures.complete ? 'yes' : 'no')),
        };
      }),
    ),
    ...expirySections(report, words, section),
  ];
}

/** How evidence stands, in words. */
export const evidenceState = (
  state: NonNullable<Report['evidenceExpiring']>[number]['state'],
  { say }: Pick<Words, 'say'>,
): string =>
  say(({ missing: 'evidenceMissing', expired: 'evidenceExpired', ending: 'evidenceEnding' } as const)[state]);

function expirySections(report: Report, words: Words, section: SectionMaker): Section[] {
  const { agreementsExpiring, evidenceExpiring, currency } = report;
  const sections: Section[] = [];
  if (agreementsExpiring)
    sections.push(
      section(
        'agreementsExpiring',
        words.say('agreementsExpiring'),
        ['recordId', 'title', 'organisations', 'place', 'expiresOn', 'days'],
        agreementsExpiring.map((agreement) => ({
          recordId: text(agreement.id),
          title: text(agreement.title),
          organisations: text(organisationNames(agreement, words)),
          place: agreement.place === null ? null : text(words.place(agreement.place)),
          expiresOn: day(agreement.expiresOn),
          days: number(agreement.days),
        })),
        [...listNotes(report, 'agreementsExpiring', words), words.say('aroundNote')],
      ),
    );
  if (evidenceExpiring)
    sections.push(
      section(
        'evidenceExpiring',
        words.say('evidenceExpiring'),
        [...RECORD_COLUMNS, 'evidence', 'state', 'expiresOn', 'days'],
        evidenceExpiring.map((line) => ({
          ...recordCells(line, words, currency),
          evidence: term(words.evidence(line.evidence)),
          state: term(evidenceState(line.state, words)),
          expiresOn: line.expiresOn === null ? null : day(line.expiresOn),
          days: number(line.days),
        })),
        [...listNotes(report, 'evidenceExpiring', words), words.say('evidenceNote'), words.say('aroundNote')],
      ),
    );
  return sections;
}

/** What a corrected report says otherwise than the first. */
export function correctionSections({ changes, currency }: Report, words: Words, section: SectionMaker): Section[] {
  if (!changes) return [];
  const { figures, entries } = correctionRows(changes, currency, words);
  return [
    section(
      'changes',
      words.say('corrections'),
      ['item', 'recordId', 'title', 'figure', 'before', 'after', 'changed'],
      [
        ...figures.map(({ of, figure, before, after }) => ({
          item: text(of),
          figure: term(figure),
          before: before.cell,
          after: after.cell,
        })),
        ...entries.map((entry) => ({
          item: term(entry.section),
          recordId: text(entry.recordId),
          title: text(entry.title),
          changed: term(entry.fields === '' ? entry.change : `${entry.change}${words.say('semicolon')}${entry.fields}`),
        })),
      ],
    ),
  ];
}
