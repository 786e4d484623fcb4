import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { londonDay, sameDayInMonth } from '#shared/domain/days.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import type { Rates, RatesOfDate } from '#shared/store/rates.ts';
import { type Answer, etagOf, notFound, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { canonical } from '../canonical.ts';
import { matches } from '../headers.ts';
import { ProblemError } from '../problems.ts';
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
  refuseFarAhead(date, call.receivedAt);
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

/** Rates are known for today and the near future; one for a later year is a slip of the keyboard, and would stay in force unnoticed. */
function refuseFarAhead(date: string, now: number): void {
  const latest = sameDayInMonth(londonDay(toInstant(now)), 12);
  if (date <= latest) return;
  const detail = `Rates may be set up to ${latest}, a year ahead.`;
  throw new ProblemError('occurred-in-future', detail, [{ parameter: 'date', detail }]);
}

const answer = (status: number, { rates, version }: RatesOfDate): Answer => ({
  status,
  body: rates,
  headers: { etag: etagOf(version) },
});
