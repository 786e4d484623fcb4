import { readAgreement, readOrganisation } from '#shared/http/around/in-full.ts';
import { listActivities, listAgreements, listAround, listRecordActivities } from '#shared/http/around/lists.ts';
import { readRelationships } from '#shared/http/around/relationship.ts';
import type { Call } from '#shared/http/call.ts';
import { operationsOf } from '#shared/http/operation.ts';
import { AROUND_OPERATIONS } from '#shared/http/operations/around.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const around = { table: openTable(), clock: systemClock };

const isOf = ({ operation }: Call, noun: string) => operation.kind === noun;

/** Answers what stands around organisations, agreements, records and places. It writes nothing. */
export const handler = httpHandler({
  operations: operationsOf('around', AROUND_OPERATIONS),
  useCases: {
    read: (call) => (isOf(call, 'organisation') ? readOrganisation(around, call) : readAgreement(around, call)),
    list: (call) => (isOf(call, 'activity') ? listActivities(around, call) : listAgreements(around, call)),
    'list-activities': (call) => listRecordActivities(around, call),
    listOrganisationRecords: listAround(around, 'record'),
    listOrganisationActivities: listAround(around, 'activity'),
    listOrganisationAgreements: listAround(around, 'agreement'),
    listOrganisationContacts: listAround(around, 'contact'),
    listAgreementRecords: listAround(around, 'record'),
    listAgreementActivities: listAround(around, 'activity'),
    readRelationship: (call) => readRelationships(around, call),
  },
  clock: systemClock,
  log: openLogger('around'),
});
