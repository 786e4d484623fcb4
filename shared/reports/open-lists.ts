import { dayNumber, dayOfNumber, londonDay } from '#shared/domain/days.ts';
import { KINDS, type Kind, phaseOf, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { type Cube, staysOfCube } from '#shared/reporting/cube.ts';
import { stallThresholds } from '#shared/reporting/stalled.ts';
import type { Standing } from '#shared/reporting/standing.ts';
import type { SortField } from '#shared/store/list.ts';
import { CLOSING_SOON_DAYS } from './lists.ts';

/** The lists of what is open. */
export const OPEN_LISTS = ['stalled', 'closingSoon', 'overdue', 'nextStepsOverdue'] as const;
export type OpenListName = (typeof OPEN_LISTS)[number];

interface OpenStage {
  readonly kind: Kind;
  readonly stage: string;
}

/** The open stages of all kinds, or of some. */
export const openStages = (kinds: readonly Kind[] = KINDS): OpenStage[] =>
  kinds.flatMap((kind) =>
    stagesOf(kind)
      .filter(({ phase }) => phase === 'open')
      .map(({ name }) => ({ kind, stage: name })),
  );

/** Where a list of what is open is looked for: by which day, within which days, and whether a standing is within them. */
export interface OpenList {
  readonly list: OpenListName;
  readonly field: SortField;
  /** The calendar day by which a list has its order: the first one is the most pressing. */
  readonly dayOf: (standing: Standing) => string | undefined;
  /** The first day that is in the list; from the beginning unless given. */
  readonly from?: string;
  /** The first day after the list, by stage. */
  readonly before: (stage: OpenStage) => string;
  readonly holds: (standing: Standing) => boolean;
}

/** The day before which everything that is in the list lies, whatever its stage. */
export const endOf = ({ before }: OpenList): string =>
  openStages()
    .map(before)
    .reduce((latest, day) => (day > latest ? day : latest), '');

/** By which day each list has its order, and in which index it is found. */
export const ORDER: Readonly<Record<OpenListName, Pick<OpenList, 'field' | 'dayOf'>>> = {
  stalled: { field: 'stageEnteredAt', dayOf: ({ entered }) => entered },
  closingSoon: { field: 'expectedCloseOn', dayOf: ({ expectedCloseOn }) => expectedCloseOn },
  overdue: { field: 'expectedCloseOn', dayOf: ({ expectedCloseOn }) => expectedCloseOn },
  nextStepsOverdue: { field: 'nextStepDueOn', dayOf: ({ nextStepDueOn }) => nextStepDueOn },
};

/** The four lists at the closing of a report; `date` is the report's. */
export function openLists(closing: Cube, date: string): OpenList[] {
  const today = dayNumber(londonDay(closing.at));
  const stalledBefore = new Map(
    stallThresholds(staysOfCube(closing)).map((threshold) => [
      stageKey(threshold),
      dayOfNumber(today - threshold.days),
    ]),
  );
  const soonBefore = dayOfNumber(dayNumber(date) + CLOSING_SOON_DAYS + 1);
  const bounds: Readonly<Record<OpenListName, Pick<OpenList, 'from' | 'before'>>> = {
    stalled: { before: (stage) => stalledBefore.get(stageKey(stage)) ?? dayOfNumber(today) },
    closingSoon: { from: date, before: () => soonBefore },
    overdue: { before: () => date },
    nextStepsOverdue: { before: () => date },
  };
  return OPEN_LISTS.map((list) => {
    const { dayOf } = ORDER[list];
    const { from = '', before } = bounds[list];
    const holds = (standing: Standing) => {
      const day = dayOf(standing);
      return isOpen(standing) && day !== undefined && day >= from && day < before(standing);
    };
    return { list, ...ORDER[list], ...bounds[list], holds };
  });
}

export const isOpen = ({ kind, stage }: Standing): boolean => phaseOf(kind, stage) === 'open';

const stageKey = ({ kind, stage }: OpenStage) => `${kind}/${stage}`;
