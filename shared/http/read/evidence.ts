import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { londonDay } from '#shared/domain/days.ts';
import { isValidOn, type KeptEvidence } from '#shared/domain/evidence/evidence.ts';
import { opens, whyNot } from '#shared/domain/evidence/gates.ts';
import { GATES, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import type { Basis } from '#shared/store/history.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { momentOf } from '../moment.ts';
import type { EvidenceView } from '../schemas.ts';
import { stateAsOf, visibleRecord } from './record.ts';

/**
 * `GET /v1/{kinds}/{id}/evidence`: the latest word on each type, and which gates it opens today; with `asOf` what it was, on the day
 * that it was then.
 */
export async function readEvidence(
  { table, clock }: { readonly table: DynamoDBDocumentClient; readonly clock: Clock },
  call: Call,
): Promise<Answer> {
  const record = await visibleRecord({ table }, call);
  const { asOf, basis = 'as-known-then' } = call.query;
  const moment = asOf === undefined ? toInstant(clock()) : momentOf(asOf);
  const state = asOf === undefined ? record.state : await stateAsOf({ table }, record, moment, basis as Basis);
  return { status: 200, body: viewOf(state, londonDay(moment)), log: { recordId: state.id } };
}

function viewOf({ kind, evidence = {} }: RecordState, day: string): EvidenceView {
  const open = opens(evidence, day);
  const gates = stagesOf(kind).flatMap(({ name }) =>
    (GATES[kind][name] ?? []).map((anyOf) => ({
      stage: name,
      anyOf: [...anyOf],
      open: open(anyOf),
      lacks: open(anyOf) ? [] : anyOf.map((type) => ({ type, why: whyNot(evidence[type], day) ?? 'none' })),
    })),
  );
  return { items: Object.values(evidence).map((each) => present(each, day)), gates };
}

function present({ by, ...evidence }: KeptEvidence, day: string): EvidenceView['items'][number] {
  return { ...evidence, eventId: by, valid: isValidOn(evidence, day) } as EvidenceView['items'][number];
}
