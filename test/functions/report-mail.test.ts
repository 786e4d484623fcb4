import { S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import PostalMime from 'postal-mime';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FIRST_SERIES } from '#shared/domain/report/series.ts';
import { publicationOf } from '#shared/recording/publication.ts';
import { drawForms, toJson } from '#shared/reports/draw.ts';
import { checkLink } from '#shared/reports/links.ts';
import { makeReport } from '#shared/reports/publish.ts';
import { keys } from '#shared/store/keys.ts';
import { loadDeliveries, recipientHash } from '#shared/store/mailings.ts';
import { loadReport } from '#shared/store/reports.ts';
import { writeSetting } from '#shared/store/settings.ts';
import { functionWorld, useFunctionEnvironment } from '#test/support/function-world.ts';
import { goldenReport } from '#test/support/golden-report.ts';
import { memoryFiles } from '#test/support/memory-files.ts';
import { mockClient } from '#test/support/mock-client.ts';

const world = functionWorld();
const [s3, ses, secrets] = [mockClient(S3Client), mockClient(SESv2Client), mockClient(SecretsManagerClient)];
const report = goldenReport();
const ANNA = 'anna@example.org';
let handler: (event: unknown) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;
let secret: string | undefined;

beforeAll(async () => {
  useFunctionEnvironment();
  vi.stubEnv('FILES_BUCKET', 'files');
  vi.stubEnv('SECRETS_PREFIX', 'partnership/dev/');
  vi.stubEnv('PUBLIC_URL', 'https://crm.example');
  vi.stubEnv('MAIL_FROM', 'crm@mail.example');
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'partnership-dev');
  handler = (await import('#functions/deliver/mail.ts')).handler as never;
});

beforeEach(async () => {
  world.reset();
  for (const mock of [s3, ses, secrets]) mock.reset();
  const files = memoryFiles();
  s3.send.callsFake((command) => files.client.send(command as never));
  ses.on(SendEmailCommand).resolves({ MessageId: 'taken' });
  secrets.on(GetSecretValueCommand).callsFake(async () => {
    if (secret === undefined) throw Object.assign(new Error(), { name: 'ResourceNotFoundException' });
    return { SecretString: secret };
  });
  secrets.on(CreateSecretCommand).callsFake(async ({ SecretString }) => {
    secret = SecretString;
    return {};
  });
  const { id: _, ...series } = FIRST_SERIES[1] as (typeof FIRST_SERIES)[number];
  const author = { userId: 'manager', at: '2026-01-01T00:00:00.000Z', correlationId: 'c' };
  await writeSetting(world.kept.calm, {
    key: keys.reportSeries(report.series),
    content: { ...series, recipients: [{ email: ANNA, language: 'zh-CN' }], activeSince: author.at },
    previous: undefined,
    previousVersion: 0,
    author,
    eventId: 'evt',
  });
  const { id, series: of, basis, period } = report;
  const compose = async () => report;
  const clock = () => Date.parse('2026-03-30T07:00:06.000Z');
  await makeReport(
    { table: world.kept.calm, files: files.client, clock, compose, toJson, draw: drawForms },
    { id, series: of, basis, cutOff: period.to },
  );
});

const deliver = async (event: object) =>
  (await handler({ Records: [{ messageId: 'm', body: JSON.stringify(event) }] })).batchItemFailures.length;
async function published() {
  const { contract, detail } = publicationOf((await loadReport(world.kept.calm, report.id)) as never);
  return { source: contract.source, 'detail-type': contract.name, detail };
}
const mails = () =>
  ses.commandCalls(SendEmailCommand).map(({ args }) => Buffer.from(args[0].input.Content?.Raw?.Data ?? []));
const statusOf = async (email: string) =>
  (await loadDeliveries(world.kept.calm, report.id)).get(recipientHash(email))?.status;

describe('the mail of a published report', () => {
  it('is in the language of its recipient, with the workbook that was published, and a link that ends after 30 days', async () => {
    expect(await deliver(await published())).toBe(0);
    const [raw] = mails();
    const mail = await PostalMime.parse(raw as Buffer);
    expect(mail.to?.[0]?.address).toBe(ANNA);
    expect(mail.from?.address).toBe('crm@mail.example');
    expect(mail.messageId).toBe(`<${report.id}.${recipientHash(ANNA)}@mail.example>`);
    const kept = await loadReport(world.kept.calm, report.id);
    const workbook = kept?.forms.find(({ form, language }) => form === 'xlsx' && language === 'zh-CN');
    expect(mail.attachments).toHaveLength(1);
    expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer).length).toBe(workbook?.bytes);
    const link = new URL(/https:\/\/crm\.example\/reports\/\S+/.exec(mail.text ?? '')?.[0] ?? '');
    const [expires, signature] = ['expires', 'signature'].map((name) => link.searchParams.get(name) ?? '') as [
      string,
      string,
    ];
    expect(Number(expires)).toBe(Date.parse('2026-04-29T07:00:06.000Z') / 1_000);
    const worth = checkLink(Buffer.from(secret ?? '', 'base64'), { reportId: report.id, expires, signature }, 0);
    expect(worth).toBe('good');
    expect(await statusOf(ANNA)).toBe('sent');
  });

  it('is not sent again, and where its sending died it is the same bytes once more', async () => {
    await deliver(await published());
    await deliver(await published());
    expect(mails()).toHaveLength(1);
    // As it stands where the answer of the mail service was lost.
    const delivery = {
      email: ANNA,
      status: 'sending',
      attempts: 1,
      at: '2026-03-30T07:00:07.000Z',
      until: '2026-03-30T07:01:37.000Z',
      expiresAt: 9e9,
    };
    const key = keys.mailing(report.id, recipientHash(ANNA));
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
    const stamp = 'sending 1 2026-03-30T07:00:07.000Z';
    await world.kept.calm.send(new PutCommand({ TableName: 'table', Item: { ...key, delivery, stamp } }));
    expect(await deliver(await published())).toBe(0);
    const [first, second] = mails();
    expect(second?.equals(first as Buffer)).toBe(true);
  });

  it('comes again where the mail service refuses it, and its error is kept by name alone', async () => {
    ses.on(SendEmailCommand).rejectsOnce(Object.assign(new Error(ANNA), { name: 'MessageRejected' }));
    expect(await deliver(await published())).toBe(1);
    expect(await statusOf(ANNA)).toBe('failed');
    expect(await deliver(await published())).toBe(0);
    expect(await statusOf(ANNA)).toBe('sent');
  });

  it('is not written where no address to send from is set up', async () => {
    vi.stubEnv('MAIL_FROM', '');
    expect(await deliver(await published())).toBe(0);
    expect(mails()).toEqual([]);
    vi.stubEnv('MAIL_FROM', 'crm@mail.example');
  });
});

describe('what SES tells later', () => {
  const told = (eventType: string, more: object = {}, tags: object = {}) => ({
    source: 'aws.ses',
    detail: {
      eventType,
      mail: {
        destination: [ANNA],
        tags: {
          report: [report.id],
          recipient: [recipientHash(ANNA)],
          'ses:configuration-set': ['partnership-dev'],
          ...tags,
        },
      },
      ...more,
    },
  });

  it.each([
    ['Bounce', { bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: ANNA }] } }, 'bounced'],
    ['Complaint', { complaint: {} }, 'complained'],
    ['Reject', { reject: {} }, 'bounced'],
  ])('%s is kept with the delivery', async (eventType, more, status) => {
    await deliver(await published());
    expect(await deliver(told(eventType, more))).toBe(0);
    expect(await statusOf(ANNA)).toBe(status);
  });

  it('of anything else is passed over', async () => {
    await deliver(await published());
    for (const other of [
      told('Delivery'),
      told('Bounce', {}),
      { source: 'aws.ses', detail: {} },
      told('Reject', {}, { report: [] }),
    ])
      expect(await deliver(other)).toBe(0);
    expect(await statusOf(ANNA)).toBe('sent');
  });
});
