import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import type { EntityEvent } from '#shared/domain/entity/evolve.ts';
import { type Noun, nounOfId } from '#shared/domain/entity/nouns.ts';
import type { Evidence } from '#shared/domain/evidence/evidence.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { RecordEvent, Told } from '#shared/domain/record/changes.ts';
import { isAhead } from '#shared/domain/record/clock-tolerance.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { compareClocks } from '#shared/domain/record/state.ts';
import { type EntityVerb, parseEntityName } from '#shared/events/entities.ts';
import type { Metadata } from '#shared/events/envelope.ts';
import { EventId, RecordId } from '#shared/events/envelope.ts';
import { parseIntakeName, type Verb } from '#shared/events/intake.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import { putReceipt, type QuarantineReason, quarantineWithoutRecord, type Receipt } from '#shared/store/receipts.ts';
import type { AnyEvent } from './ledger.ts';
import { type Recorder, type Recording, recordEvent } from './record-event.ts';

export interface IntakeQueue extends Recorder {
  readonly queue: SQSClient;
  readonly log: {
    info(message: string, details: Record<string, unknown>): void;
    warn(message: string, details: Record<string, unknown>): void;
    error(message: string, details: Record<string, unknown>): void;
  };
  readonly count: (metric: MetricName) => void;
}

/** How long an event waits for what it builds on before it is quarantined, in milliseconds: 15 minutes. */
const PATIENCE_MS = 15 * 60_000;
/** Seconds between looks at what an event waits for: at first within seconds. */
const waitSeconds = (tries: number) => Math.min(2 ** tries, 60);

interface Delivery {
  readonly message: SQSRecord;
  readonly envelope: { readonly id: string; readonly name: string; readonly detail: unknown };
  readonly parsed: Parsed;
}

type Parsed =
  | { readonly ok: true; readonly event: AnyEvent; readonly metadata: Metadata }
  | { readonly ok: false; readonly reason: QuarantineReason; readonly errors: { pointer: string; detail: string }[] };

/**
 * Takes one batch of the recording queue. Each message by itself: what fails is reported and delivered again, the rest is done.
 * Messages of one record are taken in the order in which they happened, which spares them waiting for one another.
 */
export async function takeBatch(intake: IntakeQueue, messages: readonly SQSRecord[]): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  const lanes = new Map<string, Delivery[]>();
  for (const message of messages) {
    try {
      const delivery = open(message);
      const lane = delivery.parsed.ok ? delivery.parsed.event.recordId : message.messageId;
      lanes.set(lane, [...(lanes.get(lane) ?? []), delivery]);
    } catch (error) {
      intake.log.error('A message is not an event; it will go to the dead-letter queue.', {
        messageId: message.messageId,
        ...failureOf(error),
      });
      failed.push(message.messageId);
    }
  }
  const takeLane = async (lane: Delivery[]) => {
    for (const delivery of lane.sort(asHappened)) {
      try {
        await take(intake, delivery);
      } catch (error) {
        intake.log.error('An event could not be recorded; the queue will redeliver it.', {
          ...idsOf(delivery),
          ...failureOf(error),
        });
        failed.push(delivery.message.messageId);
      }
    }
  };
  await Promise.all([...lanes.values()].map(takeLane));
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function take(intake: IntakeQueue, delivery: Delivery): Promise<void> {
  const { parsed } = delivery;
  if (!parsed.ok) return quarantine(intake, delivery, parsed.reason, parsed.errors);
  const { event, metadata } = parsed;
  if (event.by !== 'user' && isAhead(event.occurredAt, intake.clock()))
    return quarantine(intake, delivery, 'occurred-in-future', [
      { pointer: '/metadata/occurredAt', detail: 'More than 5 minutes in the future.' },
    ]);
  const recording = await recordEvent(intake, event, metadata);
  if (recording.outcome === 'set-aside') return quarantine(intake, delivery, recording.reason, recording.errors);
  intake.count(MetricName[recording.outcome]);
  intake.log.info(recording.outcome, {
    ...idsOf(delivery),
    ...(recording.outcome === 'recorded' ? { version: recording.version } : {}),
  });
  if (recording.outcome === 'waiting') await wait(intake, delivery, recording);
}

/** Puts the event back with a delay; after 15 minutes into quarantine. Sent before this delivery is done with: a crash repeats it. */
async function wait(
  intake: IntakeQueue,
  delivery: Delivery,
  { reason }: Recording & { outcome: 'waiting' },
): Promise<void> {
  const { message } = delivery;
  const tries = Number(message.messageAttributes['tries']?.stringValue ?? 0);
  const since = Number(message.messageAttributes['waitingSince']?.stringValue ?? intake.clock());
  if (intake.clock() - since >= PATIENCE_MS)
    return quarantine(intake, delivery, reason, [
      {
        pointer: reason === 'record-missing' ? '/metadata/recordId' : '/metadata/expectedVersion',
        detail: 'An earlier event that it depends on did not arrive within 15 minutes.',
      },
    ]);
  await intake.queue.send(
    new SendMessageCommand({
      QueueUrl: environment('recordQueueUrl'),
      MessageBody: message.body,
      DelaySeconds: waitSeconds(tries),
      MessageAttributes: {
        tries: { DataType: 'Number', StringValue: String(tries + 1) },
        waitingSince: { DataType: 'Number', StringValue: String(since) },
      },
    }),
  );
}

async function quarantine(
  intake: IntakeQueue,
  { envelope, parsed }: Delivery,
  reason: QuarantineReason,
  errors: readonly { pointer: string; detail: string }[],
): Promise<void> {
  const claimed = (envelope.detail as { metadata?: Partial<Metadata> } | null)?.metadata;
  const valid = <Schema extends z.ZodType>(schema: Schema, value: unknown) =>
    schema.safeParse(value).data as string | undefined;
  const recordId = valid(RecordId, claimed?.recordId);
  const receipt: Receipt = {
    status: 'quarantined',
    // An event without a usable id gets one from its envelope, so that its repeats meet.
    eventId: valid(EventId, claimed?.eventId) ?? hashId('evt', 'envelope', envelope.id),
    ...(recordId ? { recordId } : {}),
    type: envelope.name,
    at: toInstant(intake.clock()),
    ...(parsed.ok ? originOf(parsed.metadata) : {}),
    reason,
    errors,
    event: JSON.stringify({ 'detail-type': envelope.name, detail: envelope.detail }),
  };
  if (reason === 'record-missing' && receipt.recordId) {
    const kept = await quarantineWithoutRecord(intake.table, { ...receipt, recordId: receipt.recordId });
    if (!kept) throw new Error(`${receipt.recordId} has come while ${receipt.eventId} was being quarantined.`);
  } else await putReceipt(intake.table, receipt);
  intake.count(MetricName.quarantined);
  intake.log.warn('quarantined', { eventId: receipt.eventId, recordId: receipt.recordId, reason });
}

/** Whose it was and, of a partner's, by which message it came: that is what its correlation id is. */
const originOf = ({ actor, correlationId, partner, receivedAt }: Metadata) => ({
  actor,
  correlationId,
  ...(partner ? { partner, receivedAt, deliveryId: correlationId } : {}),
});

function open(message: SQSRecord): Delivery {
  const body = JSON.parse(message.body) as { id?: string; 'detail-type'?: string; detail?: unknown };
  if (typeof body.id !== 'string' || typeof body['detail-type'] !== 'string')
    throw new TypeError('Not a valid bus event.');
  const envelope = { id: body.id, name: body['detail-type'], detail: body.detail };
  return { message, envelope, parsed: parse(envelope.name, envelope.detail) };
}

function parse(name: string, detail: unknown): Parsed {
  const told = (detail as { metadata?: { recordId?: unknown } } | null)?.metadata?.recordId;
  const found = parseIntakeName(name, told) ?? parseEntityName(name);
  if (!found)
    return {
      ok: false,
      reason: 'unknown-event',
      errors: [{ pointer: '', detail: 'Unknown event name.' }],
    };
  const result = found.contract.detail.safeParse(detail);
  if (!result.success) return { ok: false, reason: 'invalid-event', errors: result.error.issues.flatMap(toFaults) };
  const { metadata, data } = result.data as { metadata: Metadata; data: unknown };
  const kind = 'noun' in found ? found.noun : found.kind;
  if ((nounOfId(metadata.recordId) ?? kindOfId(metadata.recordId)) !== kind)
    return {
      ok: false,
      reason: 'invalid-event',
      errors: [{ pointer: '/metadata/recordId', detail: `Not a valid id for kind ${kind}.` }],
    };
  const event =
    'noun' in found
      ? toEntityEvent(found.noun, found.verb, metadata, data)
      : toRecordEvent(found.kind, found.verb, metadata, data);
  return { ok: true, metadata, event };
}

/** What every event says of itself, whatever it tells of. */
const toldIn = ({ recordId, eventId, occurredAt, actor, expectedVersion }: Metadata) => ({
  recordId,
  eventId,
  occurredAt,
  by: actor.type,
  ...(expectedVersion === undefined ? {} : { expectedVersion }),
});

/** The event as the rules of the record know it. */
export function toRecordEvent(kind: Kind, verb: Verb, metadata: Metadata, data: unknown): RecordEvent {
  return {
    ...toldIn(metadata),
    kind,
    ...({ verb, data: withAuthor(verb, data, metadata.actor.id) } as Told),
  };
}

/** Evidence is its author's: who logged it, by itself or with the record. */
function withAuthor(verb: Verb, data: unknown, author: string): unknown {
  if (verb === 'evidenced') return { ...(data as Evidence), author };
  const { evidence } = data as { readonly evidence?: readonly Evidence[] };
  if (verb !== 'logged' || !evidence) return data;
  return { ...(data as object), evidence: evidence.map((each) => ({ ...each, author })) };
}

/** The same of an entity. */
function toEntityEvent(kind: Noun, verb: EntityVerb, metadata: Metadata, data: unknown): EntityEvent {
  const { fields, reason } =
    verb === 'amended' ? (data as { fields: unknown; reason?: string }) : { fields: data, reason: undefined };
  return {
    ...toldIn(metadata),
    kind,
    verb,
    ...(reason === undefined ? {} : { reason }),
    fields: fields as Record<string, unknown>,
  };
}

/** What is wrong, each fault at the field that is at fault: an unknown field at itself. */
const toFaults = (issue: z.core.$ZodIssue) =>
  (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]).map((path) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: issue.message,
  }));

/**
 * The order in which events of one record spare each other trouble: its logging, then what was said to a version of it, since
 * anything else would make that stale, then the rest as it happened.
 */
function asHappened(a: Delivery, b: Delivery): number {
  const at = ({ occurredAt, eventId }: AnyEvent) => ({ at: occurredAt, by: eventId });
  if (!a.parsed.ok || !b.parsed.ok) return 0;
  const [first, second] = [a.parsed.event, b.parsed.event];
  const turn = (event: AnyEvent) => (event.verb === 'logged' ? 0 : (event.expectedVersion ?? Number.MAX_SAFE_INTEGER));
  return turn(first) - turn(second) || compareClocks(at(first), at(second));
}

const idsOf = ({ message, parsed }: Delivery) =>
  parsed.ok
    ? { eventId: parsed.event.eventId, recordId: parsed.event.recordId, correlationId: parsed.metadata.correlationId }
    : { messageId: message.messageId };
