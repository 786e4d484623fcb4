import { judgeEntity } from '#shared/domain/entity/evolve.ts';
import { type Noun, nounFields } from '#shared/domain/entity/nouns.ts';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { mergePatch } from '#shared/domain/record/merge-patch.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { notFound, stale } from '../answer.ts';
import { canonical } from '../canonical.ts';
import { faultsOfBody } from '../faults.ts';
import { matches } from '../headers.ts';
import { ProblemError } from '../problems.ts';
import type { Draft, Ids } from './draft.ts';
import { type References, refuseUnknown } from './references.ts';
import type { WriteRequest } from './request.ts';

/**
 * The event of a write on an entity, judged on the entity as it is now: a problem is thrown in the order 404, 400, 409, 412, 422, 428.
 * Undefined where it would change nothing.
 */
export function draftEntity(
  request: WriteRequest & { readonly kind: Noun },
  state: EntityState | undefined,
  references: References,
  { eventId, recordId, firstAt }: Ids,
): Draft | undefined {
  const { verb, kind, body, call } = request;
  const { ifMatch } = call;
  if (verb === 'logged') {
    const verdict = judgeEntity(state, {
      recordId,
      eventId,
      kind,
      verb,
      occurredAt: firstAt,
      by: 'user',
      fields: body,
    });
    if (verdict.outcome === 'refuse') throw new ProblemError(verdict.refusal.code, verdict.refusal.detail);
    refuseUnknown(references, undefined);
    return { occurredAt: firstAt, expectedVersion: undefined, data: withOrganisations(body, references) };
  }
  if (state?.kind !== kind) throw notFound();
  const fields = changedFields(kind, state, body, references);
  if (ifMatch && !matches(ifMatch, state.version)) throw stale(state.id, state.version);
  refuseUnknown(references, state.fields);
  if (!ifMatch)
    throw new ProblemError('if-match-missing', 'Send the ETag of the version you are changing as If-Match.');
  if (Object.keys(fields).length === 0) return undefined;
  return {
    occurredAt: ifMatch.any ? afterAll(state, firstAt) : firstAt,
    expectedVersion: ifMatch.any ? undefined : state.version,
    data: { fields },
  };
}

const withOrganisations = (body: Readonly<Record<string, unknown>>, { organisations }: References) =>
  organisations ? { ...body, organisations } : body;

/** Somebody who sees it today is not overtaken by what stands in it, whatever other clocks say. */
export function afterAll({ base, clocks }: EntityState, firstAt: string): string {
  const latest = [base, ...Object.values(clocks)].reduce((late, { at }) => (at > late ? at : late), base.at);
  return firstAt > latest ? firstAt : toInstant(Date.parse(latest) + 1);
}

/** Each changed field with its whole new value, or null where it is taken away; the entity that would result is checked as a whole (400). */
function changedFields(
  kind: Noun,
  state: EntityState,
  patch: Readonly<Record<string, unknown>>,
  references: References,
): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(patch))
    told[name] = value === null || Array.isArray(value) ? value : mergePatch(state.fields[name], value);
  if ('records' in told && references.unseen)
    told['records'] = [...new Set([...((told['records'] as string[] | null) ?? []), ...references.unseen])];
  const changed = Object.fromEntries(
    Object.entries(withOrganisations(told, references)).filter(([name, value]) => differs(state, name, value)),
  );
  if (Object.keys(changed).length === 0) return {};
  const parsed = NOUN_SCHEMAS[kind].amended.safeParse({ fields: changed });
  if (!parsed.success) {
    const faults = faultsOfBody(parsed.error.issues, { fields: changed }).map((fault) =>
      'pointer' in fault ? { ...fault, pointer: fault.pointer.replace(/^\/fields/, '') } : fault,
    );
    throw new ProblemError('validation', `This change would make the ${kind} invalid.`, faults);
  }
  const { fields } = parsed.data as { fields: Record<string, unknown> };
  const whole = Object.fromEntries(
    Object.entries({ ...state.fields, ...fields }).filter(([, value]) => value !== null),
  );
  const faults = nounFields(kind).check?.(whole) ?? [];
  if (faults.length > 0) throw new ProblemError('validation', faults[0]?.detail, [...faults]);
  return fields;
}

function differs({ fields }: EntityState, name: string, value: unknown): boolean {
  const before = fields[name];
  if (value === null) return before !== undefined;
  const after = name === 'organisations' ? (value as { id: string }[]).map(({ id }) => id) : value;
  return before === undefined || canonical(before) !== canonical(after);
}
