import { kindOfId } from '#shared/domain/record/kinds.ts';
import type { ReportFilters } from '#shared/domain/report/series.ts';
import { conversionInto } from '#shared/reporting/conversion.ts';
import { type Cube, type CubeFilter, filtered, passes, pipelineOfCube } from '#shared/reporting/cube.ts';
import type { NoRate } from '#shared/reporting/pipeline.ts';
import { windowTo } from '#shared/reporting/relationship.ts';
import type { Standing, Step } from '#shared/reporting/standing.ts';
import type { NewestRate } from '#shared/store/rates.ts';
import { aroundSections } from './around-sections.ts';
import { type Breakdowns, breakdownsOf, withRelationships } from './breakdowns.ts';
import { type BridgeEnd, bridgeOf } from './bridge.ts';
import type { Bridge } from './bridge-schema.ts';
import { changesSince } from './changes-since.ts';
import { lineOf, listsOf } from './lists.ts';
import { isWithheld, type ReportMaterial } from './material.ts';
import { LISTS, type RecordLine, type Report, TREND_REPORTS, type Unavailable } from './report.ts';

/** What follows from the cubes and rates alone, whatever is said of records. */
export interface ReportSums {
  /** {@link NoRate} where the report's currency has none. */
  readonly closing: BridgeEnd | NoRate;
  /** Null where there is no opening. */
  readonly opening: BridgeEnd | NoRate | null;
  /** None without a rate. */
  readonly breakdowns: Breakdowns | undefined;
}

export function sumsOf({
  currency,
  filters,
  closing: closed,
  closingRates,
  opening: opened,
  openingRates,
}: Pick<ReportMaterial, 'currency' | 'filters' | 'closing' | 'closingRates' | 'opening' | 'openingRates'>): ReportSums {
  const closing = endOf(closed, closingRates, currency, filterOf(filters));
  return {
    closing,
    opening: opened && endOf(opened, openingRates, currency, filterOf(filters)),
    breakdowns: 'noRate' in closing ? undefined : breakdownsOf(closing),
  };
}

/**
 * The report that its material makes; the same material makes the same report. {@link NoRate} where its own currency has no rate, since
 * then there is no figure at all. What cannot be given else is null and has its reason under `unavailable`. Whoever has added up its sums
 * already gives them.
 */
export function buildReport(material: ReportMaterial, sums: ReportSums = sumsOf(material)): Report | NoRate {
  const { currency, previous, corrects, filters } = material;
  const { closing, opening, breakdowns } = sums;
  if ('noRate' in closing) return closing;
  const filter = filterOf(filters);
  const seen = (standing: Standing) => passes(filter, standing);
  const date = dayIn(material.closing.at, material.timeZone);
  const bridge = bridgeUnlessWhyNot(material, { opening, closing }, seen);
  const built: Report = {
    id: material.id,
    type: 'pipeline',
    series: material.series,
    period: { from: previous?.period.to ?? null, to: material.closing.at, timeZone: material.timeZone },
    date,
    basis: material.basis,
    language: material.language,
    currency,
    filters,
    previous: previous?.id ?? null,
    corrects: corrects?.id ?? null,
    changes: null,
    inputs: {
      cutOff: material.closing.at,
      rates: inOrder(material.closingRates),
      openingRates: 'reason' in bridge ? null : inOrder(material.openingRates),
      position: material.position && { ...material.position },
      ...(material.around ? { around: { basis: 'as-known-when-made' as const, window: windowTo(date) } } : {}),
    },
    // Lists of a report are its own; the pipeline's may not be changed.
    pipeline: closing.pipeline as Report['pipeline'],
    bridge: 'reason' in bridge ? null : bridge,
    trend: trendOf(material, closing),
    ...listsOf({ material, cube: closing.cube, date, seen, convert: closing.convert }),
    ...withRelationships(breakdowns ?? breakdownsOf(closing), material.around?.relationships),
    ...aroundSections(material.around, { date, seen, line: lineOf({ material, convert: closing.convert }) }),
    names: { places: {}, users: {} },
    unavailable: [
      ...whyNot(material, closing),
      ...('reason' in bridge ? [bridge] : []),
      ...(material.unavailable ?? []),
    ],
  };
  const report = { ...built, names: namesIn(built, material.names) };
  return corrects ? { ...report, changes: changesSince(corrects, report, namingOf(material.records)) } : report;
}

/** Report filters are the cube's: what JSON leaves out is not there. */
const filterOf = (filters: ReportFilters) => filters as CubeFilter;

/** The calendar day of an instant by the clock of a time zone. Swedish writes dates in ISO form. */
export const dayIn = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    new Date(instant),
  );

function endOf(all: Cube, rates: readonly NewestRate[], currency: string, filter: CubeFilter): BridgeEnd | NoRate {
  const cube = Object.keys(filter).length > 0 ? filtered(all, filter) : all;
  const [pipeline, convert] = [pipelineOfCube(cube, rates, currency), conversionInto(currency, rates)];
  if ('noRate' in pipeline) return pipeline;
  if (!convert) return { noRate: currency };
  return { cube, pipeline, rates, convert };
}

/** The bridge, or why there is none. A report never shows one that does not end where the pipeline is. */
function bridgeUnlessWhyNot(
  material: ReportMaterial,
  { opening, closing }: { readonly opening: ReportSums['opening']; readonly closing: BridgeEnd },
  seen: (standing: Standing) => boolean,
): Bridge | Unavailable {
  const { previous, steps, currency, records } = material;
  const without = (reason: Unavailable['reason']): Unavailable => ({ section: 'bridge', reason });
  if (!previous) return without('first-report');
  if (!opening || !steps) return without('history-incomplete');
  if ('noRate' in opening) return { ...without('no-opening-rate'), of: [currency] };
  if (previous.basis === material.basis && isComparable(previous, material) && !isSameOpening(previous, opening))
    return without('opening-differs');
  const mayBeNamed = namingOf(records);
  const naming = ({ recordId }: Step) =>
    mayBeNamed(recordId) ? { title: records.get(recordId)?.title ?? null } : undefined;
  const bridge = bridgeOf({ currency, opening, closing, steps, seen, naming });
  return bridge ?? without('changes-do-not-add-up');
}

/** Which records may be named: not those that are confidential, nor IP leads of which nothing more is known. */
const namingOf =
  (records: ReportMaterial['records']) =>
  (recordId: string): boolean => {
    const facts = records.get(recordId);
    return facts ? !isWithheld(facts) : kindOfId(recordId) !== 'ip-lead';
  };

/** Whether a report's figures are in this one's currency and about the same records. */
const isComparable = (earlier: Report, { currency, filters }: ReportMaterial): boolean =>
  earlier.currency === currency && filterText(earlier.filters) === filterText(filters);

const filterText = (filters: ReportFilters): string =>
  JSON.stringify(
    Object.entries(filters)
      .flatMap(([name, wanted]) => (wanted ? [[name, [...wanted].sort()] as const] : []))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What was published stays: if the opening, counted once more, is another, the bridge would not start where the last one ended. */
const isSameOpening = (previous: Report, { pipeline }: BridgeEnd): boolean =>
  pipeline.totals.byStrand.every(({ strand, open }) => {
    const published = previous.pipeline.totals.byStrand.find((sum) => sum.strand === strand)?.open;
    return published?.value === open.value && published.weighted === open.weighted;
  });

function trendOf(material: ReportMaterial, { pipeline }: BridgeEnd): Report['trend'] {
  const { previous } = material;
  const earlier = previous && isComparable(previous, material) ? previous.trend : [];
  const { value: open, weighted } = pipeline.totals.open;
  return [...earlier, { id: material.id, to: material.closing.at, open, weighted }].slice(-TREND_REPORTS);
}

/** Reasons beside that of the bridge. */
function whyNot(material: ReportMaterial, { pipeline }: BridgeEnd): Unavailable[] {
  const { previous, steps } = material;
  const reasons: Unavailable[] = [];
  if (pipeline.unconverted.length > 0)
    reasons.push({ section: 'pipeline', reason: 'no-rate', of: pipeline.unconverted.map(({ currency }) => currency) });
  if (previous && !isComparable(previous, material)) reasons.push({ section: 'trend', reason: 'not-comparable' });
  if (!steps) {
    const reason = previous ? 'history-incomplete' : 'first-report';
    reasons.push(...(['moves', 'won', 'lost'] as const).map((section): Unavailable => ({ section, reason })));
  }
  return reasons;
}

const inOrder = (rates: readonly NewestRate[]) =>
  rates
    .map(({ currency, date, rate }) => ({ currency, date, rate }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));

/** The names of those places and users alone that the report speaks of. */
function namesIn(report: Report, names: Report['names']): Report['names'] {
  const lines = [...LISTS, 'evidenceExpiring' as const].flatMap((name): readonly RecordLine[] => report[name] ?? []);
  const actors = [...(report.moves ?? []), ...(report.won ?? []), ...(report.lost ?? [])].map(({ by }) => by?.id);
  const places = [...(report.byPlace ?? []), ...(report.agreementsExpiring ?? []), ...lines].map(({ place }) => place);
  const owners = [...(report.byOwner ?? []), ...lines].map(({ owner }) => owner);
  return {
    places: only(names.places, [...places, ...(report.filters.place ?? [])]),
    users: only(names.users, [...owners, ...actors, ...(report.filters.owner ?? [])]),
  };
}

function only<Name>(names: Readonly<Record<string, Name>>, ids: readonly (string | null | undefined)[]) {
  const wanted = [...new Set(ids)].filter((id) => typeof id === 'string').sort();
  return Object.fromEntries(wanted.flatMap((id) => (Object.hasOwn(names, id) ? [[id, names[id] as Name]] : [])));
}
