import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { KIND_SCHEMAS } from '#shared/domain/record/kinds.ts';
import { mergePatch } from '#shared/domain/record/merge-patch.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { canonical } from '../canonical.ts';
import { faultsOfBody } from '../faults.ts';
import { ProblemError } from '../problems.ts';
import type { References } from './references.ts';

/**
 * What a merge patch changes: each changed field with its whole new value, or null where it is taken away. The merged values are
 * checked as wholes (400), since a patch may leave half of one.
 */
export function changedFields(
  kind: Kind,
  state: RecordState,
  patch: Readonly<Record<string, unknown>>,
  references: References,
): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const [name, told] of Object.entries(patch)) {
    if (name === 'organisations') continue;
    merged[name] = told === null ? null : mergePatch(state.fields[name], told);
  }
  if (references.organisations) merged['organisations'] = references.organisations;
  const wasEmptied = (value: unknown, name: string) =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0 && state.fields[name] === undefined;
  const fields = Object.fromEntries(Object.entries(merged).filter(([name, value]) => !wasEmptied(value, name)));
  const checked = checkWhole(kind, fields);
  return Object.fromEntries(Object.entries(checked).filter(([name, value]) => differs(state, name, value)));
}

function checkWhole(kind: Kind, fields: Record<string, unknown>): Record<string, unknown> {
  if (Object.keys(fields).length === 0) return {};
  const parsed = KIND_SCHEMAS[kind].amended.safeParse({ fields });
  if (parsed.success) return (parsed.data as { fields: Record<string, unknown> }).fields;
  const faults = faultsOfBody(parsed.error.issues, { fields }).map((fault) =>
    'pointer' in fault ? { ...fault, pointer: fault.pointer.replace(/^\/fields/, '') } : fault,
  );
  throw new ProblemError('validation', 'This change would make the record invalid.', faults);
}

function differs(state: RecordState, name: string, value: unknown): boolean {
  const before = state.fields[name];
  if (value === null) return before !== undefined;
  const after = name === 'organisations' ? (value as { id: string }[]).map(({ id }) => id) : value;
  return before === undefined || canonical(before) !== canonical(after);
}
