import { Converter } from 'opencc-js/t2cn';
import { expect, it } from 'vitest';
import { NEAR, NEAR_ACROSS } from '#shared/domain/organisation/match/lexicon/near.ts';
import { PLACES } from '#shared/domain/organisation/match/lexicon/places.ts';
import { PROPER_NAMES } from '#shared/domain/organisation/match/lexicon/proper-names.ts';
import { DIRECTIONS, FILLERS, KINDS, SUBJECTS } from '#shared/domain/organisation/match/lexicon/words.ts';
import { soundOf } from '#shared/domain/organisation/match/sound.ts';

const listed = (forms = '') => forms.split(',').flatMap((form) => form.trim() || []);

interface Line {
  readonly id: string;
  readonly within: string | undefined;
  readonly chinese: readonly string[];
  readonly latin: readonly string[];
  readonly third: readonly string[];
}

const read = (lines: string): Line[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [head = '', forms = ''] = line.split('=');
      const [id = '', within] = head.split('<').map((part) => part.trim());
      const [chinese, latin, third] = forms.split('|').map(listed);
      return { id, within, chinese: chinese ?? [], latin: latin ?? [], third: third ?? [] };
    });

const words = [KINDS, SUBJECTS, DIRECTIONS, FILLERS].flatMap(read);
const places = read(PLACES);
const all = [...words, ...places, ...read(PROPER_NAMES)];
const twice = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index);

it('every word has an id of its own, and every written form one word', () => {
  expect(twice(all.map(({ id }) => id))).toEqual([]);
  expect(twice(all.flatMap(({ chinese }) => chinese))).toEqual([]);
  const latin = all.flatMap(({ latin, third }) => [
    ...new Set([...latin, ...third].map((form) => form.replace('*', '').replaceAll(' ', ''))),
  ]);
  expect(twice(latin)).toEqual([]);
});

it('Chinese forms are in simplified characters, as names are when they are compared', () => {
  const simplified = Converter({ from: 't', to: 'cn' });
  expect(all.flatMap(({ chinese }) => chinese).filter((form) => simplified(form) !== form)).toEqual([]);
});

it('the pinyin of a word is the sound of one of its Chinese forms', () => {
  const wrong = words.flatMap(({ chinese, third }) => {
    const sounds = new Set(chinese.map(soundOf));
    return third.filter((form) => !sounds.has(form.replaceAll(' ', '').replace('lv', 'lu').replace('nvz', 'nuz')));
  });
  // "Shi zhengfu" and "sheng zhengfu" are forms of 市政府 and 省政府, which stand in the same line.
  expect(wrong).toEqual([]);
});

it('a place is spelled as it sounds, or is one whose English name is its own', () => {
  const cities = places.filter(
    ({ id, within }) =>
      id !== 'greater-bay-area' && ['guangdong', 'jiangsu', 'guizhou', 'zhejiang'].includes(within ?? ''),
  );
  const wrong = cities.filter(
    ({ chinese, latin }) => latin.length > 0 && soundOf(chinese[0] ?? '') !== latin[0]?.replace('*', ''),
  );
  expect(wrong.map(({ id }) => id)).toEqual([]);
  expect(cities.length).toBeGreaterThan(45);
});

it('spellings that two places of the list share are marked, so that they are never certain alone', () => {
  const bySound = Map.groupBy(
    places.filter(({ chinese }) => chinese.length > 0 && !['uk', 'england'].includes(chinese[0] ?? '')),
    ({ chinese }) => soundOf(chinese[0] ?? ''),
  );
  const unmarked = [...bySound.values()]
    .filter((sharing) => sharing.length > 1)
    .flat()
    .filter(({ latin, id }) => latin.length > 0 && !latin.some((form) => form.endsWith('*')) && id !== 'shaanxi');
  expect(unmarked.map(({ id }) => id)).toEqual([]);
});

it('what is near, and what lies in what, is in the lexicon', () => {
  const ids = new Set(all.map(({ id }) => id));
  expect([...NEAR, ...NEAR_ACROSS].flat().filter((id) => !ids.has(id))).toEqual([]);
  expect(places.flatMap(({ within }) => (within === undefined || ids.has(within) ? [] : within))).toEqual([]);
});
