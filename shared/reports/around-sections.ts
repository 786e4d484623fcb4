import { dayNumber } from '#shared/domain/days.ts';
import type { Standing } from '#shared/reporting/standing.ts';
import { LISTED_AT_MOST } from './lists.ts';
import { type AroundMaterial, isWithheld, type Listable } from './material.ts';
import type { ListFigures, RecordLine, Report } from './report.ts';

type Around = Pick<Report, 'agreementsExpiring' | 'evidenceExpiring' | 'aroundFigures'>;

/** What the report says of agreements and evidence; nothing where its material has nothing of them. */
export function aroundSections(
  around: AroundMaterial | undefined,
  {
    date,
    seen,
    line,
  }: {
    /** The report's date. */
    readonly date: string;
    readonly seen: (standing: Standing) => boolean;
    readonly line: (facts: Listable) => RecordLine;
  },
): Around {
  if (!around) return {};
  const days = (day: string) => dayNumber(day) - dayNumber(date);
  const agreements = around.agreements.entries.map((entry) => ({
    ...entry,
    organisations: [...entry.organisations],
    days: days(entry.expiresOn),
  }));
  const entries = around.evidence.entries.flatMap(({ facts, evidence, expiresOn }) => {
    const { standing } = facts;
    if (!standing || !seen(standing)) return [];
    if (isWithheld(facts)) return [null];
    const state =
      expiresOn === null ? ('missing' as const) : expiresOn < date ? ('expired' as const) : ('ending' as const);
    const left = expiresOn === null ? null : days(expiresOn);
    return [{ ...line({ ...facts, standing }), evidence: [...evidence], state, expiresOn, days: left }];
  });
  const named = entries.filter((entry) => entry !== null);
  return {
    agreementsExpiring: agreements.slice(0, LISTED_AT_MOST),
    evidenceExpiring: named.slice(0, LISTED_AT_MOST),
    aroundFigures: {
      agreementsExpiring: figures(agreements.length, 0, around.agreements.complete),
      evidenceExpiring: figures(entries.length, entries.length - named.length, around.evidence.complete),
    },
  };
}

const figures = (count: number, withheld: number, complete: boolean): ListFigures => ({
  count,
  withheld,
  omitted: Math.max(0, count - withheld - LISTED_AT_MOST),
  complete,
});
