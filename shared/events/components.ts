import * as z from 'zod';
import type { EventContract } from './contract.ts';

type Json = Record<string, unknown>;

/** The dialects of documents that keep schemas under `#/components/schemas`: AsyncAPI 3's own is draft 7. */
export type Dialect = 'draft-7' | 'openapi-3.0';

export interface Components {
  /** The schema of the event's `detail`. */
  readonly detail: Json;
  /** Schemas it refers to as `#/components/schemas/<name>`. */
  readonly parts: Readonly<Record<string, Json>>;
}

/** The JSON Schema of an event's `detail` in a dialect, its named parts kept apart. */
export function componentsOf(contract: EventContract, dialect: Dialect): Components {
  const { $schema: _, definitions = {}, ...detail } = z.toJSONSchema(contract.detail, { target: dialect }) as Json;
  return {
    detail: relocated(detail, dialect) as Json,
    parts: relocated(definitions, dialect) as Record<string, Json>,
  };
}

function relocated(value: unknown, dialect: Dialect): unknown {
  if (Array.isArray(value)) return value.map((item) => relocated(item, dialect));
  if (typeof value !== 'object' || value === null) return value;
  const moved = Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (name === '$ref') return [name, String(part).replace('#/definitions/', '#/components/schemas/')];
      // OpenAPI 3.0 knows one example of a schema and no list of them.
      if (name === 'examples' && Array.isArray(part) && dialect === 'openapi-3.0') return ['example', part[0]];
      return [name, relocated(part, dialect)];
    }),
  );
  return dialect === 'openapi-3.0' ? withNull(moved) : moved;
}

/** OpenAPI 3.0 heeds `nullable` only beside a `type`, and there is none beside a reference. */
function withNull(schema: Json): Json {
  if (schema['nullable'] !== true || !Array.isArray(schema['allOf'])) return schema;
  const { nullable, allOf, ...others } = schema;
  return { ...others, anyOf: [...(allOf as Json[]), { type: 'string', nullable, enum: [null] }] };
}

/** What EventBridge puts around a `detail`, as whoever a rule sends an event to gets it. */
export const envelopeOf = ({ source, name }: EventContract, detail: Json): Json => ({
  type: 'object',
  required: ['version', 'id', 'detail-type', 'source', 'account', 'time', 'region', 'resources', 'detail'],
  properties: {
    version: { type: 'string' },
    id: {
      type: 'string',
      description: "EventBridge's own id, different for each delivery of a replay: use metadata.eventId instead.",
    },
    'detail-type': { type: 'string', enum: [name] },
    source: { type: 'string', enum: [source] },
    account: { type: 'string' },
    time: { type: 'string', format: 'date-time', description: 'When the bus received it.' },
    region: { type: 'string' },
    resources: { type: 'array', items: { type: 'string' } },
    detail,
  },
});

/** A name for code: `trade-deal.stage-changed` is `TradeDealStageChanged`. */
export const typeNameOf = (name: string): string =>
  name.replace(/(?:^|[.-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
