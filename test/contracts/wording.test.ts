import { globSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '#shared/http/operations.ts';
import { PROBLEMS } from '#shared/http/problems.ts';

/** Words and phrases that this project used in senses of its own, each with the plain word to use. */
const MISUSED: readonly (readonly [RegExp, string])[] = [
  [/\b(?:is|are|was|were|be|been|being|as|what|it) told\b|\btold (?:of|anew|again|by)\b/i, 'sent, reported, recorded'],
  [/\btells of\b/i, 'describes, refers to'],
  [/\b(?:is|are|was|were|been|be) kept\b|\bkept (?:in|for|by|with|as|beside)\b/i, 'stored'],
  [/\bstands?\b(?! (?:for|alone|out)\b)|\bstood\b/i, 'is'],
  [/\banew\b/i, 'again'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix, repair'],
  [/\bwhoever\b|\bwhomever\b/i, 'the person who; name the role'],
  [/\b(?:became|becomes|become|came|comes) of (?:it|them|that|a|an|the|each|what)\b/i, 'outcome'],
  [/\bbeside(?! the point)\b/i, 'next to, in addition to'],
  [/, of which\b(?! \d)/i, 'a sentence of its own'],
  [/\bmay be had\b|\bcan be had\b/i, 'is available'],
  [/\btaken in\b|\btakes? in (?:an?|the|what)\b/i, 'accepted, received, ingested'],
  [/\bset aside\b|\bsets \w+ aside\b/i, 'quarantined'],
  [/\bgives? back\b/i, 'return, release'],
  [/(?<!this |that |other |last |first |next )\bone's\b/i, 'your'],
  [/\bin the place of\b/i, 'instead of'],
  [/\bfor ever\b/i, 'permanently, never changes'],
  [/\bunless (?:said|given)\b/i, 'by default'],
  [/\bhinder(?:s|ed)?\b/i, 'block'],
];

/** Where a listed word is right, and why. */
const ALLOWED: readonly string[] = [];

interface Finding {
  readonly where: string;
  readonly found: string;
  readonly instead: string;
}

function misusedWords(where: string, text: string): Finding[] {
  const readable = ALLOWED.reduce((rest, phrase) => rest.replaceAll(phrase, ''), text.replaceAll(/\s+/g, ' '));
  return MISUSED.flatMap(([pattern, instead]) => {
    const match = pattern.exec(readable);
    return match ? [{ where, found: readable.slice(Math.max(0, match.index - 40), match.index + 40), instead }] : [];
  });
}

/** Prose only: no fenced code, no inline code, no targets of links. */
const proseOf = (markdown: string): string =>
  markdown
    .replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
    .replaceAll(/`[^`]*`/g, '')
    .replaceAll(/\]\([^)]*\)/g, ']');

/** Every text for readers in a generated description of an API. */
function textsOf(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    typeof part === 'string' && ['summary', 'description', 'title'].includes(key)
      ? [[`${path}/${key}`, part]]
      : textsOf(part, `${path}/${key}`),
  );
}

const markdownIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);

const PAGES = ['README.md', 'CONTRIBUTING.md', ...markdownIn('docs'), ...markdownIn('docs/adr')];

describe.each(PAGES)('%s', (page) => {
  it('uses plain English', () => {
    expect(misusedWords(page, proseOf(readFileSync(page, 'utf8')))).toEqual([]);
  });

  it('wraps at 110 columns, except tables, code and addresses', () => {
    const text = readFileSync(page, 'utf8').replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
    const long = text.split('\n').filter((line) => line.length > 110 && !/^\s*(?:\||<|\S+$|`[^`]*`$)/.test(line));
    expect(long).toEqual([]);
  });
});

const FOLDER_READMES = globSync('{demo,examples,infra,shared}/**/README.md').filter(
  (file) => !file.includes('node_modules'),
);

it.each(['docs/generated/events.md', 'docs/generated/data-model.md', ...FOLDER_READMES])(
  '%s uses plain English',
  (page) => {
    expect(misusedWords(page, proseOf(readFileSync(page, 'utf8')))).toEqual([]);
  },
);

describe.each(['openapi', 'asyncapi'])('the texts of %s.json', (name) => {
  const texts = textsOf(JSON.parse(readFileSync(`docs/generated/${name}.json`, 'utf8')));

  it('use plain English', () => {
    expect(texts.length).toBeGreaterThan(50);
    expect(texts.flatMap(([path, text]) => misusedWords(path, text))).toEqual([]);
  });
});

it('titles of problems use plain English', () => {
  expect(Object.entries(PROBLEMS).flatMap(([code, { title }]) => misusedWords(code, title))).toEqual([]);
});

const IMPERATIVES = new Set(
  (
    'Add Amend Check Create Discard Erase Expire Export Find Get List Log Mark Merge Move Open Read Receive Release ' +
    'Replay Resend Restore Return Send Set Test Undo Update Void'
  ).split(' '),
);
const WORDS_MAX = 10;

const isGoodSummary = (summary: string): boolean => {
  const words = summary.split(' ');
  return IMPERATIVES.has(words[0] ?? '') && words.length <= WORDS_MAX && !summary.endsWith('.');
};

it('every summary of the API begins with a verb in the imperative and is short', () => {
  expect(OPERATIONS.map(({ summary }) => summary).filter((summary) => !isGoodSummary(summary))).toEqual([]);
});

describe('the check itself', () => {
  it.each([
    'An event that tells of it was told twice.',
    'The receipt says what became of it.',
    'It stands in the log.',
    'Whoever reads it has it mended.',
    'The key is kept beside it.',
    'Evidence, of which somebody said when it was checked.',
  ])('finds: %s', (text) => {
    expect(misusedWords('here', text)).not.toEqual([]);
  });

  it('ignores code and plain uses', () => {
    expect(misusedWords('here', proseOf('Q stands for queue; `kept.ts` and `told` are names.'))).toEqual([]);
  });

  it.each(['Says who one is', 'This document', 'Get a thing that is described at much too great a length here.'])(
    'refuses the summary: %s',
    (summary) => {
      expect(isGoodSummary(summary)).toBe(false);
    },
  );
});
