import { describe, expect, it } from 'vitest';
import { COLUMNS } from '#shared/reports/forms/cells.ts';
import { COUNTED } from '#shared/reports/forms/counted.ts';
import { formatOf, wallClock } from '#shared/reports/forms/format.ts';
import * as glossary from '#shared/reports/forms/glossary.ts';
import { type Colour, dark, light } from '#shared/reports/forms/palette.ts';
import { WORDING } from '#shared/reports/forms/wording.ts';
import { wordsOf } from '#shared/reports/forms/words.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';

/** Every pair of wordings, however deep it stands. */
function pairsIn(value: unknown, path: string): [path: string, english: string, chinese: string][] {
  if (Array.isArray(value)) return [[path, value[0], value.at(-1)]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => pairsIn(item, `${path}.${key}`));
}

const PAIRS = pairsIn({ ...glossary, WORDING, COUNTED }, 'glossary');
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe('the glossary', () => {
  it('has a Chinese wording for every English one, which is Chinese and no copy', () => {
    expect(PAIRS.length).toBeGreaterThan(200);
    const wordless = /^[\s{}\w;:,.·–()！→]*$/;
    for (const [path, english, chinese] of PAIRS) {
      expect(english.trim().length + path.length, path).toBeGreaterThan(0);
      if (!wordless.test(english) || /[a-z]{3}/i.test(english.replace(/\{\w+\}/g, '')))
        expect(chinese, path).toMatch(/\p{Script=Han}/u);
      expect(english, path).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it('leaves open in one language what it leaves open in the other', () => {
    for (const [path, english, chinese] of PAIRS)
      if (!path.startsWith('glossary.COUNTED')) expect(placeholders(chinese), path).toEqual(placeholders(english));
    for (const [name, [, several, chinese]] of Object.entries(COUNTED))
      expect([placeholders(several), placeholders(chinese)], name).toEqual([['n'], ['n']]);
  });

  it('calls no two columns the same, or a reader could not tell them apart', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      const names = COLUMNS.map((column) => glossary.inLanguage(WORDING[column], language));
      expect(
        names.filter((name, index) => names.indexOf(name) !== index),
        language,
      ).toEqual([]);
    }
  });

  it('never reads what people wrote as a sentence with room in it', () => {
    const words = wordsOf({ names: { places: {}, users: {} } }, 'en');
    expect(words.say('footer', { id: '{id} {n} $& $1' })).toContain('{id} {n} $& $1');
    expect(() => words.say('footer')).toThrow('{id}');
  });

  it('shows an id without a name as it is, even one that every object has', () => {
    const words = wordsOf(FORM_REPORT, 'zh-CN');
    expect([words.place('guangzhou'), words.place('constructor'), words.user('__proto__')]).toEqual([
      '广州',
      'constructor',
      '__proto__',
    ]);
    expect(words.stage('engagement', 'toString')).toBe('toString');
  });
});

describe('formats', () => {
  const [en, zh] = [formatOf('en'), formatOf('zh-CN')];

  it('write amounts exactly, digit by digit, far beyond what a binary number holds', () => {
    expect(en.money('9007199254740993.01', 'GBP')).toBe('£9,007,199,254,740,993.01');
    expect(zh.money('-900719925474099.33', 'CNY')).toBe('−¥900,719,925,474,099.33');
    expect(en.decimal('0.123456789012')).toBe('0.123456789012');
  });

  it('write the digits of ISO 4217, not those of the library', () => {
    expect(
      [en.money('30000000', 'JPY'), en.money('1.234', 'KWD'), en.money('12.50', 'AFN')].map((text) =>
        text.replace(/\s/g, ' '),
      ),
    ).toEqual(['JP¥30,000,000', 'KWD 1.234', 'AFN 12.50']);
  });

  it('write money, dates and times as the language does', () => {
    expect([en.money('1234.5', 'CNY'), zh.money('1234.5', 'CNY')]).toEqual(['CN¥1,234.50', '¥1,234.50']);
    expect([en.change('5.00', 'GBP'), en.change('-5.00', 'GBP'), en.change('0.00', 'GBP')]).toEqual([
      '+£5.00',
      '−£5.00',
      '£0.00',
    ]);
    expect([en.day('2026-02-28'), zh.day('2026-02-28')]).toEqual(['28 Feb 2026', '2026年2月28日']);
    expect(en.instant('2026-07-20T07:00:00Z', 'Europe/London')).toBe('Mon, 20 Jul 2026, 08:00 (BST)');
    expect(zh.instant('2026-11-16T01:00:00Z', 'Asia/Shanghai')).toBe('2026年11月16日周一 09:00 (GMT+8)');
    expect(en.dayOf('2026-11-15T16:30:00Z', 'Asia/Shanghai')).toBe('16 Nov 2026');
  });

  it('give spreadsheets the time that a clock of the zone shows, on both sides of a change of the clock', () => {
    expect(wallClock('2026-03-29T00:59:59Z', 'Europe/London').toISOString()).toBe('2026-03-29T00:59:59.000Z');
    expect(wallClock('2026-03-29T01:00:00Z', 'Europe/London').toISOString()).toBe('2026-03-29T02:00:00.000Z');
    expect(wallClock('2026-12-31T16:00:00Z', 'Asia/Shanghai').toISOString()).toBe('2027-01-01T00:00:00.000Z');
  });
});

/** sRGB from 0 to 1, linear. */
const linear = (colour: string) =>
  [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
const luminance = (rgb: readonly number[]) => 0.2126 * (rgb[0] ?? 0) + 0.7152 * (rgb[1] ?? 0) + 0.0722 * (rgb[2] ?? 0);
/** Contrast of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [more, less] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => y - x) as [number, number];
  return (more + 0.05) / (less + 0.05);
}

/** What is seen without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1; on linear sRGB). */
const EYES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  all: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
/** CIE 1976 L*a*b* of linear sRGB. */
function lab(rgb: readonly number[]): [number, number, number] {
  const [r = 0, g = 0, b = 0] = rgb.map((part) => Math.min(1, Math.max(0, part)));
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
const seen = (colour: string, eye: string) =>
  lab((EYES[eye] ?? []).map((row) => linear(colour).reduce((sum, part, at) => sum + part * (row[at] ?? 0), 0)));

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('the colours on a %s screen', (_, shade) => {
  const MARKS: readonly Colour[] = ['engagement', 'ipLead', 'tradeDeal', 'total', 'up', 'down'];

  it('give text at least 4.5 to 1', () => {
    for (const text of ['ink', 'muted', 'accent', 'up', 'down'] as const)
      for (const ground of ['card', 'page'] as const)
        expect(contrast(shade(text), shade(ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shade('ink'), shade('paleWarning'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(shade('warning'), shade('paleWarning'))).toBeGreaterThanOrEqual(4.5);
    for (const text of ['ink', 'muted', 'up', 'down'] as const)
      expect(contrast(shade(text), shade('tint')), `${text} on tint`).toBeGreaterThanOrEqual(4.5);
  });

  it('give marks of charts at least 3 to 1', () => {
    for (const mark of MARKS) expect(contrast(shade(mark), shade('card')), mark).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(EYES))('tell marks beside each other apart, as seen with %s', (eye) => {
    const distance = (a: Colour, b: Colour) =>
      Math.hypot(...seen(shade(a), eye).map((part, at) => part - (seen(shade(b), eye)[at] ?? 0)));
    for (const [a, b] of [
      ['engagement', 'ipLead'],
      ['engagement', 'tradeDeal'],
      ['ipLead', 'tradeDeal'],
      ['up', 'down'],
    ] as const)
      expect(distance(a, b), `${a} and ${b}`).toBeGreaterThan(20);
  });
});
