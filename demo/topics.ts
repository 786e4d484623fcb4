import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { Strand } from '#shared/domain/strand.ts';
import type { Chance } from './chance.ts';
import { ENGAGEMENTS } from './data/engagements.ts';
import { INVENTION_FORMATS, INVENTIONS } from './data/inventions.ts';
import { PARTNERS, type Partners } from './data/organisations.ts';
import type { Format, Subject } from './data/subject.ts';
import { GOODS, GOODS_FORMATS } from './data/trade.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface Topic {
  readonly subject: Subject;
  readonly format: Format<string>;
  /** Fields that only its kind has. */
  readonly own: Json;
}

/** What the n-th record of a kind (of a strand, for engagements) is about: each pair of subject and wording once, before any comes again. */
export function topicOf(kind: Kind, strand: Strand, index: number): Topic {
  const of = <S extends Subject>(subjects: readonly S[], formats: readonly Format<string>[]) => {
    const at = index % subjects.length;
    const format = formats[(Math.floor(index / subjects.length) + at) % formats.length] as Format<string>;
    return { subject: subjects[at] as S, format };
  };
  if (kind === 'engagement') {
    const { subject, format } = of(ENGAGEMENTS[strand].subjects, ENGAGEMENTS[strand].formats);
    return { subject, format, own: { engagementType: format.type } };
  }
  if (kind === 'ip-lead') {
    const { subject, format } = of(INVENTIONS, INVENTION_FORMATS);
    return { subject, format, own: { ipType: format.type } };
  }
  const { subject, format } = of(GOODS, GOODS_FORMATS);
  return { subject, format, own: { direction: format.type, sector: subject.sector } };
}

/** One partner or two: universities for what is taught and researched, public bodies for their own people, companies for the rest. */
export function partnersOf(kind: Kind, strand: Strand, { subject }: Topic, place: string, chance: Chance): string[] {
  const partners = PARTNERS[place] as Partners;
  const area = subject.area ?? subject.theme;
  const suited = partners.companies.filter(({ does }) => area === undefined || does.includes(area));
  const companies = (suited.length > 0 ? suited : partners.companies).map(({ name }) => name);
  const first = chance.pick('partner', kindOfPartner());
  const second = chance.in(0.15, 'second')
    ? chance.pick('second partner', [...partners.public, ...partners.academic])
    : first;
  return first === second ? [first] : [first, second];

  function research(): readonly string[] {
    return [...partners.academic, ...(partners.institutes ?? [])];
  }

  function kindOfPartner(): readonly string[] {
    if (kind === 'trade-deal') return companies;
    if (kind === 'ip-lead') return chance.in(0.6, 'company') ? companies : research();
    if (strand === 'research-alliance') return research();
    if (strand === 'business-engagement') return chance.in(0.8, 'company') ? companies : partners.public;
    return strand === 'capacity-building' ? partners.public : partners.academic;
  }
}
