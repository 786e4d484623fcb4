import type { Noun } from '#shared/domain/entity/nouns.ts';
import { collectionPath } from '#shared/http/paths.ts';
import type { Call } from './api.ts';
import type { EntityPlan } from './around.ts';
import type { Person } from './data/people.ts';
import { each, expectStatus, recorded } from './sending.ts';
import type { Json } from './topics.ts';

/** What is logged once: ids by title, and how many of them are new. */
export interface LoadedEntities {
  readonly ids: Map<string, string>;
  added: number;
}

/**
 * Logs what is not there yet. What was found before is told by its title; of organisations the same name in the same place is the same
 * one, so those that somebody has logged are left as they are.
 */
export async function loadEntities(
  { today, callOf }: { readonly today: string; readonly callOf: (person: Person) => Call },
  noun: Noun,
  plans: readonly EntityPlan[],
  found: ReadonlyMap<string, string>,
  bodyOf: (plan: EntityPlan) => Json = ({ body }) => body,
): Promise<LoadedEntities> {
  const loaded: LoadedEntities = { ids: new Map(found), added: 0 };
  await each(plans, async (plan) => {
    if (found.has(plan.title)) return;
    const answer = await recorded(callOf(plan.by), {
      method: 'POST',
      path: collectionPath(noun),
      body: bodyOf(plan),
      headers: {
        'idempotency-key': `demo-${today}-${noun}-${Buffer.from(plan.title).toString('base64url').slice(0, 150)}`,
      },
    });
    if (noun === 'organisation' && answer.status === 409) return;
    loaded.ids.set(plan.title, expectStatus(answer, 200, 201).body.id);
    loaded.added++;
  });
  return loaded;
}

/** The agreements or activities that are there, by their titles. */
export async function findEntities(admin: Call, noun: Noun): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: '100', ...(cursor ? { cursor } : {}) });
    const { body } = expectStatus(await admin({ method: 'GET', path: `${collectionPath(noun)}?${query}` }), 200);
    for (const { id, title } of body.items) found.set(title, id);
    cursor = body.next;
  }
  return found;
}
