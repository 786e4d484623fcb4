import type { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import type { Kind, Phase } from '#shared/domain/pipeline/ladders.ts';
import type { LostReason } from '#shared/domain/pipeline/moves.ts';
import type { Strand } from '#shared/domain/strand.ts';
import type { Term } from '../bridge-schema.ts';
import type { Basis, ListName, Report, ReportLanguage, ThemeSums, Unavailable } from '../report.ts';
import { COUNTED, type CountedName } from './counted.ts';
import { type Format, formatOf } from './format.ts';
import {
  BASIS_TERMS,
  BRIDGE_MEANINGS,
  BRIDGE_TERMS,
  EVIDENCE_TERMS,
  inLanguage,
  KIND_TERMS,
  LIST_TERMS,
  LOST_REASON_TERMS,
  PHASE_TERMS,
  SERIES_TERMS,
  STAGE_TERMS,
  STRAND_TERMS,
  THEME_TERMS,
  UNAVAILABLE_TERMS,
  type Wording,
} from './glossary.ts';
import { WORDING, type WordingName } from './wording.ts';

type Fills = Readonly<Record<string, string>>;

/** How a form speaks: the glossary and the formats in one language, and the names that a report brings for its ids. */
export interface Words {
  readonly language: ReportLanguage;
  readonly format: Format;
  /** A heading, label or sentence, with what it leaves open filled in. */
  readonly say: (name: WordingName, fills?: Fills) => string;
  /** So many of something. */
  readonly counted: (name: CountedName, n: number) => string;
  readonly strand: (strand: Strand) => string;
  readonly kind: (kind: Kind) => string;
  /** A stage by its name; one that is no longer on the ladder is shown as it is. */
  readonly stage: (kind: Kind, stage: string) => string;
  readonly phase: (phase: Phase) => string;
  readonly theme: (theme: ThemeSums['theme']) => string;
  /** A series by its name, or its id where it has none. */
  readonly series: (id: string) => string;
  readonly basis: (basis: Basis) => string;
  readonly lostReason: (reason: LostReason) => string;
  readonly term: (term: Term) => string;
  readonly meaning: (term: Term) => string;
  readonly list: (list: ListName) => string;
  /** Types of which any would do. */
  readonly evidence: (types: readonly EvidenceType[]) => string;
  readonly place: (place: string | null) => string;
  readonly owner: (owner: string | null) => string;
  readonly user: (id: string) => string;
  /** Why a section is not given. */
  readonly why: (unavailable: Unavailable | undefined) => string;
}

export function wordsOf({ names }: Pick<Report, 'names'>, language: ReportLanguage): Words {
  const from =
    <Key extends string>(terms: Readonly<Record<Key, Wording>>) =>
    (key: Key) =>
      inLanguage(terms[key], language);
  const say: Words['say'] = (name, fills = {}) => fill(inLanguage(WORDING[name], language), fills);
  const theme = from(THEME_TERMS);
  const user = (id: string) => own(names.users, id) ?? id;
  const format = formatOf(language);
  return {
    language,
    format,
    say,
    counted: (name, n) => {
      const [one, several, chinese] = COUNTED[name];
      const english = n === 1 ? one : several;
      return (language === 'en' ? english : chinese).replace('{n}', format.count(n));
    },
    strand: from(STRAND_TERMS),
    kind: from(KIND_TERMS),
    stage: (kind, stage) => {
      const wording = own(STAGE_TERMS[kind] as Readonly<Record<string, Wording>>, stage);
      return wording ? inLanguage(wording, language) : stage;
    },
    phase: from(PHASE_TERMS),
    theme: (name) => (name === null ? say('noTheme') : theme(name)),
    series: (id) => {
      const wording = own(SERIES_TERMS, id);
      return wording ? inLanguage(wording, language) : id;
    },
    basis: from(BASIS_TERMS),
    lostReason: from(LOST_REASON_TERMS),
    term: from(BRIDGE_TERMS),
    meaning: from(BRIDGE_MEANINGS),
    list: from(LIST_TERMS),
    evidence: (types) => types.map(from(EVIDENCE_TERMS)).join(say('or')),
    place: (id) => {
      if (id === null) return say('noPlace');
      return own(names.places, id)?.[language === 'en' ? 'en' : 'zh'] ?? id;
    },
    owner: (id) => (id === null ? say('noOwner') : user(id)),
    user,
    why: (unavailable) =>
      unavailable
        ? fill(from(UNAVAILABLE_TERMS)(unavailable.reason), {
            of: (unavailable.of ?? []).join(say('comma')),
          })
        : say('unexplained'),
  };
}

/** Ids come from people: one called `constructor` has no name either. */
const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** Puts texts where a sentence leaves room for them, once: what is put in is never read as a sentence itself. */
function fill(sentence: string, fills: Fills): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => {
    const text = own(fills, name);
    if (text === undefined) throw new Error(`Nothing stands for {${name}} in “${sentence}”.`);
    return text;
  });
}
