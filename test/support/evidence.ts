import { expect } from 'vitest';
import type { EvidenceType, KeptEvidence } from '#shared/domain/evidence/evidence.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { gatesBetween } from '#shared/domain/pipeline/moves.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { collectionPath } from '#shared/http/paths.ts';
import { type Circumstances, event, openersOf } from './record-events.ts';

/** The fewest types of evidence with which a record passes every gate between two stages. */
export const evidenceNeeded = (kind: Kind, from: string, to: string): EvidenceType[] =>
  openersOf(
    kind,
    gatesBetween(kind, from, to).map(({ gate }) => gate),
  );

/** What a check that passed is logged as. */
export const passed = (type: EvidenceType, more: { readonly on?: string; readonly expiresOn?: string } = {}) =>
  ({ type, outcome: 'passed', on: '2026-01-05', ...more }) as const;

/** Evidence as a record keeps it. */
export const kept = (evidence: object, at = '2026-01-05T09:00:00.000Z', by = 'evt_00000000000000000000000000') =>
  ({ author: 'li.wei', at, by, ...evidence }) as KeptEvidence;

/** A check that is logged for a record, as an event: by a user, unless said. */
export const evidenced = (evidence: object, circumstances: Circumstances = {}): RecordEvent =>
  event({ verb: 'evidenced', data: { author: 'li.wei', ...evidence } as never }, { by: 'user', ...circumstances });

/** The checks that open every gate of a kind, as events numbered from `n` on. */
export const evidencedAll = (kind: Kind, { n = 900, ...others }: Circumstances = {}): RecordEvent[] =>
  openersOf(kind).map((type, index) => evidenced(passed(type), { kind, n: n + index, at: 0, ...others }));

interface Poster {
  post(path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Logs over HTTP the checks with which a record passes the gates between two stages, as somebody who made them does. */
export async function logEvidence(client: Poster, kind: Kind, id: string, from: string, to: string): Promise<void> {
  for (const type of evidenceNeeded(kind, from, to)) {
    const answer = await client.post(`${collectionPath(kind)}/${id}/evidence`, passed(type));
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  }
}
