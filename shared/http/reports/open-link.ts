import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
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

/** Where the sign-in page leads back to. */
const SIGNED_IN = 'signed-in';

/**
 * `GET /reports/{id}`: where a link in a mail leads. It says nothing of the report and reads none: who may see it is asked by its
 * token, as everywhere. A link that has expired says so (410).
 */
export async function openLink({ secrets, signIn }: OpeningLinks, call: Call): Promise<Answer> {
  const language = acceptedLanguage(call.headers, REPORT_LANGUAGES, 'en');
  const page = (status: number, text: string): Answer => ({
    status,
    file: { mediaType: 'text/html; charset=utf-8', bytes: new TextEncoder().encode(text) },
    headers: { 'content-security-policy': pagePolicy(signIn), 'content-language': language },
  });
  const reportId = call.params['id'] ?? '';
  if (reportId === SIGNED_IN) return page(200, reportPage(language, signIn));
  const { expires = '', signature = '' } = call.query;
  const key = await loadKey(secrets, LINK_KEY);
  const worth = key ? checkLink(key, { reportId, expires, signature }, call.receivedAt / 1_000) : 'forged';
  if (worth === 'good') return page(200, reportPage(language, signIn));
  return page(worth === 'expired' ? 410 : 404, refusedPage(language, worth));
}
