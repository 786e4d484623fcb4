import { operationsOf } from '#shared/http/operation.ts';
import { RECORD_READS } from '#shared/http/operations/records.ts';
import { SETTINGS_OPERATIONS } from '#shared/http/operations/settings.ts';
import { SYSTEM_OPERATIONS } from '#shared/http/operations/system.ts';
import { readEvidence } from '#shared/http/read/evidence.ts';
import { listRecords } from '#shared/http/read/list.ts';
import { readPipeline } from '#shared/http/read/pipeline.ts';
import { readReceipt } from '#shared/http/read/receipt.ts';
import { readRecord } from '#shared/http/read/record.ts';
import { listPlaces, readPlace } from '#shared/http/settings/places.ts';
import { readFxRates } from '#shared/http/settings/rates.ts';
import { listUsers } from '#shared/http/settings/users.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { eventsIn, openPast } from '#shared/reporting/past.ts';
import { readStallThresholds } from '#shared/reporting/read-pipeline.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openCubes } from '#shared/store/cubes.ts';
import { openJournal } from '#shared/store/journal.ts';
import { openRates } from '#shared/store/rates.ts';

const table = openTable();
const aggregates = openAggregates(table);
const reading = {
  table,
  clock: systemClock,
  aggregates,
  past: openPast({ journal: openJournal(table), cubes: openCubes(table), loadEvents: eventsIn(table) }),
  rates: openRates(table),
  stallThresholds: () => readStallThresholds(aggregates),
};

/** Answers every GET on records as they are and were, the pipeline and settings, and `$default`, which is a 404. It writes nothing. */
export const handler = httpHandler({
  operations: operationsOf('read', RECORD_READS, SETTINGS_OPERATIONS, SYSTEM_OPERATIONS),
  useCases: {
    list: (call) => listRecords(reading, call),
    read: (call) => readRecord(reading, call),
    'read-evidence': (call) => readEvidence(reading, call),
    readPipeline: (call) => readPipeline(reading, call),
    readReceipt: (call) => readReceipt(reading, call),
    readFxRates: (call) => readFxRates(reading, call),
    readPlace: (call) => readPlace(reading, call),
    listPlaces: (call) => listPlaces(reading, call),
    listUsers: (call) => listUsers(reading, call),
  },
  clock: systemClock,
  log: openLogger('read'),
});
