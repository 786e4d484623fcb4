import { readAgreement, readOrganisation } from '#shared/http/around/in-full.ts';
import { listActivities, listAgreements, listAround, listRecordActivities } from '#shared/http/around/lists.ts';
import { readRelationships } from '#shared/http/around/relationship.ts';
import type { Call } from '#shared/http/call.ts';
import { operationsOf } from '#shared/http/operation.ts';
import { AROUND_OPERATIONS } from '#shared/http/operations/around.ts';
import { ENTITY_OPERATIONS } from '#shared/http/operations/entities.ts';
import { RECORD_TIMELINES } from '#shared/http/operations/records.ts';
import { readEntities, readEntity } from '#shared/http/read/entity.ts';
import { readTimeline } from '#shared/http/read/timeline.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const around = { table: openTable(), clock: systemClock };

const isOf = ({ operation }: Call, noun: string) => operation.kind === noun;

/** Answers timelines, and what stands around the pipeline: organisations, activities, agreements, relationships. It writes nothing. */
export const handler = httpHandler({
  operations: operationsOf('around', AROUND_OPERATIONS, ENTITY_OPERATIONS, RECORD_TIMELINES),
  useCases: {
    read: (call) => {
      if (isOf(call, 'organisation')) return readOrganisation(around, call);
      return isOf(call, 'agreement') ? readAgreement(around, call) : readEntity(around, call);
    },
    list: (call) => {
      if (isOf(call, 'activity')) return listActivities(around, call);
      return isOf(call, 'agreement') ? listAgreements(around, call) : readEntities(around, call);
    },
    timeline: (call) => readTimeline(around, call),
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
