import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import type { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { gatesBetween } from '#shared/domain/pipeline/moves.ts';
import type { Chance } from './chance.ts';
import { CHECKED, WAIVED } from './data/words.ts';
import type { Arrival, Language } from './history.ts';
import type { Json } from './topics.ts';

/** Something that was checked, or waived, before a move. */
export interface Check {
  readonly body: Json;
  readonly isWaiver: boolean;
}

/** Days for which a check of a type is good; some for longer than others, so that some run out soon and some have. Filings stay. */
const GOOD_FOR: Readonly<Partial<Record<EvidenceType, readonly number[]>>> = {
  'due-diligence': [60, 90, 180, 365, 730],
  'export-control': [90, 180, 365],
  'nsi-area': [180, 365],
  'confidentiality-agreement': [365, 1095],
};

interface Course {
  readonly name: string;
  readonly kind: Kind;
  readonly language: Language;
  readonly chance: Chance;
  readonly history: readonly Arrival[];
}

/**
 * The checks that were made before each arrival, so that its gates are open on its day: what is still valid is not checked twice. Those of
 * the first arrival are logged with the record.
 */
export function checksOf(course: Course): Check[][] {
  const { kind, history } = course;
  const goodUntil = new Map<EvidenceType, string>();
  const checks = history.map((arrival, index) => {
    const day = arrival.occurredAt.slice(0, 10);
    const types = needed(kind, history[index - 1]?.to, arrival.to);
    return types
      .filter((type) => (goodUntil.get(type) ?? '') < day)
      .map((type) => {
        const check = checkOf(course, type, day, index);
        goodUntil.set(type, (check.body['expiresOn'] as string | undefined) ?? '9999-12-31');
        return check;
      });
  });
  return checks;
}

/** The types with which a record passes from one stage to another; from the very beginning where it was logged in that stage. */
function needed(kind: Kind, from: string | undefined, to: string): EvidenceType[] {
  const types: EvidenceType[] = [];
  const gates = gatesBetween(kind, from ?? firstOf(kind), to).map(({ gate }) => gate);
  for (const gate of gates) if (!gate.some((type) => types.includes(type))) types.push(gate.at(-1) as EvidenceType);
  return types;
}

const firstOf = (kind: Kind): string =>
  ({ engagement: 'identified', 'ip-lead': 'disclosed', 'trade-deal': 'enquiry' })[kind];

function checkOf({ name, kind, language, chance }: Course, type: EvidenceType, day: string, index: number): Check {
  const draw = `${type} ${index}`;
  // A manager does not see a confidential lead, and so waives nothing of one; whoever logs a record is no manager.
  const isWaiver = index > 0 && kind !== 'ip-lead' && type === 'export-control' && chance.in(0.12, `${draw} waived`);
  const on = dayOfNumber(dayNumber(day) - chance.between(`${draw} before`, 1, 12));
  const days = GOOD_FOR[type];
  const until = days && dayOfNumber(dayNumber(on) + Math.max(chance.pick(`${draw} good for`, days), 15));
  const expiry = until === undefined ? {} : { expiresOn: until };
  if (isWaiver)
    return {
      isWaiver,
      body: { type, waived: true, reason: chance.pick(`${draw} reason`, WAIVED)[language], ...expiry },
    };
  const outcome = type === 'export-control' && chance.in(0.2, `${draw} applies`) ? 'not-applicable' : 'passed';
  const note = chance.in(0.3, `${draw} note`) ? { note: chance.pick(`${draw} words`, CHECKED)[language] } : {};
  return { isWaiver, body: { type, outcome, on, ...expiry, document: `DEMO-${name}-${type}`, ...note } };
}
