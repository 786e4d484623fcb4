import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { KIND_SCHEMAS } from '#shared/domain/record/kinds.ts';
import { faultsOfBody, faultsOfQuery, pointerOf } from '#shared/http/faults.ts';
import { listQuery } from '#shared/http/schemas.ts';
import { DEAL } from '#test/support/http-request.ts';

const faultsOf = (schema: z.ZodType, body: unknown) => {
  const { error } = schema.safeParse(body);
  return faultsOfBody(error?.issues ?? [], body) as { pointer: string; detail: string }[];
};
const pointersOf = (changed: Record<string, unknown>) =>
  faultsOf(KIND_SCHEMAS['trade-deal'].log, { ...DEAL, ...changed }).map(({ pointer }) => pointer);

describe('a fault in a body', () => {
  it('is pointed at with ~ and / escaped', () => {
    expect(pointerOf(['a/b', 'c~d', 0, ''])).toBe('/a~1b/c~0d/0/');
    expect(pointersOf({ 'a/b~c': 1 })).toEqual(['/a~1b~0c']);
  });

  it.each([
    ['a field that is missing', { title: undefined }, ['/title']],
    ['a field that is null', { title: null }, ['/title']],
    ['a field that is unknown', { titel: 'x' }, ['/titel']],
    ['an unknown field inside', { nextStep: { text: 'Call', due: '2026-01-01' } }, ['/nextStep/due']],
    ['an amount with too many digits', { value: { amount: '1.5', currency: 'JPY' } }, ['/value/amount']],
    ['half an amount', { value: { amount: '1.50' } }, ['/value/currency']],
    [
      'a value that is wrong in several ways, once',
      { externalRef: { partner: 'A B', ref: '' } },
      ['/externalRef/partner', '/externalRef/ref'],
    ],
    ['a list', { organisations: [] }, ['/organisations']],
    ['an item', { tags: ['ok', ''] }, ['/tags/1']],
    ['a lost record without its reason', { stage: 'lost' }, ['/lostReason']],
  ])('points at %s', (_, changed, pointers) => {
    expect(pointersOf(changed)).toEqual(pointers);
  });

  it.each([
    ['has a name and no place', { name: 'X' }, '/organisations/0/place'],
    ['has an empty name', { name: '', place: 'guangzhou' }, '/organisations/0/name'],
    ['has a malformed id', { id: 'org_1' }, '/organisations/0/id'],
    ['has an id and a name', { id: 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M', name: 'X' }, '/organisations/0/name'],
    ['is empty', {}, '/organisations/0'],
    ['is text', 'X', '/organisations/0'],
    ['is null', null, '/organisations/0'],
  ])('of a union is that of the form it comes closest to: an organisation that %s', (_, organisation, pointer) => {
    expect(pointersOf({ organisations: [organisation] })).toEqual([pointer]);
  });

  it('points at the whole body where that is of the wrong type', () => {
    for (const body of [null, 1, 'x', []])
      expect(faultsOf(KIND_SCHEMAS.engagement.log, body)).toMatchObject([{ pointer: '' }]);
  });

  it('points at a key that a table may not have', () => {
    const rates = z.record(z.string().regex(/^[A-Z]{3}$/, 'Three capitals.'), z.string());
    expect(faultsOf(rates, { 'a/b': '1', GBP: 2 })).toEqual([
      { pointer: '/a~1b', detail: 'Three capitals.' },
      { pointer: '/GBP', detail: 'Expected string, received number.' },
    ]);
  });
});

describe('a fault in a query', () => {
  it('is named by its parameter', () => {
    const query = { stage: 'x', limit: '0', q: 'wind', owner: '@' };
    const { error } = listQuery('trade-deal').safeParse(query);
    const faults = faultsOfQuery(error?.issues ?? [], query) as { parameter: string; detail: string }[];
    expect(faults.map(({ parameter }) => parameter).sort()).toEqual(['limit', 'owner', 'q', 'stage']);
    expect(faults.find(({ parameter }) => parameter === 'q')?.detail).toBe('There is no such parameter.');
  });
});
