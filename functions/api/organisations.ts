import { operationsOf } from '#shared/http/operation.ts';
import { ORGANISATION_OPERATIONS } from '#shared/http/operations/organisations.ts';
import { openDirectory } from '#shared/http/organisations/directory.ts';
import { dismissDuplicate, listDuplicates, readMatches } from '#shared/http/organisations/matches.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const table = openTable();
const matching = { table, directory: openDirectory(table) };

/** Says which organisations are one, or may be, and keeps which of them people have found to be two. */
export const handler = httpHandler({
  operations: operationsOf('organisations', ORGANISATION_OPERATIONS),
  useCases: {
    readOrganisationMatches: (call) => readMatches(matching, call),
    listOrganisationDuplicates: (call) => listDuplicates(matching, call),
    dismissOrganisationDuplicate: (call) => dismissDuplicate(matching, call),
  },
  clock: systemClock,
  log: openLogger('organisations'),
});
