import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { environment } from '#shared/runtime/environment.ts';
import { loadFile } from '#shared/runtime/kept-files.ts';
import { ensureKey } from '#shared/runtime/secrets.ts';
import type { Letter } from './deliver.ts';
import { fileOf } from './file-names.ts';
import { keptReport } from './kept.ts';
import { LINK_KEY, LINK_SECONDS, signedPath } from './links.ts';
import { renderMail } from './mail.ts';

export interface Sending {
  readonly files: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly mail: SESv2Client;
}

/** How long a key is remembered, in milliseconds. */
const REMEMBERED_MS = 300_000;

/**
 * Writes a letter and hands it to the mail service. It follows from the report, the recipient and the key alone: a repeat is the same
 * mail under the same Message-ID, which mail programs show once. The link ends 30 days after the report was published.
 */
export function openSending({ files, secrets, mail }: Sending, clock: () => number): (letter: Letter) => Promise<void> {
  let known: { key: Uint8Array; until: number } | undefined;
  const keyNow = async () => {
    if (!known || known.until < clock())
      known = { key: await ensureKey(secrets, LINK_KEY), until: clock() + REMEMBERED_MS };
    return known.key;
  };
  return async ({ report: published, email, language, recipient }) => {
    const report = await keptReport(files, published.id);
    if (!report) throw new Error(`Report ${published.id} is published but its file is missing.`);
    const workbook = await loadFile(files, fileOf(published.id, { form: 'xlsx', language }));
    const from = environment('mailFrom');
    const expires = Math.floor(Date.parse(published.publishedAt) / 1_000) + LINK_SECONDS;
    const raw = await renderMail({
      report,
      language,
      to: { address: email },
      from: { address: from },
      links: {
        report: environment('publicUrl') + signedPath(await keyNow(), published.id, expires),
        expiresAt: new Date(expires * 1_000).toISOString(),
        unsubscribe: `mailto:${from}?subject=${encodeURIComponent(`Unsubscribe ${published.series}`)}`,
      },
      messageId: `${published.id}.${recipient}@${from.slice(from.lastIndexOf('@') + 1)}`,
      ...(workbook ? { xlsx: Buffer.from(workbook.bytes) } : {}),
    });
    await mail.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [email] },
        ConfigurationSetName: environment('mailConfigurationSet'),
        // By these, what comes back is found again.
        EmailTags: [
          { Name: 'report', Value: published.id },
          { Name: 'recipient', Value: recipient },
        ],
        Content: { Raw: { Data: raw } },
      }),
    );
  };
}
