import { WEIGHTED_TERMS } from '../bridge-schema.ts';
import type { MailLinks } from '../mail.ts';
import { LISTS, type RecordLine, type Report, type ReportLanguage } from '../report.ts';
import { termOf } from './bridge-sections.ts';
import { withheldSections } from './cover.ts';
import { isNought } from './decimals.ts';
import { inShort, reportTitle } from './headline.ts';
import type { Page } from './html-parts.ts';
import { html, type Markup } from './markup.ts';
import { light } from './palette.ts';
import { wordsOf } from './words.ts';

/*
 * The short version of a report, for a mail. It stands on what every mail program shows: tables and styles at the elements, without
 * drawings, folding or a style sheet, and it is far below the 100 KB at which some cut a mail off.
 */

const pageOf = (report: Report, language: ReportLanguage): Page => ({
  words: wordsOf(report, language),
  currency: report.currency,
  timeZone: report.period.timeZone,
});

export const mailSubject = (report: Report, language: ReportLanguage): string => {
  const page = pageOf(report, language);
  const corrected = report.corrects ? `${page.words.say('correctedReport')}${page.words.say('dot')}` : '';
  return `${corrected}${reportTitle(report, page)}${page.words.say('dot')}${page.words.format.day(report.date)}`;
};

/** Label and figure of the lines that a reader wants first. */
function figures(report: Report, { words, currency }: Page): (readonly [string, string])[] {
  const { open } = report.pipeline.totals;
  return [
    [words.say('openValue'), words.format.money(open.value, currency)],
    [words.say('weightedValue'), words.format.money(open.weighted, currency)],
    [words.say('openCount'), words.format.count(open.count)],
    ...LISTS.flatMap((list) => {
      const figure = report.lists[list];
      return figure ? [[words.list(list), words.format.count(figure.count)] as const] : [];
    }),
  ];
}

/** Terms that moved anything, with both their figures. */
function bridgeLines({ bridge }: Report, { words, currency }: Page): (readonly [string, string, string])[] {
  if (!bridge) return [];
  return WEIGHTED_TERMS.flatMap((term) => {
    const isEnd = term === 'opening' || term === 'closing';
    const [open, weighted] = [termOf(bridge.open, term), bridge.weighted[term]];
    if (!isEnd && isNought(open ?? '0') && isNought(weighted)) return [];
    const write = isEnd ? words.format.money : words.format.change;
    return [[words.term(term), open === undefined ? '–' : write(open, currency), write(weighted, currency)] as const];
  });
}

/** The first few of the lists that ask for something. */
function attentionLines(report: Report, { words, currency }: Page) {
  const line = (record: RecordLine, what: string) => ({
    title: record.title,
    what,
    value: record.converted === null ? '–' : words.format.money(record.converted, currency),
  });
  const { counted, format } = words;
  return [
    { list: 'overdue' as const, lines: report.overdue?.map((one) => line(one, counted('daysLate', -one.days))) },
    {
      list: 'nextStepsOverdue' as const,
      lines: report.nextStepsOverdue?.map((one) =>
        line(one, `${one.nextStep.text}${words.say('dot')}${counted('daysLate', one.days)}`),
      ),
    },
    { list: 'stalled' as const, lines: report.stalled?.map((one) => line(one, counted('days', one.days))) },
    {
      list: 'closingSoon' as const,
      lines: report.closingSoon?.map((one) => line(one, format.day(one.expectedCloseOn))),
    },
  ].map(({ list, lines = [] }) => ({
    title: words.list(list),
    lines: lines.slice(0, LINES),
    more: more(report, list, lines.length),
  }));
}

const LINES = 5;

/** How many of a list a mail does not name. */
const more = ({ lists }: Report, list: (typeof LISTS)[number], listed: number): number =>
  Math.max(0, (lists[list]?.count ?? listed) - Math.min(listed, LINES));

const leads = (links: MailLinks, { words, timeZone }: Page) =>
  words.say('linkEnds', { day: words.format.dayOf(links.expiresAt, timeZone) });

/** The mail as text. */
export function mailText(report: Report, language: ReportLanguage, links: MailLinks): string {
  const page = pageOf(report, language);
  const { words } = page;
  const { say } = words;
  const { sentence, causes } = inShort(report, page);
  const label = (name: string, value: string) => `${name}${say('colon')}${value}`;
  const blocks = [
    [reportTitle(report, page), label(say('cutOff'), words.format.instant(report.period.to, page.timeZone))],
    [causes.length > 0 ? `${sentence}\n${say('mainCauses')} ${causes.join(say('semicolon'))}${say('stop')}` : sentence],
    withheldSections(report, words).map(({ sections, why }) => `! ${label(sections, why)}`),
    figures(report, page).map(([name, value]) => label(name, value)),
    bridgeLines(report, page).map(([name, open, weighted]) => label(name, `${open} | ${weighted}`)),
    ...attentionLines(report, page)
      .filter(({ lines }) => lines.length > 0)
      .map(({ title, lines, more: others }) => [
        title,
        ...lines.map((line) => `- ${oneLine(line.title)}${say('dot')}${oneLine(line.what)}${say('dot')}${line.value}`),
        ...(others > 0 ? [say('andMore', { n: words.format.count(others) })] : []),
      ]),
    [say('wholeReport'), links.report, leads(links, page)],
    [label(say('unsubscribe'), links.unsubscribe)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

const INK = `color:${light('ink')}`;
const FAINT = `color:${light('muted')};font-size:13px`;
const RULE = `border-bottom:1px solid ${light('line')}`;
const FONT = "font-family:'Segoe UI',Roboto,Arial,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif";
const CELL = `padding:7px 0;${RULE};font-size:14px;${INK};vertical-align:baseline`;
const FIGURE = `${CELL};text-align:right;white-space:nowrap;padding-left:8px;font-size:13px`;

const heading = (text: string): Markup =>
  html`<h2 style="margin:26px 0 6px;font-size:17px;line-height:1.3;${INK}">${text}</h2>`;

const rowsTable = (label: string, rows: readonly Markup[]): Markup =>
  html`<table aria-label="${label}" style="width:100%;border-collapse:collapse"><tbody>${rows}</tbody></table>`;

/** The mail as HTML. */
export function mailHtml(report: Report, language: ReportLanguage, links: MailLinks): string {
  const page = pageOf(report, language);
  const { words } = page;
  const { say } = words;
  const { sentence, causes } = inShort(report, page);
  const bridge = bridgeLines(report, page);
  return html`<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${mailSubject(report, language)}</title></head>
<body style="margin:0;padding:0;background-color:${light('page')}">
<table role="presentation" style="width:100%;border-collapse:collapse;background-color:${light('page')}"><tbody><tr><td style="padding:16px 10px;text-align:center">
<table role="presentation" style="width:100%;border-collapse:collapse;max-width:640px;margin:0 auto;background-color:${light('card')};text-align:left"><tbody><tr><td style="padding:20px 14px;${FONT};font-size:15px;line-height:1.5;${INK}">
<p style="margin:0;${FAINT}">${say('organisation')}</p>
<h1 style="margin:2px 0 4px;font-size:23px;line-height:1.3;${INK}">${reportTitle(report, page)}</h1>
<p style="margin:0 0 16px;${FAINT}">${say('cutOff')}${say('colon')}${words.format.instant(report.period.to, page.timeZone)}</p>
<p style="margin:0 0 12px;font-size:16px">${sentence}${causes.length > 0 && html`${say('gap')}${say('mainCauses')} ${causes.map((cause, index) => html`${index > 0 && say('semicolon')}<span style="white-space:nowrap">${cause}</span>`)}${say('stop')}`}</p>
${withheldSections(report, words).map(
  ({ sections, why }) =>
    html`<p style="margin:0 0 10px;padding:8px 12px;border-left:4px solid ${light('warning')};background-color:${light('paleWarning')}">${sections}${say('colon')}${why}</p>`,
)}
${heading(say('keyFigures'))}
${rowsTable(
  say('keyFigures'),
  figures(report, page).map(
    ([name, value], index) =>
      html`<tr><th scope="row" style="${CELL};text-align:left;font-weight:400">${name}</th><td style="${FIGURE};${index < 2 && `font-size:18px;font-weight:700;color:${light('accent')}`}">${value}</td></tr>`,
  ),
)}
${
  bridge.length > 0 &&
  html`${heading(say('bridge'))}
${rowsTable(say('bridge'), [
  html`<tr><th scope="col" style="${CELL};${FAINT};text-align:left">${say('term')}</th><th scope="col" style="${FIGURE};${FAINT}">${say('openValue')}</th><th scope="col" style="${FIGURE};${FAINT}">${say('weightedValue')}</th></tr>`,
  ...bridge.map(
    ([name, open, weighted]) =>
      html`<tr><th scope="row" style="${CELL};text-align:left;font-weight:400">${name}</th><td style="${FIGURE}">${open}</td><td style="${FIGURE}">${weighted}</td></tr>`,
  ),
])}`
}
${attentionLines(report, page)
  .filter(({ lines }) => lines.length > 0)
  .map(
    ({ title, lines, more: others }) => html`${heading(title)}
${rowsTable(
  title,
  lines.map(
    (line) =>
      html`<tr><th scope="row" style="${CELL};text-align:left;font-weight:400">${line.title}<br><span style="${FAINT}">${line.what}</span></th><td style="${FIGURE}">${line.value}</td></tr>`,
  ),
)}
${others > 0 && html`<p style="margin:6px 0 0;${FAINT}">${say('andMore', { n: words.format.count(others) })}</p>`}`,
  )}
<p style="margin:28px 0 6px"><a href="${links.report}" style="display:inline-block;padding:11px 20px;background-color:${light('accent')};color:#ffffff;font-weight:600;text-decoration:none">${say('wholeReport')}</a></p>
<p style="margin:0;${FAINT}">${leads(links, page)}</p>
<p style="margin:20px 0 0;${FAINT}"><a href="${links.unsubscribe}" style="color:${light('muted')}">${say('unsubscribe')}</a></p>
</td></tr></tbody></table>
</td></tr></tbody></table>
</body>
</html>
`.markup;
}
