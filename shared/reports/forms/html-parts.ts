import type { RecordLine } from '../report.ts';
import { isNegative, isNought } from './decimals.ts';
import { organisationNames } from './list-sections.ts';
import { html, type Markup } from './markup.ts';
import type { Words } from './words.ts';

/** What pieces of the page are written with. Every figure also stands there for programs, exactly, as `<data value>`. */
export interface Page {
  readonly words: Words;
  /** The report's currency. */
  readonly currency: string;
  readonly timeZone: string;
}

export const moneyText = (amount: string, currency: string, { words }: Page): Markup =>
  html`<data value="${amount}">${words.format.money(amount, currency)}</data>`;

/** An amount in the report's currency, in a cell of its own. */
export const moneyCell = (amount: string | null | undefined, page: Page): Markup =>
  amount === null || amount === undefined
    ? html`<td class="n">–</td>`
    : html`<td class="n">${moneyText(amount, page.currency, page)}</td>`;

/** The class of a signed amount, after another. */
export const tone = (amount: string): string => (isNought(amount) ? '' : isNegative(amount) ? ' down' : ' up');

/** A signed amount: its colour says what its sign says. */
export const changeCell = (amount: string | undefined, page: Page): Markup => {
  if (amount === undefined) return html`<td class="n">–</td>`;
  return html`<td class="n${tone(amount)}"><data value="${amount}">${page.words.format.change(amount, page.currency)}</data></td>`;
};

export const countCell = (count: number, { words }: Page): Markup =>
  html`<td class="n"><data value="${count}">${words.format.count(count)}</data></td>`;

export const dayText = (day: string, { words }: Page): Markup =>
  html`<time datetime="${day}">${words.format.day(day)}</time>`;

export const instantText = (at: string, { words, timeZone }: Page): Markup =>
  html`<time datetime="${at}">${words.format.instant(at, timeZone)}</time>`;

/** The day of an instant; the instant itself is there for programs. */
export const dayOfText = (at: string, { words, timeZone }: Page): Markup =>
  html`<time datetime="${at}">${words.format.dayOf(at, timeZone)}</time>`;

/** What people wrote, whose direction of writing must not spill over. */
export const written = (text: string): Markup => html`<bdi>${text}</bdi>`;

export interface Table {
  readonly caption: string;
  /** The heading above says what the caption says. */
  readonly captionIsHeard?: boolean;
  /** Its rows are records: columns of all such tables stand in line. */
  readonly ofRecords?: boolean;
  /** Names of columns; those of numbers are aligned as their numbers are. */
  readonly head: readonly (string | { readonly number: string })[];
  readonly rows: readonly Markup[];
}

export const table = ({
  caption,
  head,
  rows,
  captionIsHeard,
  ofRecords,
}: Table): Markup => html`<table class="data${ofRecords ? ' records' : ''}">
<caption><span class="${captionIsHeard ? 'hidden' : 'caption'}">${caption}</span></caption>
<thead><tr>${head.map((column) =>
  typeof column === 'string'
    ? html`<th scope="col">${column}</th>`
    : html`<th scope="col" class="n">${column.number}</th>`,
)}</tr></thead>
<tbody>
${rows.map((row) => html`${row}\n`)}</tbody>
</table>`;

/**
 * A table in a frame that scrolls by itself and that a keyboard reaches: one of amounts, which do not break, is too wide for some phone in
 * some font.
 */
export const wideTable = (content: Table): Markup =>
  html`<section class="scroll" aria-label="${content.caption}" tabindex="0">${table(content)}</section>`;

/** A record with all that tells it from others, as the head of its row. */
export function recordHead(line: RecordLine, page: Page): Markup {
  const { words } = page;
  const dot = words.say('dot');
  const facts = [words.kind(line.kind), words.strand(line.strand), words.stage(line.kind, line.stage)];
  const who = [
    line.place === null ? null : words.place(line.place),
    line.owner === null ? null : words.user(line.owner),
  ];
  return html`<th scope="row"><span class="title">${written(line.title)}</span><span class="sub">${written(organisationNames(line, words))}</span><span class="sub">${facts.join(dot)}${who.map((name) => name !== null && html`${dot}${written(name)}`)}</span><span class="sub id">${line.id}</span></th>`;
}

/** A record's value in the report's currency, and in its own where that is another. */
export function valueCell({ value, converted, probability }: RecordLine, page: Page): Markup {
  const { words, currency } = page;
  const isOther = value !== null && value.currency !== currency;
  return html`<td class="n">${converted === null ? '–' : moneyText(converted, currency, page)}${
    isOther && html`<span class="sub">${moneyText(value.amount, value.currency, page)}</span>`
  }<span class="sub">${words.format.percent(probability)}</span></td>`;
}
