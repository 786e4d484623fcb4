import { operationsOf } from '#shared/http/operation.ts';
import { SETTINGS_OPERATIONS } from '#shared/http/operations/settings.ts';
import { SYSTEM_OPERATIONS } from '#shared/http/operations/system.ts';
import { createHealthCheck } from '#shared/http/settings/health.ts';
import { putPlace } from '#shared/http/settings/places.ts';
import { putFxRates } from '#shared/http/settings/rates.ts';
import { amendMe, readMe } from '#shared/http/settings/users.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { openRates } from '#shared/store/rates.ts';

const table = openTable();
const settings = { table, rates: openRates(table) };

const readHealth = createHealthCheck({ table, clock: systemClock });

/** Writes versioned settings: rates, places, and users' own. It also answers whether the service works, since it may write. */
export const handler = httpHandler({
  operations: operationsOf('settings', SETTINGS_OPERATIONS, SYSTEM_OPERATIONS),
  useCases: {
    putFxRates: (call) => putFxRates(settings, call),
    putPlace: (call) => putPlace(settings, call),
    readMe: (call) => readMe(settings, call),
    readHealth,
    amendMe: (call) => amendMe(settings, call),
  },
  clock: systemClock,
  log: openLogger('settings'),
});
