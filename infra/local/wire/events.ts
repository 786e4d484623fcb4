import * as z from 'zod';
import { entryBytes, largestEventBytes } from '../bus/entries.ts';
import type { Bus, PutEventsEntry } from '../bus/types.ts';
import { done, failure, refusal, unsupported, WireFault } from './answers.ts';
import type { RequiredGrant, WireService } from './types.ts';

const namespace = 'com.amazonaws.eventbridge';

const PutEventsRequest = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string().optional(),
        DetailType: z.string().optional(),
        Detail: z.string().optional(),
        EventBusName: z.string().optional(),
        Time: z.union([z.number(), z.string()]).optional(),
        Resources: z.array(z.string()).optional(),
        TraceHeader: z.string().optional(),
      }),
    )
    .min(1)
    .max(10),
});

/**
 * EventBridge over JSON 1.1 (`x-amz-target: AWSEvents.PutEvents`). The answer comes when the events are on disk; entries fail
 * one by one, a request with more than 10 entries or 256 KB fails whole.
 */
export function eventsWire(bus: Bus): WireService {
  return {
    async handle(operation, body) {
      try {
        if (operation !== 'PutEvents') throw unsupported('events', operation);
        const entries = parseEntries(body);
        const results = await bus.putEvents(entries);
        return done({ FailedEntryCount: results.filter((result) => result.ErrorCode).length, Entries: results });
      } catch (error) {
        if (error instanceof WireFault) return refusal(error, namespace);
        return failure(error, 'InternalException', namespace);
      }
    },
    resources: (operation, body) => (operation === 'PutEvents' ? putEventsGrants(bus, body) : []),
  };
}

function parseEntries(body: unknown): PutEventsEntry[] {
  const parsed = PutEventsRequest.safeParse(body);
  if (!parsed.success) throw new WireFault('ValidationException', z.prettifyError(parsed.error));
  const entries = parsed.data.Entries as PutEventsEntry[];
  if (entries.length > 1 && entries.reduce((sum, entry) => sum + entryBytes(entry), 0) > largestEventBytes)
    throw new WireFault('ValidationException', 'Total size of the entries in the request is over the limit.');
  return entries;
}

/** One for each bus, source and detail type in the request; a bus that does not exist needs none, its entries fail. */
function putEventsGrants(bus: Bus, body: unknown): RequiredGrant[] {
  const entries = (body as { Entries?: unknown } | null)?.Entries;
  const grants = new Map<string, RequiredGrant>();
  for (const entry of Array.isArray(entries) ? (entries as PutEventsEntry[]) : []) {
    const given = entry?.EventBusName ?? 'default';
    const known = bus.buses().find(({ name, arn }) => name === given || arn === given);
    if (!known) continue;
    const context = { 'events:source': String(entry.Source), 'events:detail-type': String(entry.DetailType) };
    grants.set(JSON.stringify([known.arn, context]), { action: 'events:PutEvents', resource: known.arn, context });
  }
  return [...grants.values()];
}
