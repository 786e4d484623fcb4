import { CATALOGUE } from '#shared/events/catalogue.ts';
import { componentsOf, envelopeOf, typeNameOf } from '#shared/events/components.ts';
import type { EventContract, Source } from '#shared/events/contract.ts';
import { partiesOf } from '#shared/events/parties.ts';
import { delivered, samplesOf } from './event-samples.ts';

type Json = Record<string, unknown>;

const CHANNEL = 'bus';

/** One name may be told of by two sources. */
const messageName = ({ source, name }: EventContract) => `${typeNameOf(name)}.${source.replace('partnership.', '')}`;

/** The AsyncAPI 3 document of all events: what goes over the bus, in what form, and who sends and receives it. */
export function asyncApi(version: string): Json {
  const schemas: Record<string, Json> = {};
  const messages = Object.fromEntries(
    CATALOGUE.map((contract) => [messageName(contract), messageOf(contract, schemas)]),
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Guangzhou Centre partnership CRM: events',
      version,
      description:
        'Every input is published as an event before it is stored, and its outcome is another event. Delivery is at least once and unordered: deduplicate by `metadata.eventId` and order by `metadata.occurredAt`.',
    },
    defaultContentType: 'application/json',
    channels: {
      [CHANNEL]: {
        address: 'partnership-{stage}',
        title: 'The event bus',
        description:
          'An Amazon EventBridge bus. A rule on `source` and `detail-type` selects the events for a consumer.',
        parameters: { stage: { description: 'The deployment stage.', enum: ['dev', 'prod'], default: 'dev' } },
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: operationsOf(),
    components: { messages, schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) },
  };
}

function messageOf(contract: EventContract, schemas: Record<string, Json>): Json {
  const { detail, parts } = componentsOf(contract, 'draft-7');
  const { metadata, data } = detail['properties'] as Record<string, Json>;
  const ofVersion = `MetadataV${contract.schemaVersion}`;
  for (const [name, part] of Object.entries({ ...parts, [ofVersion]: metadata as Json })) {
    if (name in schemas && JSON.stringify(schemas[name]) !== JSON.stringify(part))
      throw new Error(`Two different schemas are called ${name}.`);
    schemas[name] = part;
  }
  return {
    name: contract.name,
    title: contract.name,
    summary: contract.meaning,
    tags: [{ name: contract.source }],
    correlationId: { location: '$message.payload#/detail/metadata/correlationId' },
    payload: envelopeOf(contract, {
      ...detail,
      properties: { metadata: { $ref: `#/components/schemas/${ofVersion}` }, data },
    }),
    examples: samplesOf(contract).map(({ title, detail: example }) => ({
      name: title,
      payload: delivered(contract, example),
    })),
  };
}

/** One operation for each function that sends or receives, with the messages of its source. */
function operationsOf(): Record<string, Json> {
  const operations: Record<string, Json> = {};
  for (const source of new Set(CATALOGUE.map((contract) => contract.source)))
    for (const [action, parties] of [
      ['send', partiesOf({ source }).publishers],
      ['receive', partiesOf({ source }).consumers],
    ] as const)
      for (const { name, does } of parties)
        operations[
          `${name}${action === 'send' ? 'Sends' : 'Receives'}${typeNameOf(source.replace('partnership.', ''))}`
        ] = {
          action,
          channel: { $ref: `#/channels/${CHANNEL}` },
          summary: `The function \`${name}\` ${action}s it ${does}.`,
          messages: messagesOf(source),
        };
  return operations;
}

const messagesOf = (source: Source) =>
  CATALOGUE.filter((contract) => contract.source === source).map((contract) => ({
    $ref: `#/channels/${CHANNEL}/messages/${messageName(contract)}`,
  }));
