import * as z from 'zod';
import { line, Slug } from './text.ts';

/** A city or a province with its country, clock and names in both languages. */
export const Place = z
  .strictObject({
    id: Slug,
    country: z.string().regex(/^[A-Z]{2}$/, 'Two capital letters (ISO 3166-1), such as CN.'),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'An IANA time zone such as Asia/Shanghai.')
      .meta({ examples: ['Asia/Shanghai'] }),
    names: z.strictObject({ en: line(1, 100), zh: line(1, 100) }),
  })
  .meta({ id: 'Place' });
export type Place = z.infer<typeof Place>;

/** What an administrator puts under a place's id. */
export const PutPlace = Place.omit({ id: true }).meta({ id: 'PutPlace' });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Z]/.test(name);
  } catch {
    return false;
  }
}

/** The places that are there from the start. */
export const FIRST_PLACES: readonly Place[] = [
  { id: 'guangzhou', country: 'CN', timeZone: 'Asia/Shanghai', names: { en: 'Guangzhou', zh: '广州' } },
  { id: 'nanjing', country: 'CN', timeZone: 'Asia/Shanghai', names: { en: 'Nanjing', zh: '南京' } },
  { id: 'guizhou', country: 'CN', timeZone: 'Asia/Shanghai', names: { en: 'Guizhou', zh: '贵州' } },
  { id: 'birmingham', country: 'GB', timeZone: 'Europe/London', names: { en: 'Birmingham', zh: '伯明翰' } },
  { id: 'bristol', country: 'GB', timeZone: 'Europe/London', names: { en: 'Bristol', zh: '布里斯托' } },
];
