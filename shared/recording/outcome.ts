import { isDeepStrictEqual } from 'node:util';
import { type Noun, nounOfId } from '#shared/domain/entity/nouns.ts';
import { type Kind, phaseOf } from '#shared/domain/pipeline/ladders.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import type { EventContract, EventDetail } from '#shared/events/contract.ts';
import { ENTITY_OUTCOMES, type EntityVerb, parseEntityName } from '#shared/events/entities.ts';
import type { Metadata } from '#shared/events/envelope.ts';
import { outcomeContract, QUARANTINED, REJECTED } from '#shared/events/outcomes.ts';
import { hashId } from '#shared/runtime/ids.ts';
import type { EntityHistoryItem, HistoryItem } from '#shared/store/history.ts';
import type { Receipt } from '#shared/store/receipts.ts';

export interface Outcome {
  readonly contract: EventContract;
  readonly detail: EventDetail;
}

/** An outcome's id follows from the event it is of, so that a repeat of it is the same event. */
const outcomeId = (eventId: string, status: string) => hashId('evt', 'outcome', eventId, status);

/** The outcome event of a recorded event, from its history item. */
export function outcomeOf(item: HistoryItem): Outcome {
  const kind = kindOfId(item.pk) as Kind;
  const contract = outcomeContract(kind, item.verb);
  const { confidential, ...after } = item.after;
  const data = {
    intakeEventId: item.eventId,
    record: {
      id: item.pk,
      kind,
      version: item.version,
      ...after,
      phase: phaseOf(kind, after.stage),
      confidential: confidential === true,
    },
    changed: changedBy(item),
    superseded: Object.keys(item.superseded ?? {}),
    ...(item.verb === 'moved' ? { from: item.changes['stage']?.from, to: item.after.stage } : {}),
  };
  return { contract, detail: { metadata: metadataOf(item, item.pk, outcomeId(item.eventId, 'recorded')), data } };
}

/** Being told again what is so already changes nothing, though it is the latest word. */
const changedBy = ({ changes }: Pick<HistoryItem, 'changes'>) =>
  Object.keys(changes).filter((name) => !isDeepStrictEqual(changes[name]?.from, changes[name]?.to));

/** The same of an entity's event. */
export function outcomeOfEntity(item: EntityHistoryItem): Outcome {
  const kind = nounOfId(item.pk) as Noun;
  const data = {
    intakeEventId: item.eventId,
    entity: { id: item.pk, kind, version: item.version, ...item.after },
    changed: changedBy(item),
    superseded: Object.keys(item.superseded ?? {}),
  };
  return {
    contract: ENTITY_OUTCOMES[kind][item.verb as EntityVerb],
    detail: { metadata: metadataOf(item, item.pk, outcomeId(item.eventId, 'recorded')), data },
  };
}

/** The outcome event of an event that was refused or quarantined. */
export function outcomeOfReceipt(receipt: Receipt): Outcome {
  const partner = receipt.status === 'quarantined' ? receipt.partner : undefined;
  const channel = partner === undefined ? ('api' as const) : ('webhook' as const);
  const told = { receivedAt: receipt.at, ...receipt, occurredAt: receipt.at, channel };
  const metadata = metadataOf(told, receipt.recordId ?? NOBODY, outcomeId(receipt.eventId, receipt.status));
  if (receipt.status === 'quarantined') {
    const pointers = receipt.errors.map(({ pointer }) => pointer);
    const data = { intakeEventId: receipt.eventId, type: receipt.type, reason: receipt.reason, pointers };
    return { contract: QUARANTINED, detail: { metadata, data } };
  }
  const { code, errors = [] } = receipt.refusal;
  const noun = parseEntityName(receipt.type)?.noun;
  const contract = noun ? ENTITY_OUTCOMES[noun].rejected : REJECTED[kindOfId(receipt.recordId ?? '') as Kind];
  const data = { intakeEventId: receipt.eventId, code, pointers: errors.map(({ pointer }) => pointer) };
  return { contract, detail: { metadata, data } };
}

/** Stands for the record of an event that names none. */
const NOBODY = 'trd_00000000000000000000000000';

function metadataOf(
  told: {
    occurredAt: string;
    receivedAt: string;
    channel: Metadata['channel'];
    actor?: { readonly type: string; readonly id: string };
    correlationId?: string;
    partner?: string;
  },
  recordId: string,
  eventId: string,
): Metadata {
  return {
    eventId,
    schemaVersion: 1,
    occurredAt: told.occurredAt,
    receivedAt: told.receivedAt,
    actor: (told.actor as Metadata['actor'] | undefined) ?? { type: 'system', id: 'intake' },
    channel: told.channel,
    correlationId: told.correlationId ?? eventId,
    recordId,
    ...(told.partner ? { partner: told.partner } : {}),
  };
}
