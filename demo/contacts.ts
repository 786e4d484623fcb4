import { PURPOSES } from '#shared/domain/contact/contact.ts';
import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { organisationId } from '#shared/http/intake/references.ts';
import type { Call, Server } from './api.ts';
import { CONTACTS, type DemoPerson } from './data/contacts.ts';
import { PARTNERS } from './data/organisations.ts';
import { OFFICERS, type Person } from './data/people.ts';

/** A contact to be loaded: who, where, and what is said of the keeping of the data. */
export interface ContactPlan {
  readonly place: string;
  readonly organisation: string;
  readonly person: Readonly<Record<string, string>>;
  readonly keeping: Readonly<Record<string, string>>;
}

/** Three years, in days: as long as somebody is kept unless it is said otherwise. */
const KEPT_DAYS = 3 * 365;

/** The sample contacts, as seen on a day. */
export function contactsOf(today: string): ContactPlan[] {
  return Object.entries(CONTACTS).flatMap(([place, people]) => {
    const { public: bodies = [], academic = [], institutes = [], companies = [] } = PARTNERS[place] ?? {};
    const organisations = [...academic, ...bodies, ...institutes, ...companies.map(({ name }) => name)];
    const isBritish = ['birmingham', 'bristol'].includes(place);
    return people.map((person, index) => ({
      place,
      organisation: organisations[index % organisations.length] as string,
      person: detailsOf(person, place, index),
      keeping: {
        purpose: PURPOSES[index % PURPOSES.length] as string,
        lawfulBasis: isBritish ? 'legitimate-interests' : 'consent',
        collectedIn: place,
        noticeLanguage: isBritish ? 'en' : 'zh-CN',
        // Not all on one day.
        retainUntil: dayOfNumber(dayNumber(today) + KEPT_DAYS - 10 * index),
      },
    }));
  });
}

/** Addresses that nobody has; telephone numbers of the range that is kept for drama. */
function detailsOf({ name, nameChinese, jobTitle }: DemoPerson, place: string, index: number): Record<string, string> {
  return {
    ...(name ? { name } : {}),
    ...(nameChinese
      ? { nameChinese, wechat: `invented-${place}-${index + 1}` }
      : { phone: `+44 1632 960${100 + index}` }),
    email: `${place}-${index + 1}@contacts.example.org`,
    jobTitle,
    about: 'Sample data: this person is invented.',
  };
}

/** Loads the sample contacts that are not there yet; answers how many were added. */
export async function loadContacts(server: Server, today: string): Promise<number> {
  let added = 0;
  const there = await addressesThere(await server.as(OFFICERS['guangzhou'] as Person));
  for (const { place, organisation, person, keeping } of contactsOf(today)) {
    if (there.has(person['email'] ?? '')) continue;
    const call = await server.as(OFFICERS[place] as Person);
    // Most are there, named by records.
    await call({ method: 'POST', path: '/v1/organisations', body: { name: organisation, place } });
    const organisations = [{ id: organisationId({ name: organisation, place }) }];
    const headers = { 'idempotency-key': `demo-contact-${person['email']}` };
    const { status } = await call({
      method: 'POST',
      path: '/v1/contacts',
      body: { ...keeping, organisations, person },
      headers,
    });
    if (![201, 202].includes(status)) throw new Error(`A sample contact in ${place} was refused: ${status}.`);
    added += 1;
  }
  return added;
}

/** By what a sample contact is known again. */
async function addressesThere(call: Call): Promise<Set<string>> {
  const found = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await call({ method: 'GET', path: `/v1/contacts${cursor && `?cursor=${cursor}`}` });
    for (const { person } of body.items as { person?: { email?: string } }[])
      if (person?.email) found.add(person.email);
    cursor = body.next;
  }
  return found;
}
