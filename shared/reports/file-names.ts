import type { StoredForm } from '#shared/domain/report/report.ts';

/** Under which name a form of a report is kept. */
export const fileOf = (id: string, { form, language }: Pick<StoredForm, 'form' | 'language'>): string =>
  `reports/${id}/report${language ? `.${language}` : ''}.${form}`;
