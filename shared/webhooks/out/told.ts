import { SUBSCRIBED_EVENTS, type Subscription } from '#shared/domain/subscription/subscription.ts';
import type { EventDetail } from '#shared/events/contract.ts';
import { OUTCOME_CONTRACTS, type RecordOutcome } from '#shared/events/outcomes.ts';
import { hashId } from '#shared/runtime/ids.ts';

/** An outcome as it can be told to others. */
export interface Told {
  readonly type: string;
  readonly eventId: string;
  readonly occurredAt: string;
  readonly data: RecordOutcome;
}

const contracts = new Map(OUTCOME_CONTRACTS.map((contract) => [contract.name, contract]));

/**
 * The outcome in an event of the bus; undefined for one that nobody can subscribe to.
 * @throws for one that does not fit its schema: whether its record is confidential cannot be known then
 */
export function toldIn(name: string, detail: unknown): Told | undefined {
  const contract = (SUBSCRIBED_EVENTS as readonly string[]).includes(name) ? contracts.get(name) : undefined;
  if (!contract) return undefined;
  const { metadata, data } = contract.detail.parse(detail) as EventDetail<RecordOutcome>;
  return { type: name, eventId: metadata.eventId, occurredAt: metadata.occurredAt, data };
}

/** The same for every repeat of an outcome, and so the same `webhook-id`. */
export const deliveryIdOf = ({ id }: Pick<Subscription, 'id'>, eventId: string): string =>
  hashId('dlv', 'out', id, eventId);

/**
 * What is sent, in the form of Standard Webhooks. Ids, stages and figures: neither titles nor words, and no owner, since that is a person
 * of ours, if by a pseudonym.
 */
export function bodyOf({ type, eventId, occurredAt, data }: Told): string {
  const { owner: _, confidential: __, ...record } = data.record;
  return JSON.stringify({ type, timestamp: occurredAt, data: { eventId, ...data, record } });
}

/** The `type` of a delivery that somebody asks for to try a subscription out. */
export const TEST_TYPE = 'subscription.test';

/** What a test says: whose it is, and nothing of any record. */
export const testBodyOf = ({ id }: Pick<Subscription, 'id'>, at: string): string =>
  JSON.stringify({ type: TEST_TYPE, timestamp: at, data: { subscription: id } });
