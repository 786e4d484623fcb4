import * as z from 'zod';
import type { EventContract } from './contract.ts';

/** Where an event's schema is kept: `partnership.intake/trade-deal.logged.v1.json`. Two sources may use one name. */
export const schemaPath = ({ source, name, schemaVersion }: EventContract): string =>
  `${source}/${name}.v${schemaVersion}.json`;

/**
 * The JSON Schema (draft 2020-12) of an event's `detail`, for those who listen in another language and for a schema registry. It says
 * a little less than the contract: not how many digits a currency has, nor which words a move needs.
 */
export function jsonSchemaOf(contract: EventContract): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(contract.detail);
  return { $schema, $id: schemaPath(contract), title: contract.name, description: contract.meaning, ...schema };
}
