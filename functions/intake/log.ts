import { createWaiter } from '#shared/http/intake/wait.ts';
import { type Intake, write } from '#shared/http/intake/write.ts';
import { operationsOf } from '#shared/http/operation.ts';
import { ENTITY_OPERATIONS } from '#shared/http/operations/entities.ts';
import { ORGANISATION_OPERATIONS } from '#shared/http/operations/organisations.ts';
import { RECORD_WRITES } from '#shared/http/operations/records.ts';
import { httpHandler, type UseCase } from '#shared/http/stack.ts';
import { openBus, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const table = openTable();
const intake: Intake = {
  table,
  bus: openBus(),
  clock: systemClock,
  waiter: createWaiter({ table, clock: systemClock }),
};

const writing: UseCase = (call) => write(intake, call);

/** Takes in every write on a record or on what stands around it: it becomes an event on the bus, and is answered when that is recorded. */
export const handler = httpHandler({
  operations: operationsOf('log', RECORD_WRITES, ENTITY_OPERATIONS, ORGANISATION_OPERATIONS),
  useCases: {
    log: writing,
    amend: writing,
    move: writing,
    note: writing,
    evidence: writing,
    void: writing,
    restore: writing,
    release: writing,
    merge: writing,
    'undo-merge': writing,
  },
  clock: systemClock,
  log: openLogger('log'),
});
