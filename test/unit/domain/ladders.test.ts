import { describe, expect, it } from 'vitest';
import {
  firstStage,
  GATES,
  KINDS,
  LADDERS,
  phaseOf,
  probabilityOf,
  stageIndex,
  stageNames,
  stageOf,
} from '#shared/domain/pipeline/ladders.ts';
import { STRANDS } from '#shared/domain/strand.ts';

const show = (kind: (typeof KINDS)[number]) =>
  LADDERS[kind].map(({ name, phase, probability }) =>
    phase === 'open' ? `${name} ${probability}` : `${name} ${phase}`,
  );

describe('the ladders', () => {
  it('are those of the contract, stage by stage', () => {
    expect(show('engagement')).toEqual([
      'identified 10',
      'contacted 20',
      'scoping 35',
      'proposal 55',
      'negotiating 75',
      'agreed won',
      'delivering won',
      'completed won',
      'lost lost',
    ]);
    expect(show('ip-lead')).toEqual([
      'disclosed 5',
      'assessed 10',
      'protected 20',
      'marketed 30',
      'in-discussion 45',
      'evaluation 60',
      'terms 80',
      'licensed won',
      'assigned won',
      'spun-out won',
      'withdrawn lost',
    ]);
    expect(show('trade-deal')).toEqual([
      'enquiry 10',
      'qualified 25',
      'proposal 45',
      'negotiation 65',
      'heads-of-terms 85',
      'signed won',
      'fulfilled won',
      'lost lost',
    ]);
  });

  it('make 140 rows of strand, kind and stage', () => {
    expect(STRANDS.length * KINDS.reduce((sum, kind) => sum + stageNames(kind).length, 0)).toBe(140);
  });

  it('weigh won with 100 and lost with 0', () => {
    for (const kind of KINDS)
      for (const { phase, probability } of LADDERS[kind]) {
        if (phase === 'won') expect(probability).toBe(100);
        if (phase === 'lost') expect(probability).toBe(0);
      }
  });

  it('start with an open stage that has no gate, and gates stand on stages of the ladder', () => {
    expect(KINDS.map(firstStage)).toEqual(['identified', 'disclosed', 'enquiry']);
    for (const kind of KINDS) {
      expect(phaseOf(kind, firstStage(kind))).toBe('open');
      expect(GATES[kind][firstStage(kind)]).toBeUndefined();
      for (const stage of Object.keys(GATES[kind])) expect(stageNames(kind)).toContain(stage);
    }
  });

  it('throw for a stage that the kind does not have', () => {
    expect(() => stageOf('engagement', 'disclosed')).toThrow('disclosed is not a stage of engagement');
    expect(() => stageIndex('trade-deal', 'agreed')).toThrow();
  });
});

describe('the probability that counts', () => {
  it("is the record's own while it is open, across stages", () => {
    expect(probabilityOf('trade-deal', 'enquiry', 42)).toBe(42);
    expect(probabilityOf('trade-deal', 'negotiation', 42)).toBe(42);
    expect(probabilityOf('trade-deal', 'enquiry', 0)).toBe(0);
  });

  it("is the stage's where the record has none", () => {
    expect(probabilityOf('ip-lead', 'terms', undefined)).toBe(80);
  });

  it('is 100 when won and 0 when lost, whatever the record says', () => {
    expect(probabilityOf('ip-lead', 'licensed', 42)).toBe(100);
    expect(probabilityOf('engagement', 'lost', 42)).toBe(0);
  });
});
