/** The outbox as pages on the port of the API: what was sent, as its reader would see it. No key: this is one person's machine. */
import PostalMime, { decodeWords, type Email } from 'postal-mime';
import type { HttpAnswer } from '../gateway/response.ts';
import type { Outbox } from './store.ts';

/** Undefined for a path that is none of these pages. */
export type MailPages = (path: string) => Promise<HttpAnswer | undefined>;

const root = '/_local/mail';
const shownAtMost = 200;

export function mailPages(outbox: Outbox): MailPages {
  return async (path) => {
    if (path === root || path === `${root}/`)
      return listPage(await Promise.all(outbox.list().slice(0, shownAtMost).map(read)));
    const [, id = '', part = '', number = ''] =
      /^\/_local\/mail\/([A-Za-z0-9-]+)(?:\/(html|source|attachments\/(\d+)))?$/.exec(path) ?? [];
    if (!id) return path.startsWith(`${root}/`) ? notFound() : undefined;
    const raw = outbox.read(id);
    if (!raw) return notFound();
    if (part === 'source') return answer('text/plain; charset=utf-8', raw);
    const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });
    if (part === '') return messagePage(id, mail);
    if (part === 'html') return htmlPart(mail);
    const attachment = mail.attachments[Number(number)];
    if (!attachment) return notFound();
    const name = (attachment.filename ?? `attachment-${number}`).replaceAll(/[^\p{L}\p{N} ._-]/gu, '_');
    // Never shown here: it is content that somebody sent.
    return answer(
      attachment.mimeType,
      Buffer.from(attachment.content as ArrayBuffer),
      ['content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`],
      ['content-security-policy', 'sandbox'],
    );
  };

  async function read(id: string): Promise<{ id: string; mail: Email }> {
    return { id, mail: await PostalMime.parse(outbox.read(id) ?? '') };
  }
}

function listPage(entries: { id: string; mail: Email }[]): HttpAnswer {
  const rows = entries.map(
    ({ id, mail }) =>
      `<tr><td>${escaped(headerOf(mail, 'x-local-sent-at'))}</td><td>${escaped(headerOf(mail, 'x-local-envelope-to'))}</td>` +
      `<td><a href="${root}/${id}">${escaped(mail.subject ?? '(no subject)')}</a></td></tr>`,
  );
  const table = `<table><thead><tr><th scope="col">Sent</th><th scope="col">To</th><th scope="col">Subject</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return page('Mail sent on this machine', entries.length === 0 ? '<p>Nothing was sent yet.</p>' : table);
}

function messagePage(id: string, mail: Email): HttpAnswer {
  const fields = mail.headers.map(
    ({ originalKey, value }) =>
      `<tr><th scope="row">${escaped(originalKey)}</th><td>${escaped(decodeWords(value))}</td></tr>`,
  );
  const attachments = mail.attachments.map(
    ({ filename, mimeType, content }, index) =>
      `<li><a href="${root}/${id}/attachments/${index}">${escaped(filename ?? `attachment-${index}`)}</a> ` +
      `(${escaped(mimeType)}, ${(content as ArrayBuffer).byteLength} bytes)</li>`,
  );
  return page(
    mail.subject ?? '(no subject)',
    [
      `<p><a href="${root}">All mail</a> · <a href="${root}/${id}/source">source</a></p>`,
      mail.html === undefined
        ? ''
        : `<h2>As HTML</h2><iframe sandbox title="The message as HTML" src="${root}/${id}/html"></iframe>`,
      mail.text === undefined ? '' : `<h2>As text</h2><pre>${escaped(mail.text)}</pre>`,
      attachments.length === 0 ? '' : `<h2>Attachments</h2><ul>${attachments.join('')}</ul>`,
      `<h2>Headers</h2><table>${fields.join('')}</table>`,
    ].join('\n'),
  );
}

/** With its inline pictures in place, and without scripts or anything from elsewhere. */
function htmlPart(mail: Email): HttpAnswer {
  if (mail.html === undefined) return notFound();
  const inline = new Map(
    mail.attachments
      .filter(({ contentId, mimeType }) => contentId && mimeType.startsWith('image/'))
      .map(({ contentId = '', mimeType, content }) => [
        contentId.replaceAll(/^<|>$/g, ''),
        `data:${mimeType};base64,${Buffer.from(content as ArrayBuffer).toString('base64')}`,
      ]),
  );
  const html = mail.html.replaceAll(/cid:([^"'\s)>]+)/g, (whole, id: string) => inline.get(id) ?? whole);
  return answer('text/html; charset=utf-8', html, [
    'content-security-policy',
    "sandbox allow-popups; default-src 'none'; img-src data:; style-src 'unsafe-inline'",
  ]);
}

function page(title: string, body: string): HttpAnswer {
  const style =
    'body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}' +
    'table{border-collapse:collapse}th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}' +
    'iframe{width:100%;height:40rem;border:1px solid #767676}pre{white-space:pre-wrap}';
  return answer(
    'text/html; charset=utf-8',
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title><style>${style}</style></head><body><main><h1>${escaped(title)}</h1>\n${body}\n</main></body></html>`,
    ['content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"],
  );
}

function headerOf(mail: Email, key: string): string {
  return mail.headers.find((header) => header.key === key)?.value ?? '';
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const notFound = (): HttpAnswer => ({
  ...page('There is no such mail', `<p><a href="${root}">All mail</a></p>`),
  status: 404,
});

function answer(type: string, body: Buffer | string, ...more: [string, string][]): HttpAnswer {
  return {
    status: 200,
    headers: [['content-type', type], ['x-content-type-options', 'nosniff'], ['cache-control', 'no-store'], ...more],
    body: Buffer.from(body),
  };
}
