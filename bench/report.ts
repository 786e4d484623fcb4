import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Cube } from '#shared/reporting/cube.ts';
import { encodeCube } from '#shared/reporting/cube-packing.ts';
import { VOCABULARY } from '#shared/reporting/heads.ts';
import { eventsIn, openPast } from '#shared/reporting/past.ts';
import { checkJournal } from '#shared/reporting/reconcile.ts';
import { takeSnapshot } from '#shared/reporting/snapshots.ts';
import { leaveToNext } from '#shared/reports/agenda-making.ts';
import { composeReport } from '#shared/reports/compose.ts';
import { drawForms, toJson } from '#shared/reports/draw.ts';
import { makeReport } from '#shared/reports/publish.ts';
import { dueRequest } from '#shared/reports/request.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openCubes } from '#shared/store/cubes.ts';
import { openJournal } from '#shared/store/journal.ts';
import { openRates } from '#shared/store/rates.ts';
import { memoryFiles } from '#test/support/memory-files.ts';
import { calmRounds } from './support/calm.ts';
import { createTable, documents, startSharedEngine } from './support/engine.ts';
import { putRates } from './support/filled.ts';
import { withDirectory } from './support/place.ts';
import { openPortfolio } from './support/portfolio.ts';
import type { Bench } from './support/report.ts';
import { median, round } from './support/statistics.ts';

const SIZES = [10_000, 100_000];
/** Rounds after which a function is warm: what it runs has been compiled. */
const WARM_UP = 4;
/** Records that change in the period of a report. */
const CHANGES = [100, 1_000];
const TABLE_NAME = 'reports';
/** After every record of the bench was logged. */
const OPENING = '2026-10-05T07:00:00.000Z';
const HOUR_MS = 3_600_000;

/**
 * A whole report, warm: gathered from the table, built, and drawn in four forms, over so many records and with so many changes in its
 * period; what the other language adds, three files, beside it; and the read units that it takes, as DynamoDB Local counts them. Waiting for counting is left out: it is a wait, not work.
 */
export const report: Bench = {
  name: 'report',
  async run({ rounds, scale, log }) {
    const figures: Record<string, Record<string, Measured>> = {};
    for (const size of SIZES) {
      const records = Math.ceil(size * scale);
      const bySize = await withDirectory('memory', async (directory) => {
        const engine = await startSharedEngine(directory, 'memory');
        try {
          return await measure(engine.connect('REPORTS'), records, rounds, scale, log);
        } finally {
          await engine.stop();
        }
      });
      figures[`of ${size} records`] = bySize;
    }
    const units = (size: number | undefined) =>
      Object.values(figures[`of ${size} records`] ?? {}).map(({ readUnits }) => readUnits);
    const [few, many] = [units(SIZES[0]), units(SIZES[1])];
    const all = Object.values(figures).flatMap((bySize) => Object.values(bySize));
    return {
      figures,
      bounds: [
        {
          what: 'a report in four forms, warm, in milliseconds',
          value: Math.max(
            ...all.map(({ fourFormsMs, fourFormsInAllRoundsMs }) => Math.max(fourFormsMs, fourFormsInAllRoundsMs)),
          ),
          atMost: 500,
        },
        {
          what: 'read units over the largest number of records, to those over the smallest',
          value: round(Math.max(...many.map((value, index) => value / (few[index] ?? value)))),
          atMost: 1.25,
        },
      ],
    };
  },
};

/** Milliseconds: until it is built, until its four forms are drawn in one language, until those of the other are too. */
interface Measured {
  readonly gatheredAndBuiltMs: number;
  readonly fourFormsMs: number;
  readonly fourFormsInAllRoundsMs: number;
  /** What the four forms take of processors, this process alone: what others do on the machine tells less here. */
  readonly fourFormsProcessorMs: number;
  readonly bothLanguagesMs: number;
  /** What work that is always the same took beside the rounds that count, and beside all: how much others used the machine. */
  readonly fixedWorkMs: number;
  readonly fixedWorkInAllRoundsMs: number;
  readonly readUnits: number;
  readonly bytes: number;
}

async function measure(
  client: DynamoDBClient,
  records: number,
  rounds: number,
  scale: number,
  log: (line: string) => void,
) {
  process.env['TABLE_NAME'] = TABLE_NAME;
  process.env['FILES_BUCKET'] = 'files';
  await createTable(client, TABLE_NAME, { stream: false });
  const meter = readMeter(client);
  const table = documents(client);
  const journal = openJournal(table);
  const cubes = openCubes(table);
  const loadEvents = eventsIn(table);
  const past = openPast({ journal, cubes, loadEvents });
  const portfolio = openPortfolio(table, TABLE_NAME);
  const began = performance.now();
  const cube = encodeCube(await portfolio.fill(records));
  await cubes.put({ at: OPENING, made: 'filled', mended: 0, vocabulary: VOCABULARY }, cube);
  await putRates(table);
  log(
    `${records} records: filled in ${((performance.now() - began) / 1000).toFixed(0)} s, a cube of ${cube.length} bytes`,
  );
  const aggregates = openAggregates(table);

  const files = memoryFiles().client;
  let now = OPENING;
  const counting = {
    probes: { put: async () => {}, progress: async () => new Map([['shard', '9999']]) },
    openShards: async () => [],
    clock: () => Date.parse('2027-01-01T00:00:00.000Z'),
    pause: async () => {},
    random: () => 0,
  };
  const check = (latest?: Cube) => checkJournal({ aggregates, past, pause }, latest);
  const composing = { table, files, past, loadEvents, rates: openRates(table), check, counting };
  const make = (due: string) =>
    makeReport(
      {
        table,
        files,
        clock: () => Date.parse(now),
        compose: async (request) => {
          const { report: made, leaves } = await composeReport(composing, request);
          if (leaves) await leaveToNext({ table, files, past }, request.id, leaves);
          return made;
        },
        toJson,
        draw: drawForms,
      },
      dueRequest('weekly-birmingham', due),
    );
  await make(OPENING);

  const found: Record<string, Measured> = {};
  let serial = 0;
  for (const usual of CHANGES) {
    const changes = Math.max(1, Math.ceil(usual * scale));
    now = new Date(Date.parse(now) + 100 * HOUR_MS).toISOString();
    await portfolio.change({ from: serial, log: records + serial, changes, at: now });
    serial += changes;
    const cutOff = new Date(Date.parse(now) + HOUR_MS).toISOString();
    const request = dueRequest('weekly-birmingham', cutOff);
    const once = async () => {
      meter.reset();
      const [began, used] = [performance.now(), process.cpuUsage()];
      const { report: composed } = await composeReport(composing, request);
      const gathered = performance.now();
      const inOne = [toJson(composed), ...(await drawForms(composed, ['en'])).map((form) => form.bytes)];
      const [inFour, { user, system }] = [performance.now(), process.cpuUsage(used)];
      const inOther = (await drawForms(composed, ['zh-CN'])).map((form) => form.bytes);
      return {
        gatheredAndBuilt: gathered - began,
        fourForms: inFour - began,
        processor: (user + system) / 1000,
        bothLanguages: performance.now() - began,
        readUnits: meter.units(),
        bytes: [...inOne, ...inOther].reduce((sum, form) => sum + form.length, 0),
      };
    };
    for (let round = 0; round < WARM_UP; round++) await once();
    const calm = await calmRounds(rounds, once);
    const middle = (of: (round: Awaited<ReturnType<typeof once>>) => number) => round(median(calm.rounds.map(of)));
    const measured: Measured = {
      gatheredAndBuiltMs: middle((of) => of.gatheredAndBuilt),
      fourFormsMs: middle((of) => of.fourForms),
      fourFormsInAllRoundsMs: round(median(calm.all.map(({ fourForms }) => fourForms))),
      fourFormsProcessorMs: middle((of) => of.processor),
      bothLanguagesMs: middle((of) => of.bothLanguages),
      fixedWorkMs: round(median(calm.fixedWorkMs.counted)),
      fixedWorkInAllRoundsMs: round(median(calm.fixedWorkMs.all)),
      readUnits: middle((of) => of.readUnits),
      bytes: middle((of) => of.bytes),
    };
    found[`with ${usual} changes`] = measured;
    log(`${records} records, ${changes} changes: ${JSON.stringify(measured)}`);
    // The next one goes on from here.
    await make(cutOff);
    await takeSnapshot({ past, journal, cubes, clock: () => Date.parse(cutOff) }, cutOff);
    now = cutOff;
  }
  return found;
}

/** Adds up the read units that the engine says it has charged. */
function readMeter(client: DynamoDBClient) {
  let units = 0;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const isRead = /^(?:Get|BatchGet|Query)/.test(commandName ?? '');
        const input = isRead ? { ...(args.input as object), ReturnConsumedCapacity: 'TOTAL' } : args.input;
        const result = await next({ ...args, input } as typeof args);
        const { ConsumedCapacity = [] } = result.output as { ConsumedCapacity?: { CapacityUnits?: number }[] };
        if (isRead) for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) units += CapacityUnits;
        return result;
      },
    { step: 'initialize', name: 'readMeter' },
  );
  return {
    units: () => units,
    reset: () => {
      units = 0;
    },
  };
}
