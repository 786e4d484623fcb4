import { describe, expect, it } from 'vitest';
import { apiWorld } from '#test/support/api-world.ts';
import { DEAL, type RequestOptions } from '#test/support/http-request.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const { world, ask } = apiWorld(['read', 'around', 'log'], NOW);

const organisation = async (name: string, more: object = {}): Promise<string> => {
  const { status, body } = await ask('POST /v1/organisations', { body: { name, place: 'guangzhou', ...more } });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
};
const merge = (into: string, duplicate: string, more: object = {}, options: RequestOptions = {}) =>
  ask(`POST /v1/organisations/${into}/merges`, { as: 'admin', body: { duplicate, ...more }, ...options });
const undo = (into: string, duplicate: string, options: RequestOptions = {}) =>
  ask(`POST /v1/organisations/${into}/merges/${duplicate}/undos`, { as: 'admin', ...options });
const readOrganisation = async (id: string) => (await ask(`GET /v1/organisations/${id}`)).body;
const listed = async () =>
  (await ask('GET /v1/organisations')).body.items.map(({ id }: { id: string }) => id).toSorted();
const deal = async (organisations: readonly object[]) =>
  (await ask('POST /v1/trade-deals', { body: { ...DEAL, organisations } })).body;
const shown = async (id: string) => (await ask(`GET /v1/trade-deals/${id}`)).body.organisations;
const dealsOf = async (id: string) =>
  (await ask(`GET /v1/trade-deals?organisation=${id}`)).body.items.map((each: { id: string }) => each.id).toSorted();

describe('a merge', () => {
  it('puts the survivor in the place of the duplicate wherever organisations are shown, and lists and finds both as one', async () => {
    const [kept, duplicate] = [await organisation('Guangzhou Metro Group'), await organisation('GZ Metro')];
    const before = await deal([{ id: duplicate }]);
    const merged = await merge(kept, duplicate, { reason: 'One company.' });
    expect(merged).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { id: duplicate, mergedInto: kept } });
    const survivor = { id: kept, name: 'Guangzhou Metro Group', place: 'guangzhou' };
    expect(await shown(before.id)).toEqual([survivor]);
    const byName = await deal([{ name: 'GZ Metro', place: 'guangzhou' }]);
    expect(byName.organisations).toEqual([survivor]);
    const both = await deal([{ id: duplicate }, { id: kept }]);
    expect(both.organisations).toEqual([survivor]);
    const all = [before.id, byName.id, both.id].toSorted();
    expect(await dealsOf(kept)).toEqual(all);
    expect(await dealsOf(duplicate)).toEqual(all);
    expect(await listed()).toEqual([kept]);
    expect(await readOrganisation(duplicate)).toMatchObject({ name: 'GZ Metro', mergedInto: kept });
    const { items } = (await ask(`GET /v1/organisations/${duplicate}/timeline`)).body;
    expect(items[1]).toMatchObject({
      type: 'organisation.amended',
      actor: { id: 'admin' },
      reason: 'One company.',
      changes: [{ field: 'mergedInto', to: kept }],
    });
  });

  it('is undone also after later changes to either: what was logged under the duplicate is its own again', async () => {
    const [kept, duplicate] = [await organisation('Guangzhou Metro Group'), await organisation('GZ Metro')];
    await merge(kept, duplicate);
    const ofDuplicate = await deal([{ name: 'GZ Metro', place: 'guangzhou' }]);
    const ofKept = await deal([{ id: kept }]);
    for (const id of [kept, duplicate])
      await ask(`PATCH /v1/organisations/${id}`, { body: { type: 'company' }, headers: { 'if-match': '*' } });
    expect(await undo(kept, duplicate, { body: { reason: 'Two companies.' } })).toMatchObject({
      status: 200,
      headers: { etag: '"4"' },
      body: { id: duplicate, type: 'company' },
    });
    expect((await readOrganisation(duplicate)).mergedInto).toBeUndefined();
    expect([await dealsOf(kept), await dealsOf(duplicate)]).toEqual([[ofKept.id], [ofDuplicate.id]]);
    expect(await listed()).toEqual([kept, duplicate].toSorted());
    expect(await undo(kept, duplicate)).toMatchObject({ status: 409, body: { type: '/docs/problems.md#not-merged' } });
  });

  it("brings the duplicate's own duplicates along, and undoing it takes them back", async () => {
    const [top, middle, low] = [await organisation('Top'), await organisation('Middle'), await organisation('Low')];
    const { id } = await deal([{ id: low }]);
    await merge(middle, low);
    await merge(top, middle);
    expect(await shown(id)).toMatchObject([{ id: top }]);
    expect(await dealsOf(top)).toEqual([id]);
    await undo(top, middle);
    expect(await shown(id)).toMatchObject([{ id: middle }]);
    expect([await dealsOf(top), await dealsOf(middle)]).toEqual([[], [id]]);
    await merge(top, middle);
    expect((await undo(top, low)).status).toBe(200);
    expect(await shown(id)).toMatchObject([{ id: low }]);
  });

  it('is refused into itself, into what is merged (the survivor is named), and of what is merged already; done twice it changes nothing', async () => {
    const [a, b, c] = [await organisation('A'), await organisation('B'), await organisation('C')];
    await merge(b, a);
    const refusals = [await merge(c, c), await merge(a, c), await merge(c, a), await merge(a, b)];
    for (const { status, body } of refusals) expect([status, body.errors?.[0].pointer]).toEqual([409, '/duplicate']);
    expect(refusals[1]?.body.detail).toContain(b);
    expect(refusals[2]?.body.detail).toContain(b);
    const events = world.offered().length;
    expect(await merge(b, a)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(world.offered()).toHaveLength(events);
  });

  it('of organisations that are not there, or by others than administrators, is refused', async () => {
    const [a, b] = [await organisation('A'), await organisation('B')];
    const nobody = 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M';
    expect((await merge(nobody, a)).status).toBe(404);
    expect(await merge(a, nobody)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/duplicate' }] } });
    expect((await undo(a, nobody)).status).toBe(404);
    expect((await merge(a, b, {}, { as: 'manager' })).status).toBe(403);
    expect((await merge(a, b, { mergedInto: a })).status).toBe(400);
    const patch = { body: { mergedInto: a }, headers: { 'if-match': '*' } };
    expect((await ask(`PATCH /v1/organisations/${b}`, patch)).status).toBe(400);
  });

  it('of organisations with different numbers in a register needs a confirmation with a reason, and says which they are', async () => {
    const a = await organisation('A', { companiesHouse: '01234567' });
    const b = await organisation('B');
    const c = await organisation('C', { companiesHouse: '07654321', parent: a });
    await merge(b, c, {});
    const doubted = await merge(a, b);
    expect(doubted.status).toBe(409);
    expect(doubted.body.errors.map(({ detail }: { detail: string }) => detail)).toEqual([
      `Companies House: 07654321 of ${c}, 01234567 of ${a}.`,
      `${c} is recorded as part of ${a}.`,
    ]);
    expect(await merge(a, b, { confirmed: true })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/reason' }] },
    });
    expect((await merge(a, b, { confirmed: true, reason: 'Registered anew.' })).status).toBe(200);
  });

  it('is about the version of the duplicate that was looked at, and a repeat under its key gets its outcome', async () => {
    const [a, b] = [await organisation('A'), await organisation('B')];
    expect((await merge(a, b, {}, { headers: { 'if-match': '"2"' }, body: { duplicate: b } })).status).toBe(412);
    const keyed = { body: { duplicate: b }, headers: { 'idempotency-key': 'k', 'if-match': '"1"' } };
    const first = await merge(a, b, {}, keyed);
    expect(first.status).toBe(200);
    expect(await merge(a, b, {}, keyed)).toMatchObject({ status: 200, body: first.body });
    const asked = await undo(a, b, { headers: { prefer: 'respond-async' } });
    expect(asked.status).toBe(202);
    expect((await ask(`GET ${asked.headers['location']}`, { as: 'admin' })).body).toMatchObject({
      status: 'recorded',
    });
  });
});

describe('merges at the same time', () => {
  it.each([
    ['two', ['A', 'B']],
    ['three', ['A', 'B', 'C']],
  ])('of %s into each other leave no ring: the last is refused when it comes to be recorded', async (_, names) => {
    const ids = await Promise.all(names.map((name) => organisation(name)));
    world.recordsAtOnce(false);
    const asked = await Promise.all(
      ids.map((id, index) =>
        merge(
          ids[(index + 1) % ids.length] as string,
          id,
          {},
          {
            body: { duplicate: id },
            headers: { prefer: 'respond-async' },
          },
        ),
      ),
    );
    expect(asked.map(({ status }) => status)).toEqual(ids.map(() => 202));
    await world.record();
    const receipts = await Promise.all(
      asked.map(async ({ headers }) => (await ask(`GET ${headers['location']}`, { as: 'admin' })).body),
    );
    expect(receipts.map(({ status }) => status).toSorted()).toEqual([
      ...ids.slice(1).map(() => 'recorded'),
      'rejected',
    ]);
    expect(receipts.find(({ status }) => status === 'rejected').problem).toMatchObject({ status: 409 });
    expect(await listed()).toHaveLength(1);
  });
});
