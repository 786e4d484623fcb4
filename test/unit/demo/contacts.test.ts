import { describe, expect, it } from 'vitest';
import { LogContact } from '#shared/http/contact-schemas.ts';
import { contactsOf } from '../../../demo/contacts.ts';

describe('the sample contacts', () => {
  const contacts = contactsOf('2026-11-22');

  it('are what the API takes', () => {
    for (const { keeping, person } of contacts) {
      const organisations = [{ id: 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M' }];
      expect(LogContact().safeParse({ ...keeping, organisations, person }).error, person['email']).toBeUndefined();
    }
  });

  it('are 30, each once, in both scripts, and say that they are invented', () => {
    expect(contacts).toHaveLength(30);
    expect(new Set(contacts.map(({ person }) => person['email'])).size).toBe(30);
    for (const { person } of contacts) {
      const names = [person['name'], person['nameChinese']].filter((name) => name !== undefined);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) expect(name).toMatch(/\(invented\)$|（虚构）$/);
    }
    for (const field of ['name', 'nameChinese']) expect(contacts.some(({ person }) => !(field in person))).toBe(true);
  });
});
