import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RecordState } from '#shared/domain/record/state.ts';
import { type Basis, foldHistory, loadHistory } from '#shared/store/history.ts';
import { type LoadedRecord, loadRecord } from '#shared/store/records.ts';
import { type Answer, etagOf, notFound, recordAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { noneMatches } from '../headers.ts';
import { pastMoment } from '../moment.ts';
import { presentRecord } from '../present.ts';
import { maySeeState, viewerIn } from '../sight.ts';

export interface Reading {
  readonly table: DynamoDBDocumentClient;
}

/** The record of a call's path, as long as its kind is the path's and the caller may see it; otherwise there is nothing (404). */
export async function visibleRecord({ table }: Reading, call: Call): Promise<LoadedRecord> {
  const record = await loadRecord(table, call.params['id'] ?? '');
  if (!record || record.state.kind !== call.operation.kind || !maySeeState(viewerIn(call), record.state))
    throw notFound();
  return record;
}

/** `GET /v1/{kinds}/{id}`: the record as it is, or with `asOf` as it was. */
export async function readRecord(reading: Reading, call: Call): Promise<Answer> {
  const record = await visibleRecord(reading, call);
  const { asOf, basis = 'as-known-then' } = call.query;
  if (asOf !== undefined) return readAsOf(reading, record, pastMoment(asOf, call.receivedAt), basis as Basis);
  const { state } = record;
  if (noneMatches(call.headers, state.version)) return { status: 304, headers: { etag: etagOf(state.version) } };
  return recordAnswer(200, state, await presentRecord(reading.table, state));
}

async function readAsOf(reading: Reading, record: LoadedRecord, asOf: string, basis: Basis): Promise<Answer> {
  const state = await stateAsOf(reading, record, asOf, basis);
  return recordAnswer(200, state, await presentRecord(reading.table, state));
}

/** A record as it was. Who may see it today may see what it was: its timeline tells as much. */
export async function stateAsOf(
  { table }: Reading,
  record: LoadedRecord,
  asOf: string,
  basis: Basis,
): Promise<RecordState> {
  const state = foldHistory(await loadHistory(table, record), { asOf, basis });
  if (!state) throw notFound(`${record.state.id} did not exist then.`);
  return state;
}
