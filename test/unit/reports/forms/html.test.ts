import { HtmlValidate } from 'html-validate';
import { describe, expect, it } from 'vitest';
import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
import { renderHtml } from '#shared/reports/forms/html.ts';
import { mailHtml } from '#shared/reports/forms/mail-body.ts';
import type { Report } from '#shared/reports/report.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';
import { goldenCorrected, goldenFirst } from '#test/support/golden-report.ts';
import { SCRIPT_INJECTIONS } from '#test/support/script-injections.ts';
import { everywhere } from '#test/support/spoil-report.ts';

/** Valid HTML, readable by programs; the rules left out are about how a source is laid out, not about what it says. */
const validator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-trailing-whitespace': 'off',
    'no-inline-style': 'off',
    'long-title': 'off',
    // Mail programs know the older of the two names.
    'presentation-role-style': 'off',
  },
});

const faultsOf = async (page: string) => {
  const { results } = await validator.validateString(page);
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`),
  );
};

const LINKS = {
  report: 'https://crm.example.org/reports/rep_1?expires=1&signature=x',
  expiresAt: '2026-12-16T08:00:00.000Z',
  unsubscribe: 'https://crm.example.org/unsubscribe?a=1&b=2',
};

const REPORTS: Readonly<Record<string, Report>> = {
  'the report with everything in it': FORM_REPORT,
  'the first of a series': goldenFirst(),
  'a corrected report': goldenCorrected(),
  'a report of scripts': everywhere(FORM_REPORT, SCRIPT_INJECTIONS.join(' ')),
  'a report of which nothing is known': {
    ...FORM_REPORT,
    bridge: null,
    trend: [],
    moves: null,
    won: null,
    lost: null,
    stalled: null,
    closingSoon: null,
    overdue: null,
    nextStepsOverdue: null,
    byPlace: null,
    byTheme: null,
    byOwner: null,
  },
};

describe.each(REPORT_LANGUAGES)('HTML in %s', (language) => {
  it.each(Object.keys(REPORTS))('of %s is valid', async (name) => {
    expect(await faultsOf(renderHtml(REPORTS[name] as Report, language))).toEqual([]);
  });

  it.each(Object.keys(REPORTS))('of the mail of %s is valid, and short enough for every mail program', async (name) => {
    const body = mailHtml(REPORTS[name] as Report, language, LINKS);
    expect(await faultsOf(body)).toEqual([]);
    if (name !== 'a report of scripts') expect(Buffer.byteLength(body)).toBeLessThan(60_000);
  });

  it('says its language, and refers to nothing outside itself', () => {
    const page = renderHtml(FORM_REPORT, language);
    expect(page.slice(0, 60)).toContain(`<html lang="${language}">`);
    const found = (pattern: RegExp) => page.match(pattern) ?? [];
    expect(found(/\s(?:src|srcset|href|action|data|poster|background)\s*=/g)).toEqual([]);
    expect(found(/https?:(?!\/\/www\.w3\.org\/2000\/svg")|url\((?!#)|@import|@font-face/g)).toEqual([]);
    expect(found(/<(?:script|iframe|object|embed|link|img|base|form)\b/gi)).toEqual([]);
  });

  it('gives every drawing a name and a description, and no two elements one id', () => {
    const page = renderHtml(FORM_REPORT, language);
    const drawings = [
      ...page.matchAll(
        /<svg [^>]*aria-labelledby="(\S+) (\S+)"><title id="\1">([^<]+)<\/title><desc id="\2">([^<]+)</g,
      ),
    ];
    expect(drawings).toHaveLength(8);
    expect(page.match(/<svg/g)).toHaveLength(8);
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('text stands in a page as text: no element of it comes from what people wrote', () => {
  const elements = (page: string) =>
    page
      .match(/<[a-z]+/gi)
      ?.sort()
      .join(' ');
  const harmless = elements(renderHtml(everywhere(FORM_REPORT, 'x'), 'en'));
  for (const injection of SCRIPT_INJECTIONS)
    expect(elements(renderHtml(everywhere(FORM_REPORT, injection), 'en')), injection).toBe(harmless);
});
