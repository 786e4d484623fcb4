import type { Report } from '../report.ts';
import { correctionRows } from './correction-rows.ts';
import { type Page, type Table, table, wideTable } from './html-parts.ts';
import { html, type Markup } from './markup.ts';

/** What a corrected report says otherwise than the first. */
export function corrections({ changes }: Report, page: Page): Markup | undefined {
  if (!changes) return undefined;
  const { words, currency } = page;
  const { say } = words;
  const rows = correctionRows(changes, currency, words);
  const figure = (text: string, value: string | null) =>
    html`<td class="n">${value === null ? text : html`<data value="${value}">${text}</data>`}</td>`;
  const figures = (lines: typeof rows.figures, caption: Pick<Table, 'caption' | 'captionIsHeard'>) =>
    wideTable({
      ...caption,
      head: [say('figure'), { number: say('before') }, { number: say('after') }],
      rows: lines.map(
        ({ of, figure: name, before, after }) =>
          html`<tr><th scope="row">${name}<span class="sub">${of}</span></th>${figure(before.text, before.value)}${figure(after.text, after.value)}</tr>`,
      ),
    });
  const main = rows.figures.filter(({ isMain }) => isMain);
  const rest = rows.figures.filter(({ isMain }) => !isMain);
  const further = say('furtherFigures', { n: words.format.count(rest.length) });
  return html`<section>
<h2>${say('corrections')}</h2>
${rows.figures.length + rows.entries.length === 0 && html`<p class="note">${say('noCorrections')}</p>`}
${main.length > 0 && figures(main, { caption: say('figuresCaption') })}
${rest.length > 0 && html`<details><summary>${further}</summary>${figures(rest, { caption: further, captionIsHeard: true })}</details>`}
${
  rows.entries.length > 0 &&
  table({
    caption: say('entriesCaption'),
    head: [say('record'), say('changed')],
    rows: rows.entries.map(
      ({ section, title, recordId, change, fields }) =>
        html`<tr><th scope="row"><span class="title"><bdi>${title}</bdi></span><span class="sub id">${recordId}</span></th><td>${change}<span class="sub">${section}</span>${fields !== '' && html`<span class="sub">${fields}</span>`}</td></tr>`,
    ),
  })
}
</section>`;
}
