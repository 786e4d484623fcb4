import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Noun } from '#shared/domain/entity/nouns.ts';
import { type LoadedEntity, listEntities, loadEntities, loadEntity } from '#shared/store/entities.ts';
import { type Basis, foldEntityHistory, loadEntityHistory } from '#shared/store/history.ts';
import { mergedInto } from '#shared/store/merges.ts';
import { type Answer, etagOf, notFound, recordAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { noneMatches } from '../headers.ts';
import { momentOf } from '../moment.ts';
import { presentEntities } from '../present-entity.ts';
import { DEFAULT_LIMIT } from '../schemas.ts';
import { viewerIn } from '../sight.ts';
import { withoutUnseen } from '../unseen.ts';
import type { Reading } from './record.ts';

/** The entity of a call's path, as long as its noun is the path's; otherwise there is nothing (404). */
export async function entityOf(table: DynamoDBDocumentClient, call: Call): Promise<LoadedEntity> {
  const entity = await loadEntity(table, call.params['id'] ?? '');
  if (!entity || entity.state.kind !== call.operation.kind) throw notFound();
  return entity;
}

/** `GET /v1/{nouns}/{id}`: the entity as it is, or with `asOf` as it was. */
export async function readEntity({ table }: Reading, call: Call): Promise<Answer> {
  const entity = await entityOf(table, call);
  const { asOf, basis = 'as-known-then' } = call.query;
  const answer = async (state: LoadedEntity['state']) => {
    const [body] = await presentEntities(table, await withoutUnseen(table, viewerIn(call), [state]));
    return recordAnswer(200, state, body);
  };
  if (asOf === undefined) {
    const { version } = entity.state;
    if (noneMatches(call.headers, version)) return { status: 304, headers: { etag: etagOf(version) } };
    return answer(entity.state);
  }
  const view = { asOf: momentOf(asOf), basis: basis as Basis };
  const state = foldEntityHistory(await loadEntityHistory(table, entity), view);
  if (!state) throw notFound(`${entity.state.id} did not exist then.`);
  return answer(state);
}

/** `GET /v1/{nouns}`: a page, the latest change first. What an index names is read itself before it is shown. */
export async function readEntities({ table }: Reading, call: Call): Promise<Answer> {
  const noun = call.operation.kind as Noun;
  const limit = Number(call.query['limit'] ?? DEFAULT_LIMIT);
  const boundTo = { list: noun, user: call.viewer?.id };
  const { cursor } = call.query;
  const [updatedAt, id] = cursor === undefined ? [] : decodeCursor(cursor, boundTo);
  const after = id === undefined ? undefined : { updatedAt: String(updatedAt), id: String(id) };
  const { positions, ended } = await listEntities(table, noun, { after, limit });
  const found = await loadEntities(
    table,
    positions.map((position) => position.id),
    { consistent: true },
  );
  // Another stands for an organisation that is merged: by its own id alone it is still to be read.
  const states = positions
    .flatMap((position) => found.get(position.id)?.state ?? [])
    .filter((state) => noun !== 'organisation' || mergedInto(state) === undefined);
  const last = positions.at(-1);
  const next = ended || !last ? null : encodeCursor([last.updatedAt, last.id], boundTo);
  const seen = await withoutUnseen(table, viewerIn(call), states);
  return { status: 200, body: { items: await presentEntities(table, seen), next } };
}
