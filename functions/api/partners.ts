import { operationsOf } from '#shared/http/operation.ts';
import { PARTNER_OPERATIONS } from '#shared/http/operations/partners.ts';
import { QUARANTINE_OPERATIONS } from '#shared/http/operations/quarantine.ts';
import { listDeliveries } from '#shared/http/partners/deliveries.ts';
import { dryRun } from '#shared/http/partners/dry-run.ts';
import { listPartners, type Partnering, putPartner, readPartner } from '#shared/http/partners/partners.ts';
import { discard, listQuarantine, readQuarantined, replayMany, replayOne } from '#shared/http/partners/quarantine.ts';
import { expireSecret, listSecrets, makeSecret } from '#shared/http/partners/secrets.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { openBus, openFiles, openSecrets, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { givenEnvironment } from '#shared/runtime/environment.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { createEvaluator } from '#shared/webhooks/jsonata/evaluator.ts';
import { openSecretsOf } from '#shared/webhooks/secrets.ts';

const table = openTable();
const parts: Partnering = {
  table,
  bus: openBus(),
  files: openFiles(),
  secrets: openSecretsOf({ client: openSecrets(), table, clock: systemClock }),
  evaluator: createEvaluator(),
  publicUrl: givenEnvironment('publicUrl'),
};

/** Partner systems: how they sign and what they may say, what they sent, and what of it waits to be mended. */
export const handler = httpHandler({
  operations: operationsOf('partners', PARTNER_OPERATIONS, QUARANTINE_OPERATIONS),
  useCases: {
    putPartner: (call) => putPartner(parts, call),
    readPartner: (call) => readPartner(parts, call),
    listPartners: (call) => listPartners(parts, call),
    makeSecret: (call) => makeSecret(parts, call),
    listSecrets: (call) => listSecrets(parts, call),
    expireSecret: (call) => expireSecret(parts, call),
    dryRun: (call) => dryRun(parts, call),
    listPartnerDeliveries: (call) => listDeliveries(parts, call),
    listQuarantine: (call) => listQuarantine(parts, call),
    readQuarantined: (call) => readQuarantined(parts, call),
    replay: (call) => replayOne(parts, call),
    replayMany: (call) => replayMany({ ...parts, clock: systemClock }, call),
    discard: (call) => discard(parts, call),
  },
  clock: systemClock,
  log: openLogger('partners'),
});
