import { describe, expect, it } from 'vitest';
import { NOUNS } from '#shared/domain/entity/nouns.ts';
import { KINDS } from '#shared/domain/pipeline/ladders.ts';
import { idPrefixOf } from '#shared/domain/record/kinds.ts';
import { CATALOGUE, INTAKE_PATTERN } from '#shared/events/catalogue.ts';
import { entryOf, patternOf } from '#shared/events/contract.ts';
import { INTAKE, INTAKE_CONTRACTS, intakeContract, parseIntakeName, VERBS } from '#shared/events/intake.ts';
import { OUTCOMES, outcomeContract } from '#shared/events/outcomes.ts';
import { metadataOf } from '#test/support/events-in.ts';
import { logged } from '#test/support/record-events.ts';

const names = (source: string) =>
  CATALOGUE.filter((contract) => contract.source === source)
    .map(({ name }) => name)
    .sort();

describe('the catalogue', () => {
  it('has the events of the contract for the three kinds and what stands around them', () => {
    const told = KINDS.flatMap((kind) =>
      ['logged', 'amended', 'moved', 'noted', 'voided', 'restored'].map((verb) => `${kind}.${verb}`),
    );
    const around = NOUNS.flatMap((noun) => [`${noun}.logged`, `${noun}.amended`]);
    expect(names('partnership.intake')).toEqual([...told, 'ip-lead.released', 'evidence.logged', ...around].sort());
    const outcomes = ['recorded', 'amended', 'stage-changed', 'noted', 'voided', 'restored', 'rejected'];
    const became = KINDS.flatMap((kind) => outcomes.map((outcome) => `${kind}.${outcome}`));
    const kept = NOUNS.flatMap((noun) => ['recorded', 'amended', 'rejected'].map((outcome) => `${noun}.${outcome}`));
    expect(names('partnership.records')).toEqual([...became, 'ip-lead.released', 'intake.quarantined', ...kept].sort());
  });

  it('has each event type once', () => {
    const types = CATALOGUE.map(({ source, name, schemaVersion }) => `${source} ${name} ${schemaVersion}`);
    expect(new Set(types).size).toBe(types.length);
  });

  it('says in a sentence what each means', () => {
    for (const { meaning } of CATALOGUE) expect(meaning).toMatch(/^[A-Z].*\.$/);
  });

  it('has an outcome for whatever comes in', () => {
    // Evidence is something that a record has: it is told of as an amendment.
    for (const kind of KINDS)
      for (const verb of Object.keys(INTAKE[kind]) as (keyof (typeof INTAKE)[typeof kind])[])
        expect(outcomeContract(kind, verb)).toBe(OUTCOMES[kind][verb === 'evidenced' ? 'amended' : verb]);
    const told = KINDS.flatMap((kind) => Object.values(OUTCOMES[kind]));
    const meant = KINDS.flatMap((kind) =>
      VERBS.filter((verb) => INTAKE[kind][verb]).map((verb) => outcomeContract(kind, verb)),
    );
    expect(new Set(meant)).toEqual(new Set(told));
  });
});

describe('an intake name', () => {
  it('gives kind and verb, and only that of the catalogue', () => {
    for (const kind of KINDS)
      for (const verb of VERBS)
        if (INTAKE[kind][verb])
          expect(parseIntakeName(intakeContract(kind, verb).name, `${idPrefixOf(kind)}_1`)).toMatchObject({
            kind,
            verb,
            contract: intakeContract(kind, verb),
          });
    for (const name of [
      'engagement.released',
      'trade-deal.recorded',
      'Engagement.logged',
      'engagement',
      '',
      'constructor',
      '__proto__.logged',
    ])
      expect(parseIntakeName(name, 'trd_1')).toBeUndefined();
    expect(parseIntakeName('evidence.logged', 'act_1')).toBeUndefined();
    expect(() => intakeContract('engagement', 'released')).toThrow('engagement.released');
  });
});

describe('an entry for the bus', () => {
  const told = logged({ value: { amount: '5', currency: 'GBP' } });

  it('carries the valid detail in its canonical form', () => {
    const entry = entryOf(intakeContract('trade-deal', 'logged'), { metadata: metadataOf(told), data: told.data });
    expect(entry).toMatchObject({ Source: 'partnership.intake', DetailType: 'trade-deal.logged' });
    expect(JSON.parse(entry.Detail)).toMatchObject({
      metadata: metadataOf(told),
      data: { value: { amount: '5.00', currency: 'GBP' } },
    });
  });

  it('that is not valid is a bug of its publisher', () => {
    expect(() =>
      entryOf(intakeContract('trade-deal', 'moved'), { metadata: metadataOf(told), data: told.data }),
    ).toThrow();
    expect(() =>
      entryOf(intakeContract('trade-deal', 'logged'), {
        metadata: { ...metadataOf(told), schemaVersion: 2 },
        data: told.data,
      }),
    ).toThrow();
  });
});

describe('the pattern of a rule', () => {
  it('comes from the contracts', () => {
    expect(patternOf([intakeContract('ip-lead', 'released'), intakeContract('engagement', 'noted')])).toEqual({
      source: ['partnership.intake'],
      'detail-type': ['engagement.noted', 'ip-lead.released'],
    });
  });

  it('of the recording queue takes whatever comes in, so that an unknown name is quarantined and not lost', () => {
    expect(INTAKE_PATTERN).toEqual({ source: ['partnership.intake'] });
    expect(patternOf(INTAKE_CONTRACTS).source).toEqual(INTAKE_PATTERN.source);
  });
});
