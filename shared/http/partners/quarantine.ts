import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { loadDelivery } from '#shared/store/deliveries.ts';
import { changeQuarantined, listQuarantined, loadQuarantined } from '#shared/store/quarantine.ts';
import type { Quarantined } from '#shared/store/receipts.ts';
import { loadRawBody } from '#shared/webhooks/raw-bodies.ts';
import { replay } from '#shared/webhooks/replay.ts';
import { type Answer, notFound } from '../answer.ts';
import type { Call } from '../call.ts';
import { cursorAt, decodeCursor, IN_BODY, placeOf } from '../cursor.ts';
import type { QuarantineEntry, ReplayMany } from '../partner-schemas.ts';
import { ProblemError } from '../problems.ts';
import { MAX_LIMIT } from '../schemas.ts';
import { claim } from '../settings/claim.ts';
import { viewerIn } from '../sight.ts';
import type { Partnering } from './partners.ts';

interface Filter {
  readonly partner?: string | undefined;
  readonly reason?: string | undefined;
}

/** Queries that one page makes at most: with a filter that fits little it comes back short, with a cursor to go on from. */
const QUERIES_AT_MOST = 10;
const ENTRIES_AT_ONCE = 100;

const placeIn = ({ at, eventId }: Quarantined) => ({ at, id: eventId });

/** Entries of one state that fit a filter, as many as asked for, and where to go on. */
async function find(
  { table }: Pick<Partnering, 'table'>,
  filter: Filter,
  options: Omit<Parameters<typeof listQuarantined>[1], 'limit'> & { readonly limit: number },
) {
  const fits = ({ partner, reason }: Quarantined) =>
    (filter.partner === undefined || partner === filter.partner) &&
    (filter.reason === undefined || reason === filter.reason);
  const found: Quarantined[] = [];
  let { after } = options;
  for (let query = 0; query < QUERIES_AT_MOST; query++) {
    const isFiltered = filter.partner !== undefined || filter.reason !== undefined;
    const limit = isFiltered ? ENTRIES_AT_ONCE : options.limit - found.length;
    const page = await listQuarantined(table, { ...options, after, limit });
    for (const each of page.found) {
      if (!fits(each)) continue;
      found.push(each);
      if (found.length < options.limit) continue;
      const isLast = !page.next && each === page.found.at(-1);
      return { found, next: isLast ? undefined : placeIn(each) };
    }
    if (!page.next) return { found, next: undefined };
    after = page.next;
  }
  return { found, next: after };
}

/** `GET /v1/quarantine`: newest first. */
export async function listQuarantine(parts: Pick<Partnering, 'table'>, call: Call): Promise<Answer> {
  const { cursor, limit = MAX_LIMIT, partner, reason, status = 'waiting' } = call.query;
  const boundTo = { quarantine: status, partner, reason, user: viewerIn(call).id };
  const { found, next } = await find(
    parts,
    { partner, reason },
    {
      state: status as QuarantineEntry['status'],
      descending: true,
      after: cursor === undefined ? undefined : placeOf(decodeCursor(cursor, boundTo)),
      limit: Number(limit),
    },
  );
  return {
    status: 200,
    body: { items: found.map(viewOf), next: cursorAt(next, boundTo) },
  };
}

/** `GET /v1/quarantine/{id}`: with the raw body, which stands nowhere else. */
export async function readQuarantined(
  { table, files }: Pick<Partnering, 'table' | 'files'>,
  call: Call,
): Promise<Answer> {
  const found = await load(table, call);
  const { partner, deliveryId, event } = found;
  const isMessage = partner !== undefined && deliveryId !== undefined;
  const [body, delivery] = isMessage
    ? await Promise.all([loadRawBody(files, { partner, deliveryId }), loadDelivery(table, deliveryId)])
    : [undefined, undefined];
  return {
    status: 200,
    body: {
      ...viewOf(found),
      ...(delivery?.contentType ? { contentType: delivery.contentType } : {}),
      ...(body ? asText(body) : {}),
      ...(event === undefined ? {} : { event: JSON.parse(event) }),
    },
  };
}

function asText(body: Buffer): { body: string } | { bodyBase64: string } {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return { bodyBase64: body.toString('base64') };
  }
}

/** `POST /v1/quarantine/{id}/replay`: one that was replayed already stays so. */
export async function replayOne(parts: Partnering, call: Call): Promise<Answer> {
  const found = await load(parts.table, call);
  if (found.quarantine === 'discarded') throw settled('It has already been discarded.');
  await claim(parts.table, call);
  const after = await replay(parts, found, authorOf(call));
  return { status: 200, body: viewOf(after ?? gone(found, call)), log: { eventId: found.eventId } };
}

/** How long one call goes on replaying, in milliseconds; a function behind the API has 15 seconds. */
const REPLAY_MS = 8_000;
/** What one call replays at most, and how many of them at a time. */
const REPLAYS_AT_MOST = 100;
const AT_ONCE = 5;

/** `POST /v1/quarantine/replays`: what waits and fits the filter, oldest first, for as long as one call may take; then a cursor. */
export async function replayMany(parts: Partnering & { readonly clock: Clock }, call: Call): Promise<Answer> {
  const { cursor, partner, reason } = call.body as ReplayMany;
  const boundTo = { replays: true, partner, reason, user: viewerIn(call).id };
  const after = cursor === undefined ? undefined : placeOf(decodeCursor(cursor, boundTo, IN_BODY));
  await claim(parts.table, call);
  const page = await find(
    parts,
    { partner, reason },
    { state: 'waiting', descending: false, after, limit: REPLAYS_AT_MOST },
  );
  const items: QuarantineEntry[] = [];
  const isInTime = () => items.length === 0 || parts.clock() - call.receivedAt < REPLAY_MS;
  while (items.length < page.found.length && isInTime()) {
    const some = page.found.slice(items.length, items.length + AT_ONCE);
    const done = await Promise.all(some.map((each) => replay(parts, each, authorOf(call))));
    items.push(...done.map((each, index) => viewOf(each ?? gone(some[index] as Quarantined, call))));
  }
  const last = page.found[items.length - 1];
  const next = last && items.length < page.found.length ? placeIn(last) : page.next;
  return {
    status: 200,
    body: { items, next: cursorAt(next, boundTo) },
    log: { replayed: items.length },
  };
}

/** `POST /v1/quarantine/{id}/discards`: given up, for a reason. The first one stands. */
export async function discard({ table }: Pick<Partnering, 'table'>, call: Call): Promise<Answer> {
  await load(table, call);
  await claim(table, call);
  const { reason } = call.body as { reason: string };
  const { id: by, at } = authorOf(call);
  const after = await changeQuarantined(table, call.params['id'] ?? '', (now) =>
    now.quarantine === 'waiting' ? { ...now, quarantine: 'discarded', settled: { by, at, reason } } : undefined,
  );
  if (!after) throw notFound(NOTHING);
  if (after.quarantine !== 'discarded') throw settled('It has already been replayed.');
  return { status: 200, body: viewOf(after), log: { eventId: after.eventId } };
}

const NOTHING = 'No quarantined item has this id.';

async function load(table: Partnering['table'], call: Call): Promise<Quarantined> {
  const found = await loadQuarantined(table, call.params['id'] ?? '');
  if (!found) throw notFound(NOTHING);
  return found;
}

const settled = (detail: string) => new ProblemError('settled', detail);

const authorOf = (call: Call) => ({ id: viewerIn(call).id, at: toInstant(call.receivedAt) });

/** Replayed, and refused by the record's rules so soon that it is a refusal by now: see its receipt. */
function gone(found: Quarantined, call: Call): Quarantined {
  const { id: by, at } = authorOf(call);
  return { ...found, quarantine: 'replayed', settled: { by, at } };
}

const viewOf = (found: Quarantined): QuarantineEntry => ({
  id: found.eventId,
  ...(found.partner === undefined ? {} : { partner: found.partner }),
  eventId: found.eventId,
  type: found.type,
  receivedAt: found.receivedAt ?? found.at,
  reason: found.reason,
  errors: [...found.errors],
  ...(found.mappingVersion === undefined ? {} : { mappingVersion: found.mappingVersion }),
  status: found.quarantine ?? 'waiting',
  ...(found.settled ? { settled: found.settled } : {}),
});
