import { expect, it, vi } from 'vitest';
import { withOrganisationNames } from '#shared/reports/facts.ts';
import type { RecordFacts } from '#shared/reports/material.ts';
import { putEntity } from '#shared/store/entities.ts';
import { fakeTable } from '#test/support/fake-table.ts';

vi.stubEnv('TABLE_NAME', 'table');

const AT = '2026-03-05T08:00:00.000Z';
const told = { eventId: 'evt', verb: 'logged', occurredAt: AT, receivedAt: AT, recordedAt: AT, version: 1 } as const;

it('a line names who stands for its organisations today, each once, and what is left to the next report has the ids of the record', async () => {
  const { client } = fakeTable();
  const keep = (id: string, fields: Record<string, string>) =>
    putEntity(
      client,
      {
        id,
        kind: 'organisation',
        version: 1,
        createdAt: AT,
        recordedAt: AT,
        updatedAt: AT,
        fields: { place: 'guangzhou', ...fields },
        base: { at: AT, by: 'evt' },
        clocks: {},
      },
      { ...told, actor: { type: 'user', id: 'admin' }, channel: 'api', correlationId: id, data: {}, changes: {} },
      undefined,
    );
  await keep('org_A', { name: 'Kept' });
  await keep('org_B', { name: 'Duplicate', mergedInto: 'org_A' });
  await keep('org_C', { name: 'Duplicate of it', mergedInto: 'org_B' });
  const facts = {
    organisations: ['org_C', 'org_A', 'org_X'].map((id) => ({ id, name: 'As it was' })),
  } as unknown as RecordFacts;
  const records = new Map([['trd_1', facts]]);
  const shown = await withOrganisationNames(client, records);
  expect(shown.get('trd_1')?.organisations).toEqual([
    { id: 'org_A', name: 'Kept' },
    { id: 'org_X', name: null },
  ]);
  expect(records.get('trd_1')?.organisations.map(({ id }) => id)).toEqual(['org_C', 'org_A', 'org_X']);
});
