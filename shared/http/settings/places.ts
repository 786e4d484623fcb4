import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Place } from '#shared/domain/place.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { keys } from '#shared/store/keys.ts';
import { listPlaces as loadAll, loadPlace, type VersionedPlace } from '#shared/store/places.ts';
import { writeSetting } from '#shared/store/settings.ts';
import { type Answer, etagOf, notFound, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { canonical } from '../canonical.ts';
import { matches } from '../headers.ts';
import { pageOfAll } from '../page.ts';
import { viewerIn } from '../sight.ts';
import { claim } from './claim.ts';

export interface Settings {
  readonly table: DynamoDBDocumentClient;
}

/** `GET /v1/places/{id}` */
export async function readPlace({ table }: Settings, call: Call): Promise<Answer> {
  const { place } = await loadPlace(table, call.params['id'] ?? '');
  if (!place) throw notFound('There is no such place.');
  return answer(200, place);
}

/** `GET /v1/places` */
export async function listPlaces({ table }: Settings, call: Call): Promise<Answer> {
  const places = async () => (await loadAll(table)).map(({ version: _, ...place }) => place);
  return { status: 200, body: await pageOfAll(call, places) };
}

/** How often a place is written anew where somebody else was quicker and no condition forbids it. */
const ATTEMPTS = 4;

/** `PUT /v1/places/{id}`: adds it (201) or changes it. One that is so already stays at its version. */
export async function putPlace({ table }: Settings, call: Call): Promise<Answer> {
  const id = call.params['id'] ?? '';
  const content = call.body as Omit<Place, 'id'>;
  const { eventId, isRepeat } = await claim(table, call);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { place, kept } = await loadPlace(table, id);
    const isSame =
      place !== undefined && canonical({ ...place, version: 0 }) === canonical({ id, ...content, version: 0 });
    if (isSame && isRepeat) return answer(place.version === 1 && kept ? 201 : 200, place);
    if (call.ifMatch && !(place && matches(call.ifMatch, place.version))) throw stale(id, place?.version);
    if (isSame) return answer(200, place);
    const previousVersion = place?.version ?? 0;
    const author = { userId: viewerIn(call).id, at: toInstant(call.receivedAt), correlationId: call.correlationId };
    const written = await writeSetting(table, {
      key: keys.place(id),
      content,
      previous: kept,
      previousVersion,
      author,
      eventId,
    });
    if (written) return answer(place ? 200 : 201, { id, ...content, version: previousVersion + 1 });
  }
  throw stale(id, undefined);
}

const answer = (status: number, { version, ...place }: VersionedPlace): Answer => ({
  status,
  body: place,
  headers: { etag: etagOf(version) },
});
