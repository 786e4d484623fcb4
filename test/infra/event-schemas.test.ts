import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { STAGE_NAMES } from '#infra/names.ts';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import { SOURCES } from '#shared/events/contract.ts';
import { partiesOf } from '#shared/events/parties.ts';
import { REGISTRY_LIMITS } from '#shared/events/registry.ts';
import { readSamples } from '#test/contracts/stored-samples.ts';
import { statementsOf, synthesize, targetOf } from './support/templates.ts';

const samples = readSamples();

describe.each(STAGE_NAMES)('the schema registry of stage %s', (stage) => {
  const { of } = synthesize(stage);
  const schemas = of('AWS::EventSchemas::Schema');

  it('has every event of the catalogue, under source@name', () => {
    expect(schemas.map(({ properties }) => properties.SchemaName)).toEqual(
      CATALOGUE.map(({ source, name }) => `${source}@${name}`),
    );
    expect(of('AWS::EventSchemas::Registry').map(({ properties }) => properties.RegistryName)).toEqual([
      `partnership-${stage}`,
    ]);
    for (const { properties } of schemas)
      expect(targetOf(properties.RegistryName)).toBe(of('AWS::EventSchemas::Registry')[0]?.logicalId);
  });

  it('keeps to what the registry takes', () => {
    expect(schemas.length).toBeLessThanOrEqual(REGISTRY_LIMITS.schemas);
    for (const { properties } of schemas) {
      expect(properties.Type).toBe('OpenApi3');
      expect(properties.Content.length).toBeLessThanOrEqual(REGISTRY_LIMITS.content);
      expect(properties.Description.length).toBeLessThanOrEqual(REGISTRY_LIMITS.description);
      expect(properties.SchemaName).toMatch(/^[0-9A-Za-z_.@-]{1,385}$/);
    }
  });

  it('has a template that CloudFormation takes: at most 1 MB', () => {
    expect(JSON.stringify(schemas.map(({ properties }) => properties)).length).toBeLessThan(900_000);
  });
});

describe('what the registry says of an event', () => {
  const schemas = synthesize().of('AWS::EventSchemas::Schema');

  it.each(CATALOGUE.map((contract) => [`${contract.source}@${contract.name}`, contract] as const))(
    '%s: samples fit it, spoilt ones do not, and it says which event it is',
    (name, contract) => {
      const { Content } = schemas.find(({ properties }) => properties.SchemaName === name)?.properties ?? {};
      const document = JSON.parse(Content);
      const event = document.components.schemas.AWSEvent;
      expect(event).toMatchObject({
        'x-amazon-events-source': contract.source,
        'x-amazon-events-detail-type': contract.name,
      });
      // Keywords that OpenAPI 3.0 does not know.
      expect(Content).not.toMatch(/"(?:const|examples|\$defs|definitions|\$schema)":/);
      const fits = new Ajv({ strict: false, validateFormats: false }).compile({
        ...event.properties.detail,
        components: document.components,
      });
      const own = samples.filter(
        (sample) => sample.source === contract.source && sample.name === contract.name && sample.valid,
      );
      for (const { text, path } of own) {
        expect(fits(JSON.parse(text)), `${path} ${JSON.stringify(fits.errors)}`).toBe(true);
        expect(fits({ ...JSON.parse(text), data: undefined, more: 1 })).toBe(false);
      }
    },
  );
});

describe('publishers and consumers, as the events page names them', () => {
  const synthesis = synthesize();

  it.each(SOURCES)('of %s are those that the stacks let publish, and those that a rule sends to', (source) => {
    const publishers = statementsOf(synthesis)
      .filter(
        ({ actions, condition }) =>
          actions.includes('events:PutEvents') && [condition.StringEquals['events:source']].flat().includes(source),
      )
      .map(({ role }) => role.toLowerCase());
    const { publishers: named, consumers } = partiesOf({ source });
    expect(named.map(({ name }) => name).sort()).toEqual(publishers.sort());
    const targets = synthesis
      .of('AWS::Events::Rule')
      .filter(({ properties }) => properties.EventPattern?.source?.includes(source))
      .flatMap(({ properties }) => properties.Targets.map(({ Arn }: { Arn: unknown }) => targetOf(Arn)));
    expect(targets).toHaveLength(consumers.length);
    for (const { name } of consumers) expect(targets.join(' ').toLowerCase()).toContain(name);
  });
});
