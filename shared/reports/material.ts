import type { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { LostReason } from '#shared/domain/pipeline/moves.ts';
import type { Actor } from '#shared/events/envelope.ts';
import type { Cube } from '#shared/reporting/cube.ts';
import type { Standing, Step } from '#shared/reporting/standing.ts';
import type { NewestRate } from '#shared/store/rates.ts';
import type { ListedOrganisation } from './parts.ts';
import type { Basis, ListName, Report, ReportFilters, ReportLanguage, Unavailable } from './report.ts';

/** What a report says of a record beside its figures, as it was at the cut-off. */
export interface RecordFacts {
  readonly id: string;
  readonly kind: Kind;
  /** Null where it was voided. */
  readonly standing: Standing | null;
  readonly title: string;
  readonly organisations: readonly ListedOrganisation[];
  readonly nextStep?: { readonly text: string; readonly dueOn?: string };
  /** At the cut-off, or since, as far as was known a moment before the report was made: what was made confidential is not named again. */
  readonly confidential: boolean;
}

/** A record that is not voided. */
export type Listable = RecordFacts & { readonly standing: Standing };

/** Counted, never named. */
export const isWithheld = ({ confidential, standing }: Pick<RecordFacts, 'confidential' | 'standing'>): boolean =>
  confidential || standing?.confidential === true;

/** What a report says of an event beside what it changed. */
export interface EventFacts {
  readonly actor: Actor;
  readonly reason?: string;
  readonly lostReason?: LostReason;
}

/** All that a report is made from. The same material gives the same report. */
export interface ReportMaterial {
  readonly id: string;
  readonly series: string;
  /** The series' clock: the report's date is the day of the cut-off by it. */
  readonly timeZone: string;
  readonly basis: Basis;
  readonly language: ReportLanguage;
  readonly currency: string;
  readonly filters: ReportFilters;
  /** The report before it in the series: the period runs from its cut-off. */
  readonly previous: Report | null;
  /** The first report, where this one corrects it. */
  readonly corrects: Report | null;
  /** How far the table's stream had been counted, by shard. */
  readonly position: Readonly<Record<string, string>> | null;
  /** All records at the cut-off, whatever the filters; its instant is the cut-off. */
  readonly closing: Cube;
  /** In force at the cut-off: of every currency of the cube, and the report's own. Of the base currency none. */
  readonly closingRates: readonly NewestRate[];
  /** All records at the previous report's cut-off, by the same basis; null where there is none. */
  readonly opening: Cube | null;
  /** In force at the opening; the previous report's, where the basis is the same. */
  readonly openingRates: readonly NewestRate[];
  /** All that leads from opening to closing, each version once; null where that is not wholly known, or in a first report. */
  readonly steps: readonly Step[] | null;
  /** By id: every record with a step in the period, and all that could stand in a list. */
  readonly records: ReadonlyMap<string, RecordFacts>;
  /** By id: every event of the period that moved a record or logged it as won or lost. */
  readonly events: ReadonlyMap<string, EventFacts>;
  /** Lists for which `records` may lack some. */
  readonly incomplete?: ReadonlySet<ListName>;
  /** Sections that cannot be given, and why; they are null in the report. */
  readonly unavailable?: readonly Unavailable[];
  /** Names of places and users, as many as are known. */
  readonly names: Report['names'];
  /** What stands around the pipeline, by what was known when this was gathered. */
  readonly around?: AroundMaterial;
}

/** What a report is told of what stands around the pipeline. */
export interface AroundMaterial {
  /** Agreements in force whose renewal is due on the report's date: the next to expire first. */
  readonly agreements: {
    readonly entries: readonly {
      readonly id: string;
      readonly title: string;
      readonly organisations: readonly ListedOrganisation[];
      readonly place: string | null;
      readonly expiresOn: string;
    }[];
    /** False where there may be more. */
    readonly complete: boolean;
  };
  /** Evidence that is missing, then what has expired or is about to, the longest ago first. */
  readonly evidence: {
    readonly entries: readonly {
      readonly facts: RecordFacts;
      /** Any of these would do. */
      readonly evidence: readonly EvidenceType[];
      /** Null where there is none. */
      readonly expiresOn: string | null;
    }[];
    readonly complete: boolean;
  };
  /** Relationship parts by place. */
  readonly relationships: ReadonlyMap<string, NonNullable<NonNullable<Report['byPlace']>[number]['relationship']>>;
}
