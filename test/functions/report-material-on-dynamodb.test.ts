import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RecordState } from '#shared/domain/record/state.ts';
import { stepOf } from '#shared/reporting/changes.ts';
import { JournalGap } from '#shared/reporting/cube.ts';
import { itemsOf } from '#shared/reporting/journal.ts';
import { EVER, eventsIn, openPast } from '#shared/reporting/past.ts';
import { leaveToNext } from '#shared/reports/agenda-making.ts';
import { buildReport } from '#shared/reports/build.ts';
import { toJson } from '#shared/reports/draw.ts';
import { eventFactsOf, factsOf, factsOfUnchanged, loadAll, loadUnchanged } from '#shared/reports/facts.ts';
import { type Gathering, gatherMaterial } from '#shared/reports/gather.ts';
import { makeReport, type Publishing } from '#shared/reports/publish.ts';
import type { Report } from '#shared/reports/report.ts';
import type { ReportRequest } from '#shared/reports/request.ts';
import { fingerprint } from '#shared/runtime/ids.ts';
import { openCubes } from '#shared/store/cubes.ts';
import { openJournal } from '#shared/store/journal.ts';
import { keys } from '#shared/store/keys.ts';
import { ensureOrganisation } from '#shared/store/organisations.ts';
import { openRates } from '#shared/store/rates.ts';
import { FIRST_CUT_OFF, GOLDEN_WORLD, SECOND_CUT_OFF } from '#test/support/golden-history.ts';
import { goldenCorrected, goldenFirst, goldenReport } from '#test/support/golden-report.ts';
import { memoryFiles } from '#test/support/memory-files.ts';
import { type RealTable, startRealTable } from '#test/support/real-table.ts';
import { recordStep } from '#test/support/record-history.ts';
import type { HistoryEvent } from '#test/support/report-history.ts';

vi.stubEnv('FILES_BUCKET', 'files');

let real: RealTable;
let publishing: Publishing;
let gathering: Gathering;
const files = memoryFiles();

/** Recording keeps organisations by their ids. */
const byIds = (data: Readonly<Record<string, unknown>>) =>
  Array.isArray(data['organisations'])
    ? { ...data, organisations: data['organisations'].map(({ id }: { id: string }) => id) }
    : data;

/** Where the word on the organisations came from. */
const NAMED_FIRST = {
  eventId: 'evt_00000000000000000000000000',
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  recordedAt: '2026-01-01T00:00:00.000Z',
  actor: { type: 'user', id: 'bd-officer' },
  channel: 'api',
  correlationId: 'golden',
} as const;

const states = new Map<string, RecordState>();

/** Tells the table an event as recording, the projector and the publisher leave it. */
async function tell(event: HistoryEvent): Promise<void> {
  const { client } = real;
  const before = states.get(event.recordId);
  const step = recordStep(before, event, event.recordedAt);
  const told = { ...step.event, actor: event.actor };
  states.set(event.recordId, step.after);
  await client.send(
    new PutCommand({
      TableName: 'material',
      Item: { ...step.item, event: { ...(step.item['event'] as object), actor: event.actor } },
    }),
  );
  await client.send(
    new PutCommand({
      TableName: 'material',
      Item: { ...step.history, actor: event.actor, data: byIds(step.history.data) },
    }),
  );
  for (const item of itemsOf([stepOf(before, { state: step.after, event: told })], fingerprint(event.eventId)))
    await openJournal(client).put(item);
}

const tellName = (id: string, name: string) =>
  real.client.send(
    new PutCommand({
      TableName: 'material',
      Item: { ...keys.user(id), version: 1, recordedAt: '', content: { role: 'bd-officer', name } },
    }),
  );

/** The golden world, told event by event. */
async function tellGoldenWorld(): Promise<void> {
  const { client } = real;
  for (const event of [...GOLDEN_WORLD.events].sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1)))
    await tell(event);
  const rates = openRates(client);
  for (const { date, rates: those, recordedAt } of GOLDEN_WORLD.rates)
    await rates.put({
      date,
      rates: those,
      at: recordedAt,
      actor: { type: 'user', id: 'manager' },
      eventId: `evt_${recordedAt}`,
    });
  for (const [id, name] of Object.entries(GOLDEN_WORLD.organisations ?? {}))
    await ensureOrganisation(client, { id, name, place: 'guangzhou' }, NAMED_FIRST);
  for (const [id, name] of Object.entries(GOLDEN_WORLD.names?.users ?? {})) await tellName(id, name);
}

beforeAll(async () => {
  real = await startRealTable('material', { withIndexes: true });
  await tellGoldenWorld();
  const loadEvents = eventsIn(real.client);
  const past = openPast({ journal: openJournal(real.client), cubes: openCubes(real.client), loadEvents });
  gathering = {
    table: real.client,
    files: files.client,
    past,
    loadEvents,
    rates: openRates(real.client),
    check: async () => {},
  };
  publishing = {
    table: real.client,
    files: files.client,
    clock: () => Date.parse('2026-04-02T08:00:00.000Z'),
    compose: async (request) => {
      const { material, leaves } = await gatherMaterial(gathering, request, null);
      const report = buildReport(material);
      if ('noRate' in report) throw new Error('There is no rate.');
      if (leaves) await leaveToNext(gathering, request.id, leaves);
      return report;
    },
    toJson,
    draw: async () => [],
  };
});
afterAll(async () => {
  await real?.stop();
});

/** What an index gives, as DynamoDB says it. */
type Entry = Readonly<Record<string, unknown>>;
/** How a record was before its latest event. */
const EARLIER = { title: 'Of an earlier day', event: { eventId: 'evt_0', actor: { type: 'user', id: 'nobody' } } };

const idOf = (number: number) => `rep_${String(number).padStart(26, '0')}`;
async function published(number: number, request: Omit<ReportRequest, 'id' | 'series'>): Promise<Report> {
  const id = idOf(number);
  await makeReport(publishing, { id, series: 'weekly-birmingham', ...request });
  return JSON.parse(new TextDecoder().decode(files.bytes(`reports/${id}/report.json`))) as Report;
}

/**
 * All of it but how far the stream had been counted, which this world has no stream to tell, and what stands around the pipeline, of which
 * there is nothing in it.
 */
const without = ({
  inputs,
  changes,
  byPlace,
  agreementsExpiring,
  evidenceExpiring,
  aroundFigures,
  ...report
}: Report) => ({
  ...report,
  byPlace: byPlace?.map(({ relationship: _, ...sums }) => sums),
  around: [...(agreementsExpiring ?? []), ...(evidenceExpiring ?? [])],
  inputs: { ...inputs, around: undefined, position: null },
  // In whatever order: that of a report which was kept is not that of one which was just made.
  changes: changes && {
    entries: changes.entries,
    figures: new Set(changes.figures.map((figure) => JSON.stringify(figure, Object.keys(figure).sort()))),
  },
});

describe('what a report is made from, gathered from the table', () => {
  it('comes to the report that a fold of the whole history makes: the first of its series', async () => {
    const report = await published(1, { cutOff: FIRST_CUT_OFF, basis: 'as-known-then' });
    expect(without(report)).toEqual(without(goldenFirst()));
  });

  it('and the next one, with its bridge, its lists and the rates that were known then, though more is known now', async () => {
    const report = await published(2, { cutOff: SECOND_CUT_OFF, basis: 'as-known-then' });
    expect(without(report)).toEqual(without(goldenReport()));
  });

  it('and a corrected one by what is known now, with what changed', async () => {
    const request = { cutOff: SECOND_CUT_OFF, basis: 'as-known-now', corrects: idOf(2) } as const;
    const report = await published(3, request);
    expect(without(report)).toEqual(without(goldenCorrected()));
  });

  it('names whoever moved a record, owner of anything or not', async () => {
    await tellName('mover', 'Wu Fang');
    const moved = GOLDEN_WORLD.events.find(({ verb, recordId }) => verb === 'moved' && recordId.endsWith('4'));
    const at = '2026-04-05T09:00:00.000Z';
    const told = { verb: 'moved', data: { to: 'proposal' } } as const;
    const actor = { type: 'user', id: 'mover' } as const;
    const eventId = 'evt_01KNDZ00000000000000000001';
    await tell({ ...(moved as HistoryEvent), ...told, eventId, occurredAt: at, recordedAt: at, actor } as HistoryEvent);
    const report = await published(4, { cutOff: '2026-04-06T07:00:00.000Z', basis: 'as-known-then' });
    expect(report.moves?.at(-1)).toMatchObject({ to: 'proposal', by: actor });
    expect(report.names.users['mover']).toBe('Wu Fang');
    expect(report.byOwner?.map(({ owner }) => owner)).not.toContain('mover');
  });

  it('reads no index for its lists where the report before left an agenda, and comes to the same without it', async () => {
    const request = { id: idOf(5), series: 'weekly-birmingham', cutOff: '2026-04-13T07:00:00.000Z' };
    const indexes: string[] = [];
    real.client.middlewareStack.add(
      (next) => (args) => {
        const { IndexName } = args.input as { IndexName?: string };
        // What changed in the period is asked of one of them in any case.
        if (IndexName && IndexName !== 'byUpdated') indexes.push(IndexName);
        return next(args);
      },
      { step: 'initialize', name: 'indexes' },
    );
    const withIt = await gatherMaterial(gathering, { ...request, basis: 'as-known-then' }, null);
    expect(indexes).toEqual([]);
    expect(files.calls.map(({ key }) => key)).toContainEqual(expect.stringContaining(`${idOf(4)}/cube.`));
    const nothingLeft = { ...gathering, files: memoryFiles() };
    for (const id of [idOf(1), idOf(2), idOf(3), idOf(4)]) {
      const key = `reports/${id}/report.json`;
      const Body = files.bytes(key);
      if (Body)
        await nothingLeft.files.client.send(
          new PutObjectCommand({ Bucket: 'files', Key: key, Body, IfNoneMatch: '*' }),
        );
    }
    const without = { ...gathering, files: nothingLeft.files.client };
    const withoutIt = await gatherMaterial(without, { ...request, basis: 'as-known-then' }, null);
    expect(indexes.length).toBeGreaterThan(0);
    expect(buildReport(withIt.material)).toEqual(buildReport(withoutIt.material));
    expect(withIt.material.records.size).toBeGreaterThan(0);
  });

  it('says of a record that has not changed since what the whole of it says, and of its latest event', async () => {
    const told = await gathering.past.readSteps({ to: EVER });
    const latest = new Map(told.map((step) => [step.recordId, step]));
    const [briefs, whole] = await Promise.all([
      loadUnchanged(real.client, latest, { from: told[0]?.recordedAt ?? EVER, to: EVER }),
      loadAll(real.client, new Set(latest.keys())),
    ]);
    expect([...briefs.keys()].sort()).toEqual([...latest.keys()].sort());
    // And so page by page, as an index gives what is more than a megabyte.
    real.client.middlewareStack.add(
      (next) => (args) => {
        const input = args.input as { IndexName?: string };
        return next(input.IndexName === 'byUpdated' ? { ...args, input: { ...input, Limit: 1 } } : args);
      },
      { step: 'initialize', name: 'pages', priority: 'high' },
    );
    const span = { from: told[0]?.recordedAt ?? EVER, to: EVER };
    const paged = await loadUnchanged(real.client, latest, span).finally(() =>
      real.client.middlewareStack.remove('pages'),
    );
    expect(paged).toEqual(briefs);
    const facts = await factsOf(real.client, whole, { cutOff: EVER, basis: 'as-known-then' });
    const stood = new Map([...facts].map(([id, { standing }]) => [id, standing]));
    expect(factsOfUnchanged(briefs, stood)).toEqual(facts);
    const steps = told.filter(({ recordId, eventId }) => whole.get(recordId)?.event.eventId === eventId);
    const events = await eventFactsOf(real.client, steps, whole);
    expect(await eventFactsOf(real.client, steps, briefs)).toEqual(events);
    expect([...events.values()].some(({ lostReason }) => lostReason !== undefined)).toBe(true);
  });

  it.each<[late: string, shown: (entries: readonly Entry[]) => readonly Entry[]]>([
    ['has not come to it', () => []],
    ['knows it as it was before', (entries) => entries.map((entry) => ({ ...entry, ...EARLIER }))],
  ])('comes to the same where the index %s', async (_, shown) => {
    const asked = { series: 'weekly-birmingham', cutOff: '2026-04-06T07:00:00.000Z', basis: 'as-known-then' } as const;
    const gathered = () => gatherMaterial(gathering, { id: idOf(7), ...asked }, null);
    const prompt = buildReport((await gathered()).material) as Report;
    let entries = 0;
    real.client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        if ((args.input as { IndexName?: string }).IndexName !== 'byUpdated') return result;
        const output = result.output as unknown as { Items?: readonly Entry[] };
        entries += output.Items?.length ?? 0;
        return { ...result, output: { ...result.output, Items: shown(output.Items ?? []) } };
      },
      { step: 'initialize', name: 'late', priority: 'high' },
    );
    try {
      expect(buildReport((await gathered()).material)).toEqual(prompt);
    } finally {
      real.client.middlewareStack.remove('late');
    }
    expect(entries).toBeGreaterThan(0);
    expect(prompt.moves?.length).toBeGreaterThan(0);
  });

  it('is not gathered where the heads do not bear it out', async () => {
    const gap = new JournalGap('The journal does not match the pipeline.');
    const unborne = { ...gathering, check: () => Promise.reject(gap) };
    const request = { id: idOf(6), series: 'weekly-birmingham', cutOff: '2026-04-20T07:00:00.000Z' };
    await expect(gatherMaterial(unborne, { ...request, basis: 'as-known-then' }, null)).rejects.toBe(gap);
  });
});
