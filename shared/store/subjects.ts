import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { nounOfId } from '#shared/domain/entity/nouns.ts';
import { fromEntityItem, type LoadedEntity, loadEntity } from './entities.ts';
import { ENTITY_SK } from './keys.ts';
import { fromRecordItem } from './record-item.ts';
import { type LoadedRecord, loadRecord } from './records.ts';
import { type Standing, standingAt } from './standing.ts';

/** Whatever events tell of: a record of the pipeline, or an entity around it. Its id's prefix says which. */
export type LoadedSubject = LoadedRecord | LoadedEntity;

export const isEntity = (subject: LoadedSubject): subject is LoadedEntity => nounOfId(subject.state.id) !== undefined;

/** A record or an entity as it is now, by a consistent read. */
export const loadSubject = (table: DynamoDBDocumentClient, id: string): Promise<LoadedSubject | undefined> =>
  nounOfId(id) ? loadEntity(table, id) : loadRecord(table, id);

/** A record or an entity from its item. */
export const fromSubjectItem = (item: Record<string, unknown>): LoadedSubject =>
  item['sk'] === ENTITY_SK ? fromEntityItem(item) : fromRecordItem(item);

/** Where an event stands at its record or entity. */
export const loadStanding = (
  table: DynamoDBDocumentClient,
  id: string,
  eventId: string,
): Promise<Standing<LoadedSubject>> => standingAt(table, loadSubject, id, eventId);
