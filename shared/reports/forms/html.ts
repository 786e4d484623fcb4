import type { Report, ReportLanguage } from '../report.ts';
import { explanations } from './cover.ts';
import { reportTitle } from './headline.ts';
import { bridgeSection } from './html-bridge.ts';
import { corrections } from './html-corrections.ts';
import { cover, keyFigures, strands, trendSection } from './html-figures.ts';
import { attention, breakdown, outcomes } from './html-lists.ts';
import { dayText, type Page, wideTable } from './html-parts.ts';
import { STYLE } from './html-style.ts';
import { html, type Markup, trusted } from './markup.ts';
import { wordsOf } from './words.ts';

/** Nothing but the style that stands in the page: it runs no script and asks no one for anything, whatever a reader's program allows. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * A report as one HTML page that needs nothing else: for a browser, a mail client and A4 paper. The key figures come first, then the
 * pipeline, why it moved, what happened, what needs attention; at the end what a reader may want to check, and the terms.
 */
export function renderHtml(report: Report, language: ReportLanguage): string {
  const page: Page = {
    words: wordsOf(report, language),
    currency: report.currency,
    timeZone: report.period.timeZone,
  };
  const { say } = page.words;
  return html`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${reportTitle(report, page)}${say('dot')}${page.words.format.day(report.date)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${cover(report, page)}
<main>
${keyFigures(report, page)}
${corrections(report, page)}
${strands(report, page)}
${bridgeSection(report, page)}
${trendSection(report, page)}
${outcomes(report, page)}
${attention(report, page)}
${breakdown(report, page)}
${about(report, page)}
</main>
<footer><p>${say('footer', { id: report.id })}</p></footer>
</body>
</html>
`.markup;
}

/** The rates with their dates, and what the terms mean. */
function about({ inputs }: Report, page: Page): Markup {
  const { words } = page;
  const { say } = words;
  const currencies = [...new Set([...(inputs.openingRates ?? []), ...inputs.rates].map(({ currency }) => currency))];
  const rate = (rates: typeof inputs.rates | null, currency: string) => {
    const found = rates?.find((one) => one.currency === currency);
    return found
      ? html`<td class="n"><data value="${found.rate}">${words.format.decimal(found.rate)}</data><span class="sub">${dayText(found.date, page)}</span></td>`
      : html`<td class="n">–</td>`;
  };
  return html`<section>
<h2>${say('about')}</h2>
<h3>${say('rates')}</h3>
${
  currencies.length === 0
    ? html`<p class="note">${say('noRates')}</p>`
    : wideTable({
        caption: say('ratesCaption'),
        head: [say('ownCurrency'), { number: say('openingRate') }, { number: say('closingRate') }],
        rows: currencies.map(
          (currency) =>
            html`<tr><th scope="row">${currency}</th>${rate(inputs.openingRates, currency)}${rate(inputs.rates, currency)}</tr>`,
        ),
      })
}
<h3>${say('glossary')}</h3>
<dl>${explanations(words).map(([term, meaning]) => html`<dt>${term}</dt><dd>${meaning}</dd>\n`)}</dl>
</section>`;
}
