import type { SQSRecord } from 'aws-lambda';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import type { Metadata } from '#shared/events/envelope.ts';
import { intakeContract } from '#shared/events/intake.ts';

/** What an event says about itself on the bus: told a second after it happened. */
export function metadataOf(event: RecordEvent, more: Partial<Metadata> = {}): Metadata {
  const user = event.by === 'user';
  return {
    eventId: event.eventId,
    schemaVersion: 1,
    occurredAt: event.occurredAt,
    receivedAt: new Date(Date.parse(event.occurredAt) + 1_000).toISOString(),
    actor: { type: event.by, id: user ? 'li.wei' : 'jitri' },
    channel: user ? 'api' : 'webhook',
    correlationId: event.eventId,
    recordId: event.recordId,
    ...(event.by === 'partner' ? { partner: 'jitri' } : {}),
    ...(event.expectedVersion === undefined ? {} : { expectedVersion: event.expectedVersion }),
    ...more,
  };
}

/** An event as the bus hands it to the recording queue. `id` is the envelope's. */
export const bodyOf = (name: string, detail: unknown, id = 'envelope-1'): string =>
  JSON.stringify({ version: '0', id, source: 'partnership.intake', 'detail-type': name, detail });

export const bodyOfEvent = (event: RecordEvent): string =>
  bodyOf(intakeContract(event.kind, event.verb).name, detailOf(event), `envelope-${event.eventId}`);

/** What an event says on the bus. */
export const detailOf = (event: RecordEvent): { metadata: Metadata; data: unknown } => ({
  metadata: metadataOf(event),
  data: wordsOf(event),
});

/** On the bus, who gave evidence is the event's actor. */
function wordsOf({ verb, data }: RecordEvent): unknown {
  const withoutAuthor = ({ author: _, ...evidence }: { author: string }) => evidence;
  if (verb === 'evidenced') return withoutAuthor(data);
  return verb === 'logged' && data.evidence ? { ...data, evidence: data.evidence.map(withoutAuthor) } : data;
}

let count = 0;

/** A message as SQS gives it to a function. */
export function message(body: string, attributes: Readonly<Record<string, string>> = {}): SQSRecord {
  count++;
  return {
    messageId: `message-${count}`,
    receiptHandle: `receipt-${count}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'bus',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, stringValue]) => [
        name,
        { stringValue, dataType: 'Number', stringListValues: [], binaryListValues: [] },
      ]),
    ),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-2:000000000000:record',
    awsRegion: 'eu-west-2',
  };
}
