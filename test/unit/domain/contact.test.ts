import { describe, expect, it } from 'vitest';
import { heldBy, PERSON_FIELDS, Person, PersonPatch, patchPerson } from '#shared/domain/contact/person.ts';
import { evolveEntity, judgeEntity } from '#shared/domain/entity/evolve.ts';

const ZHAO = { name: 'Zhao Qian', nameChinese: '赵钱', phone: '1234' };

describe('a person', () => {
  it('has a name in one of the scripts', () => {
    expect(Person().safeParse({ nameChinese: '赵钱' }).success).toBe(true);
    expect(Person().safeParse({ name: 'Zhao Qian' }).success).toBe(true);
    expect(Person().safeParse({ email: 'zhao@example.org' }).success).toBe(false);
    expect(Person().safeParse({ name: ' ' }).success).toBe(false);
    expect(Person().safeParse({ name: 'Zhao', nickname: 'Z' }).success).toBe(false);
  });

  it('is patched field by field: null takes away, what is not named stays, and the fields that changed are told', () => {
    const patched = patchPerson(ZHAO, { phone: null, name: 'Zhao Qian', wechat: 'w' });
    expect(patched).toEqual({
      person: { name: 'Zhao Qian', nameChinese: '赵钱', wechat: 'w' },
      changed: ['phone', 'wechat'],
    });
    expect(patchPerson(ZHAO, {})?.changed).toEqual([]);
    expect(patchPerson(ZHAO, { name: null, nameChinese: null })).toBeUndefined();
  });

  it('may have each of its fields taken away by a patch, and no other', () => {
    expect(PersonPatch().safeParse(Object.fromEntries(PERSON_FIELDS.map((field) => [field, null]))).success).toBe(true);
    expect(PersonPatch().safeParse({ erasedOn: null }).success).toBe(false);
    expect(heldBy({ ...ZHAO, email: undefined })).toEqual(['name', 'nameChinese', 'phone']);
  });
});

describe('a contact that was erased', () => {
  const id = 'con_01M80J0D0JGER556W2WKNRQB3N';
  const at = '2026-11-22T08:00:00.000Z';
  const told = (verb: 'logged' | 'amended', n: number, fields: Record<string, unknown>) =>
    ({ recordId: id, kind: 'contact', eventId: `evt_${n}`, occurredAt: at, by: 'user', verb, fields }) as const;
  const kept = evolveEntity(undefined, told('logged', 1, { personal: { version: 'evt_1' } }), at).state;
  const erasure = told('amended', 2, { erasedOn: '2026-11-22', erasureReason: 'retention-ended', personal: null });
  const erased = evolveEntity(kept, erasure, at).state;

  it('is not changed any more, whichever version a change was made on', () => {
    expect(judgeEntity(kept, erasure)).toEqual({ outcome: 'record' });
    for (const expected of [{}, { expectedVersion: 1 }, { expectedVersion: 2 }])
      expect(judgeEntity(erased, { ...told('amended', 3, { retainUntil: '2030-01-01' }), ...expected })).toMatchObject({
        outcome: 'refuse',
        refusal: { code: 'erased' },
      });
  });

  it('has no pointer to a person', () => {
    expect(erased.fields).toEqual({ erasedOn: '2026-11-22', erasureReason: 'retention-ended' });
  });
});
