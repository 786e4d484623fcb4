import { eraseContact } from '#shared/http/contacts/erase.ts';
import { exportContact } from '#shared/http/contacts/export.ts';
import { listContacts, readContact, readContactTimeline } from '#shared/http/contacts/read.ts';
import { type Contacts, writeContact } from '#shared/http/contacts/write.ts';
import { createWaiter } from '#shared/http/intake/wait.ts';
import { CONTACT_OPERATIONS } from '#shared/http/operations/contacts.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { openMasterKeys } from '#shared/people/master-keys.ts';
import { openPeople } from '#shared/people/people.ts';
import { openBus, openSecrets, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const table = openTable();
const masterKeys = openMasterKeys({ client: openSecrets(), clock: systemClock });
const parts: Contacts = {
  table,
  masterKeys,
  people: openPeople({ table, masterKeys }),
  intake: { table, bus: openBus(), clock: systemClock, waiter: createWaiter({ table, clock: systemClock }) },
};

/** People and what is kept of them: the only function that can read them, and the only one that is told of them. */
export const handler = httpHandler({
  operations: CONTACT_OPERATIONS,
  useCases: {
    list: (call) => listContacts(parts, call),
    log: (call) => writeContact(parts, call),
    read: (call) => readContact(parts, call),
    amend: (call) => writeContact(parts, call),
    timeline: (call) => readContactTimeline(parts, call),
    exportContact: (call) => exportContact(parts, call),
    eraseContact: (call) => eraseContact(parts, call),
  },
  clock: systemClock,
  log: openLogger('contacts'),
});
