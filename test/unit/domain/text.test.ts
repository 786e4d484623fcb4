import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ZodType } from 'zod';
import { nameKey } from '#shared/domain/organisation/organisation.ts';
import { FIRST_PLACES, Place, PutPlace } from '#shared/domain/place.ts';
import { Instant, IsoDate, idOf, line, Slug, text, UserId, verbatim } from '#shared/domain/text.ts';
import { hashId, newId } from '#shared/runtime/ids.ts';

const Title = text(1, 5);
const details = (value: unknown, schema: ZodType = Title) =>
  schema.safeParse(value).error?.issues.map(({ message }) => message);

describe('text', () => {
  it('is trimmed and in normal form C', () => {
    expect(Title.parse('  cafe\u0301 ')).toBe('café');
    expect(Title.parse('\u3000广州\u00a0')).toBe('广州');
    expect(Title.parse('\uac00')).toBe(Title.parse('\u1100\u1161'));
  });

  it('keeps newline and tab and refuses every other control character', () => {
    expect(Title.parse('a\n\tb')).toBe('a\n\tb');
    for (let code = 0; code < 0xa0; code++) {
      const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
      const allowed = !control || code === 0x0a || code === 0x09;
      expect(Title.safeParse(`a${String.fromCharCode(code)}b`).success, `U+${code.toString(16)}`).toBe(allowed);
    }
  });

  it('refuses half a surrogate pair, and counts a whole one as one character', () => {
    expect(details('a\ud83d')).toContain('Text must be well-formed Unicode; this contains an unpaired surrogate.');
    expect(details('\ude00a')).toHaveLength(1);
    expect(Title.parse('😀😀😀😀😀')).toBe('😀😀😀😀😀');
    expect(details('😀😀😀😀😀😀')).toEqual(['At most 5 characters.']);
  });

  it('is measured after trimming and composing', () => {
    expect(Title.parse('   12345   ')).toBe('12345');
    expect(Title.parse('e\u0301'.repeat(5))).toBe('é'.repeat(5));
    expect(details('   ')).toEqual(['Text may not be empty.']);
    expect(details('\n\t')).toEqual(['Text may not be empty.']);
    expect(details('ab', text(3, 9))).toEqual(['At least 3 characters.']);
  });

  it('is nothing but text', () => {
    for (const other of [1, true, null, undefined, {}, ['a'], Symbol('a')])
      expect(Title.safeParse(other).success).toBe(false);
  });

  it('is the same once it has been made canonical', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (value) => {
        const once = text(0, 100).safeParse(value);
        if (once.success) expect(text(0, 100).parse(once.data)).toBe(once.data);
      }),
    );
  });
});

describe('text that nobody can see, or that misleads', () => {
  it.each([
    ['a zero-width space', '\u200b'],
    ['a word joiner', '\u2060'],
    ['a Hangul filler', '\u3164'],
    ['a blank of Braille', '\u2800'],
    ['several of them', '\u200b \u2060\ufeff'],
  ])('is refused: %s', (_, value) => {
    expect(details(value, text(1, 50))).toEqual(['Text may not consist of invisible characters alone.']);
  });

  it.each([0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069])(
    'is refused: an override of direction, U+%i',
    (code) => {
      for (const schema of [text(1, 50), line(1, 50)])
        expect(schema.safeParse(`invoice${String.fromCodePoint(code)}fdp.exe`).success).toBe(false);
    },
  );

  it('is none in a script that joins letters, or that is written from the right', () => {
    for (const value of ['می\u200cخواهم', 'क्\u200dष', 'שלום', '👩\u200d🔬'])
      expect(text(1, 50).parse(value)).toBe(value);
  });
});

describe('a line of text', () => {
  it('has no tab and no line break', () => {
    for (const value of ['a\tb', 'a\nb', 'a\r\nb', 'a\u2028b', 'a\u2029b'])
      expect(details(value, line(1, 50)), JSON.stringify(value)).toContain(
        'A line of text may not contain tabs or line breaks.',
      );
    expect(line(1, 50).parse(' Pumps for Nanjing\n')).toBe('Pumps for Nanjing');
  });

  it('is where several lines are, CRLF being one line break', () => {
    expect(text(1, 50).parse('a\r\nb\tc\r\n')).toBe('a\nb\tc');
    expect(text(1, 50).safeParse('a\rb').success).toBe(false);
  });
});

describe('text that is kept to the letter', () => {
  it('is not altered', () => {
    for (const value of ['  cafe\u0301\n\t', '\u1100\u1161', 'x'.repeat(9)])
      expect(verbatim(9).parse(value)).toBe(value);
  });

  it('refuses control characters, half a surrogate pair, blanks alone, and what is too long', () => {
    for (const value of ['a\u0000b', 'a\u001bb', 'a\rb', 'a\ud800b'])
      expect(verbatim(9).safeParse(value).success, JSON.stringify(value)).toBe(false);
    for (const value of ['', ' \u2003 ', '\n\t'])
      expect(details(value, verbatim(9)), JSON.stringify(value)).toEqual(['Text may not be empty.']);
    expect(details('x'.repeat(10), verbatim(9))).toEqual(['At most 9 characters.']);
  });
});

describe('an instant', () => {
  it.each([
    ['2026-11-21T08:00:00+08:00', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21T08:00:00Z', '2026-11-21T08:00:00.000Z'],
    ['2026-11-21T08:00:00.123456-05:30', '2026-11-21T13:30:00.123Z'],
    ['2024-02-29T23:59:59.999Z', '2024-02-29T23:59:59.999Z'],
  ])('written %s is held as %s', (written, held) => {
    expect(Instant.parse(written)).toBe(held);
  });

  it('needs its offset and a real day', () => {
    for (const none of [
      '2026-11-21T08:00:00',
      '2026-11-21T08:00Z',
      '2026-11-21',
      '2026-02-30T08:00:00Z',
      '2025-02-29T08:00:00Z',
      '2026-11-21T24:00:00Z',
      '2026-11-21T08:60:00Z',
      '+012026-01-01T00:00:00Z',
      '',
      1_774_000_000_000,
      null,
    ])
      expect(Instant.safeParse(none).success, String(none)).toBe(false);
  });

  it.each([
    '1900-01-01T00:00:00Z',
    '1899-12-31T23:00:00-05:00',
    '2100-12-31T23:59:59.999Z',
    '2101-01-01T07:59:59+08:00',
  ])('may lie on the first and last day that dates have: %s', (edge) => {
    expect(Instant.safeParse(edge).success).toBe(true);
  });

  it.each([
    '0000-01-01T00:00:00+08:00',
    '0001-01-01T00:00:00Z',
    '0026-11-30T08:00:00Z',
    '1899-12-31T23:59:59.999Z',
    '1900-01-01T00:00:00+14:00',
    '2101-01-01T00:00:00Z',
    '2100-12-31T23:59:59-08:00',
    '9999-12-31T23:59:59-08:00',
  ])('is refused outside 1900 to 2100 in UTC: %s', (absurd) => {
    expect(details(absurd, Instant)).toEqual(['An instant between 1900-01-01 and 2100-12-31, in UTC.']);
  });

  it('stands the second reading, so that an event made from a request is valid', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          expect(Instant.parse(Instant.parse(date.toISOString()))).toBe(date.toISOString());
        },
      ),
    );
  });
});

describe('a date', () => {
  it('is a day of the calendar', () => {
    expect(IsoDate.parse('2028-02-29')).toBe('2028-02-29');
    for (const none of ['2026-02-29', '2026-13-01', '2026-1-1', '21/11/2026', '2026-11-21T00:00:00Z', '', 20261121])
      expect(IsoDate.safeParse(none).success).toBe(false);
  });

  it('lies between 1900 and 2100', () => {
    for (const edge of ['1900-01-01', '2100-12-31']) expect(IsoDate.parse(edge)).toBe(edge);
    for (const absurd of ['0001-01-01', '0026-11-30', '1899-12-31', '2101-01-01', '9999-12-31'])
      expect(details(absurd, IsoDate), absurd).toEqual(['A date between 1900-01-01 and 2100-12-31.']);
  });
});

describe('ids', () => {
  const TradeDealId = idOf('trd');

  it('are a prefix and a ULID, made or hashed', () => {
    expect(TradeDealId.safeParse(newId('trd')).success).toBe(true);
    fc.assert(fc.property(fc.array(fc.string()), (parts) => TradeDealId.safeParse(hashId('trd', ...parts)).success));
  });

  it('are refused with another prefix, letter, case or length', () => {
    const ulid = '01JD3Q8M5V7X9Z1B3D5F7H9K2M';
    for (const none of [
      `eng_${ulid}`,
      ulid,
      `trd_${ulid.slice(1)}`,
      `trd_${ulid}0`,
      `trd_8${ulid.slice(1)}`,
      `trd_${ulid.toLowerCase()}`,
      `trd_${ulid.slice(0, -1)}I`,
      `trd_${ulid}\n`,
      `trd-${ulid}`,
      '',
    ])
      expect(TradeDealId.safeParse(none).success, none).toBe(false);
  });

  it('from the same parts are the same, and from parts that only run together the same are not', () => {
    expect(hashId('evt', 'ab', 'c')).toBe(hashId('evt', 'ab', 'c'));
    expect(hashId('evt', 'ab', 'c')).not.toBe(hashId('evt', 'a', 'bc'));
    expect(hashId('evt', 'abc')).not.toBe(hashId('evt', 'ab', 'c'));
    expect(hashId('evt', '')).not.toBe(hashId('evt'));
  });

  it('of users are pseudonyms: no address, no blank, not the word for nobody', () => {
    for (const id of ['bd-officer', 'li.wei', '3f2c1d7e-5a7b-4c8d-9e0f-112233445566', 'A'])
      expect(UserId.safeParse(id).success).toBe(true);
    for (const none of ['none', 'li.wei@example.ac.uk', 'li wei', '', '-a', 'a'.repeat(129), '李', null])
      expect(UserId.safeParse(none).success).toBe(false);
  });

  it('of places and partners are slugs', () => {
    for (const slug of ['guangzhou', 'a', 'gz-portal-2', 'a'.repeat(64)])
      expect(Slug.safeParse(slug).success).toBe(true);
    for (const none of ['Guangzhou', '-a', 'a-', 'a_b', '', 'a'.repeat(65), '广州', '../a'])
      expect(Slug.safeParse(none).success).toBe(false);
  });
});

describe('places', () => {
  it('are five from the start, each sound', () => {
    expect(FIRST_PLACES.map(({ id }) => id)).toEqual(['guangzhou', 'nanjing', 'guizhou', 'birmingham', 'bristol']);
    for (const place of FIRST_PLACES) expect(Place.parse(place)).toEqual(place);
  });

  it('have a country, a clock that exists and names in both languages', () => {
    const wuhan = { country: 'CN', timeZone: 'Asia/Shanghai', names: { en: 'Wuhan', zh: '武汉' } };
    expect(PutPlace.parse(wuhan)).toEqual(wuhan);
    for (const wrong of [
      { ...wuhan, country: 'China' },
      { ...wuhan, timeZone: 'Asia/Wuhan' },
      { ...wuhan, timeZone: '+08:00' },
      { ...wuhan, timeZone: '' },
      { ...wuhan, names: { en: 'Wuhan' } },
      { ...wuhan, names: { en: 'Wuhan', zh: '' } },
      { ...wuhan, id: 'wuhan' },
    ])
      expect(PutPlace.safeParse(wrong).success).toBe(false);
  });
});

describe('the same name', () => {
  it('is the same whatever its case, width and spacing', () => {
    const key = nameKey('Guangzhou Institute of Energy');
    for (const name of [
      'GUANGZHOU INSTITUTE OF ENERGY',
      'Guangzhou  Institute\tof Energy',
      'Ｇuangzhou　Institute of Energy ',
    ])
      expect(nameKey(name)).toBe(key);
    expect(nameKey('Guangzhou Institute of Energy Conversion')).not.toBe(key);
  });
});
