import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isErased, personalOf } from '#shared/domain/contact/contact.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { hasAnyRole, type Viewer } from '#shared/domain/record/confidentiality.ts';
import { WRITERS } from '#shared/domain/user/roles.ts';
import { erasedOn } from '#shared/people/erasure.ts';
import type { KeptPerson, People } from '#shared/people/people.ts';
import { presentEntities } from '../present-entity.ts';

export interface Presenting {
  readonly table: DynamoDBDocumentClient;
  readonly people: People;
}

/** Who sees the person behind a contact; the others see that there is one, at which organisations, and how long. */
export const maySeePeople = (viewer: Viewer): boolean => hasAnyRole(viewer, WRITERS);

/** The people behind contacts, where there is one to be seen. */
export const peopleBehind = (people: People, states: readonly EntityState[]): ReturnType<People['load']> =>
  people.load(
    states.flatMap((state) => {
      const version = personalOf(state)?.version;
      return version === undefined || isErased(state) ? [] : [{ contactId: state.id, version }];
    }),
  );

/** Contacts as they are answered to this viewer. */
export async function presentContacts(
  { table, people }: Presenting,
  viewer: Viewer,
  states: readonly EntityState[],
): Promise<Record<string, unknown>[]> {
  const [bodies, kept] = await Promise.all([
    presentEntities(table, states),
    maySeePeople(viewer) ? peopleBehind(people, states) : new Map<string, KeptPerson>(),
  ]);
  return bodies.map(({ personal: _, ...body }) => {
    const { person, tombstone } = kept.get(body['id'] as string) ?? {};
    return {
      ...body,
      // An erasure that is on its way to the record: the person is gone already.
      ...(tombstone ? { erasedOn: erasedOn(tombstone), erasureReason: tombstone.reason } : {}),
      ...(person ? { person } : {}),
    };
  });
}
