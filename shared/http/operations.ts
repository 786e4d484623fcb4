import type { HttpFunction, Operation } from './operation.ts';
import { ENTITY_OPERATIONS } from './operations/entities.ts';
import { RECORD_OPERATIONS } from './operations/records.ts';
import { SETTINGS_OPERATIONS } from './operations/settings.ts';
import { SYSTEM_OPERATIONS } from './operations/system.ts';

/**
 * Every call of the API. Infrastructure makes its routes from this list, functions dispatch by it, and the OpenAPI document is
 * written from it.
 */
export const OPERATIONS: readonly Operation[] = [
  ...RECORD_OPERATIONS,
  ...ENTITY_OPERATIONS,
  ...SYSTEM_OPERATIONS,
  ...SETTINGS_OPERATIONS,
];

export const operationsOf = (fn: HttpFunction): readonly Operation[] =>
  OPERATIONS.filter((operation) => operation.fn === fn);
