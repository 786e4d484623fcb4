import { isDeepStrictEqual } from 'node:util';
import type { PartnerDefaults } from '#shared/domain/partner/partner.ts';
import { firstStage } from '#shared/domain/pipeline/ladders.ts';
import type { LoggedData, RecordEvent } from '#shared/domain/record/changes.ts';
import { hashId } from '#shared/runtime/ids.ts';

type Logging = RecordEvent & { readonly verb: 'logged' };

/**
 * A partner's system often tells the whole of a record whenever something of it changes. What logs a record that is there already is
 * so an amendment of every field that it tells, each by its clock. Its name in the partner's system is what it is found by, and
 * stays. What it has by the partner's defaults it does not tell: an owner whom somebody has chosen since is not to be set back by it.
 */
export function asAmendment(event: Logging, defaults: PartnerDefaults = {}): RecordEvent {
  const {
    stage: _,
    lostReason: __,
    reason: ___,
    externalRef: ____,
    evidence: _____,
    ...fields
  } = event.data as LoggedData & {
    externalRef?: unknown;
  };
  const told = Object.entries(fields).filter(([name, value]) => !isDefault(name, value, defaults));
  return { ...withoutTold(event), verb: 'amended', data: { fields: Object.fromEntries(told) } };
}

function isDefault(name: string, value: unknown, defaults: PartnerDefaults): boolean {
  const other = (defaults as Readonly<Record<string, unknown>>)[name];
  if (other === undefined || name !== 'organisations') return other !== undefined && isDeepStrictEqual(value, other);
  // An event names them by id as well.
  const named = (each: { id?: string; name?: string; place?: string }) =>
    each.name ? [each.name, each.place] : each.id;
  return isDeepStrictEqual((value as object[]).map(named), (other as object[]).map(named));
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
