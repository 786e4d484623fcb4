import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Cube, currenciesOf, JournalGap } from '#shared/reporting/cube.ts';
import type { LoadEvents, Past } from '#shared/reporting/past.ts';
import { BASE_CURRENCY } from '#shared/reporting/pipeline.ts';
import { listPlaces } from '#shared/store/places.ts';
import type { NewestRate, Rates } from '#shared/store/rates.ts';
import { reportBefore } from '#shared/store/reports.ts';
import { loadSeries } from '#shared/store/series.ts';
import { loadUserNames } from '#shared/store/users.ts';
import { gatherAround } from './around.ts';
import { dayIn } from './build.ts';
import { findCandidates } from './candidates.ts';
import { eventFactsOf, factsOf, loadAll } from './facts.ts';
import { keptReport } from './kept.ts';
import type { RecordFacts, ReportMaterial } from './material.ts';
import type { Report } from './report.ts';
import { type ReportRequest, type SeriesTerms, termsOf } from './request.ts';
import { stepsAsKnownNow } from './steps.ts';

export interface Gathering {
  readonly table: DynamoDBDocumentClient;
  readonly files: S3Client;
  readonly past: Past;
  readonly rates: Rates;
  readonly loadEvents: LoadEvents;
}

/** Later than anything that has been recorded. */
const EVER = '9999';

/**
 * All that a report is made from. Counting must have passed the cut-off. Sums come from the cube; records are read that changed in the
 * period, or may stand in a list, and no others.
 */
export async function gatherMaterial(
  parts: Gathering,
  request: ReportRequest,
  position: ReportMaterial['position'],
): Promise<ReportMaterial> {
  const { table, past } = parts;
  const { id, series, cutOff, basis } = request;
  const terms = termsOf(series, (await loadSeries(table, series)).series);
  if (!terms) throw new Error(`There is no series ${series}.`);
  const corrects = request.corrects === undefined ? null : await needed(parts, request.corrects);
  const previous = await previousOf(parts, request, corrects);
  const date = dayIn(cutOff, terms.timeZone);
  const [closing, opening, steps, since] = await Promise.all([
    past.standingAsOf(cutOff, basis),
    previous && past.standingAsOf(previous.period.to, basis),
    previous && stepsOf(parts, request, previous.period.to),
    past.readSteps({ from: cutOff, to: EVER }),
  ]);
  const [closingRates, openingRates, { ids, incomplete }] = await Promise.all([
    ratesOf(parts, request, terms, closing, date),
    openingRatesOf(parts, request, terms, previous, opening),
    findCandidates(table, { filters: terms.filters, closing, date, since }),
  ]);
  const records = await loadAll(table, [...new Set([...ids, ...(steps ?? []).map(({ recordId }) => recordId)])]);
  const facts = await factsOf(table, records, request);
  return {
    id,
    series,
    timeZone: terms.timeZone,
    basis,
    language: terms.language,
    currency: terms.currency,
    filters: terms.filters,
    previous,
    corrects,
    position,
    closing,
    closingRates,
    opening,
    openingRates,
    steps,
    records: facts,
    events: await eventFactsOf(table, steps ?? [], records),
    incomplete,
    names: await namesOf(table, closing, facts),
    ...(await gatherAround(table, { filters: terms.filters, closing, date })),
  };
}

async function needed({ files }: Gathering, id: string): Promise<Report> {
  const report = await keptReport(files, id);
  if (!report) throw new Error(`The report ${id} is published and is not kept.`);
  return report;
}

/** A corrected report goes on from where the first one did. */
async function previousOf(
  parts: Gathering,
  { series, cutOff }: ReportRequest,
  corrects: Report | null,
): Promise<Report | null> {
  if (corrects) return corrects.previous === null ? null : needed(parts, corrects.previous);
  const before = await reportBefore(parts.table, { series, to: cutOff });
  return before ? needed(parts, before.id) : null;
}

/** Null where the journal does not tell all of it; the report says so then. */
async function stepsOf({ past, loadEvents }: Gathering, { cutOff, basis }: ReportRequest, from: string) {
  try {
    const period = { from, to: cutOff };
    return basis === 'as-known-then' ? await past.readSteps(period) : await stepsAsKnownNow(past, loadEvents, period);
  } catch (error) {
    if (error instanceof JournalGap) return null;
    throw error;
  }
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

async function namesOf(
  table: DynamoDBDocumentClient,
  closing: Cube,
  facts: ReadonlyMap<string, RecordFacts>,
): Promise<Report['names']> {
  const owners = [...closing.cells.values(), ...[...facts.values()].map(({ standing }) => standing ?? {})].flatMap(
    ({ owner }: { owner?: string }) => owner ?? [],
  );
  const [places, users] = await Promise.all([listPlaces(table), loadUserNames(table, [...new Set(owners)])]);
  return { places: Object.fromEntries(places.map(({ id, names }) => [id, names])), users };
}
