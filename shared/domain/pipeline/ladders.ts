import * as z from 'zod';

export const KINDS = ['engagement', 'ip-lead', 'trade-deal'] as const;
export const Kind = z.enum(KINDS).meta({ id: 'Kind', description: 'A kind of record that has a pipeline.' });
export type Kind = z.infer<typeof Kind>;

export const PHASES = ['open', 'won', 'lost'] as const;
export const Phase = z.enum(PHASES).meta({ id: 'Phase' });
export type Phase = z.infer<typeof Phase>;

export interface Stage {
  readonly name: string;
  readonly phase: Phase;
  /** Default probability, in percent: won is 100, lost is 0. */
  readonly probability: number;
}

const open = (name: string, probability: number): Stage => ({ name, phase: 'open', probability });
const won = (name: string): Stage => ({ name, phase: 'won', probability: 100 });
const lost = (name: string): Stage => ({ name, phase: 'lost', probability: 0 });

/** The stages of each kind, in order: a later one is further on. Ladders, probabilities and gates are this one file. */
export const LADDERS = {
  engagement: [
    open('identified', 10),
    open('contacted', 20),
    open('scoping', 35),
    open('proposal', 55),
    open('negotiating', 75),
    won('agreed'),
    won('delivering'),
    won('completed'),
    lost('lost'),
  ],
  'ip-lead': [
    open('disclosed', 5),
    open('assessed', 10),
    open('protected', 20),
    open('marketed', 30),
    open('in-discussion', 45),
    open('evaluation', 60),
    open('terms', 80),
    won('licensed'),
    won('assigned'),
    won('spun-out'),
    lost('withdrawn'),
  ],
  'trade-deal': [
    open('enquiry', 10),
    open('qualified', 25),
    open('proposal', 45),
    open('negotiation', 65),
    open('heads-of-terms', 85),
    won('signed'),
    won('fulfilled'),
    lost('lost'),
  ],
} as const satisfies Record<Kind, readonly Stage[]>;

/** An invention can be spoken of once it is filed: from this stage on, a lead is no longer confidential by itself. */
export const PROTECTED_STAGE = 'protected';

/** What can be checked before something is agreed. */
export const EVIDENCE_TYPES = [
  'due-diligence',
  'export-control',
  'nsi-area',
  'atas',
  'foreign-influence',
  'confidentiality-agreement',
  'filing',
] as const;

/** What a gate asks for: valid evidence of one of these types. */
export type Gate = readonly [(typeof EVIDENCE_TYPES)[number], ...(typeof EVIDENCE_TYPES)[number][]];

const CONCLUDED: readonly Gate[] = [['due-diligence'], ['export-control'], ['nsi-area']];

/** Gates by kind and stage: what a move into that stage, or past it, needs. */
export const GATES: { readonly [K in Kind]: Readonly<Record<string, readonly Gate[]>> } = {
  engagement: {
    negotiating: [['due-diligence']],
    agreed: [['due-diligence'], ['export-control']],
  },
  'ip-lead': {
    protected: [['filing']],
    'in-discussion': [['confidentiality-agreement', 'filing']],
    licensed: CONCLUDED,
    assigned: CONCLUDED,
    'spun-out': CONCLUDED,
  },
  'trade-deal': {
    'heads-of-terms': [['due-diligence']],
    signed: [['due-diligence'], ['export-control']],
  },
};

export const stagesOf = (kind: Kind): readonly Stage[] => LADDERS[kind];

export const stageNames = (kind: Kind): [string, ...string[]] => {
  const [first, ...rest] = stagesOf(kind).map((stage) => stage.name);
  return [first as string, ...rest];
};

/** The stage of that name. Throws for a name that is not on the ladder: callers have validated it. */
export function stageOf(kind: Kind, name: string): Stage {
  const stage = stagesOf(kind).find((candidate) => candidate.name === name);
  if (!stage) throw new Error(`${name} is not a stage of ${kind}.`);
  return stage;
}

export const stageIndex = (kind: Kind, name: string): number => stagesOf(kind).indexOf(stageOf(kind, name));

export const firstStage = (kind: Kind): string => stageNames(kind)[0];

export const phaseOf = (kind: Kind, stage: string): Phase => stageOf(kind, stage).phase;

/**
 * The probability, in percent, that a value is weighted with: 100 when won, 0 when lost, otherwise the record's own where it has
 * one, or else the stage's.
 */
export function probabilityOf(kind: Kind, stage: string, own: number | undefined): number {
  const { phase, probability } = stageOf(kind, stage);
  return phase === 'open' ? (own ?? probability) : probability;
}
