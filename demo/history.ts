import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { type Kind, LADDERS, phaseOf, stageIndex, stageNames } from '#shared/domain/pipeline/ladders.ts';
import type { Move } from '#shared/domain/pipeline/moves.ts';
import type { Chance } from './chance.ts';
import { BACK, LOSSES, REOPENED, type Words } from './data/words.ts';

export type Language = 'en' | 'zh';

/** One arrival in a stage, the first of a record being its logging. */
export interface Arrival extends Move {
  readonly occurredAt: string;
}

/** Days that a stay usually takes, from and to. */
const STAY_DAYS: Readonly<Record<Kind, readonly [number, number]>> = {
  engagement: [12, 40],
  'ip-lead': [18, 60],
  'trade-deal': [8, 35],
};
/** Two years, less what moving to a working day may cost. */
const OLDEST_DAYS = 726;

export interface Course {
  readonly kind: Kind;
  /** The stage it is in. */
  readonly stage: string;
  readonly today: string;
  readonly language: Language;
  /** Whether its people keep British or Chinese office hours. */
  readonly isBritish: boolean;
  readonly chance: Chance;
}

/** How a record came to the stage it is in: when it was logged and moved, in whole days before `today`, none of them today. */
export function historyOf({ kind, stage, today, language, isBritish, chance }: Course): Arrival[] {
  const moves = pathTo(kind, stage, language, chance);
  // Many come from an older list, and had come some way before they were logged.
  if (chance.in(0.75, 'logged late'))
    moves.splice(0, Math.min(chance.between('stages before', 1, 4), moves.length - 2));
  const stays = moves.slice(1).map((_, index) => chance.between(`stay ${index}`, ...STAY_DAYS[kind]));
  const since = daysInStage(phaseOf(kind, stage), chance);
  const sum = stays.reduce((total, days) => total + days, 0);
  const scale = Math.min(1, (OLDEST_DAYS - since) / sum);
  let day = dayNumber(today) - since - stays.reduce((total, days) => total + Math.floor(days * scale), 0);
  return moves.map((move, index) => {
    const occurredAt = instantOf(day, isBritish ? 9 : 1, chance.between(`minute ${index}`, 0, 8 * 60));
    day += Math.floor((stays[index] ?? 0) * scale);
    return { ...move, occurredAt };
  });
}

function daysInStage(phase: string, chance: Chance): number {
  if (phase !== 'open') return chance.between('closed since', 3, 560);
  return chance.in(0.18, 'stalled') ? chance.between('stalled since', 125, 240) : chance.between('here since', 1, 38);
}

/** That day, or the Friday before it: stays are long enough that the order stays as it is. */
function instantOf(day: number, opensAt: number, minutes: number): string {
  const weekday = (day + 3) % 7; // 0 is Monday: day 0 was a Thursday.
  const midnight = Date.parse(`${dayOfNumber(day - Math.max(0, weekday - 4))}T00:00:00Z`);
  return new Date(midnight + (opensAt * 60 + minutes) * 60_000).toISOString();
}

/** The stages on the way, with the words that a detour or a loss needs. Some stages are skipped, as people do. */
function pathTo(kind: Kind, stage: string, language: Language, chance: Chance): Move[] {
  const open = stageNames(kind).filter((name) => phaseOf(kind, name) === 'open');
  const upTo = (end: number) =>
    open.slice(0, end).filter((_, index) => index === 0 || !chance.in(0.2, `skip ${index}`));
  const moves = (stages: readonly string[]): Move[] => stages.map((to) => ({ to }));
  const say = (words: Words) => words[language];
  const phase = phaseOf(kind, stage);
  if (phase === 'lost') {
    const before = upTo(chance.between('lost after', 1, open.length - 1));
    return [...moves(before), { to: stage, ...lossOf(language, chance) }];
  }
  if (phase === 'won') return [...moves(upTo(open.length)), ...moves(wonUpTo(kind, stage))];
  const at = stageIndex(kind, stage);
  const before = upTo(at);
  const lost = stageNames(kind).at(-1) as string;
  if (at > 0 && chance.in(0.1, 'reopened'))
    return [
      ...moves(before),
      { to: lost, ...lossOf(language, chance) },
      { to: stage, reason: say(chance.pick('reopening', REOPENED)) },
    ];
  const beyond = open[at + 1];
  if (beyond && at > 0 && chance.in(0.1, 'back'))
    return [...moves(before), { to: beyond }, { to: stage, reason: say(chance.pick('going back', BACK)) }];
  return moves([...before, stage]);
}

/** An agreement is delivered and completed one after the other; of an invention's ways out each is the only one. */
function wonUpTo(kind: Kind, stage: string): string[] {
  if (kind === 'ip-lead') return [stage];
  const won = LADDERS[kind].filter(({ phase }) => phase === 'won').map(({ name }): string => name);
  return won.slice(0, won.indexOf(stage) + 1);
}

function lossOf(language: Language, chance: Chance): Pick<Move, 'lostReason' | 'reason'> {
  const { lostReason, reason } = chance.pick('loss', LOSSES);
  return { lostReason, ...(reason ? { reason: reason[language] } : {}) };
}
