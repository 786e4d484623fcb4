import { KINDS } from '#shared/domain/pipeline/ladders.ts';
import type { Report } from '../report.ts';
import { KIND_COLOURS, strandChart, trendChart } from './charts.ts';
import { filterText, withheldSections } from './cover.ts';
import { minus, share } from './decimals.ts';
import { type InShort, inShort, reportTitle } from './headline.ts';
import { countCell, dayOfText, instantText, moneyCell, type Page, tone, wideTable } from './html-parts.ts';
import { html, type Markup } from './markup.ts';
import { reasonOf } from './section-maker.ts';

/** Whose report, of when, about what. */
export function cover(report: Report, page: Page): Markup {
  const { words } = page;
  const { say } = words;
  const { from, to } = report.period;
  const facts: (readonly [string, string])[] = [
    [say('basis'), words.basis(report.basis)],
    [say('currency'), report.currency],
    [say('filters'), filterText(report, words)],
    [say('reportId'), report.id],
    ...(report.previous ? [[say('previousReport'), report.previous] as const] : []),
    ...(report.corrects ? [[say('corrects'), report.corrects] as const] : []),
  ];
  return html`<header>
<p class="brand">${say('organisation')}</p>
${report.corrects && html`<p class="badge">${say('correctedReport')}</p>`}
<h1>${reportTitle(report, page)}</h1>
<p class="when">${from ? html`${instantText(from, page)} – ${instantText(to, page)}` : say('upTo', { to: words.format.instant(to, page.timeZone) })}</p>
<p class="facts">${facts.map(([name, value]) => html`<span>${name}: <bdi>${value}</bdi></span> `)}</p>
</header>`;
}

/** The four figures that a reader wants first, what moved them, and what cannot be given. */
export function keyFigures(report: Report, page: Page): Markup {
  const { words, currency } = page;
  const { say, format } = words;
  const { open } = report.pipeline.totals;
  const { bridge, lists } = report;
  const since = (side: 'open' | 'weighted'): readonly (Markup | string)[] => {
    if (!bridge || !report.period.from)
      return reasonOf(report, 'bridge')?.reason === 'first-report' ? [say('noEarlier')] : [];
    const change = minus(bridge[side].closing, bridge[side].opening, currency);
    return [
      html`<data class="whole${tone(change)}" value="${change}">${format.change(change, currency)}</data>`,
      say('since', { day: format.dayOf(report.period.from, page.timeZone) }),
    ];
  };
  const part = share(open.weighted, open.value, currency);
  const wonCount = lists.won?.count;
  const attention = ['stalled', 'overdue', 'nextStepsOverdue'] as const;
  const needing = attention.reduce((sum, list) => sum + (lists[list]?.count ?? 0), 0);
  const count = (list: (typeof attention)[number]) => (lists[list] ? format.count(lists[list].count) : '–');
  const cells = [
    figure(
      say('openValue'),
      bigMoney(open.value, page),
      [words.counted('records', open.count), ...since('open')],
      true,
    ),
    figure(
      say('weightedValue'),
      bigMoney(open.weighted, page),
      [part === null ? '' : say('ofOpen', { percent: format.percent(part) }), ...since('weighted')],
      true,
    ),
    figure(
      words.list('won'),
      wonCount === undefined ? '–' : format.count(wonCount),
      bridge ? [say('leftOpen', { change: format.change(bridge.open.won, currency) })] : [],
    ),
    figure(say('needAttention'), format.count(needing), [
      say('attentionParts', {
        stalled: count('stalled'),
        overdue: count('overdue'),
        steps: count('nextStepsOverdue'),
      }),
    ]),
  ];
  return html`<section>
<h2>${say('keyFigures')}</h2>
<table class="figures" role="presentation"><tbody><tr>${cells}</tr></tbody></table>
<p class="lead">${shortMarkup(inShort(report, page), page)}</p>
${withheldSections(report, words).map(
  ({ sections, why }) => html`<p class="warn"><strong>${sections}${say('colon')}</strong>${why}</p>`,
)}
</section>`;
}

const figure = (name: string, value: Markup | string, notes: readonly (Markup | string)[], isKey = false): Markup =>
  html`<td><span class="figure-name">${name}</span><span class="figure${isKey ? ' key' : ''}">${value}</span>${notes.map(
    (note) => note !== '' && html`<span class="figure-note">${note}</span>`,
  )}</td>`;

/** An amount whose small change stands back. */
function bigMoney(amount: string, { words, currency }: Page): Markup {
  const text = words.format.money(amount, currency);
  const point = text.lastIndexOf('.');
  return point < 0
    ? html`<data value="${amount}">${text}</data>`
    : html`<data value="${amount}">${text.slice(0, point)}<span class="pence">${text.slice(point)}</span></data>`;
}

/** An amount is not torn from its sign at the end of a line. */
const shortMarkup = ({ sentence, causes }: InShort, { words: { say } }: Page): Markup =>
  html`${sentence}${
    causes.length > 0 &&
    html`${say('gap')}${say('mainCauses')} ${causes.map((cause, index) => html`${index > 0 && say('semicolon')}<span class="whole">${cause}</span>`)}${say('stop')}`
  }`;

/** The pipeline by strand, drawn and counted, and by kind and stage underneath. */
export function strands(report: Report, page: Page): Markup {
  const { words } = page;
  const { say } = words;
  const { totals, rows, unconverted } = report.pipeline;
  const line = (name: string, sums: Pick<typeof totals, 'open' | 'won' | 'lost'>, isTotal = false) =>
    html`<tr${isTotal && html` class="total"`}><th scope="row">${name}</th>${countCell(sums.open.count, page)}${moneyCell(sums.open.value, page)}${moneyCell(sums.open.weighted, page)}${countCell(sums.won.count, page)}${moneyCell(sums.won.value, page)}${countCell(sums.lost.count, page)}${moneyCell(sums.lost.value, page)}</tr>`;
  return html`<section>
<h2>${say('byStrand')}</h2>
<ul class="legend">${KINDS.map((kind) => html`<li><span class="swatch ${KIND_COLOURS[kind]}"></span>${words.kind(kind)}</li>`)}</ul>
${strandChart(report, words)}
${wideTable({
  caption: say('strandCaption', { currency: report.currency }),
  head: [say('strand'), ...sumHead(page)],
  rows: [...totals.byStrand.map((sums) => line(words.strand(sums.strand), sums)), line(say('total'), totals, true)],
})}
${unconverted.length > 0 && unconvertedTable(report, page)}
<details><summary>${say('byStage')}</summary>
${wideTable({
  caption: say('stageCaption'),
  head: [
    say('stage'),
    say('phase'),
    { number: say('count') },
    { number: say('value') },
    { number: say('weighted') },
    { number: say('median') },
    { number: say('longest') },
  ],
  rows: rows
    .filter((row) => row.count > 0)
    .map(
      (row) =>
        html`<tr><th scope="row">${words.stage(row.kind, row.stage)}<span class="sub">${words.kind(row.kind)}${say('dot')}${words.strand(row.strand)}</span></th><td>${words.phase(row.phase)}</td>${countCell(row.count, page)}${moneyCell(row.value, page)}${moneyCell(row.weighted, page)}${daysCell(row.medianDaysInStage, page)}${daysCell(row.longestDaysInStage, page)}</tr>`,
    ),
})}</details>
</section>`;
}

export const sumHead = ({ words: { say } }: Page) => [
  { number: say('openCount') },
  { number: say('openValue') },
  { number: say('weightedValue') },
  { number: say('wonCount') },
  { number: say('wonValue') },
  { number: say('lostCount') },
  { number: say('lostValue') },
];

const daysCell = (days: number | null, page: Page): Markup =>
  days === null
    ? html`<td class="n">–</td>`
    : html`<td class="n"><data value="${days}">${page.words.format.days(days)}</data></td>`;

const unconvertedTable = ({ pipeline }: Report, { words }: Page): Markup => html`<h3>${words.say('unconverted')}</h3>
${wideTable({
  caption: words.say('unconvertedCaption'),
  head: [words.say('ownCurrency'), { number: words.say('count') }, { number: words.say('amount') }],
  rows: pipeline.unconverted.map(
    ({ currency, amount, count }) =>
      html`<tr><th scope="row">${currency}</th><td class="n"><data value="${count}">${words.format.count(count)}</data></td><td class="n"><data value="${amount}">${words.format.money(amount, currency)}</data></td></tr>`,
  ),
})}`;

/** Open and weighted value over the last reports. */
export function trendSection(report: Report, page: Page): Markup {
  const { words, currency } = page;
  const { say } = words;
  const why = reasonOf(report, 'trend');
  return html`<section>
<h2>${say('trend')}</h2>
${why && html`<p class="note">${words.why(why)}</p>`}
${report.trend.length < 2 ? html`<p class="note">${say('trendStarts')}</p>` : trendChart(report, words)}
<details><summary>${say('asTable')}</summary>
${wideTable({
  caption: say('trendCaption', { currency }),
  head: [say('reportDate'), { number: say('openValue') }, { number: say('weightedValue') }],
  rows: report.trend.map(
    (point) =>
      html`<tr><th scope="row">${dayOfText(point.to, page)}</th>${moneyCell(point.open, page)}${moneyCell(point.weighted, page)}</tr>`,
  ),
})}</details>
</section>`;
}
