import specs from '@asyncapi/specs';
import { Ajv, type SchemaObject } from 'ajv';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import { asyncApi } from '../../docs/asyncapi.ts';
import { samplesOf } from '../../docs/event-samples.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document has no types
const document: any = asyncApi('0.1.0');
const official = specs.schemasWithoutId['3.0.0'] as SchemaObject;
const ajv = () => new Ajv({ strict: false, validateFormats: false, allErrors: true });
const messages = Object.entries<Record<string, unknown>>(document.components.messages);

describe('the AsyncAPI document', () => {
  it("fits AsyncAPI's own schema of version 3.0", () => {
    const fits = ajv().compile(official);
    fits(document);
    expect(fits.errors ?? []).toEqual([]);
  });

  it('that schema would find something: an action that there is none', () => {
    const fits = ajv().compile(official);
    expect(fits({ ...document, operations: { sends: { action: 'shout', channel: { $ref: '#/channels/bus' } } } })).toBe(
      false,
    );
  });

  it('refers only to what it has', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(references.length).toBeGreaterThan(100);
    for (const path of new Set(references)) {
      const found = path
        .split('/')
        .reduce<unknown>((part, name) => (part as Record<string, unknown>)?.[name], document);
      expect(found, path).toBeDefined();
    }
  });

  it('has every event of the catalogue once on the bus, and each is sent by somebody', () => {
    expect(messages.map(([, { name }]) => name)).toEqual(CATALOGUE.map(({ name }) => name));
    expect(Object.keys(document.channels.bus.messages)).toEqual(messages.map(([key]) => key));
    const sent = Object.values<{ action: string; messages: { $ref: string }[] }>(document.operations)
      .filter(({ action }) => action === 'send')
      .flatMap((operation) => operation.messages.map(({ $ref }) => $ref.split('/').at(-1)));
    expect(new Set(sent)).toEqual(new Set(messages.map(([key]) => key)));
  });

  it.each(CATALOGUE.map((contract, index) => [`${contract.source} ${contract.name}`, index] as const))(
    'the samples of %s fit its payload, and one that is spoilt does not',
    (_, index) => {
      const [contract, [, message]] = [CATALOGUE[index], messages[index]] as [
        (typeof CATALOGUE)[number],
        (typeof messages)[number],
      ];
      const fits = ajv().compile({ ...(message['payload'] as object), components: document.components });
      const examples = message['examples'] as { payload: Record<string, unknown> }[];
      expect(examples).toHaveLength(samplesOf(contract).length);
      for (const { payload } of examples) expect(fits(payload), JSON.stringify(fits.errors)).toBe(true);
      expect(fits({ ...examples[0]?.payload, 'detail-type': 'something.else' })).toBe(false);
      expect(fits({ ...examples[0]?.payload, detail: {} })).toBe(false);
    },
  );
});
