import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EntityEvent } from '#shared/domain/entity/evolve.ts';
import type { Organisation } from '#shared/domain/organisation/organisation.ts';
import type { Partner } from '#shared/domain/partner/partner.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import type { Verdict } from '#shared/domain/record/judge.ts';
import type { Refusal } from '#shared/domain/record/refusal.ts';
import type { Metadata } from '#shared/events/envelope.ts';
import { intakeContract } from '#shared/events/intake.ts';
import type { Cache } from '#shared/runtime/cache.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { keepNames } from '#shared/store/organisation-names.ts';
import { ensureOrganisation } from '#shared/store/organisations.ts';
import { loadReceipt, putReceipt, type QuarantineReason, type Receipt } from '#shared/store/receipts.ts';
import { loadRecord } from '#shared/store/records.ts';
import type { Standing } from '#shared/store/standing.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';
import { type AnyEvent, ENTITIES, isEntityEvent, type Ledger, RECORDS } from './ledger.ts';
import { asMove, isPartnersLogging } from './told-again.ts';

/** What came of an event at its record. */
export type Recording =
  | { readonly outcome: 'recorded'; readonly version: number }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'rejected'; readonly refusal: Refusal }
  /** A partner may not, or the rules say no to it: set aside, to be mended and replayed. */
  | {
      readonly outcome: 'set-aside';
      readonly reason: 'not-yours' | 'refused' | 'gate-closed';
      readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
    }
  /** What it builds on is not there yet. */
  | { readonly outcome: 'waiting'; readonly reason: 'record-missing' | 'version-ahead' };

export interface Recorder {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
  /** What partners were granted. */
  readonly partners: Cache<Partner | undefined>;
}

/** How often an event is decided anew because its record moved on between reading and writing. */
const ATTEMPTS = 8;

/**
 * Records one event: at most once, whatever is delivered twice, and in one conditional write, which leaves what it tells of at its new
 * version with the event as its proof. Throws what the queue should deliver again.
 *
 * A partner's logging of a record that is there already may also move it: that is a second write, of an event whose id follows from the
 * first one's, so that whatever is delivered again does the rest.
 */
export async function recordEvent(recorder: Recorder, event: AnyEvent, metadata: Metadata): Promise<Recording> {
  await ensureOrganisations(recorder, metadata, namedBy(event, metadata));
  // Before it is there, so that whoever sees it finds it by its other names too; an item that leads nowhere does no harm.
  if (event.kind === 'organisation' && event.verb === 'logged')
    await keepNames(recorder.table, { id: event.recordId, fields: (event as EntityEvent).fields });
  return isEntityEvent(event)
    ? recordBy(ENTITIES, recorder, { ...event, fields: withOrganisationIds(event.fields) }, metadata)
    : recordRecord(recorder, event, metadata);
}

async function recordRecord(recorder: Recorder, event: RecordEvent, metadata: Metadata): Promise<Recording> {
  const recording = await recordBy(RECORDS, recorder, event, metadata);
  if (!isPartnersLogging(event) || !['recorded', 'duplicate'].includes(recording.outcome)) return recording;
  const move = asMove(event);
  if (!move || (await hasLogged(recorder, event))) return recording;
  if (recording.outcome === 'duplicate' && isSetAside(await loadReceipt(recorder.table, event.eventId)))
    return recording;
  const moved = await recordBy(RECORDS, recorder, move, metadata);
  return recording.outcome === 'recorded' && moved.outcome === 'duplicate' ? recording : moved;
}

/** Whether this is the event that the record began with. */
const hasLogged = async ({ table }: Recorder, { recordId, eventId }: RecordEvent): Promise<boolean> =>
  (await loadRecord(table, recordId))?.state.base.by === eventId;

async function recordBy<State extends { version: number; updatedAt: string }, Event extends AnyEvent>(
  ledger: Ledger<State, Event>,
  recorder: Recorder,
  event: Event,
  metadata: Metadata,
): Promise<Recording> {
  // Most records are new: they are written without a read, and only where something is in the way is it looked at.
  if (event.verb === 'logged' && ledger.judge(undefined, event).outcome === 'record') {
    const fresh = await tryWrite(ledger, recorder, event, metadata);
    if (fresh) return fresh;
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const standing = await ledger.standing(recorder.table, event.recordId, event.eventId);
    const { record, recorded, receipt } = standing;
    if (recorded || receipt?.status === 'rejected' || isSetAside(receipt)) return { outcome: 'duplicate' };
    const mayTell = !record || event.by !== 'partner' || (await ledger.mayTell(recorder, metadata.actor.id, record));
    if (!mayTell) return NOT_YOURS;
    const told = record ? onFoundVersion(await ledger.toldOf(recorder, event, metadata.actor.id), record.state) : event;
    const verdict = await judgeBeside(ledger, recorder, record?.state, told);
    if (verdict.outcome === 'wait') return { outcome: 'waiting', reason: verdict.reason };
    if (verdict.outcome === 'refuse' && event.by === 'partner')
      return refusedToPartner(verdict.refusal, event, metadata);
    if (verdict.outcome === 'refuse') {
      await reject(recorder, event, metadata, verdict.refusal);
      return { outcome: 'rejected', refusal: verdict.refusal };
    }
    const written = await tryWrite(ledger, recorder, told, metadata, standing);
    if (written) return written;
    await pause(attempt);
  }
  throw new Error(`${event.recordId} moved on ${ATTEMPTS} times while ${event.eventId} was being recorded.`);
}

/**
 * A user's event is about the record that it finds, so it is the latest word on it even where another one carries a later time: only
 * partners' events are superseded. A move has rules of its own for its time, and of two checks the later one counts, whoever logs first.
 */
const onFoundVersion = <Event extends AnyEvent>(event: Event, { version }: { readonly version: number }): Event =>
  event.by === 'user' && !['moved', 'evidenced'].includes(event.verb) && event.expectedVersion === undefined
    ? { ...event, expectedVersion: version }
    : event;

/** What the rules say of it and, where they have nothing against it, what stands beside it. */
async function judgeBeside<State extends { version: number; updatedAt: string }, Event extends AnyEvent>(
  ledger: Ledger<State, Event>,
  { table }: Recorder,
  state: State | undefined,
  event: Event,
): Promise<Verdict> {
  const verdict = ledger.judge(state, event);
  if (verdict.outcome !== 'record' || !state) return verdict;
  const refusal = await ledger.refusalBeside?.(table, state, event);
  return refusal ? { outcome: 'refuse', refusal } : verdict;
}

/**
 * Whether what was set aside here before is to stay so: until somebody replays it, and for ever once it was given up. Otherwise what is
 * delivered twice could be in quarantine and recorded both, because its record moved on in between.
 */
function isSetAside(receipt: Receipt | undefined): boolean {
  if (receipt?.status !== 'quarantined' || !JUDGED.includes(receipt.reason)) return false;
  return receipt.quarantine === 'discarded' || receipt.replayedAt === undefined;
}

const JUDGED: readonly QuarantineReason[] = ['not-yours', 'refused', 'gate-closed'];

const NOT_YOURS: Recording = {
  outcome: 'set-aside',
  reason: 'not-yours',
  errors: [
    { pointer: '/metadata/recordId', detail: 'This partner neither logged this record nor was granted access to it.' },
  ],
};

/** What is wrong is said at the event, where a request would say it at its body. */
const refusedToPartner = ({ code, detail, errors }: Refusal, event: AnyEvent, metadata: Metadata): Recording => ({
  outcome: 'set-aside',
  reason: code === 'gate-closed' ? code : 'refused',
  errors: errors
    ? errors.map((error) => ({ ...error, pointer: inEvent(error.pointer, event, metadata) }))
    : [{ pointer: '', detail }],
});

/** The stage of a move that is in a logging is the logging's. */
const inEvent = (pointer: string, { eventId }: AnyEvent, metadata: Metadata) =>
  `/data${pointer === '/to' && eventId !== metadata.eventId ? '/stage' : pointer}`;

/** One attempt at the write; undefined where the record moved on in between. */
async function tryWrite<State extends { version: number; updatedAt: string }, Event extends AnyEvent>(
  ledger: Ledger<State, Event>,
  { table, clock }: Recorder,
  event: Event,
  metadata: Metadata,
  standing?: Standing<{ readonly state: State; readonly event: StoredEvent }>,
): Promise<Recording | undefined> {
  // The history normally follows from the table's stream. The record must not move on before its latest event is there, or the
  // proof of that event would be lost with it.
  if (standing?.record && !standing.latestKept) await ledger.keepLatest(table, standing.record);
  const before = standing?.record?.state;
  const recordedAt = notBefore(toInstant(clock()), before);
  const { state, changes, superseded } = ledger.evolve(before, event, recordedAt);
  const stored: StoredEvent = {
    ...toldBy(metadata),
    // The move that is in a partner's logging has an id of its own.
    eventId: event.eventId,
    occurredAt: event.occurredAt,
    verb: event.verb,
    recordedAt,
    version: state.version,
    ...(event.expectedVersion === undefined ? {} : { seen: true }),
    data: ledger.words(event),
    changes,
    ...(Object.keys(superseded).length > 0 ? { superseded } : {}),
  };
  try {
    await ledger.put(table, state, stored, before?.version);
    return { outcome: 'recorded', version: state.version };
  } catch (error) {
    if (!MOVED_ON.includes((error as Error).name)) throw error;
    return undefined;
  }
}

/** Where a word came from, as the history keeps it. */
const toldBy = ({ eventId, occurredAt, receivedAt, actor, channel, correlationId, partner }: Metadata) => ({
  eventId,
  occurredAt,
  receivedAt,
  actor,
  channel,
  correlationId,
  ...(partner ? { partner } : {}),
});

/** Somebody else wrote the record, or is about to write beside it in a transaction: read it again. */
const MOVED_ON = ['ConditionalCheckFailedException', 'TransactionConflictException'];

/** Recording times of one record never run backwards, though the clocks of two recorders may differ. */
const notBefore = (instant: string, state: { readonly updatedAt: string } | undefined) =>
  state && state.updatedAt > instant ? state.updatedAt : instant;

async function reject(
  { table, clock }: Recorder,
  event: AnyEvent,
  metadata: Metadata,
  refusal: Refusal,
): Promise<void> {
  await putReceipt(table, {
    status: 'rejected',
    eventId: event.eventId,
    recordId: event.recordId,
    type: isEntityEvent(event) ? `${event.kind}.${event.verb}` : intakeContract(event.kind, event.verb).name,
    at: toInstant(clock()),
    actor: metadata.actor,
    correlationId: metadata.correlationId,
    refusal,
  });
}

/** Organisations known to be kept in a table: they are never deleted, so one look is enough for the life of a function. */
const knownIn = new WeakMap<DynamoDBDocumentClient, Set<string>>();
const KNOWN_AT_MOST = 10_000;

type Named = Partial<Organisation> & { readonly id: string };

/** Organisations that an event names, with name and place where they may be new. */
function namedBy(event: AnyEvent, { recordId }: Metadata): readonly Named[] {
  if (event.verb !== 'logged' && event.verb !== 'amended') return [];
  const told = isEntityEvent(event) || event.verb === 'amended' ? fieldsOf(event) : event.data;
  const organisations = (told['organisations'] ?? []) as readonly Named[];
  return organisations.filter(({ id }) => id !== recordId);
}

const fieldsOf = (event: AnyEvent): Readonly<Record<string, unknown>> =>
  isEntityEvent(event) ? event.fields : event.verb === 'amended' ? event.data.fields : {};

/** What is kept of an entity's organisations is their ids. */
const withOrganisationIds = (fields: Readonly<Record<string, unknown>>) =>
  Array.isArray(fields['organisations'])
    ? { ...fields, organisations: (fields['organisations'] as Named[]).map(({ id }) => id) }
    : fields;

async function ensureOrganisations(
  { table, clock }: Recorder,
  metadata: Metadata,
  organisations: readonly Named[],
): Promise<void> {
  const known = knownIn.get(table) ?? new Set();
  knownIn.set(table, known);
  for (const { id, name, place } of organisations) {
    if (!name || !place || known.has(id)) continue;
    const told = { ...toldBy(metadata), eventId: hashId('evt', 'named', id), recordedAt: toInstant(clock()) };
    // It is found by its other names at once, and not only when it has been related.
    if (await ensureOrganisation(table, { id, name, place }, told))
      await keepNames(table, { id, fields: { name, place } });
    if (known.size >= KNOWN_AT_MOST) known.clear();
    known.add(id);
  }
}

const pause = (attempt: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * 5 * 2 ** attempt));
