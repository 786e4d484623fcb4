import type { Gate } from '../pipeline/ladders.ts';
import type { EvidenceFor, MissingGate } from '../pipeline/moves.ts';
import { type Evidence, type EvidenceType, isValidOn } from './evidence.ts';

/** The latest word on each type, as a record keeps it. */
export type EvidenceByType = Readonly<Partial<Record<EvidenceType, Evidence>>>;

/** What each check is called by those who ask for it. */
const NAMES: Readonly<Record<EvidenceType, string>> = {
  'due-diligence': 'due diligence on the partner',
  'export-control': 'an export-control check',
  'nsi-area': 'a check against the sensitive areas of the National Security and Investment Act',
  atas: 'ATAS clearance of the people concerned',
  'foreign-influence': 'screening for foreign-influence registration',
  'confidentiality-agreement': 'a confidentiality agreement',
  filing: 'a filing to protect the invention',
};

/** Which gates what is kept opens on a day: by valid evidence of any type that the gate asks for. */
export const opens =
  (kept: EvidenceByType = {}, day: string): EvidenceFor =>
  (gate) =>
    gate.some((type) => isValidOn(kept[type], day));

/** Why evidence of a type opens no gate. */
export const LACKS = ['none', 'failed', 'expired'] as const;
type Lack = (typeof LACKS)[number];

/** Why what is kept of one type opens no gate on a day; undefined where it does. */
export function whyNot(evidence: Evidence | undefined, day: string): Lack | undefined {
  if (isValidOn(evidence, day)) return undefined;
  if (!evidence) return 'none';
  return 'outcome' in evidence && evidence.outcome === 'failed' ? 'failed' : 'expired';
}

/**
 * A closed gate in words: what its stage asks for, by the names of the types as they are logged, and of each why what is there does
 * not count on that day. It says what has been recorded, and nothing about the law.
 */
export function lackOf({ stage, gate }: MissingGate, kept: EvidenceByType = {}, day: string): string {
  const asked = gate.map((type) => `${NAMES[type]} (${type})`).join(' or ');
  return `Stage ${stage} requires ${asked}: ${gate.map((type) => reasonOf(type, gate, kept[type], day)).join('; ')}.`;
}

function reasonOf(type: EvidenceType, gate: Gate, evidence: Evidence | undefined, day: string): string {
  // With one type there is no doubt of which it is said.
  const of = gate.length > 1 ? ` of type ${type}` : '';
  if (!evidence) return `none${of} has been logged`;
  if ('waived' in evidence) return `the waiver${of} expired on ${evidence.expiresOn}, before ${day}`;
  if (whyNot(evidence, day) === 'failed') return `the check${of} of ${evidence.on} failed`;
  return `the check${of} of ${evidence.on} expired on ${evidence.expiresOn}, before ${day}`;
}
