import { setImmediate as onceAsked } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { type Cube, currenciesOf, JournalGap, namesIn } from '#shared/reporting/cube.ts';
import { type LoadEvents, type Passage, type Past, splitAt } from '#shared/reporting/past.ts';
import { BASE_CURRENCY } from '#shared/reporting/pipeline.ts';
import type { Step } from '#shared/reporting/standing.ts';
import { loadFile } from '#shared/runtime/kept-files.ts';
import { listPlaces } from '#shared/store/places.ts';
import type { NewestRate, Rates } from '#shared/store/rates.ts';
import { reportBefore } from '#shared/store/reports.ts';
import { loadSeries } from '#shared/store/series.ts';
import { createUncountedRecords, type UncountedRecord } from '#shared/store/uncounted.ts';
import { loadUserNames } from '#shared/store/users.ts';
import { type Agenda, standingsAt } from './agenda.ts';
import { loadAgenda } from './agenda-file.ts';
import type { Leaving } from './agenda-making.ts';
import { gatherAround } from './around.ts';
import { dayIn, type ReportSums, sumsOf } from './build.ts';
import { findCandidates } from './candidates.ts';
import {
  eventFactsOf,
  factsOf,
  factsOfUnchanged,
  type LatestEvent,
  loadAll,
  loadUnchanged,
  withOrganisationNames,
} from './facts.ts';
import { cubeFileOf } from './file-names.ts';
import { keptReport } from './kept.ts';
import type { EventFacts, RecordFacts, ReportMaterial } from './material.ts';
import { openLists } from './open-lists.ts';
import type { Report, Unavailable } from './report.ts';
import { type ReportRequest, type SeriesTerms, termsOf } from './request.ts';
import { type Period, stepsAsKnownNow } from './steps.ts';

export interface Gathering {
  readonly table: DynamoDBDocumentClient;
  readonly files: S3Client;
  readonly past: Past;
  readonly rates: Rates;
  readonly loadEvents: LoadEvents;
  /**
   * Throws where the heads do not bear out the pipeline by all that has been recorded; undefined where that was not added up. It is
   * asked while the records are read.
   */
  readonly check: (latest: Cube | undefined) => Promise<void>;
}

/** Later than anything that has been recorded. */
const EVER = '9999';

/** What a report is made from, and what else was found on the way. */
export interface Gathered {
  readonly material: ReportMaterial;
  /** Added up while names were read. */
  readonly sums: ReportSums;
  /** What follows from it that this report leaves to the next one; undefined for one that none goes on from. */
  readonly leaves: Leaving | undefined;
}

/**
 * All that a report is made from. Counting must have passed the cut-off. Sums come from the cube; records are read that changed in the
 * period, or that may stand in a list and are not in what the report before left, and no others.
 */
export async function gatherMaterial(
  parts: Gathering,
  request: ReportRequest,
  position: ReportMaterial['position'],
): Promise<Gathered> {
  const { table } = parts;
  const { id, series, cutOff, basis } = request;
  const correcting = async () => (request.corrects === undefined ? null : await needed(parts, request.corrects));
  const [kept, [corrects, before], mended, places] = await Promise.all([
    loadSeries(table, series),
    correcting().then(async (found) => [found, await idBefore(parts, request, found)] as const),
    parts.past.mendings(),
    listPlaces(table),
  ]);
  const terms = termsOf(series, kept.series);
  if (!terms) throw new Error(`There is no series ${series}.`);
  const telling = toldSince(parts, basis, before);
  // The records take longest, so they are asked for as soon as the journal has told which, and all else is made meanwhile.
  const [asked, { previous, agenda, date, changed, passed, converted, candidates, around, uncounted }] =
    await Promise.all([
      telling.then((told) => told && readChanged(table, splitAt(told, cutOff), request)),
      withoutRecords(parts, request, { terms, before, mended, telling }),
    ]);
  const { closing, steps } = passed;
  const { unchanged, moved } = (steps && asked) ?? (await readChanged(table, passed, request));
  const latest = latestOf(passed);
  for (const [of, { event }] of unchanged) if (latest.get(of)?.eventId !== event.eventId) unchanged.delete(of);
  const known = new Map([...candidates.ids].flatMap((of) => knownIn(agenda, of, changed)));
  const missing = [...(steps ?? []).map(({ recordId }) => recordId), ...candidates.ids].filter(
    (of) => !known.has(of) && !unchanged.has(of) && !moved.has(of),
  );
  const records = new Map([...moved, ...(await loadAll(table, new Set(missing)))]);
  const [read, events] = await Promise.all([
    factsOf(table, records, request),
    eventFactsOf(table, steps ?? [], new Map<string, LatestEvent>([...unchanged, ...records])),
  ]);
  const stood = new Map(steps?.map(({ recordId, after }) => [recordId, after]));
  const facts = new Map([...known, ...factsOfUnchanged(unchanged, stood), ...read]);
  const [named, users, sums] = await Promise.all([
    withOrganisationNames(table, facts),
    loadUserNames(table, usersOf(closing, facts, events)),
    onceAsked().then(() => sumsOf(converted)),
  ]);
  const material: ReportMaterial = {
    id,
    series,
    timeZone: terms.timeZone,
    basis,
    language: terms.language,
    ...converted,
    previous,
    corrects,
    position,
    steps,
    records: named,
    events,
    incomplete: candidates.incomplete,
    unavailable: notCounted(uncounted),
    names: {
      places: Object.fromEntries(places.map(({ id: of, names }) => [of, names])),
      users,
    },
    around,
  };
  const isFollowed = basis === 'as-known-then' && corrects === null;
  const leaves = { at: cutOff, date, filters: terms.filters, agenda, changed, records: facts, closing, mended };
  return { material, sums, leaves: isFollowed ? leaves : undefined };
}

/** Says that some records are in no figure. IP leads are not named: they may be confidential. */
function notCounted(uncounted: readonly UncountedRecord[]): readonly Unavailable[] {
  if (uncounted.length === 0) return [];
  const of = uncounted.map(({ recordId }) => recordId).filter((id) => kindOfId(id) !== 'ip-lead');
  return [{ section: 'pipeline', reason: 'records-not-counted', of }];
}

/** Every step since the report before; null where there is none, where it was known otherwise, or where the journal has a gap. */
const toldSince = async (
  { past }: Gathering,
  basis: ReportRequest['basis'],
  before: Before | null,
): Promise<readonly Step[] | null> =>
  before && basis === 'as-known-then' ? unlessGap(past.readSteps({ from: before.to, to: EVER })) : null;

/** By record, the last step in the period of each that has none since. */
function latestOf({ steps, since }: Pick<Passed, 'steps' | 'since'>): Map<string, Step> {
  const latest = new Map(steps?.map((step) => [step.recordId, step]));
  for (const { recordId } of since) latest.delete(recordId);
  return latest;
}

/**
 * The records that changed in the period, by id. Of those that have not changed since, what is said is enough; some of them may not be
 * found so, since they have changed this moment.
 */
async function readChanged(
  table: DynamoDBDocumentClient,
  passed: Pick<Passed, 'steps' | 'since'>,
  { basis, cutOff }: ReportRequest,
) {
  const latest = basis === 'as-known-then' ? latestOf(passed) : new Map<string, Step>();
  const steps = passed.steps ?? [];
  const moved = new Set(steps.map(({ recordId }) => recordId).filter((id) => !latest.has(id)));
  const [unchanged, whole] = await Promise.all([
    loadUnchanged(table, latest, { from: steps[0]?.recordedAt ?? cutOff, to: cutOff }),
    loadAll(table, moved),
  ]);
  return { unchanged, moved: whole };
}

interface Beginning {
  readonly terms: SeriesTerms;
  readonly before: Before | null;
  readonly mended: number;
  readonly telling: Promise<readonly Step[] | null>;
}

/** All that a report is made from beside the records that changed in its period. */
async function withoutRecords(parts: Gathering, request: ReportRequest, { terms, before, mended, telling }: Beginning) {
  const { table } = parts;
  const { filters } = terms;
  const [previous, left, told] = await Promise.all([
    before === null ? null : needed(parts, before.id),
    before === null ? undefined : agendaLeftBy(parts, request, { ...before, filters }),
    telling,
  ]);
  // What follows takes the processor a while, so not before the records have been asked for.
  await onceAsked();
  const passed = await passageOf(parts, request, { before, mended, told });
  const { closing, steps, since } = passed;
  const date = dayIn(request.cutOff, terms.timeZone);
  // What the report before left says nothing where it is not wholly known what has changed since.
  const agenda = steps ? left : undefined;
  const changed = standingsAt(agenda && steps ? [...steps, ...since] : since, request.cutOff);
  const [, uncounted, { around }, converted, candidates] = await Promise.all([
    parts.check(passed.latest),
    createUncountedRecords(table).list(),
    gatherAround(table, { filters, closing, date }),
    withRates(parts, request, { terms, previous, passed, date }),
    onceAsked().then(() => findCandidates(table, { filters, lists: openLists(closing, date), changed, agenda })),
  ]);
  return { previous, agenda, date, changed, passed, converted, candidates, around, uncounted };
}

const knownIn = (
  agenda: Agenda | undefined,
  id: string,
  changed: ReadonlyMap<string, unknown>,
): [string, RecordFacts][] => {
  const facts = changed.has(id) ? undefined : agenda?.entries.get(id);
  return facts ? [[id, facts]] : [];
};

async function needed({ files }: Gathering, id: string): Promise<Report> {
  const report = await keptReport(files, id);
  if (!report) throw new Error(`Report ${id} is published but its file is missing.`);
  return report;
}

/** A report that another one goes on from, and its cut-off. */
interface Before {
  readonly id: string;
  readonly to: string;
}

/** A corrected report goes on from where the first one did. */
async function idBefore(
  { table }: Gathering,
  { series, cutOff }: ReportRequest,
  corrects: Report | null,
): Promise<Before | null> {
  if (corrects)
    return corrects.previous === null ? null : { id: corrects.previous, to: corrects.period.from as string };
  const before = await reportBefore(table, { series, to: cutOff });
  return before ? { id: before.id, to: before.period.to } : null;
}

/** What the report before left, where it is of the same records, by the same basis, at the opening. */
async function agendaLeftBy(
  { files }: Gathering,
  { basis, corrects }: ReportRequest,
  { id, to, filters }: Before & Pick<SeriesTerms, 'filters'>,
): Promise<Agenda | undefined> {
  if (basis !== 'as-known-then' || corrects !== undefined) return undefined;
  const agenda = await loadAgenda(files, id);
  return agenda?.at === to && isDeepStrictEqual(agenda.filters, filters) ? agenda : undefined;
}

interface Passed extends Omit<Passage, 'opening' | 'latest' | 'steps'> {
  readonly opening: Cube | null;
  readonly latest: Cube | undefined;
  /** Null where the journal does not tell all of them; the report says so then. */
  readonly steps: readonly Step[] | null;
}

/** Opening, closing and what led from one to the other: at once where that can be, and each by itself where something is missing. */
async function passageOf(
  parts: Gathering,
  request: ReportRequest,
  { before, mended, told }: Pick<Beginning, 'before' | 'mended'> & { readonly told: readonly Step[] | null },
): Promise<Passed> {
  const { past, files } = parts;
  const { cutOff, basis } = request;
  const from = before?.to;
  if (before && basis === 'as-known-then') {
    const left = await loadFile(files, cubeFileOf(before.id, mended));
    const known = left && told ? { cube: left.bytes, since: told } : undefined;
    const passage = await unlessGap(past.passage({ from: before.to, to: cutOff }, known));
    if (passage) return passage;
  }
  const [closing, opening, steps, since] = await Promise.all([
    past.standingAsOf(cutOff, basis),
    from === undefined ? null : past.standingAsOf(from, basis),
    from === undefined ? null : unlessGap(stepsOf(parts, basis, { from, to: cutOff })),
    past.readSteps({ from: cutOff, to: EVER }),
  ]);
  return { closing, opening, steps, since, latest: undefined };
}

const stepsOf = ({ past, loadEvents }: Gathering, basis: ReportRequest['basis'], period: Period) =>
  basis === 'as-known-then' ? past.readSteps(period) : stepsAsKnownNow(past, loadEvents, period);

/** Null where the journal does not tell all of it. */
async function unlessGap<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof JournalGap) return null;
    throw error;
  }
}

interface Converting {
  readonly terms: SeriesTerms;
  readonly previous: Report | null;
  readonly passed: Passed;
  readonly date: string;
}

/** The cubes, with the rates that they are converted at. */
async function withRates(parts: Gathering, request: ReportRequest, { terms, previous, passed, date }: Converting) {
  const { opening, closing } = passed;
  const { currency, filters } = terms;
  const [closingRates, openingRates] = await Promise.all([
    ratesOf(parts, request, terms, closing, date),
    openingRatesOf(parts, request, terms, previous, opening),
  ]);
  return { currency, filters, closing, closingRates, opening, openingRates };
}

function ratesOf(
  { rates }: Gathering,
  { cutOff, basis }: ReportRequest,
  { currency }: SeriesTerms,
  cube: Cube,
  on: string,
): Promise<NewestRate[]> {
  const currencies = [...new Set([...currenciesOf(cube), currency])].filter((of) => of !== BASE_CURRENCY);
  if (currencies.length === 0) return Promise.resolve([]);
  return rates.inForce({ on, currencies, ...(basis === 'as-known-then' ? { knownAt: cutOff } : {}) });
}

/** Those that the report before was published with, as long as they are of the same basis and currency. */
async function openingRatesOf(
  parts: Gathering,
  request: ReportRequest,
  terms: SeriesTerms,
  previous: Report | null,
  opening: Cube | null,
): Promise<readonly NewestRate[]> {
  if (!previous || !opening) return [];
  if (previous.basis === request.basis && previous.currency === terms.currency) return previous.inputs.rates;
  const at = { ...request, cutOff: previous.period.to };
  return ratesOf(parts, at, terms, opening, dayIn(previous.period.to, terms.timeZone));
}

/** Users that the report may speak of: owners, and whoever moved, won or lost something. */
function usersOf(
  closing: Cube,
  facts: ReadonlyMap<string, RecordFacts>,
  events: ReadonlyMap<string, EventFacts>,
): string[] {
  const owners = [...facts.values()].flatMap(({ standing }) => standing?.owner ?? []);
  const actors = [...events.values()].flatMap(({ actor }) => (actor.type === 'user' ? actor.id : []));
  return [...new Set([...namesIn(closing, 'owner'), ...owners, ...actors])];
}
