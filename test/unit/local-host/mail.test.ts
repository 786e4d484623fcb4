import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { describe, expect, it } from 'vitest';
import { mailPages } from '#infra/local/mail/pages.ts';
import { mailService } from '#infra/local/mail/service.ts';
import { openOutbox } from '#infra/local/mail/store.ts';
import { account, allow, endpointWith, region, scratch } from './support/endpoint.ts';

const from = 'partnership@crm.example';
const arn = (resource: string) => `arn:aws:ses:${region}:${account}:${resource}`;

async function world(directory = scratch()) {
  const outbox = openOutbox(directory);
  const mail = mailService({ outbox, account, region, identities: ['crm.example'], configurationSets: ['house'] });
  const granted = allow(['ses:SendRawEmail'], arn('identity/crm.example'), arn('configuration-set/*'));
  const { as } = await endpointWith(
    { mail },
    {
      full: [allow(['ses:SendRawEmail'], arn('*'))],
      house: [{ ...granted, Condition: { StringEquals: { 'ses:FromAddress': from } } }],
      none: [],
    },
  );
  return { outbox, directory, client: (name: string) => new SESv2Client(as(name)), ses: new SESv2Client(as('house')) };
}

const composed = (more: object = {}) =>
  new MailComposer({
    from: `Partnership CRM <${from}>`,
    to: 'Li Wei <li.wei@example.cn>',
    subject: '管道周报 <b>',
    text: 'plain',
    html: '<p>报告<img src="cid:chart"></p><script>alert(1)</script>',
    attachments: [
      { filename: '报告 1.xlsx', content: Buffer.from([1, 2, 3]), contentType: 'application/vnd.ms-excel' },
      { cid: 'chart', content: Buffer.from('<svg/>'), contentType: 'image/svg+xml' },
    ],
    ...more,
  })
    .compile()
    .build();

const message = async (more: Partial<SendEmailCommandInput> = {}) =>
  new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: ['li.wei@example.cn'] },
    ConfigurationSetName: 'house',
    Content: { Raw: { Data: await composed() } },
    ...more,
  });

describe('SES of the local run, by the real client', () => {
  it('keeps the message byte for byte as a file, with what the call said in front', async () => {
    const { ses, directory } = await world();
    const raw = await composed();
    const { MessageId } = await ses.send(await message({ Content: { Raw: { Data: raw } } }));
    const [file = ''] = readdirSync(directory);
    expect(file).toMatch(/^\d{8}T\d{6}\.\d{3}Z_.+\.eml$/);
    expect(file).toContain(MessageId);
    const kept = readFileSync(join(directory, file));
    expect(kept.subarray(kept.length - raw.length).equals(raw)).toBe(true);
    expect(kept.toString()).toContain('X-Local-Envelope-To: li.wei@example.cn\r\n');
  });

  it('takes sender and recipients from the message where the call names none', async () => {
    const { client, outbox } = await world();
    const { MessageId = '' } = await client('full').send(
      new SendEmailCommand({ Content: { Raw: { Data: await composed() } } }),
    );
    expect(outbox.read(MessageId)?.toString()).toMatch(
      /Envelope-From: partnership@crm.example\r\nX-Local-Envelope-To: li.wei@example.cn/,
    );
  });

  it.each([
    ['bounce.invalid', 'MessageRejected'],
    ['throttled.invalid', 'TooManyRequestsException'],
    ['paused.invalid', 'SendingPausedException'],
  ])('a recipient at %s makes sending fail with %s, and nothing is kept', async (domain, name) => {
    const { ses, outbox } = await world();
    const failing = await message({ Destination: { ToAddresses: ['ok@example.cn', `any@${domain}`] } });
    await expect(ses.send(failing)).rejects.toMatchObject({ name });
    expect(outbox.list()).toEqual([]);
  });

  it('refuses what SES would: no grant, another sender than the grant’s, an identity or a set that there is not', async () => {
    const { client, ses, outbox } = await world();
    const denied = { name: 'AccessDeniedException', message: expect.stringContaining('ses:SendRawEmail') };
    await expect(client('none').send(await message())).rejects.toMatchObject(denied);
    await expect(ses.send(await message({ FromEmailAddress: 'other@crm.example' }))).rejects.toMatchObject(denied);
    const full = client('full');
    await expect(full.send(await message({ FromEmailAddress: 'a@elsewhere.example' }))).rejects.toMatchObject({
      name: 'MessageRejected',
      message: expect.stringContaining('not verified'),
    });
    await expect(full.send(await message({ ConfigurationSetName: 'none' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await expect(full.send(await message({ Destination: { ToAddresses: ['nobody'] } }))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
    const simple = { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } };
    await expect(full.send(await message({ Content: simple }))).rejects.toThrow(/Content.Raw only/);
    expect(outbox.list()).toEqual([]);
  });

  it('what was sent is there after a restart; what was half written is not', async () => {
    const { ses, directory } = await world();
    const { MessageId } = await ses.send(await message());
    writeFileSync(join(directory, '20260101T000000.000Z_half.eml.part'), 'half');
    expect(openOutbox(directory).list()).toEqual([MessageId]);
    expect(readdirSync(directory)).toHaveLength(1);
  });
});

describe('the pages of sent mail', () => {
  async function sent() {
    const { ses, outbox } = await world();
    const { MessageId: id = '' } = await ses.send(await message());
    const pages = mailPages(outbox);
    const get = async (path: string) => {
      const answer = await pages(path);
      return {
        status: answer?.status,
        headers: Object.fromEntries(answer?.headers ?? []),
        body: answer?.body ?? Buffer.alloc(0),
      };
    };
    return { id, get, pages };
  }

  it('list what was sent, newest first, with nothing of a message taken for markup', async () => {
    const { get, id } = await sent();
    const { status, body, headers } = await get('/_local/mail');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(body.toString()).toContain(`<a href="/_local/mail/${id}">管道周报 &lt;b&gt;</a>`);
    expect(body.toString()).toContain('li.wei@example.cn');
  });

  it('show a message with its headers, its parts and its attachments', async () => {
    const { get, id } = await sent();
    const { body } = await get(`/_local/mail/${id}`);
    const html = body.toString();
    expect(html).toContain(`<iframe sandbox title="The message as HTML" src="/_local/mail/${id}/html">`);
    expect(html).toMatch(/<th scope="row">Subject<\/th><td>管道周报 &lt;b&gt;<\/td>/);
    expect(html).toMatch(/报告 1\.xlsx<\/a> \(application\/vnd\.ms-excel, 3 bytes\)/);
    expect(html).not.toContain('alert(1)');
  });

  it('show the HTML part in a sandbox without scripts, its pictures in place', async () => {
    const { get, id } = await sent();
    const { body, headers } = await get(`/_local/mail/${id}/html`);
    expect(headers['content-security-policy']).toBe(
      "sandbox allow-popups; default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    );
    expect(body.toString()).toContain('<img src="data:image/svg+xml;base64,PHN2Zy8+">');
  });

  it('give attachments as downloads, and the source as text', async () => {
    const { get, id } = await sent();
    const { body, headers } = await get(`/_local/mail/${id}/attachments/1`);
    expect([...body]).toEqual([1, 2, 3]);
    expect(headers['content-disposition']).toBe(`attachment; filename*=UTF-8''${encodeURIComponent('报告 1.xlsx')}`);
    expect((await get(`/_local/mail/${id}/source`)).headers['content-type']).toMatch(/^text\/plain/);
  });

  it('answer 404 for what there is not, and leave other paths alone', async () => {
    const { get, pages, id } = await sent();
    for (const path of ['/_local/mail/none', `/_local/mail/${id}/attachments/9`, '/_local/mail/../issuer-key.json'])
      expect((await get(path)).status, path).toBe(404);
    expect(await pages('/_local/other')).toBeUndefined();
  });
});
