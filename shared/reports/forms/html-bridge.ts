import { type BridgeChange, MOVEMENTS, type Term, WEIGHTED_TERMS } from '../bridge-schema.ts';
import type { Report } from '../report.ts';
import { termOf } from './bridge-sections.ts';
import { bridgeChart, isCut } from './charts.ts';
import { isNought } from './decimals.ts';
import { changeCell, moneyCell, type Page, table, wideTable, written } from './html-parts.ts';
import { html, type Markup } from './markup.ts';
import { reasonOf } from './section-maker.ts';

type Bridge = NonNullable<Report['bridge']>;

/** Why the pipeline moved: drawn, as lines that add up, and under each line the records behind it. */
export function bridgeSection(report: Report, page: Page): Markup {
  const { words } = page;
  const { say } = words;
  const { bridge, currency } = report;
  if (!bridge)
    return html`<section>
<h2>${say('bridge')}</h2>
<p class="note">${say('unknown', { why: words.why(reasonOf(report, 'bridge')) })}</p>
</section>`;
  return html`<section>
<h2>${say('bridge')}</h2>
<h3>${say('openBridgeChart')}</h3>
${bridgeChart('open', bridge, currency, words)}
<h3>${say('weightedBridgeChart')}</h3>
${bridgeChart('weighted', bridge, currency, words)}
${isCut(bridge, currency, words) && html`<p class="note">${say('cutAxis')}</p>`}
<h3>${say('bridgeLines')}</h3>
${wideTable({
  caption: say('bridgeCaption', { currency }),
  head: [say('term'), { number: say('openValue') }, { number: say('weightedValue') }],
  rows: WEIGHTED_TERMS.flatMap((term) => termRows(term, bridge, page)),
})}
<p class="note">${say('eachRounded')}</p>
<details><summary>${say('bridgeByStrand')}</summary>
${strandTable('open', bridge, page)}
${strandTable('weighted', bridge, page)}
</details>
</section>`;
}

const isEnd = (term: Term) => term === 'opening' || term === 'closing';

const amountCell = (term: Term, amount: string | undefined, page: Page): Markup =>
  isEnd(term) ? moneyCell(amount, page) : changeCell(amount, page);

/** A term's line, and one that opens to what is behind it. */
function termRows(term: Term, bridge: Bridge, page: Page): Markup[] {
  const { words } = page;
  const behind = behindTerm(term, bridge, page);
  const classes = [behind && 'opened', isEnd(term) && 'total'].filter(Boolean).join(' ');
  const line = html`<tr${classes !== '' && html` class="${classes}"`}><th scope="row">${words.term(term)}<span class="sub">${words.meaning(term)}</span></th>${amountCell(term, termOf(bridge.open, term), page)}${amountCell(term, bridge.weighted[term], page)}</tr>`;
  return behind ? [line, html`<tr class="behind"><td colspan="3">${behind}</td></tr>`] : [line];
}

function behindTerm(term: Term, bridge: Bridge, page: Page): Markup | undefined {
  const { words } = page;
  const { say } = words;
  const isMovement = (MOVEMENTS as readonly Term[]).includes(term);
  const changes = isMovement ? bridge.changes.filter((change) => change.term === term) : [];
  const fx = term === 'fx' ? bridge.fx.filter((line) => !(isNought(line.open) && isNought(line.weighted))) : [];
  if (changes.length + fx.length === 0) return undefined;
  const count = changes.reduce((sum, change) => sum + change.count, 0);
  const title = fx.length > 0 ? words.counted('sums', fx.length) : words.counted('changes', count);
  const content =
    fx.length > 0
      ? fxTable(fx, page)
      : table({
          caption: say('behindCaption', { term: words.term(term) }),
          captionIsHeard: true,
          head: [say('record'), { number: say('openValue') }, { number: say('weightedValue') }],
          rows: changes.map((change) => changeRow(change, page)),
        });
  return html`<details><summary>${say('behind', { changes: title })}</summary><div class="inner">${content}</div></details>`;
}

function changeRow(change: BridgeChange, page: Page): Markup {
  const { words } = page;
  const facts = [change.kind && words.kind(change.kind), words.strand(change.strand)].filter((fact) => fact !== null);
  const name = change.together
    ? html`${words.say(change.together)}<span class="sub">${words.counted('changes', change.count)}${words.say('dot')}${facts.join(words.say('dot'))}</span>`
    : html`<span class="title">${written(change.title ?? '')}</span><span class="sub">${facts.join(words.say('dot'))}</span><span class="sub id">${change.recordId}</span>`;
  return html`<tr><th scope="row">${name}</th>${changeCell(change.open, page)}${changeCell(change.weighted, page)}</tr>`;
}

const fxTable = (lines: Bridge['fx'], page: Page): Markup => {
  const { words } = page;
  const { say } = words;
  const rate = (value: string | null) => (value === null ? say('noRate') : words.format.decimal(value));
  return table({
    caption: say('fxCaption'),
    head: [say('strand'), { number: say('openValue') }, { number: say('weightedValue') }],
    rows: lines.map(
      (line) =>
        html`<tr><th scope="row">${words.strand(line.strand)}<span class="sub"><data value="${line.amount}">${words.format.money(line.amount, line.currency)}</data></span><span class="sub">${rate(line.openingRate)} → ${rate(line.closingRate)}</span></th>${changeCell(line.open, page)}${changeCell(line.weighted, page)}</tr>`,
    ),
  });
};

function strandTable(side: 'open' | 'weighted', bridge: Bridge, page: Page): Markup {
  const { words, currency } = page;
  const { say } = words;
  const terms = WEIGHTED_TERMS.filter((term) => termOf(bridge[side], term) !== undefined);
  return wideTable({
    caption: say('bridgeStrandCaption', { side: say(side === 'open' ? 'openValue' : 'weightedValue'), currency }),
    head: [
      say('term'),
      ...bridge.byStrand.map(({ strand }) => ({ number: words.strand(strand) })),
      { number: say('total') },
    ],
    rows: terms.map(
      (term) =>
        html`<tr${isEnd(term) && html` class="total"`}><th scope="row">${words.term(term)}</th>${bridge.byStrand.map((strand) => amountCell(term, termOf(strand[side], term), page))}${amountCell(term, termOf(bridge[side], term), page)}</tr>`,
    ),
  });
}
