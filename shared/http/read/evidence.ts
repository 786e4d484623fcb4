import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { londonDay } from '#shared/domain/days.ts';
import { isValidOn, type KeptEvidence } from '#shared/domain/evidence/evidence.ts';
import { GATES, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import type { EvidenceView } from '../schemas.ts';
import { visibleRecord } from './record.ts';

/** `GET /v1/{kinds}/{id}/evidence`: the latest word on each type, and what each stage with a gate still lacks today. */
export async function readEvidence(
  { table, clock }: { readonly table: DynamoDBDocumentClient; readonly clock: Clock },
  call: Call,
): Promise<Answer> {
  const { state } = await visibleRecord({ table }, call);
  const today = londonDay(toInstant(clock()));
  const kept = Object.values(state.evidence ?? {});
  const gates = stagesOf(state.kind).flatMap(({ name }) =>
    (GATES[state.kind][name] ?? []).map((anyOf) => ({
      stage: name,
      anyOf: [...anyOf],
      open: anyOf.some((type) => isValidOn(state.evidence?.[type], today)),
    })),
  );
  const body: EvidenceView = { items: kept.map((each) => present(each, today)), gates };
  return { status: 200, body, log: { recordId: state.id } };
}

function present({ by, ...evidence }: KeptEvidence, today: string): EvidenceView['items'][number] {
  return { ...evidence, eventId: by, valid: isValidOn(evidence, today) } as EvidenceView['items'][number];
}
