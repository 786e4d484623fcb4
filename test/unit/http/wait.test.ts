import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createWaiter, PATIENCE_MS } from '#shared/http/intake/wait.ts';
import { putReceipt } from '#shared/store/receipts.ts';
import { putRecord } from '#shared/store/records.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';
import { type FakeTableOptions, fakeTable } from '#test/support/fake-table.ts';
import { evt, given, logged, RECORD_ID } from '#test/support/record-events.ts';

const ID = RECORD_ID['trade-deal'];
const START = Date.parse('2026-11-21T12:00:00.000Z');

beforeEach(() => {
  vi.stubEnv('TABLE_NAME', 'table');
});

/** A waiter with time of its own, and an event that is recorded so many milliseconds after it was published. */
function waiting(options: FakeTableOptions = {}) {
  let now = START;
  let due: { at: number; act: () => Promise<void> } | undefined;
  const table = fakeTable(options);
  const sleep = async (milliseconds: number) => {
    now += milliseconds;
    if (due && now >= due.at) {
      const { act } = due;
      due = undefined;
      await act();
    }
  };
  const waiter = createWaiter({ table: table.client, clock: () => now, sleep });
  return {
    table,
    waiter,
    elapsed: () => now - START,
    looks: () => table.calls.filter(({ name }) => name === 'GetCommand').length,
    async recordedAfter(milliseconds: number) {
      now = START;
      const state = { ...given(logged()), updatedAt: new Date(START + milliseconds).toISOString() };
      due = {
        at: START + milliseconds,
        act: () =>
          putRecord(
            table.client,
            state,
            { eventId: evt(0), verb: 'logged', data: {}, changes: {} } as unknown as StoredEvent,
            undefined,
          ),
      };
      return waiter.wait(ID, evt(0), START);
    },
  };
}

describe('waiting for an event', () => {
  it('ends when it is recorded', async () => {
    const { recordedAfter, elapsed } = waiting();
    expect((await recordedAfter(300)).status).toBe('recorded');
    expect(elapsed()).toBeLessThan(600);
  });

  it('ends when it is refused', async () => {
    const { table, waiter } = waiting();
    await putReceipt(table.client, {
      status: 'rejected',
      eventId: evt(0),
      type: 'x',
      at: new Date(START).toISOString(),
      refusal: { code: 'voided', detail: 'It is.' },
    });
    expect(await waiter.wait(ID, evt(0), START)).toMatchObject({
      status: 'rejected',
      receipt: { refusal: { code: 'voided' } },
    });
  });

  it('ends after five seconds, having looked a few times and once more at the end', async () => {
    const { waiter, elapsed, looks } = waiting();
    expect((await waiter.wait(ID, evt(0), START)).status).toBe('pending');
    expect(elapsed()).toBe(PATIENCE_MS);
    expect(looks()).toBeLessThan(20);
  });

  it('costs one look once it is known how long recording takes', async () => {
    for (const usual of [8, 40, 150, 900]) {
      const world = waiting();
      let looks = 0;
      for (let round = 0; round < 40; round++) {
        await world.table.client.send(new DeleteCommand({ TableName: 'table', Key: { pk: ID, sk: 'record' } }));
        const before = world.looks();
        await world.recordedAfter(usual);
        if (round < 20) continue;
        looks += world.looks() - before;
        expect(world.elapsed()).toBeLessThan(usual * 1.6 + 40);
      }
      expect(looks / 20, `${usual} ms`).toBeLessThanOrEqual(1.5);
    }
  });

  it('goes on while the table is overloaded, and not when something is wrong', async () => {
    let faults = 2;
    const overloaded = waiting({
      fault: ({ name }) => (name === 'GetCommand' && faults-- > 0 ? 'throttled' : undefined),
    });
    expect((await overloaded.recordedAfter(10)).status).toBe('recorded');
    const broken = waiting();
    broken.table.client.send = (async () => {
      throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    }) as never;
    await expect(broken.waiter.wait(ID, evt(0), START)).rejects.toThrow('no');
  });
});
