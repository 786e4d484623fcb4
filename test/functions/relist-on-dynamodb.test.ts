import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relate } from '#shared/recording/relate.ts';
import { relist } from '#shared/recording/relist.ts';
import { keys } from '#shared/store/keys.ts';
import { readExpiring, readLinks } from '#shared/store/links.ts';
import { type ListedStep, stepsOf, subjectId } from '#test/support/listed-acts.ts';
import { type RealTable, startRealTable } from '#test/support/real-table.ts';

let table: RealTable;
beforeAll(async () => {
  table = await startRealTable('lists');
}, 60_000);
afterAll(() => table.stop());

const NOW = Date.parse('2026-11-21T12:00:00Z');
const parts = () => ({ table: table.client, clock: () => NOW, log: { error() {} } });
const put = (Item: Record<string, unknown>) => table.client.send(new PutCommand({ TableName: 'lists', Item }));
const [here, there] = [subjectId('organisation', 1), subjectId('organisation', 2)];

async function listedIn(): Promise<string[]> {
  const { Items = [] } = await table.client.send(new ScanCommand({ TableName: 'lists' }));
  return Items.filter(({ pk, gone }) => /^(?:about|expiring)#/.test(pk) && !gone)
    .map(({ pk, sk }) => `${pk} ${sk}`)
    .sort();
}

describe('on a real table', () => {
  it('what was never listed is listed by a rebuild, and a second one finds nothing to do', async () => {
    const activity = {
      type: 'training',
      direction: 'outbound',
      on: '2026-10-12',
      organisations: [here, there],
      place: 'guangzhou',
    };
    const agreement = { type: 'memorandum', organisations: [here], expiresOn: '2027-03-01' };
    const logged = [
      ...stepsOf('activity', activity, []),
      ...stepsOf('agreement', agreement, []),
      ...stepsOf('trade-deal', { organisations: [here], stage: 'signed' }, []),
    ];
    for (const { item, history } of logged) for (const each of [item, history]) await put(each);
    const dry = await relist(parts(), { dryRun: true });
    expect(dry).toMatchObject({ subjects: 3, entries: 0, missing: 10, wrong: 0, surplus: 0, listedAnew: 0 });
    expect(await listedIn()).toEqual([]);
    expect(await relist(parts(), { dryRun: false })).toMatchObject({ missing: 10, listedAnew: 3 });
    expect(await listedIn()).toHaveLength(10);
    expect(await relist(parts(), { dryRun: true })).toMatchObject({ entries: 10, missing: 0, wrong: 0, surplus: 0 });
    const { entries } = await readExpiring(table.client, 'evidence-missing', { descending: false, limit: 10 });
    expect(entries.map(({ of, what }) => [of, what])).toEqual([
      [subjectId('trade-deal'), 'due-diligence'],
      [subjectId('trade-deal'), 'export-control'],
    ]);
  });

  it('what was taken away, changed or made up is put right', async () => {
    const before = await listedIn();
    const key = keys.link(here, 'activity', '2026-10-12', subjectId('activity'));
    await table.client.send(new DeleteCommand({ TableName: 'lists', Key: { ...key } }));
    const other = keys.link(there, 'activity', '2026-10-12', subjectId('activity'));
    await put({ ...other, of: subjectId('activity'), version: 1, type: 'civic', direction: 'inbound' });
    await put({
      ...keys.link(here, 'activity', '2020-01-01', subjectId('activity', 9)),
      of: subjectId('activity', 9),
      version: 1,
    });
    expect(await relist(parts(), { dryRun: true })).toMatchObject({ missing: 1, wrong: 1, surplus: 1 });
    await relist(parts(), { dryRun: false });
    expect(await listedIn()).toEqual(before);
    expect(await relist(parts(), { dryRun: true })).toMatchObject({ missing: 0, wrong: 0, surplus: 0 });
  });

  it('an activity that was moved to another day and organisation stands there alone, for readers too', async () => {
    const [, moved] = stepsOf(
      'activity',
      { type: 'training', direction: 'outbound', on: '2026-10-12', organisations: [here] },
      [
        { at: 1, told: { verb: 'amended', fields: { on: '2026-10-13' } } },
        { at: 2, told: { verb: 'amended', fields: { organisations: [there] } } },
      ],
    ).slice(1) as [ListedStep, ListedStep];
    await put(moved.item);
    await relate(parts(), subjectId('activity'));
    await relate(parts(), subjectId('activity'));
    const span = { descending: true, limit: 10, from: '2026-10-13', to: '2026-10-13' };
    expect((await readLinks(table.client, [here], 'activity', span)).entries).toEqual([]);
    expect((await readLinks(table.client, [there], 'activity', span)).entries).toMatchObject([
      { of: subjectId('activity'), date: '2026-10-13', type: 'training', direction: 'outbound' },
    ]);
    expect(await relist(parts(), { dryRun: true })).toMatchObject({ missing: 0, wrong: 0, surplus: 0 });
  });
});
