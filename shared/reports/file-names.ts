import type { StoredForm } from '#shared/domain/report/report.ts';

/** Under which name a form of a report is kept. */
export const fileOf = (id: string, { form, language }: Pick<StoredForm, 'form' | 'language'>): string =>
  `reports/${id}/report${language ? `.${language}` : ''}.${form}`;

/** Where a report leaves what the next one of its series goes on from. */
export const agendaFileOf = (id: string): string => `reports/${id}/agenda`;
