import { describe, expect, it } from 'vitest';
import { acceptedLanguage, acceptedType } from '#shared/http/negotiate.ts';
import { ProblemError } from '#shared/http/problems.ts';
import { FORM_TYPES } from '#shared/http/reports/forms.ts';

const XLSX = FORM_TYPES[3];

describe('the form that a client gets', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'text/html'],
    ['TEXT/HTML', 'text/html'],
    ['text/html;charset=utf-8', 'text/html'],
    ['text/*', 'text/html'],
    ['text/*, text/html;q=0', 'text/csv'],
    ['text/*;q=0.5, application/json;q=0.4', 'text/html'],
    ['application/json;q=0.1, text/csv;q=0.2', 'text/csv'],
    ['text/csv, application/json', 'application/json'],
    [XLSX, XLSX],
    [`${XLSX};q=0.9, */*;q=0.1`, XLSX],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text/html'],
    ['application/json;q=0, */*', 'text/html'],
    ['nonsense, text/csv', 'text/csv'],
    ['text/csv;q=2, text/html;q=0.1', 'text/html'],
  ])('for %j is %s', (accept, type) => {
    expect(acceptedType({ accept }, FORM_TYPES)).toBe(type);
  });

  it.each(['image/png', 'application/json;q=0', 'text/plain, image/*', '*/*;q=0'])('is none for %j: 406', (accept) => {
    let thrown: unknown;
    try {
      acceptedType({ accept }, FORM_TYPES);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problem).toMatchObject({ status: 406, errors: [{ parameter: 'Accept' }] });
  });
});

describe('the language that a client gets', () => {
  const language = (header: string | undefined, otherwise: 'en' | 'zh-CN' = 'en') =>
    acceptedLanguage({ 'accept-language': header }, ['en', 'zh-CN'] as const, otherwise);

  it.each([
    ['zh-CN', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['zh-Hans-CN', 'zh-CN'],
    ['zh-TW, en;q=0.5', 'zh-CN'],
    ['en-GB,en;q=0.9,zh-CN;q=0.8', 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en;q=0.2, zh;q=0.7', 'zh-CN'],
    ['en;q=0, *', 'zh-CN'],
  ] as const)('for %j is %s', (header, expected) => {
    expect(language(header)).toBe(expected);
  });

  it.each([undefined, '', '*', 'fr, de;q=0.5', 'en, zh'])(
    'for %j is what the report is meant to be read in',
    (header) => {
      expect(language(header, 'en')).toBe('en');
      expect(language(header, 'zh-CN')).toBe('zh-CN');
    },
  );
});
