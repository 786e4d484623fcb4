import fc from 'fast-check';
import { Converter } from 'opencc-js/cn2t';
import { describe, expect, it } from 'vitest';
import { blocksOf, MOST_BLOCKS } from '#shared/domain/organisation/match/blocks.ts';
import { exactKey, goesBy } from '#shared/domain/organisation/match/exact-key.ts';
import { keysOf, MOST_KEYS } from '#shared/domain/organisation/match/keys.ts';
import { matchOrganisations } from '#shared/domain/organisation/match/match.ts';
import type { Party } from '#shared/domain/organisation/match/party.ts';
import { labelledPairs } from '#test/support/organisation-pairs.ts';

const known = [...new Set(labelledPairs().flatMap(({ one, other }) => [one.name, other.name]))];
const knownName = fc.constantFrom(...known);
const anyText = fc.string({ unit: 'binary', maxLength: 200 });
const name = fc.oneof(
  knownName,
  anyText,
  fc.array(knownName, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
);
const shown = name.filter((text) => text.trim() !== '');
const place = fc.constantFrom('guangzhou', 'guangdong', 'nanjing', 'birmingham', 'nowhere');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const party: fc.Arbitrary<Party> = fc.record({
  name: shown,
  place: maybe(place),
  english: maybe(name),
  chinese: maybe(name),
  abbreviations: maybe(fc.array(fc.constantFrom('SCUT', 'BCC', 'HKUST(GZ)', '华工', ''), { maxLength: 3 })),
  formerNames: maybe(fc.array(name, { maxLength: 2 })),
  type: maybe(fc.constantFrom('university', 'company', 'other')),
  ror: maybe(fc.constantFrom('05ar8rn06', '03angcq70')),
  creditCode: maybe(fc.constantFrom('91110000802100433B')),
});

describe('of any two organisations, whatever their names', () => {
  it('the verdict and its reasons are the same whichever comes first', () => {
    fc.assert(
      fc.property(party, party, (a, b) => {
        expect(matchOrganisations(a, b)).toEqual(matchOrganisations(b, a));
      }),
    );
  });

  it('a verdict always has a reason in words', () => {
    fc.assert(
      fc.property(party, party, (a, b) => {
        const { reasons } = matchOrganisations(a, b);
        expect(reasons.length).toBeGreaterThan(0);
        for (const { text } of reasons) expect(text).toMatch(/.\.$/s);
      }),
    );
  });

  it('those that are certain share a key, by which they are found', () => {
    fc.assert(
      fc.property(party, party, (a, b) => {
        if (matchOrganisations(a, b).verdict !== 'certain') return;
        const keys = new Set(keysOf(a));
        expect(keysOf(b).some((key) => keys.has(key))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('one that is found under the key of a name and goes by it is certain', () => {
    const named = fc.record({ name: shown, place });
    const told = party.map(({ ror, creditCode, ...one }) => one);
    let found = 0;
    fc.assert(
      fc.property(told, named, fc.boolean(), (one, other, isItsOwn) => {
        const given = isItsOwn ? { ...other, name: one.english ?? one.abbreviations?.[0] ?? one.name } : other;
        if (!keysOf(one).includes(exactKey(given.name)) || !goesBy(one, given)) return;
        found += 1;
        expect(matchOrganisations(one, given).verdict).toBe('certain');
      }),
      { numRuns: 1000 },
    );
    expect(found).toBeGreaterThan(10);
  });

  it('different numbers in a register are never certain', () => {
    fc.assert(
      fc.property(party, party, (a, b) => {
        const match = matchOrganisations({ ...a, companiesHouse: '01234567' }, { ...b, companiesHouse: '07654321' });
        expect(match.verdict).not.toBe('certain');
      }),
    );
  });
});

it('an organisation with a place is certain to be itself', () => {
  fc.assert(
    fc.property(party, place, (one, at) => {
      expect(matchOrganisations({ ...one, place: at }, { ...one, place: at }).verdict).toBe('certain');
    }),
  );
});

it('keys and blocks are few and short, and well-formed text', () => {
  const long = fc.string({ unit: 'binary', maxLength: 2000 });
  fc.assert(
    fc.property(
      party,
      fc.oneof(long, fc.constantFrom('ﷺ'.repeat(200), '理工'.repeat(100), '\ud800', 'a'.repeat(5000))),
      (one, chinese) => {
        const keys = keysOf({ ...one, chinese });
        const blocks = blocksOf({ ...one, chinese });
        expect(keys.length).toBeLessThanOrEqual(MOST_KEYS);
        expect(blocks.length).toBeLessThanOrEqual(MOST_BLOCKS);
        for (const key of [...keys, ...blocks]) {
          expect(key.isWellFormed()).toBe(true);
          expect(key).not.toBe('');
          expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1700);
        }
      },
    ),
  );
});

describe('the key of a known name stays the same', () => {
  const traditional = Converter({ from: 'cn', to: 't' });
  const wide = (text: string) =>
    text.replace(/[!-~]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
  const changes: Record<string, (text: string) => string> = {
    'in traditional characters': traditional,
    'in capitals': (text) => text.toUpperCase(),
    'in small letters': (text) => text.toLowerCase(),
    'in full width': wide,
    'with blanks around and doubled': (text) => `  ${text.replaceAll(' ', '   ')} `,
    'with the marks of another keyboard': (text) =>
      text.replaceAll("'", '’').replaceAll('-', '‐').replaceAll('(', '（').replaceAll(')', '）'),
    'with a full stop': (text) => `${text}.`,
    'with an article': (text) => (/^\p{Script=Latin}/u.test(text) ? `The ${text}` : text),
  };
  it.each(Object.entries(changes))('%s', (_, change) => {
    for (const one of known) expect(exactKey(change(one)), one).toBe(exactKey(one));
  });

  it('with and without a form of law', () => {
    const western = [
      'Ltd',
      'Ltd.',
      'Limited',
      ', Ltd.',
      'Co., Ltd.',
      'Co Ltd',
      'plc',
      'PLC',
      'Inc.',
      'LLP',
      'Company Limited',
    ];
    const chinese = ['有限公司', '股份有限公司', '有限责任公司', '（有限公司）'];
    for (const one of known)
      for (const form of /\p{Script=Han}/u.test(one) ? chinese : western)
        expect(exactKey(`${one}${form.startsWith(',') ? '' : ' '}${form}`), `${one} ${form}`).toBe(exactKey(one));
  });
});
