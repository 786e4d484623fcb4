import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { toInstant } from '#shared/runtime/clock.ts';
import type { Rates, RatesOfDate } from '#shared/store/rates.ts';
import { type Answer, etagOf, notFound, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { canonical } from '../canonical.ts';
import { matches } from '../headers.ts';
import { viewerIn } from '../sight.ts';
import { claim } from './claim.ts';

/** `GET /v1/fx-rates/{date}`: what was set for that very date. */
export async function readFxRates({ rates }: { readonly rates: Rates }, call: Call): Promise<Answer> {
  const found = await rates.ofDate(call.params['date'] ?? '');
  if (!found) throw notFound('No rates were set for this date.');
  return answer(200, found);
}

/** `PUT /v1/fx-rates/{date}`: sets them (201) or sets them anew. Those that stand already stay at their version. */
export async function putFxRates(
  { table, rates }: { readonly table: DynamoDBDocumentClient; readonly rates: Rates },
  call: Call,
): Promise<Answer> {
  const date = call.params['date'] ?? '';
  const wanted = (call.body as { rates: Record<string, string> }).rates;
  const { eventId, isRepeat } = await claim(table, call);
  const before = await rates.ofDate(date);
  const isSame = before !== undefined && canonical(before.rates.rates) === canonical(wanted);
  if (isSame && isRepeat) return answer(before.version === 1 ? 201 : 200, before);
  if (call.ifMatch && !(before && matches(call.ifMatch, before.version))) throw stale(date, before?.version);
  if (isSame) return answer(200, before);
  const outcome = await rates.put({
    date,
    rates: wanted,
    at: toInstant(call.receivedAt),
    actor: { type: 'user', id: viewerIn(call).id },
    eventId,
    ...(call.ifMatch && before ? { expectedVersion: before.version } : {}),
  });
  if (outcome.outcome === 'stale') throw stale(date, outcome.version);
  return answer(outcome.put.version === 1 ? 201 : 200, outcome.put);
}

const answer = (status: number, { rates, version }: RatesOfDate): Answer => ({
  status,
  body: rates,
  headers: { etag: etagOf(version) },
});
