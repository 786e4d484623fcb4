import { operationsOf } from '#shared/http/operation.ts';
import { SUBSCRIPTION_OPERATIONS } from '#shared/http/operations/subscriptions.ts';
import { httpHandler } from '#shared/http/stack.ts';
import {
  listOutgoingDeliveries,
  redeliver,
  redeliverMany,
  testSubscription,
} from '#shared/http/subscriptions/deliveries.ts';
import {
  expireSubscriptionSecret,
  listSubscriptionSecrets,
  listSubscriptions,
  makeSubscriptionSecret,
  putSubscription,
  readSubscription,
  type Subscribing,
} from '#shared/http/subscriptions/subscriptions.ts';
import { openQueue, openSecrets, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { givenEnvironment } from '#shared/runtime/environment.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { createGuard, trialHosts } from '#shared/webhooks/out/guard.ts';
import { openSecretsOf } from '#shared/webhooks/secrets.ts';

const table = openTable();
const parts: Subscribing = {
  table,
  secrets: openSecretsOf({ client: openSecrets(), table, clock: systemClock }),
  queue: openQueue(),
  guard: createGuard({ trial: trialHosts(givenEnvironment('webhookTrialHosts')) }),
};

/** Subscriptions: who is told of outcomes, and what became of telling them. */
export const handler = httpHandler({
  operations: operationsOf('subscriptions', SUBSCRIPTION_OPERATIONS),
  useCases: {
    putSubscription: (call) => putSubscription(parts, call),
    readSubscription: (call) => readSubscription(parts, call),
    listSubscriptions: (call) => listSubscriptions(parts, call),
    makeSubscriptionSecret: (call) => makeSubscriptionSecret(parts, call),
    listSubscriptionSecrets: (call) => listSubscriptionSecrets(parts, call),
    expireSubscriptionSecret: (call) => expireSubscriptionSecret(parts, call),
    testSubscription: (call) => testSubscription(parts, call),
    listOutgoingDeliveries: (call) => listOutgoingDeliveries(parts, call),
    redeliver: (call) => redeliver(parts, call),
    redeliverMany: (call) => redeliverMany(parts, call),
  },
  clock: systemClock,
  log: openLogger('subscriptions'),
});
