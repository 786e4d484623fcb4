import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import type { EventContract } from '#shared/events/contract.ts';
import { jsonSchemaOf } from '#shared/events/json-schema.ts';
import { faultsOfBody } from '#shared/http/faults.ts';
import { hashOf, type InvalidSample, readManifest, readSamples, type Sample } from './stored-samples.ts';

const SAMPLES = readSamples();
const of = (contract: EventContract, valid: boolean) =>
  SAMPLES.filter(
    ({ source, name, version, ...sample }) =>
      source === contract.source &&
      name === contract.name &&
      version === contract.schemaVersion &&
      sample.valid === valid,
  );
const contracts = CATALOGUE.map(
  (contract) => [`${contract.source} ${contract.name} v${contract.schemaVersion}`, contract] as const,
);
const read = <What>({ text }: Sample) => JSON.parse(text) as What;

describe.each(contracts)('samples of %s', (_, contract) => {
  it('are several valid ones and at least three invalid ones', () => {
    expect(of(contract, true).length).toBeGreaterThanOrEqual(2);
    expect(of(contract, false).length).toBeGreaterThanOrEqual(3);
  });

  it.each(of(contract, true).map((sample) => [sample.path, sample] as const))(
    '%s is valid, and reading changes nothing in it',
    (__, sample) => {
      const detail = read<unknown>(sample);
      expect(contract.detail.parse(detail)).toEqual(detail);
    },
  );

  it('fit the JSON Schema that is published', () => {
    const published = z.fromJSONSchema(jsonSchemaOf(contract) as Parameters<typeof z.fromJSONSchema>[0]);
    for (const sample of of(contract, true))
      expect(published.safeParse(read(sample)).error, sample.path).toBeUndefined();
  });

  it.each(of(contract, false).map((sample) => [sample.path, sample] as const))(
    '%s is refused where it says',
    (__, sample) => {
      const { because, pointer, detail, ...others } = read<InvalidSample>(sample);
      expect(because).toMatch(/^\S.*\.$/);
      expect(others).toEqual({});
      const issues = contract.detail.safeParse(detail).error?.issues ?? [];
      expect(faultsOfBody(issues, detail)).toContainEqual(expect.objectContaining({ pointer }));
    },
  );
});

describe('stored samples', () => {
  it('each belong to an event of the catalogue', () => {
    const known = new Set(CATALOGUE.flatMap((contract) => [...of(contract, true), ...of(contract, false)]));
    expect(SAMPLES.filter((sample) => !known.has(sample)).map(({ path }) => path)).toEqual([]);
  });

  it('never change once published: one may be added (node test/contracts/stored-samples.ts), none changed or removed', () => {
    expect(Object.fromEntries(SAMPLES.map((sample) => [sample.path, hashOf(sample)]))).toEqual(readManifest());
  });

  it('carry no mail address but where that is the fault', () => {
    for (const sample of SAMPLES.filter(({ valid }) => valid)) expect(sample.text).not.toMatch(/@/);
  });
});
