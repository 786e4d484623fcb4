import { lazyObject } from '../lazily.ts';
import type { Shape } from '../record/fields.ts';

/** What a noun keeps: fields that it has from the start and never loses, and others that a change may take away. */
export interface NounFields {
  readonly noun: string;
  readonly idPrefix: 'org' | 'con' | 'act' | 'agr';
  readonly required: Shape;
  readonly optional: Shape;
  /** Whether the fields go together; what is wrong is said at the field. */
  readonly check?: (fields: Readonly<Record<string, unknown>>) => readonly { pointer: string; detail: string }[];
}

/** A noun whose fields' schemas are made when they are first needed. */
export function defineNoun({
  required,
  optional,
  ...noun
}: Omit<NounFields, 'required' | 'optional'> & {
  readonly required: () => Shape;
  readonly optional: () => Shape;
}): NounFields {
  const shapes = lazyObject<{ required: Shape; optional: Shape }>({ required, optional });
  return {
    ...noun,
    get required() {
      return shapes.required;
    },
    get optional() {
      return shapes.optional;
    },
  };
}
