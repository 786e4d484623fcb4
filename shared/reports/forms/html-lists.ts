import type { ListName, RecordLine, Report } from '../report.ts';
import { sumHead } from './html-figures.ts';
import {
  countCell,
  dayOfText,
  dayText,
  moneyCell,
  type Page,
  recordHead,
  valueCell,
  wideTable,
  written,
} from './html-parts.ts';
import { actorName, evidenceState, listNotes } from './list-sections.ts';
import { html, type Markup } from './markup.ts';
import { reasonOf } from './section-maker.ts';
import type { WordingName } from './wording.ts';

/** What happened in the period: moves, won, lost. */
export function outcomes(report: Report, page: Page): Markup {
  const { words } = page;
  const { say } = words;
  const doneBy = (line: NonNullable<Report['won']>[number]) => {
    const name = actorName(line.by, words);
    return html`${dayOfText(line.at, page)}${name !== null && html`<span class="sub">${written(name)}</span>`}`;
  };
  return html`<section>
<h2>${say('outcomes')}</h2>
${list(report, page, 'won', report.won, 'at', (line) => html`<td>${doneBy(line)}</td>`)}
${list(report, page, 'lost', report.lost, 'lostReason', (line) => html`<td>${line.lostReason && words.lostReason(line.lostReason)}${line.reason !== null && html`<span class="sub">${written(line.reason)}</span>`}<span class="sub">${doneBy(line)}</span></td>`)}
${list(report, page, 'moves', report.moves, 'move', (line) => {
  const name = actorName(line.by, words);
  return html`<td>${words.stage(line.kind, line.from)} → ${words.stage(line.kind, line.to)}<span class="sub">${dayOfText(line.at, page)}${name !== null && html`${say('dot')}${written(name)}`}</span>${line.reason !== null && html`<span class="sub">${written(line.reason)}</span>`}</td>`;
})}
</section>`;
}

/** What somebody should look at now. */
export function attention(report: Report, page: Page): Markup {
  const { words } = page;
  const { say, counted } = words;
  const { agreementsExpiring, evidenceExpiring } = report;
  const late = (days: number) => html`<span class="sub">${counted('daysLate', days)}</span>`;
  return html`<section>
<h2>${say('attention')}</h2>
${list(report, page, 'overdue', report.overdue, 'expectedCloseOn', (line) => html`<td>${dayText(line.expectedCloseOn, page)}${late(-line.days)}</td>`)}
${list(report, page, 'nextStepsOverdue', report.nextStepsOverdue, 'nextStep', (line) => html`<td>${written(line.nextStep.text)}<span class="sub">${dayText(line.nextStep.dueOn, page)}${say('dot')}${counted('daysLate', line.days)}</span></td>`)}
${list(report, page, 'stalled', report.stalled, 'enteredOn', (line) => html`<td>${dayText(line.enteredOn, page)}<span class="sub">${counted('days', line.days)}</span><span class="sub">${say('stalledAfter', { days: counted('days', line.threshold) })}</span></td>`)}
${list(report, page, 'closingSoon', report.closingSoon, 'expectedCloseOn', (line) => html`<td>${dayText(line.expectedCloseOn, page)}<span class="sub">${counted('daysLeft', line.days)}</span></td>`)}
${
  evidenceExpiring &&
  expiring(
    page,
    'evidenceExpiring',
    evidenceExpiring.map(
      (line) =>
        html`<tr>${recordHead(line, page)}<td>${words.evidence(line.evidence)}<span class="sub">${evidenceState(line.state, words)}</span>${line.expiresOn !== null && html`<span class="sub">${dayText(line.expiresOn, page)}</span>`}</td>${valueCell(line, page)}</tr>`,
    ),
    [say('record'), say('evidence'), { number: say('value') }],
    [...listNotes(report, 'evidenceExpiring', words), say('evidenceNote'), say('aroundNote')],
  )
}
${
  agreementsExpiring &&
  expiring(
    page,
    'agreementsExpiring',
    agreementsExpiring.map(
      (agreement) =>
        html`<tr><th scope="row"><span class="title">${written(agreement.title)}</span><span class="sub">${written(agreement.organisations.map(({ name }) => name ?? say('noName')).join(say('comma')))}</span><span class="sub id">${agreement.id}</span></th><td>${dayText(agreement.expiresOn, page)}<span class="sub">${counted('daysLeft', agreement.days)}</span></td></tr>`,
    ),
    [say('title'), say('expiresOn')],
    [...listNotes(report, 'agreementsExpiring', words), say('aroundNote')],
  )
}
</section>`;
}

function list<Line extends RecordLine>(
  report: Report,
  page: Page,
  name: ListName,
  lines: readonly Line[] | null,
  column: WordingName,
  cell: (line: Line) => Markup,
): Markup {
  const { words } = page;
  const { say } = words;
  const notes = listNotes(report, name, words).map((note) => html`<p class="note">${note}</p>`);
  const size = report.lists[name]?.count ?? lines?.length ?? 0;
  const heading = html`<h3>${words.list(name)}${size > 0 && html`<span class="size">${words.counted('records', size)}</span>`}</h3>`;
  if (!lines)
    return html`${heading}<p class="note">${say('unknown', { why: words.why(reasonOf(report, name)) })}</p>${notes}`;
  if (lines.length === 0)
    return html`${heading}${notes.length > 0 ? notes : html`<p class="note">${say('noEntries')}</p>`}`;
  return html`${heading}
${wideTable({
  caption: words.list(name),
  captionIsHeard: true,
  ofRecords: true,
  head: [say('record'), say(column), { number: say('value') }],
  rows: lines.map((line) => html`<tr>${recordHead(line, page)}${cell(line)}${valueCell(line, page)}</tr>`),
})}
${notes}`;
}

function expiring(
  page: Page,
  name: 'agreementsExpiring' | 'evidenceExpiring',
  rows: readonly Markup[],
  head: readonly (string | { readonly number: string })[],
  notes: readonly string[],
): Markup {
  const { say } = page.words;
  return html`<h3>${say(name)}</h3>
${rows.length === 0 ? html`<p class="note">${say('nothingOpen')}</p>` : wideTable({ caption: say(name), captionIsHeard: true, ofRecords: true, head, rows })}
${notes.map((note) => html`<p class="note">${note}</p>`)}`;
}

/** The same sums by place, by theme and by owner. */
export function breakdown(report: Report, page: Page): Markup {
  const { words, currency } = page;
  const { say } = words;
  const { byPlace, byTheme, byOwner, pipeline } = report;
  type Sums = Pick<typeof pipeline.totals, 'open' | 'won' | 'lost'>;
  const row = (name: Markup | string, { open, won, lost }: Sums, isTotal = false) =>
    html`<tr${isTotal && html` class="total"`}><th scope="row">${name}</th>${countCell(open.count, page)}${moneyCell(open.value, page)}${moneyCell(open.weighted, page)}${countCell(won.count, page)}${moneyCell(won.value, page)}${countCell(lost.count, page)}${moneyCell(lost.value, page)}</tr>`;
  const total = row(say('total'), pipeline.totals, true);
  const sums = (
    id: 'byPlace' | 'byTheme' | 'byOwner',
    column: WordingName,
    rows: readonly Markup[] | null | undefined,
  ) =>
    html`<h3>${say(id)}</h3>
${
  rows
    ? wideTable({
        caption: say('sumCaption', { name: say(id), currency }),
        captionIsHeard: true,
        head: [say(column), ...sumHead(page)],
        rows,
      })
    : html`<p class="note">${say('unknown', { why: words.why(reasonOf(report, id)) })}</p>`
}`;
  return html`<section>
<h2>${say('breakdown')}</h2>
${sums('byPlace', 'place', byPlace && [...byPlace.map((line) => row(written(words.place(line.place)), line)), total])}
${byPlace && relationships(byPlace, page)}
${sums(
  'byTheme',
  'theme',
  byTheme?.map((line) => row(words.theme(line.theme), line)),
)}
<p class="note">${say('themesOverlap')}</p>
${sums('byOwner', 'owner', byOwner && [...byOwner.map((line) => row(written(words.owner(line.owner)), line)), total])}
</section>`;
}

/** The relationship indicator's parts beside its index, where the product keeps activities. */
function relationships(places: NonNullable<Report['byPlace']>, page: Page): Markup | undefined {
  const { words } = page;
  const { say } = words;
  const rows = places.flatMap(({ place, relationship }) => (relationship ? [{ place, ...relationship }] : []));
  if (rows.length === 0) return undefined;
  const part = (value: number | null) =>
    html`<td class="n">${value === null ? '–' : html`<data value="${value}">${words.format.part(value)}</data>`}</td>`;
  return html`<h3>${say('relationship')}</h3>
${wideTable({
  caption: say('relationshipNote'),
  head: [
    say('place'),
    { number: say('activities') },
    { number: say('variety') },
    { number: say('reciprocity') },
    { number: say('duration') },
    { number: say('relationship') },
  ],
  rows: rows.map(
    (row) =>
      html`<tr><th scope="row">${written(words.place(row.place))}</th>${countCell(row.activities, page)}${part(row.variety)}${part(row.reciprocity)}${part(row.duration)}${part(row.index)}</tr>`,
  ),
})}`;
}
