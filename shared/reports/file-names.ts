import type { StoredForm } from '#shared/domain/report/report.ts';
import { VOCABULARY } from '#shared/reporting/heads.ts';

/** Under which name a form of a report is kept. */
export const fileOf = (id: string, { form, language }: Pick<StoredForm, 'form' | 'language'>): string =>
  `reports/${id}/report${language ? `.${language}` : ''}.${form}`;

/** Where a report leaves what the next one of its series goes on from. */
export const agendaFileOf = (id: string): string => `reports/${id}/agenda`;

/** The same for its pipeline, as long as the journal has not been mended again and the lists that it is packed by are the same. */
export const cubeFileOf = (id: string, mended: number): string => `reports/${id}/cube.${mended}.${VOCABULARY}`;
