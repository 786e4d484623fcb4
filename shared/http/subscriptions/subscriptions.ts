import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PutSubscription, Subscription } from '#shared/domain/subscription/subscription.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { keys } from '#shared/store/keys.ts';
import { loadPartner } from '#shared/store/partners.ts';
import { writeSetting } from '#shared/store/settings.ts';
import {
  listSubscriptions as loadAll,
  loadSubscription,
  loadSubscriptionSetting,
} from '#shared/store/subscriptions.ts';
import { FORBIDDEN, type Guard } from '#shared/webhooks/out/guard.ts';
import { newStandardSecret, type SecretOwner, type Secrets } from '#shared/webhooks/secrets.ts';
import { type Answer, etagOf, notFound, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { canonical } from '../canonical.ts';
import { matches } from '../headers.ts';
import { resolveReferences } from '../intake/references.ts';
import { pageOfAll } from '../page.ts';
import { expireSecretOf, listSecretsOf, makeSecretOf } from '../partners/secrets.ts';
import { type Fault, ProblemError } from '../problems.ts';
import { claim } from '../settings/claim.ts';
import { viewerIn } from '../sight.ts';

/** What the calls about subscriptions work on. */
export interface Subscribing {
  readonly table: DynamoDBDocumentClient;
  readonly secrets: Secrets;
  /** Where the turns of deliveries go. */
  readonly queue: SQSClient;
  readonly guard: Guard;
}

const NOTHING = 'There is no such subscription.';

/** The subscription that a call's path names. */
export async function subscriptionOf(table: DynamoDBDocumentClient, call: Call): Promise<Subscription> {
  const subscription = await loadSubscription(table, call.params['id'] ?? '');
  if (!subscription) throw notFound(NOTHING);
  return subscription;
}

/** `GET /v1/subscriptions/{id}` */
export async function readSubscription({ table }: Pick<Subscribing, 'table'>, call: Call): Promise<Answer> {
  const id = call.params['id'] ?? '';
  const kept = await loadSubscriptionSetting(table, id);
  if (!kept) throw notFound(NOTHING);
  return answer(200, { id, ...kept.content }, kept.version);
}

/** `GET /v1/subscriptions` */
export async function listSubscriptions({ table }: Pick<Subscribing, 'table'>, call: Call): Promise<Answer> {
  return { status: 200, body: await pageOfAll(call, () => loadAll(table)) };
}

/** How often a subscription is written anew where somebody else was quicker and no condition forbids it. */
const ATTEMPTS = 4;

/** `PUT /v1/subscriptions/{id}`: adds it (201) or changes it. One that is so already stays at its version. */
export async function putSubscription(parts: Pick<Subscribing, 'table' | 'guard'>, call: Call): Promise<Answer> {
  const { table } = parts;
  const id = call.params['id'] ?? '';
  const wanted = call.body as PutSubscription;
  const { eventId, isRepeat } = await claim(table, call);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const kept = await loadSubscriptionSetting(table, id);
    const { disabled: _, ...content } = kept?.content ?? {};
    const isSame = kept !== undefined && canonical(content) === canonical(wanted);
    if (isSame && isRepeat) return answer(kept.version === 1 ? 201 : 200, { id, ...kept.content }, kept.version);
    if (call.ifMatch && !(kept && matches(call.ifMatch, kept.version))) throw stale(id, kept?.version);
    if (isSame) return answer(200, { id, ...kept.content }, kept.version);
    await check(parts, wanted);
    const previousVersion = kept?.version ?? 0;
    const written = await writeSetting(table, {
      key: keys.subscription(id),
      content: wanted,
      previous: kept,
      previousVersion,
      author: { userId: viewerIn(call).id, at: toInstant(call.receivedAt), correlationId: call.correlationId },
      eventId,
    });
    if (written) return answer(kept ? 200 : 201, { id, ...wanted }, previousVersion + 1);
  }
  throw stale(id, undefined);
}

/** Its partner and its filter's place must be known; and where it leads is looked at now, and again whenever something is sent. */
async function check({ table, guard }: Pick<Subscribing, 'table' | 'guard'>, wanted: PutSubscription): Promise<void> {
  const { partner, filter, url } = wanted;
  const unknown: Fault[] = [];
  if (partner !== undefined && !(await loadPartner(table, partner)))
    unknown.push({ pointer: '/partner', detail: 'There is no such partner.' });
  const { faults } = await resolveReferences(table, filter?.place === undefined ? {} : { place: filter.place });
  unknown.push(...faults.map(({ pointer, detail }) => ({ pointer: `/filter${pointer}`, detail })));
  if (unknown.length > 0) throw new ProblemError('unknown-reference', unknown[0]?.detail, unknown);
  const verdict = await guard(url);
  if (verdict.ok) return;
  const detail = FORBIDDEN[verdict.reason];
  throw new ProblemError('forbidden-url', detail, [{ pointer: '/url', detail }]);
}

const ownerOf = ({ id }: Subscription): SecretOwner => `subscription/${id}`;

/** `POST /v1/subscriptions/{id}/secrets`: makes a secret and answers it this once. */
export async function makeSubscriptionSecret(parts: Subscribing, call: Call): Promise<Answer> {
  const subscription = await subscriptionOf(parts.table, call);
  return makeSecretOf(parts, call, ownerOf(subscription), newStandardSecret);
}

/** `GET /v1/subscriptions/{id}/secrets`: which there are, without themselves. */
export async function listSubscriptionSecrets(parts: Subscribing, call: Call): Promise<Answer> {
  const subscription = await subscriptionOf(parts.table, call);
  return listSecretsOf(parts.secrets, call, ownerOf(subscription));
}

/** `POST /v1/subscriptions/{id}/secrets/{secretId}/expiries`: it signs until then; now unless said. */
export async function expireSubscriptionSecret(parts: Subscribing, call: Call): Promise<Answer> {
  const subscription = await subscriptionOf(parts.table, call);
  return expireSecretOf(parts, call, ownerOf(subscription));
}

const answer = (status: number, subscription: Subscription, version: number): Answer => ({
  status,
  body: subscription,
  headers: { etag: etagOf(version) },
});
