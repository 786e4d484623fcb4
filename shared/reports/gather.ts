import { setImmediate as onceAsked } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Cube, currenciesOf, JournalGap, namesIn } from '#shared/reporting/cube.ts';
import type { LoadEvents, Passage, Past } from '#shared/reporting/past.ts';
import { BASE_CURRENCY } from '#shared/reporting/pipeline.ts';
import type { Step } from '#shared/reporting/standing.ts';
import { loadFile } from '#shared/runtime/kept-files.ts';
import { listPlaces } from '#shared/store/places.ts';
import type { NewestRate, Rates } from '#shared/store/rates.ts';
import { reportBefore } from '#shared/store/reports.ts';
import { loadSeries } from '#shared/store/series.ts';
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
import type { Report } from './report.ts';
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
  /** Added up while the records were read. */
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
  const [previous, left, passed] = await Promise.all([
    before === null ? null : needed(parts, before.id),
    before === null ? undefined : agendaLeftBy(parts, request, { ...before, filters: terms.filters }),
    passageOf(parts, request, { before, mended }),
  ]);
  const { closing, steps, since } = passed;
  const date = dayIn(cutOff, terms.timeZone);
  // What the report before left says nothing where it is not wholly known what has changed since.
  const agenda = steps ? left : undefined;
  const changed = standingsAt(agenda && steps ? [...steps, ...since] : since, cutOff);
  const { briefly, wholly } = toBeRead(passed, basis);
  // The records take longest, so they are asked for first, and all else meanwhile.
  const [unchanged, moved, , { summed, sums }, { ids, incomplete }, { around }] = await Promise.all([
    loadUnchanged(table, briefly, cutOff),
    loadAll(table, wholly),
    parts.check(passed.latest),
    summedUp(parts, request, { terms, previous, passed, date }),
    // It takes the processor a while, so not before everything has been asked.
    onceAsked().then(() =>
      findCandidates(table, { filters: terms.filters, lists: openLists(closing, date), changed, agenda }),
    ),
    gatherAround(table, { filters: terms.filters, closing, date }),
  ]);
  const known = new Map([...ids].flatMap((of) => knownIn(agenda, of, changed)));
  const missing = [...briefly, ...ids].filter((of) => !known.has(of) && !unchanged.has(of) && !moved.has(of));
  const records = new Map([...moved, ...(await loadAll(table, new Set(missing)))]);
  const [read, events] = await Promise.all([
    factsOf(table, records, request),
    eventFactsOf(table, steps ?? [], new Map<string, LatestEvent>([...unchanged, ...records])),
  ]);
  const stood = new Map(steps?.map(({ recordId, after }) => [recordId, after]));
  const facts = new Map([...known, ...factsOfUnchanged(unchanged, stood), ...read]);
  const [named, users] = await Promise.all([
    withOrganisationNames(table, facts),
    loadUserNames(table, usersOf(closing, facts, events)),
  ]);
  const material: ReportMaterial = {
    id,
    series,
    timeZone: terms.timeZone,
    basis,
    language: terms.language,
    ...summed,
    previous,
    corrects,
    position,
    steps,
    records: named,
    events,
    incomplete,
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

/** Of which records that changed in the period what is said is enough, as far as is known yet: those that have not changed since. */
function toBeRead({ steps, since }: Passed, basis: ReportRequest['basis']) {
  const ids = new Set(steps?.map(({ recordId }) => recordId));
  const later = new Set(since.map(({ recordId }) => recordId));
  const isBrief = (id: string) => basis === 'as-known-then' && !later.has(id);
  return { briefly: new Set([...ids].filter(isBrief)), wholly: new Set([...ids].filter((id) => !isBrief(id))) };
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
  if (!report) throw new Error(`The report ${id} is published and is not kept.`);
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
  { before, mended }: { readonly before: Before | null; readonly mended: number },
): Promise<Passed> {
  const { past, files } = parts;
  const { cutOff, basis } = request;
  const from = before?.to;
  if (before && basis === 'as-known-then') {
    const left = await loadFile(files, cubeFileOf(before.id, mended));
    const passage = await unlessGap(past.passage({ from: before.to, to: cutOff }, left?.bytes));
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

interface Summing {
  readonly terms: SeriesTerms;
  readonly previous: Report | null;
  readonly passed: Passed;
  readonly date: string;
}

/** What follows from the cubes, once their rates are known. */
async function summedUp(parts: Gathering, request: ReportRequest, { terms, previous, passed, date }: Summing) {
  const { opening, closing } = passed;
  const { currency, filters } = terms;
  const [closingRates, openingRates] = await Promise.all([
    ratesOf(parts, request, terms, closing, date),
    openingRatesOf(parts, request, terms, previous, opening),
  ]);
  const summed = { currency, filters, closing, closingRates, opening, openingRates };
  return { summed, sums: sumsOf(summed) };
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
