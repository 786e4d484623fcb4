import { isNoun, type Noun } from '#shared/domain/entity/nouns.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { idPrefixOf } from '#shared/domain/record/kinds.ts';
import type { Verb } from '#shared/events/intake.ts';
import { idOfRef } from '#shared/runtime/ids.ts';
import type { Call } from '../call.ts';
import { keyHash, requestHash } from '../idempotency.ts';
import { type Action, routeKeyOf } from '../operation.ts';
import { type Merging, mergingOf } from './merging.ts';
import { organisationId } from './references.ts';

/** A write on a record or an entity, read from its call. */
export interface WriteRequest {
  readonly call: Call;
  readonly viewer: Viewer;
  readonly kind: Kind | Noun;
  readonly verb: Verb;
  /** Undefined when a record is being logged. */
  readonly recordId: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** Where it merges a duplicate into an organisation, or undoes that; it is a write on the duplicate. */
  readonly merging: Merging | undefined;
  /** Under what a promise to its repeats is kept, and what they are compared by; undefined without an `Idempotency-Key`. */
  readonly key: { readonly value: string; readonly hash: string; readonly requestHash: string } | undefined;
}

const VERB_OF: Partial<Record<Action, Verb>> = {
  log: 'logged',
  amend: 'amended',
  move: 'moved',
  note: 'noted',
  evidence: 'evidenced',
  void: 'voided',
  restore: 'restored',
  release: 'released',
  merge: 'amended',
  'undo-merge': 'amended',
};

/** Reads a write from its call; `hash` is what repeats are compared by, where it is not the usual one. */
export function writeRequest(call: Call, hash?: string): WriteRequest {
  const { operation, viewer } = call;
  const verb = operation.action && VERB_OF[operation.action];
  if (!operation.kind || !verb || !viewer) throw new Error(`${routeKeyOf(operation)} is no write on a record.`);
  const body = (call.body ?? {}) as Record<string, unknown>;
  const value = call.idempotencyKey;
  const merging = mergingOf(call);
  return {
    call,
    viewer,
    kind: operation.kind,
    verb,
    recordId: merging ? merging.duplicate : call.params['id'],
    body: merging ? {} : body,
    merging,
    key:
      value === undefined
        ? undefined
        : { value, hash: keyHash(viewer.id, value), requestHash: hash ?? requestHash(call) },
  };
}

/**
 * The id of what is written, where it stands from the start: of what is changed, of an organisation, which the same name in the same
 * place always gives, and of a record that is logged with its name in a partner's system, since messages of the partner come to the same
 * id. Undefined for what is named by nothing yet.
 */
export function subjectId({ recordId, kind, verb, body }: WriteRequest): string | undefined {
  if (recordId !== undefined || verb !== 'logged') return recordId;
  if (kind === 'organisation') return organisationId({ name: String(body['name']), place: String(body['place']) });
  const ref = body['externalRef'] as { partner: string; ref: string } | undefined;
  return ref && !isNoun(kind) ? idOfRef(idPrefixOf(kind), ref) : undefined;
}
