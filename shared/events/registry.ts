import { componentsOf, envelopeOf, typeNameOf } from './components.ts';
import type { EventContract } from './contract.ts';

/**
 * What the EventBridge schema registry takes at most: characters of a schema and of its description (the API's model), schemas in a
 * registry (the default quota).
 */
export const REGISTRY_LIMITS = { content: 100_000, description: 256, schemas: 100 } as const;

/** An entry of the schema registry, in the form in which EventBridge itself writes down what it discovers; code bindings come from it. */
export interface RegistryEntry {
  /** `partnership.intake@trade-deal.logged` */
  readonly name: string;
  readonly description: string;
  /** OpenAPI 3.0, as text. */
  readonly content: string;
}

export function registryEntryOf(contract: EventContract): RegistryEntry {
  const { source, name, schemaVersion, meaning } = contract;
  const { detail, parts } = componentsOf(contract, 'openapi-3.0');
  const own = `${typeNameOf(name)}Detail`;
  const event = {
    ...envelopeOf(contract, { $ref: `#/components/schemas/${own}` }),
    'x-amazon-events-detail-type': name,
    'x-amazon-events-source': source,
  };
  const document = {
    openapi: '3.0.0',
    info: { title: name, version: `${schemaVersion}.0.0`, description: meaning },
    paths: {},
    components: { schemas: { AWSEvent: event, [own]: detail, ...parts } },
  };
  if (own in parts || 'AWSEvent' in parts) throw new Error(`${name}: a part of it has its name.`);
  return { name: `${source}@${name}`, description: meaning, content: JSON.stringify(document) };
}
