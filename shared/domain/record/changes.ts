import type { Evidence } from '../evidence/evidence.ts';
import type { ResolvedOrganisation } from '../organisation/organisation.ts';
import type { Kind } from '../pipeline/ladders.ts';
import type { LostReason } from '../pipeline/moves.ts';
import type { Clock } from './state.ts';

/** What a record is told, freed from how it came: the input of every rule and of the record's evolution. */
export type RecordEvent = {
  readonly recordId: string;
  readonly kind: Kind;
  readonly eventId: string;
  readonly occurredAt: string;
  readonly by: 'user' | 'partner' | 'system';
  /** The version its author saw. */
  readonly expectedVersion?: number;
} & Told;

export type Told =
  | { readonly verb: 'logged'; readonly data: LoggedData }
  | { readonly verb: 'amended'; readonly data: { readonly fields: Readonly<Record<string, unknown>> } }
  | {
      readonly verb: 'moved';
      readonly data: { readonly to: string; readonly reason?: string; readonly lostReason?: LostReason };
    }
  | { readonly verb: 'noted'; readonly data: { readonly text: string } }
  | { readonly verb: 'evidenced'; readonly data: Evidence & { readonly author: string } }
  | { readonly verb: 'released'; readonly data: Readonly<Record<string, never>> }
  | { readonly verb: 'voided'; readonly data: { readonly reason: string } }
  | { readonly verb: 'restored'; readonly data: Readonly<Record<string, never>> };

export type LoggedData = {
  readonly stage: string;
  readonly lostReason?: LostReason;
  readonly reason?: string;
  readonly organisations: readonly ResolvedOrganisation[];
  /** Checks and waivers that came with the record. */
  readonly evidence?: readonly (Evidence & { readonly author: string })[];
  readonly [field: string]: unknown;
};

/** What an event did to a record: each field with its value before and after; absent means there was none. */
export type Changes = Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown }>>;

export const clockOf = (event: RecordEvent): Clock => ({ at: event.occurredAt, by: event.eventId });
