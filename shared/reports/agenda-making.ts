import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { londonDay } from '#shared/domain/days.ts';
import type { Cube } from '#shared/reporting/cube.ts';
import { encodeCube } from '#shared/reporting/cube-packing.ts';
import type { Past } from '#shared/reporting/past.ts';
import { keepOnce } from '#shared/runtime/kept-files.ts';
import { type Agenda, agendaOf, carriedOn, KEPT, runningLow, type Stretch } from './agenda.ts';
import { keepAgenda } from './agenda-file.ts';
import { firstOf } from './candidates.ts';
import { factsOf, loadAll } from './facts.ts';
import { cubeFileOf } from './file-names.ts';
import type { RecordFacts } from './material.ts';
import { OPEN_LISTS, type OpenListName } from './open-lists.ts';
import type { ReportFilters } from './report.ts';

export interface AgendaParts {
  readonly table: DynamoDBDocumentClient;
  readonly files: S3Client;
  readonly past: Pick<Past, 'readSteps'>;
}

/** What the agenda of a report follows from. */
export interface Leaving {
  /** The cut-off. */
  readonly at: string;
  /** The report's date. */
  readonly date: string;
  readonly filters: ReportFilters;
  /** The one that it went on from itself. */
  readonly agenda: Agenda | undefined;
  /** The records that have changed since that one. */
  readonly changed: ReadonlyMap<string, unknown>;
  /** By id: what was said of records at the cut-off, of each that changed in the period among them. */
  readonly records: ReadonlyMap<string, RecordFacts>;
  /** The pipeline at the cut-off, and how often the journal had been mended before it was added up. */
  readonly closing: Pick<Cube, 'cells' | 'stays'>;
  readonly mended: number;
}

/** An index is a moment late; whatever changed within so long is asked of the journal. Milliseconds. */
const LATE_MS = 3_600_000;
/** Later than anything that has been recorded. */
const EVER = '9999';

/** What a report leaves to the next one of its series, which does without whatever is missing. */
export async function leaveToNext(parts: AgendaParts, reportId: string, leaving: Leaving): Promise<void> {
  const { files } = parts;
  const { closing, mended } = leaving;
  const cube = { key: cubeFileOf(reportId, mended), bytes: encodeCube(closing), mediaType: 'application/octet-stream' };
  await Promise.all([
    keepOnce(files, cube),
    agendaAfter(parts, leaving).then((agenda) => keepAgenda(files, reportId, agenda)),
  ]);
}

/**
 * The agenda at a report's cut-off: the last one, carried on by what has changed; and where
 * there was none, or it has come to know few records of a list, what the indexes say as they are now, put back to the cut-off.
 */
async function agendaAfter(parts: Omit<AgendaParts, 'files'>, leaving: Leaving): Promise<Agenda> {
  const { at, date, filters, agenda } = leaving;
  const carried = agenda && carriedOn(agenda, leaving);
  const low = carried ? runningLow(carried) : OPEN_LISTS;
  if (carried && low.length === 0) return carried;
  const { table, past } = parts;
  const [found, late] = await Promise.all([
    Promise.all(low.map((list) => lookedFor(table, list, { filters, date }))),
    past.readSteps({ from: new Date(Date.parse(at) - LATE_MS).toISOString(), to: EVER }),
  ]);
  const ids = new Set([...found.flatMap((each) => each.ids), ...late.map(({ recordId }) => recordId)]);
  const known = carried?.entries ?? new Map<string, RecordFacts>();
  const records = await loadAll(table, new Set([...ids].filter((id) => !known.has(id))));
  const facts = await factsOf(table, records, { cutOff: at, basis: 'as-known-then' });
  const stretches = {
    ...carried?.stretches,
    ...Object.fromEntries(found.map(({ list, stretch }) => [list, stretch])),
  } as Agenda['stretches'];
  return agendaOf([...known.values(), ...facts.values()], { at, filters, stretches });
}

/** As many records of a list's order as may be kept, by the index as it is now, and how far that goes. */
async function lookedFor(
  table: DynamoDBDocumentClient,
  list: OpenListName,
  { filters, date }: Pick<Leaving, 'filters' | 'date'>,
): Promise<{ readonly list: OpenListName; readonly ids: readonly string[]; readonly stretch: Stretch }> {
  const from = list === 'closingSoon' ? { from: date } : {};
  const { ids, next } = await firstOf(table, list, filters, { limit: KEPT.atMost, within: from });
  // Of the day that the last one is of, there may be more.
  const before = next && (list === 'stalled' ? londonDay(next.value) : next.value);
  return { list, ids, stretch: { ...from, ...(before === null ? {} : { before }) } };
}
