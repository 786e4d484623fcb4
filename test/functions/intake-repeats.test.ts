import { describe, expect, it, vi } from 'vitest';
import { apiWorld } from '#test/support/api-world.ts';
import type { TableFault } from '#test/support/fake-table.ts';
import { DEAL, type TestAnswer } from '#test/support/http-request.ts';
import { pick, seeded } from '#test/support/random.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const { world, ask } = apiWorld(['log'], NOW);

const keyed = (body: unknown, more: Record<string, string> = {}) => ({
  body,
  headers: { 'idempotency-key': 'k-1', ...more },
});
const log = (body: unknown = DEAL, more?: Record<string, string>) => ask('POST /v1/trade-deals', keyed(body, more));
const eventIds = () =>
  new Set(
    world
      .offered()
      .flat()
      .map(({ detail }) => detail.metadata['eventId']),
  );

describe('a repeat under the same Idempotency-Key', () => {
  it('gets the outcome of the first, and nothing is published again', async () => {
    const first = await log();
    expect(await log()).toMatchObject({
      status: 201,
      body: first.body,
      headers: { etag: '"1"', location: first.headers['location'] },
    });
    expect(world.offered()).toHaveLength(1);
  });

  it('is the same request whatever the order of its fields', async () => {
    const { title, ...rest } = DEAL;
    expect((await log({ title, ...rest })).body.id).toBe((await log({ ...rest, title })).body.id);
  });

  it.each([
    ['body', () => log({ ...DEAL, title: 'Another' })],
    ['path', () => ask('POST /v1/engagements', keyed({ ...DEAL, direction: undefined, engagementType: 'other' }))],
  ])('is refused where it has another %s', async (_, other) => {
    await log();
    expect((await other()).body).toMatchObject({ status: 422, errors: [{ parameter: 'Idempotency-Key' }] });
  });

  it('is another request for another user', async () => {
    const mine = await log();
    const theirs = await ask('POST /v1/trade-deals', { ...keyed(DEAL), user: 'other' });
    expect([theirs.status, theirs.body.id === mine.body.id]).toEqual([201, false]);
  });

  it('of a move that was recorded is no conflict, and of a change no stale version', async () => {
    const { body } = await ask('POST /v1/trade-deals', { body: DEAL });
    const path = `/v1/trade-deals/${body.id}`;
    const move = () => ask(`POST ${path}/moves`, keyed({ to: 'qualified' }, { 'idempotency-key': 'm' }));
    const patch = () => ask(`PATCH ${path}`, keyed({ tags: ['x'] }, { 'idempotency-key': 'p', 'if-match': '"2"' }));
    expect([(await move()).status, (await move()).status]).toEqual([200, 200]);
    expect([(await patch()).status, (await patch()).status]).toEqual([200, 200]);
    await ask(`POST ${path}/moves`, { body: { to: 'proposal' } });
    expect(await move()).toMatchObject({ status: 200, body: { stage: 'proposal', version: 4 } });
  });

  it('is 201 also where the first said 202', async () => {
    world.recordsAtOnce(false);
    const first = await log(DEAL, { prefer: 'respond-async' });
    expect(first.status).toBe(202);
    expect((await log()).status).toBe(202);
    await world.record();
    expect((await log()).status).toBe(201);
    expect(world.records()).toHaveLength(1);
    expect(eventIds()).toEqual(new Set([first.body.eventId]));
  });

  it('takes over where the first died before its event was published, with the same ids and the same time', async () => {
    world.busIs('failing', 1);
    expect((await log()).status).toBe(503);
    vi.setSystemTime(NOW + HOUR_MS);
    const { status, body } = await log();
    expect([status, body.createdAt]).toEqual([201, '2026-11-21T12:00:00.000Z']);
    expect(eventIds().size).toBe(1);
    expect(world.records()).toHaveLength(1);
  });

  it('finds what the bus took although its answer was lost', async () => {
    world.busIs('lost', 1);
    expect((await log()).status).toBe(503);
    expect((await log()).status).toBe(201);
    expect([world.records().length, world.offered().length]).toEqual([1, 1]);
  });

  it('while the first is under way waits and gets the same outcome', async () => {
    const answers = await Promise.all([log(), log(), log(), log()]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(world.records()).toHaveLength(1);
  });

  it('of a move made by eight at once is one move, and none of them a conflict', async () => {
    const { body } = await ask('POST /v1/trade-deals', { body: DEAL });
    const move = () => ask(`POST /v1/trade-deals/${body.id}/moves`, keyed({ to: 'qualified' }));
    const answers = await Promise.all(Array.from({ length: 8 }, move));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(world.records()).toMatchObject([{ version: 2, stage: 'qualified' }]);
  });

  it('tries anew what was refused when it came to be recorded: errors are not remembered', async () => {
    const { body } = await ask('POST /v1/trade-deals', { body: DEAL });
    const path = `/v1/trade-deals/${body.id}`;
    world.recordsAtOnce(false);
    const change = () => ask(`PATCH ${path}`, keyed({ tags: ['x'] }, { 'if-match': '"1"', prefer: 'respond-async' }));
    expect((await change()).status).toBe(202);
    await ask(`POST ${path}/moves`, { body: { to: 'qualified' }, headers: { prefer: 'respond-async' } });
    world.recordsAtOnce(true);
    // The bus keeps no order: the move comes first, and the change is refused.
    const [changed] = world.offered().at(-2) ?? [];
    await world.recordReversed();
    expect(world.kept.item({ pk: String(changed?.detail.metadata['eventId']), sk: 'receipt' })).toMatchObject({
      status: 'rejected',
    });
    expect((await change()).status).toBe(412);
    const notes = () => ask(`POST ${path}/notes`, keyed({ text: 'x' }, { 'idempotency-key': 'n' }));
    expect([(await notes()).status, (await notes()).body.version]).toEqual([201, 3]);
  });

  it('is a new request after 24 hours', async () => {
    const first = await log();
    vi.setSystemTime(NOW + 24 * HOUR_MS + 1_000);
    const second = await log({ ...DEAL, title: 'Another' });
    expect([second.status, second.body.id === first.body.id]).toEqual([201, false]);
    expect((await log({ ...DEAL, title: 'Another' })).body.id).toBe(second.body.id);
  });

  it('waits for the first before it is refused by what others did meanwhile', async () => {
    const { body } = await ask('POST /v1/trade-deals', { body: DEAL });
    const path = `/v1/trade-deals/${body.id}`;
    world.busIs('failing', 1);
    const move = () => ask(`POST ${path}/moves`, keyed({ to: 'qualified' }));
    expect((await move()).status).toBe(503);
    await ask(`POST ${path}/moves`, { body: { to: 'qualified' } });
    expect((await move()).status).toBe(409);
    expect(Date.now() - NOW).toBeGreaterThanOrEqual(5_000);
  });
});

const FAULTS: readonly TableFault[] = ['throttled', 'lost-before', 'lost-after', 'repeated', 'unprocessed'];

describe('whatever goes wrong, whoever comes in between', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('one request becomes one event (seed %i)', async (seed) => {
    const random = seeded(seed);
    const turn = async () => {
      for (let left = Math.floor(random() * 6); left > 0; left--) await Promise.resolve();
    };
    const fault = () => (random() < 0.12 ? pick(random, FAULTS) : undefined);
    world.reset({ turn, fault, recordsAtOnce: random() < 0.5 });
    const answers: TestAnswer[] = [];
    const client = async () => {
      for (let tries = 0; tries < 40; tries++) {
        world.busIs(pick(random, ['sound', 'sound', 'failing', 'refusing', 'lost'] as const), 1);
        const answer = await log();
        answers.push(answer);
        if (random() < 0.5) await world.record();
        if (answer.status === 201) return;
      }
      throw new Error('It never succeeds.');
    };
    await Promise.all([client(), client(), client()]);
    await world.record();
    expect(world.records()).toHaveLength(1);
    expect(eventIds().size).toBe(1);
    const [record] = world.records();
    for (const { status, body } of answers) {
      expect([201, 202, 503]).toContain(status);
      if (status === 201) expect([body.id, body.version]).toEqual([record?.['id'], 1]);
    }
  });
});
