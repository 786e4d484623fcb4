import { firstStage } from '#shared/domain/pipeline/ladders.ts';
import type { LoggedData, RecordEvent } from '#shared/domain/record/changes.ts';
import { hashId } from '#shared/runtime/ids.ts';

type Logging = RecordEvent & { readonly verb: 'logged' };

/**
 * A partner's system often tells the whole of a record whenever something of it changes. What logs a record that is there already is
 * so an amendment of every field that it tells, each by its clock. Its name in the partner's system is what it is found by, and
 * stays.
 */
export function asAmendment(event: Logging): RecordEvent {
  const {
    stage: _,
    lostReason: __,
    reason: ___,
    externalRef: ____,
    ...fields
  } = event.data as LoggedData & {
    externalRef?: unknown;
  };
  return { ...withoutTold(event), verb: 'amended', data: { fields } };
}

/**
 * The move that is in the logging of a record which is there already; undefined where it tells of the first stage, or, as most do that
 * mean no stage, of none. Its id follows from the logging's.
 */
export function asMove(event: Logging): RecordEvent | undefined {
  const { stage, lostReason, reason } = event.data;
  if (stage === firstStage(event.kind)) return undefined;
  return {
    ...withoutTold(event),
    eventId: hashId('evt', 'moved', event.eventId),
    verb: 'moved',
    data: { to: stage, ...(lostReason ? { lostReason } : {}), ...(reason ? { reason } : {}) },
  };
}

function withoutTold({ verb: _, data: __, ...event }: Logging) {
  return event;
}

/** Whether this is a partner's logging: then a record that is there already is no conflict. */
export const isPartnersLogging = (event: RecordEvent): event is Logging =>
  event.verb === 'logged' && event.by === 'partner';
