import { isConfidential } from '#shared/domain/record/confidentiality.ts';
import {
  type Clock,
  isVoided,
  type RecordFields,
  type RecordState,
  type StageEntry,
  stageNow,
} from '#shared/domain/record/state.ts';
import { keys } from './keys.ts';
import type { StoredEvent } from './stored-event.ts';

/** Who has no owner stands in the owners' index under this. */
export const NO_OWNER = 'none';

/** Attributes of a record's item that are not the record's own fields. */
const RESERVED = [
  'pk',
  'sk',
  'id',
  'kind',
  'version',
  'createdAt',
  'recordedAt',
  'updatedAt',
  'stage',
  'stageEnteredAt',
  'lostReason',
  'nextStepDueOn',
  'loggedBy',
  'path',
  'clocks',
  'voided',
  'voidedAt',
  'released',
  'evidence',
  'held',
  'event',
] as const;

/**
 * The item of a record: its state laid flat for the indexes, and its latest event, which is the proof that this event was recorded.
 * What can be told from the rest is left out, so that a usual record with its event fits one write unit (1 KB).
 */
export function toRecordItem(state: RecordState, event: StoredEvent): Record<string, unknown> {
  const { confidential: held, ...fields } = state.fields;
  const { data, recordedAt: _, version: __, ...told } = event;
  return {
    ...fields,
    ...keys.record(state.id),
    id: state.id,
    kind: state.kind,
    version: state.version,
    ...stageNow(state),
    createdAt: state.createdAt,
    recordedAt: state.recordedAt,
    updatedAt: state.updatedAt,
    owner: fields.owner ?? NO_OWNER,
    // Laid flat for its index alone: it is read from the step itself.
    nextStepDueOn: (fields['nextStep'] as { dueOn?: string } | undefined)?.dueOn,
    loggedBy: state.base.by,
    // A record that never moved has been in one stage since its logging.
    path: state.path.length > 1 ? state.path : undefined,
    clocks: nonEmpty(state.clocks),
    voided: state.voided,
    voidedAt: isVoided(state) ? state.voided?.at : undefined,
    released: state.released,
    evidence: state.evidence,
    held,
    // Present only when it holds: what lists filter by.
    confidential: isConfidential(state) || undefined,
    event: {
      ...told,
      data: event.verb === 'logged' ? beyondFields(data) : nonEmpty(data),
      changes: nonEmpty(event.changes),
      correlationId: event.correlationId === event.eventId ? undefined : event.correlationId,
    },
  };
}

const nonEmpty = <Map extends object>(map: Map): Map | undefined => (Object.keys(map).length > 0 ? map : undefined);

/** The first event said what the fields say; only why a record started out lost is in none of them. */
const beyondFields = ({ reason }: StoredEvent['data']) => (reason === undefined ? undefined : { reason });

/** State and latest event of a record's item, the inverse of {@link toRecordItem}. */
export function fromRecordItem(item: Record<string, unknown>): { state: RecordState; event: StoredEvent } {
  const own = Object.fromEntries(
    Object.entries(item).filter(([name]) => !(RESERVED as readonly string[]).includes(name) && name !== 'confidential'),
  );
  const { owner, ...others } = own;
  const fields = {
    ...others,
    ...(owner === NO_OWNER ? {} : { owner }),
    ...(item['held'] === undefined ? {} : { confidential: item['held'] }),
  } as unknown as RecordFields;
  const base: Clock = { at: item['createdAt'] as string, by: item['loggedBy'] as string };
  const state: RecordState = {
    id: item['pk'] as string,
    kind: item['kind'] as RecordState['kind'],
    version: item['version'] as number,
    createdAt: item['createdAt'] as string,
    recordedAt: item['recordedAt'] as string,
    updatedAt: item['updatedAt'] as string,
    fields,
    base,
    path: (item['path'] as RecordState['path'] | undefined) ?? [onlyEntry(item, base)],
    clocks: (item['clocks'] as RecordState['clocks'] | undefined) ?? {},
    ...(item['voided'] ? { voided: item['voided'] as NonNullable<RecordState['voided']> } : {}),
    ...(item['evidence'] ? { evidence: item['evidence'] as NonNullable<RecordState['evidence']> } : {}),
    ...(item['released'] ? { released: item['released'] as Clock } : {}),
  };
  return { state, event: latestEvent(item['event'] as Partial<StoredEvent>, state) };
}

function onlyEntry(item: Record<string, unknown>, base: Clock): StageEntry {
  const lostReason = item['lostReason'] as StageEntry['lostReason'];
  return { stage: item['stage'] as string, ...base, ...(lostReason ? { lostReason } : {}) };
}

function latestEvent(kept: Partial<StoredEvent>, state: RecordState): StoredEvent {
  return {
    ...(kept as StoredEvent),
    data: kept.verb === 'logged' ? { ...asLogged(state), ...kept.data } : (kept.data ?? {}),
    changes: kept.changes ?? {},
    correlationId: kept.correlationId ?? (kept.eventId as string),
    recordedAt: state.updatedAt,
    version: state.version,
  };
}

/** What the logging of a record said, as long as nothing else has happened to it. */
function asLogged(state: RecordState): Record<string, unknown> {
  const { stage, lostReason } = stageNow(state);
  // DynamoDB keeps no order of names, so sort them: the same event must give the same item.
  const evidence = Object.values(state.evidence ?? {})
    .map(({ author: _, at: __, by: ___, ...each }) => each)
    .sort((a, b) => (a.type < b.type ? -1 : 1));
  return {
    ...state.fields,
    stage,
    ...(lostReason ? { lostReason } : {}),
    ...(evidence.length > 0 ? { evidence } : {}),
  };
}
