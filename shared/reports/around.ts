import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import type { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import { aboutPlace } from '#shared/domain/link/links.ts';
import type { ReportFilters } from '#shared/domain/report/series.ts';
import { type Cube, namesIn } from '#shared/reporting/cube.ts';
import { readRelationship } from '#shared/reporting/read-relationship.ts';
import { loadEntities } from '#shared/store/entities.ts';
import { type Listing, readExpiring } from '#shared/store/links.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';
import { factsOf, loadAll, namesShown, withOrganisationNames } from './facts.ts';
import { LISTED_AT_MOST } from './lists.ts';
import type { AroundMaterial } from './material.ts';

/** Evidence is about to expire so many days before: time enough to have the check done again. */
export const EVIDENCE_SOON_DAYS = 60;

/** Later than anything that has been recorded: records as they are. */
const NOW = { cutOff: '9999', basis: 'as-known-then' } as const;

/** Entries of a list that are looked at: more than a report shows, since filters leave some out. */
const LOOKED_AT = 1_000;

interface Asked {
  readonly filters: ReportFilters;
  readonly closing: Cube;
  /** The report's date. */
  readonly date: string;
}

/**
 * What stands around the pipeline, for a report: agreements whose renewal is due, evidence that has expired, is about to or is missing, and
 * the relationship with each place that the report counts anything in. By what is known now, whatever the cut-off; only days are counted to
 * the report's date. What is read does not grow with the number of records: lists by day as far as a report shows them, and three queries a place.
 */
export async function gatherAround(
  table: DynamoDBDocumentClient,
  asked: Asked,
): Promise<{ readonly around: AroundMaterial }> {
  const [agreements, evidence, relationships] = await Promise.all([
    agreementsDue(table, asked),
    evidenceLacking(table, asked),
    relationshipsOf(table, asked),
  ]);
  return { around: { agreements, evidence, relationships } };
}

async function agreementsDue(
  table: DynamoDBDocumentClient,
  { date, filters }: Asked,
): Promise<AroundMaterial['agreements']> {
  const span = { from: date, descending: false, limit: LOOKED_AT };
  const { entries, ended } = await readExpiring(table, 'agreement', span);
  const due = entries.filter(({ dueOn }) => dueOn !== undefined && dueOn <= date);
  const states = await loadEntities(
    table,
    due.map(({ of }) => of),
  );
  const wanted = due.flatMap(({ of, date: expiresOn }) => {
    const fields = states.get(of)?.state.fields as AgreementFields | undefined;
    return fields && fits(fields, filters) ? [{ id: of, expiresOn, fields }] : [];
  });
  const names = await loadOrganisations(
    table,
    wanted.flatMap(({ fields }) => fields.organisations),
  );
  return {
    complete: ended,
    entries: wanted.map(({ id, expiresOn, fields }) => ({
      id,
      title: fields.title,
      organisations: namesShown(fields.organisations, names),
      place: fields.place ?? null,
      expiresOn,
    })),
  };
}

interface AgreementFields {
  readonly title: string;
  readonly organisations: readonly string[];
  readonly place?: string;
  readonly owner?: string;
  readonly areas?: readonly { readonly strands: readonly string[] }[];
}

/** A report about some strands, places or owners has their agreements; of kinds of records an agreement knows nothing. */
const fits = ({ place, owner, areas = [] }: AgreementFields, filters: ReportFilters): boolean =>
  (filters.place === undefined || filters.place.includes(place ?? 'none')) &&
  (filters.owner === undefined || filters.owner.includes(owner ?? 'none')) &&
  (filters.strand === undefined || areas.some(({ strands }) => filters.strand?.some((each) => strands.includes(each))));

async function evidenceLacking(table: DynamoDBDocumentClient, { date }: Asked): Promise<AroundMaterial['evidence']> {
  const soon = dayOfNumber(dayNumber(date) + EVIDENCE_SOON_DAYS);
  // One more than is shown, so that it is known whether there are more.
  const span = { descending: false, limit: LISTED_AT_MOST + 1 };
  const [missing, ending] = await Promise.all([
    readExpiring(table, 'evidence-missing', span),
    readExpiring(table, 'evidence', { ...span, to: soon }),
  ]);
  const found = [
    ...missing.entries.map((entry) => ({ entry, expiresOn: null })),
    ...ending.entries.map((entry) => ({ entry, expiresOn: entry.date })),
  ];
  const records = await loadAll(table, new Set(found.map(({ entry }) => entry.of)));
  const facts = await withOrganisationNames(table, await factsOf(table, records, NOW));
  return {
    complete: missing.ended && ending.ended,
    entries: found.flatMap(({ entry, expiresOn }) => {
      const of = facts.get(entry.of);
      return of ? [{ facts: of, evidence: typesIn(entry), expiresOn }] : [];
    }),
  };
}

const typesIn = ({ what = '' }: Listing) => what.split('+') as EvidenceType[];

async function relationshipsOf(
  table: DynamoDBDocumentClient,
  { closing, date }: Asked,
): Promise<AroundMaterial['relationships']> {
  const read = async (place: string) => {
    const told = await readRelationship(table, [aboutPlace(place)], date);
    const { activities, variety, reciprocity, duration, index } = told;
    return [place, { activities, variety, reciprocity, duration, index }] as const;
  };
  return new Map(await Promise.all([...namesIn(closing, 'place')].map(read)));
}
