import { NOUNS, type Noun } from '#shared/domain/entity/nouns.ts';
import { GATES, KINDS, type Kind, stageIndex, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { patternOf } from './contract.ts';
import { ENTITY_OUTCOMES } from './entities.ts';
import { OUTCOMES } from './outcomes.ts';

/*
 * Which outcomes can change where something is listed (`shared/domain/link`). All others never reach the function that lists: a note or
 * an early move costs nothing there. A test holds this against everything that can happen to a record or an entity.
 */

type Values = readonly (string | number | { readonly prefix: string })[];

/** Fields of a record by which it is listed; evidence is a field for each type. */
const OF_RECORD: Values = ['organisations', 'contacts', 'inventors', 'agreementId', 'voided', { prefix: 'evidence/' }];

const OF_ENTITY: Readonly<Record<Noun, Values>> = {
  organisation: ['mergedInto'],
  contact: ['organisations'],
  activity: ['type', 'direction', 'on', 'organisations', 'place', 'records', 'agreementId', 'contacts'],
  agreement: ['organisations', 'place', 'signedOn', 'expiresOn', 'renewalNoticeDays'],
};

/** Stages from a kind's first gate on, the lost one among them: into or out of these, what is missing changes. */
function beyondFirstGate(kind: Kind): string[] {
  const gated = Object.keys(GATES[kind]).map((stage) => stageIndex(kind, stage));
  return stageNames(kind).slice(Math.min(...gated));
}

const STAGES: Values = [...new Set(KINDS.flatMap(beyondFirstGate))];

/** An organisation is listed nowhere before it is merged into another. */
const LOGGED = NOUNS.filter((noun) => noun !== 'organisation');

const contracts = [
  ...KINDS.flatMap((kind) => {
    const { logged, amended, moved, voided, restored } = OUTCOMES[kind];
    return [logged, amended, moved, voided, restored].filter((contract) => contract !== undefined);
  }),
  ...LOGGED.map((noun) => ENTITY_OUTCOMES[noun].logged),
  ...NOUNS.map((noun) => ENTITY_OUTCOMES[noun].amended),
];

/** What is at its first version was logged just now. */
const first = { version: [1] };

/** What the queue of the function `relate` takes. */
export const RELATING_PATTERN = {
  ...patternOf(contracts),
  detail: {
    data: {
      $or: [
        { record: first },
        { entity: first },
        { record: { kind: [...KINDS] }, changed: OF_RECORD },
        ...NOUNS.map((noun) => ({ entity: { kind: [noun] }, changed: OF_ENTITY[noun] })),
        { from: STAGES },
        { to: STAGES },
      ],
    },
  },
} as const;
