import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { REPORT_LANGUAGES, type ReportLanguage } from '#shared/domain/report/series.ts';
import { checkLink, LINK_KEY } from '#shared/reports/links.ts';
import { loadKey } from '#shared/runtime/secrets.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { acceptedLanguage } from '../negotiate.ts';
import { pagePolicy, refusedPage, reportPage, type SignIn } from './page.ts';

export interface OpeningLinks {
  readonly secrets: SecretsManagerClient;
  readonly signIn: SignIn;
}

/**
 * `GET /reports/{id}`: where a link in a mail leads. It says nothing of the report and reads none: who may see it is asked by its
 * token, as everywhere. A link that has expired says so (410).
 */
export async function openLink({ secrets, signIn }: OpeningLinks, call: Call): Promise<Answer> {
  const language = languageOf(call);
  const page = (status: number, text: string) => answer(status, text, language, signIn);
  const reportId = call.params['id'] ?? '';
  const { expires = '', signature = '' } = call.query;
  const key = await loadKey(secrets, LINK_KEY);
  const worth = key ? checkLink(key, { reportId, expires, signature }, call.receivedAt / 1_000) : 'forged';
  if (worth === 'good') return page(200, reportPage(language, signIn));
  return page(worth === 'expired' ? 410 : 404, refusedPage(language, worth));
}

/** `GET /signed-in`: the same page, which finds in the tab's own storage where the person was going. */
export async function comeBack({ signIn }: Pick<OpeningLinks, 'signIn'>, call: Call): Promise<Answer> {
  const language = languageOf(call);
  return answer(200, reportPage(language, signIn), language, signIn);
}

const languageOf = ({ headers }: Call): ReportLanguage => acceptedLanguage(headers, REPORT_LANGUAGES, 'en');

const answer = (status: number, text: string, language: ReportLanguage, signIn: SignIn): Answer => ({
  status,
  file: { mediaType: 'text/html; charset=utf-8', bytes: new TextEncoder().encode(text) },
  headers: { 'content-security-policy': pagePolicy(signIn), 'content-language': language },
});
