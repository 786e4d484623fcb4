import { DEFAULT_NOTICE_DAYS } from '../agreement/agreement.ts';
import { dayNumber, dayOfNumber, londonDay } from '../days.ts';
import type { EntityState } from '../entity/state.ts';
import { isGood } from '../evidence/evidence.ts';
import { firstStage, phaseOf } from '../pipeline/ladders.ts';
import { gatesBetween } from '../pipeline/moves.ts';
import { isVoided, type RecordState, stageNow } from '../record/state.ts';
import { isEntityState, type Subject } from './links.ts';

/** Lists by date of what somebody has to see to. */
export const EXPIRY_LISTS = ['agreement', 'evidence', 'evidence-missing'] as const;
export type ExpiryList = (typeof EXPIRY_LISTS)[number];

/** That something ends on a day, or is missing since. */
export interface Expiry {
  readonly list: ExpiryList;
  /** The last day on which it is good; of what is missing, the day on which its record was logged. */
  readonly date: string;
  /** An agreement's id, or that of the record whose evidence it is. */
  readonly of: string;
  /** The type of the evidence; of what is missing, every type that would do, joined by `+`. */
  readonly what?: string;
  /** From when an agreement's renewal is due. */
  readonly dueOn?: string;
}

/**
 * Stages at which a record is over and done with: what was checked for it was good when it was asked for, and nobody need check it again.
 */
const SETTLED: Readonly<Record<RecordState['kind'], readonly string[]>> = {
  engagement: ['completed'],
  'ip-lead': ['assigned', 'spun-out'],
  'trade-deal': ['fulfilled'],
};

/** What ends or is missing of a record or an agreement: pure, from its state, each once. */
export function expiriesOf(state: Subject): Expiry[] {
  if (isEntityState(state)) return state.kind === 'agreement' ? expiryOfAgreement(state) : [];
  const { stage } = stageNow(state);
  if (isVoided(state) || phaseOf(state.kind, stage) === 'lost') return [];
  return [...(SETTLED[state.kind].includes(stage) ? [] : evidenceEnding(state)), ...evidenceMissing(state, stage)];
}

/** From when an agreement's renewal is due: so many days before its last one. */
export const renewalDueOn = (expiresOn: string, noticeDays: number | undefined): string =>
  dayOfNumber(dayNumber(expiresOn) - (noticeDays ?? DEFAULT_NOTICE_DAYS));

function expiryOfAgreement({ id, fields }: EntityState): Expiry[] {
  const { expiresOn, renewalNoticeDays } = fields as { expiresOn?: string; renewalNoticeDays?: number };
  if (expiresOn === undefined) return [];
  return [{ list: 'agreement', date: expiresOn, of: id, dueOn: renewalDueOn(expiresOn, renewalNoticeDays) }];
}

const evidenceEnding = ({ id, evidence = {} }: RecordState): Expiry[] =>
  Object.values(evidence).flatMap((kept) =>
    isGood(kept) && kept.expiresOn !== undefined
      ? [{ list: 'evidence', date: kept.expiresOn, of: id, what: kept.type } as const]
      : [],
  );

/** Gates that the record stands beyond, of which nothing good was ever said: it was logged there, or the word was taken back. */
function evidenceMissing({ id, kind, createdAt, evidence = {} }: RecordState, stage: string): Expiry[] {
  const shut = gatesBetween(kind, firstStage(kind), stage)
    .map(({ gate }) => gate)
    .filter((gate) => !gate.some((type) => isGood(evidence[type])));
  const whats = new Set(shut.map((gate) => gate.join('+')));
  return [...whats].map((what) => ({ list: 'evidence-missing', date: londonDay(createdAt), of: id, what }));
}
