import * as z from 'zod';

/** As it comes from a form or a table. A line break is no part of a number, and no slip of a form either: it stays, and is refused. */
const withoutSpaces = (value: string) => value.replace(/^ +| +$/g, '');

/** Digits and capitals without I, O, S, V and Z: what a Unified Social Credit Code is written in (GB 32100-2015). */
const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const USCC_MODULUS = 31;

/** The check character of the first 17 of a Unified Social Credit Code: weights 3^i modulo 31 (GB 32100-2015, ISO 7064 in kind). */
export function creditCodeCheck(first17: string): string | undefined {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    const value = USCC_ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    sum += value * weight;
    weight = (weight * 3) % USCC_MODULUS;
  }
  return USCC_ALPHABET[(USCC_MODULUS - (sum % USCC_MODULUS)) % USCC_MODULUS];
}

export const UnifiedSocialCreditCode = z
  .string()
  .overwrite((value) => withoutSpaces(value).toUpperCase())
  .regex(
    /^[0-9A-HJ-NP-RTUWXY]{18}$/,
    'A Unified Social Credit Code has 18 digits and capital letters, excluding I, O, S, V and Z.',
  )
  .refine(
    (value) => creditCodeCheck(value.slice(0, 17)) === value[17],
    'The check character is wrong: the code contains a typing error.',
  )
  .meta({ id: 'UnifiedSocialCreditCode', examples: ['91110000802100433B'] });

/** A ROR id: 0, six characters of Crockford's base 32 and two check digits, 98 - (100 n mod 97) (ISO 7064 mod 97-10). */
export const Ror = z
  .string()
  .overwrite((value) =>
    withoutSpaces(value)
      .toLowerCase()
      .replace(/^https:\/\/ror\.org\//, ''),
  )
  .regex(/^0[a-hj-km-np-tv-z0-9]{6}\d{2}$/, 'A ROR id such as 03angcq70.')
  .refine((value) => rorCheck(value) === value.slice(7), 'The check digits are wrong: the id contains a typing error.')
  .meta({ id: 'Ror', examples: ['03angcq70'] });

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

function rorCheck(id: string): string {
  let number = 0;
  for (const character of id.slice(1, 7)) number = number * 32 + CROCKFORD.indexOf(character);
  return String(98 - ((number * 100) % 97)).padStart(2, '0');
}

/** A company number of Companies House: eight digits, or two letters of its register and six digits. */
export const CompaniesHouseNumber = z
  .string()
  .overwrite((value) => withoutSpaces(value).toUpperCase())
  .regex(/^(?:\d{8}|[A-Z]{2}\d{6})$/, 'A company number such as 01234567 or SC123456.')
  .meta({ id: 'CompaniesHouseNumber', examples: ['01234567'] });
