import { toInstant } from '#shared/runtime/clock.ts';
import { newId } from '#shared/runtime/ids.ts';
import { keys } from '#shared/store/keys.ts';
import { type Setting, writeSetting } from '#shared/store/settings.ts';
import { listUsers as loadPage, loadUser, type UserSettings } from '#shared/store/users.ts';
import { type Answer, etagOf, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { canonical } from '../canonical.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { matches } from '../headers.ts';
import { MAX_LIMIT, type User } from '../schemas.ts';
import { viewerIn } from '../sight.ts';
import { claim } from './claim.ts';
import type { Settings } from './places.ts';

/** What holds for a user who has set nothing. */
const DEFAULTS = { language: 'en', timeZone: 'Europe/London' } as const;

/**
 * `GET /v1/me`. Whoever asks for the first time, or with another role than before, is written down with it: the list of users is of
 * those who have been here.
 */
export async function readMe({ table }: Settings, call: Call): Promise<Answer> {
  const { id, role } = viewerIn(call);
  const previous = await loadUser(table, id);
  if (previous?.content.role === role) return answer(call, previous);
  const content = { ...previous?.content, role };
  const version = previous?.version ?? 0;
  const author = { userId: id, at: toInstant(call.receivedAt), correlationId: call.correlationId };
  const eventId = newId('evt', call.receivedAt);
  const written = await writeSetting(table, {
    key: keys.user(id),
    content,
    previous,
    previousVersion: version,
    author,
    eventId,
  });
  return answer(call, written ? { version: version + 1, recordedAt: author.at, content } : await loadUser(table, id));
}

/** How often one's settings are written anew where another of one's own requests was quicker. */
const ATTEMPTS = 4;

/** `PATCH /v1/me`: a merge patch of name, language and time zone; null goes back to the default. */
export async function amendMe({ table }: Settings, call: Call): Promise<Answer> {
  const { id, role } = viewerIn(call);
  const { eventId, isRepeat } = await claim(table, call);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const previous = await loadUser(table, id);
    const content = patched({ ...previous?.content, role }, call.body as Record<string, string | null>);
    const isSame = previous !== undefined && canonical(previous.content) === canonical(content);
    const version = previous?.version ?? 0;
    if (call.ifMatch && !(isSame && isRepeat) && !matches(call.ifMatch, version)) throw stale('This', version);
    if (isSame) return answer(call, previous);
    const author = { userId: id, at: toInstant(call.receivedAt), correlationId: call.correlationId };
    const written = await writeSetting(table, {
      key: keys.user(id),
      content,
      previous,
      previousVersion: version,
      author,
      eventId,
    });
    if (written) return answer(call, { version: version + 1, recordedAt: author.at, content });
  }
  throw stale('This', undefined);
}

function patched(
  before: UserSettings,
  patch: Readonly<Record<string, string | null>>,
): UserSettings & Record<string, string> {
  const merged = { ...before, ...patch };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) as UserSettings &
    Record<string, string>;
}

/** `GET /v1/users`: those who have asked who they are, which the console does first. */
export async function listUsers({ table }: Settings, call: Call): Promise<Answer> {
  const boundTo = { users: viewerIn(call).id };
  const { cursor, limit = MAX_LIMIT } = call.query;
  const after = cursor === undefined ? undefined : String(decodeCursor(cursor, boundTo)[0]);
  const { users, more } = await loadPage(table, { after, limit: Number(limit) });
  const last = users.at(-1);
  const items = users.map(({ id, settings }) => viewOf(id, settings));
  return { status: 200, body: { items, next: more && last ? encodeCursor([last.id], boundTo) : null } };
}

const viewOf = (id: string, settings: UserSettings): User => ({ id, ...DEFAULTS, ...settings }) as User;

function answer(call: Call, kept: Setting<UserSettings> | undefined): Answer {
  const { id, role } = viewerIn(call);
  return { status: 200, body: viewOf(id, { ...kept?.content, role }), headers: { etag: etagOf(kept?.version ?? 0) } };
}
