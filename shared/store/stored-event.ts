import type { Changes } from '#shared/domain/record/changes.ts';
import type { Actor, Metadata } from '#shared/events/envelope.ts';
import type { Verb } from '#shared/events/intake.ts';

/** An event as its record carries the latest one, and as the history keeps every one. */
export interface StoredEvent {
  readonly eventId: string;
  readonly verb: Verb;
  readonly occurredAt: string;
  readonly receivedAt: string;
  readonly recordedAt: string;
  /** The record's version that it made. */
  readonly version: number;
  readonly actor: Actor;
  readonly channel: Metadata['channel'];
  readonly correlationId: string;
  readonly partner?: string;
  /** Its author saw the version before: it was the last word, whatever the clocks said. */
  readonly seen?: true;
  /** What it said: of a logging every field and the stage; nothing for an amendment, whose words are in the changes. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly changes: Changes;
  /** What later news had overtaken. */
  readonly superseded?: Readonly<Record<string, unknown>>;
}
