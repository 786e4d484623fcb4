import type { Partner } from '#shared/domain/partner/partner.ts';
import { faultsOfDuplicates, soundness } from '#shared/http/body.ts';
import type { Evaluator } from './jsonata/evaluator.ts';
import { type Flaw, readPlain, type Told } from './plain-form.ts';

/** Why a message that is authentic cannot become events. */
export type UnmappedReason = 'malformed' | 'mapping-failed' | 'invalid-event' | 'event-type-not-allowed';

export type Mapped =
  | { readonly ok: true; readonly told: readonly Told[] }
  | { readonly ok: false; readonly reason: UnmappedReason; readonly errors: readonly Flaw[] };

/** Events that one message may become: as many as are put on the bus in a few calls. */
const EVENTS_AT_MOST = 100;

/** What is wrong with one message is told to this many places; nobody reads more. */
const FLAWS_AT_MOST = 50;

/**
 * What a message tells: its body by the partner's mapping, or without one in the plain form, each event checked as a request over the
 * API would be. All or nothing: one flaw sets the whole message aside. The same body, mapping and time always give the same; a mapping
 * finds the partner's id under `$partner` and the instant of receipt under `$receivedAt`.
 */
export async function mapMessage(
  evaluator: Pick<Evaluator, 'evaluate'>,
  partner: Pick<Partner, 'id' | 'eventTypes' | 'defaults' | 'mapping'>,
  message: { readonly body: Buffer; readonly receivedAt: string },
): Promise<Mapped> {
  const text = textOf(message.body);
  if (text === undefined) return failed('malformed', 'The body is not UTF-8 JSON.');
  const duplicates = faultsOfDuplicates(text);
  if (duplicates.length > 0) return { ok: false, reason: 'malformed', errors: duplicates.slice(0, FLAWS_AT_MOST) };
  if (partner.mapping === undefined) return read(partner, JSON.parse(text));
  const made = await evaluator.evaluate(partner.mapping, text, {
    partner: partner.id,
    receivedAt: message.receivedAt,
  });
  if (!made.ok) return failed('mapping-failed', made.detail);
  if (made.json === undefined) return failed('mapping-failed', 'The mapping returns nothing for this message.');
  return read(partner, JSON.parse(made.json));
}

const failed = (reason: UnmappedReason, detail: string): Mapped => ({
  ok: false,
  reason,
  errors: [{ pointer: '', detail }],
});

/** The body as text, if it is JSON. */
function textOf(body: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

function read(partner: Pick<Partner, 'id' | 'eventTypes' | 'defaults'>, value: unknown): Mapped {
  const unsound = soundness(value) as Flaw[];
  if (unsound.length > 0) return { ok: false, reason: 'invalid-event', errors: unsound };
  const isList = Array.isArray(value);
  const messages: readonly unknown[] = isList ? value : [value];
  if (messages.length === 0) return failed('invalid-event', 'The mapping returned no events.');
  if (messages.length > EVENTS_AT_MOST) return failed('invalid-event', `More than ${EVENTS_AT_MOST} events.`);
  const readings = messages.map((each) => readPlain(partner, each));
  const errors = readings.flatMap((reading, index) =>
    reading.ok ? [] : reading.errors.map((flaw) => (isList ? { ...flaw, pointer: `/${index}${flaw.pointer}` } : flaw)),
  );
  const misread = readings.find((reading) => !reading.ok);
  if (misread) return { ok: false, reason: misread.reason, errors: errors.slice(0, FLAWS_AT_MOST) };
  return { ok: true, told: readings.flatMap((reading) => (reading.ok ? [reading.told] : [])) };
}
