import { expect, it, vi } from 'vitest';
import { createHealthCheck } from '#shared/http/settings/health.ts';
import { type FakeTableOptions, fakeTable } from '#test/support/fake-table.ts';

vi.stubEnv('TABLE_NAME', 'table');
const NOW = Date.parse('2026-12-01T08:00:00.000Z');

function check(options: FakeTableOptions = {}) {
  const table = fakeTable(options);
  const time = { now: NOW };
  return { table, time, health: createHealthCheck({ table: table.client, clock: () => time.now }) };
}

it('is ok where an item can be written and read', async () => {
  expect(await check().health()).toEqual({ status: 200, body: { status: 'ok' } });
});

it('says that records cannot be written, and the name of the error alone', async () => {
  const { health } = check({ fault: ({ name }) => (name.includes('Put') ? 'throttled' : undefined) });
  await expect(health()).rejects.toMatchObject({
    problem: { status: 503, detail: 'Records cannot be written or read (ThrottlingException).' },
  });
});

it('looks at the table once in five seconds, however often it is asked', async () => {
  const { table, time, health } = check();
  await Promise.all([health(), health(), health()]);
  time.now += 4_999;
  await health();
  expect(table.calls).toHaveLength(2);
  time.now += 1;
  await health();
  expect(table.calls).toHaveLength(4);
});
