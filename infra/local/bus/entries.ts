import { randomUUID } from 'node:crypto';
import type { BusEvent, PutEventsEntry, PutEventsResultEntry } from './types.ts';

/** 256 KB: the largest event, and the largest PutEvents request. */
export const largestEventBytes = 262_144;

/** An event that was taken: parsed for the rules, and the text that targets and archives get. */
export interface TakenEvent {
  event: BusEvent;
  text: string;
  busName: string;
}

/** Bytes of an entry as EventBridge counts them: 14 for a time, else the UTF-8 lengths of its texts. */
export function entryBytes(entry: PutEventsEntry): number {
  const texts = [
    entry.Source,
    entry.DetailType,
    entry.Detail,
    ...(Array.isArray(entry.Resources) ? entry.Resources : []),
  ];
  return texts.reduce(
    (sum, one) => sum + (typeof one === 'string' ? Buffer.byteLength(one) : 0),
    entry.Time === undefined ? 0 : 14,
  );
}

/**
 * Checks one entry as EventBridge does and makes the event of it. What is wrong with it fails this entry alone.
 * Stricter than AWS in one point: an entry for a bus that does not exist fails, where AWS answers with an event id and drops it.
 */
export function takeEntry(
  entry: PutEventsEntry,
  place: { accountId: string; region: string; now: number; busName: (given: string) => string | undefined },
): TakenEvent | PutEventsResultEntry {
  const required = (['Source', 'DetailType', 'Detail'] as const).find((name) => !isText(entry[name]));
  if (required) return invalid(`Parameter ${required} is not valid. Reason: ${required} is a required argument.`);
  const { Source: source = '', DetailType: detailType = '', Detail: detailText = '' } = entry;
  if (detailType.length > 128)
    return invalid('Parameter DetailType is not valid. Reason: DetailType is longer than 128.');
  if (source.length > 256) return invalid('Parameter Source is not valid. Reason: Source is longer than 256.');
  if (source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const resources = entry.Resources ?? [];
  if (!Array.isArray(resources) || !resources.every((one) => typeof one === 'string'))
    return invalid('Parameter Resources is not valid. Reason: Resources is a list of strings.');
  if (entryBytes(entry) > largestEventBytes)
    return invalid('Parameter Entry is not valid. Reason: the entry is larger than 256 KB.');
  const detail = parseObject(detailText);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const at = timeOf(entry.Time, place.now);
  if (at === undefined) return invalid('Parameter Time is not valid. Reason: Time is not a timestamp.');
  const given = entry.EventBusName ?? 'default';
  const busName = place.busName(given);
  if (busName === undefined)
    return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${given} does not exist.` };
  const event: BusEvent = {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source,
    account: place.accountId,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: place.region,
    resources,
    detail,
  };
  // The text of the detail is passed on as it was written, so that no number is read and written again on the way.
  const { detail: _, ...envelope } = event;
  return { event, text: `${JSON.stringify(envelope).slice(0, -1)},"detail":${detailText}}`, busName };
}

function invalid(message: string): PutEventsResultEntry {
  return { ErrorCode: 'InvalidArgument', ErrorMessage: message };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function timeOf(given: PutEventsEntry['Time'], now: number): number | undefined {
  if (given === undefined) return now;
  const at = typeof given === 'number' ? given * 1000 : new Date(given).getTime();
  return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? at : undefined;
}
