import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { mailHtml, mailSubject, mailText } from './forms/mail-body.ts';
import { renderXlsx } from './forms/xlsx.ts';
import type { Report, ReportLanguage } from './report.ts';

/** Someone in a header of a mail. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** Where a mail leads; all of them absolute. */
export interface MailLinks {
  /** The report's page: it asks who one is, and the link ends. */
  readonly report: string;
  /** When the link to the report ends: an instant. */
  readonly expiresAt: string;
  /** Where a recipient asks not to be written to any more: a page or a `mailto:` address. */
  readonly unsubscribe: string;
  /** Whether a POST to that page is enough (RFC 8058), so that mail programs may offer it with one click. */
  readonly oneClick?: boolean;
}

export interface ReportMail {
  readonly report: Report;
  readonly language: ReportLanguage;
  readonly to: Mailbox;
  readonly from: Mailbox;
  readonly links: MailLinks;
  /** Without angle brackets: `rep_01J….6f1c@example.org`. The same for every repeat of this mail. */
  readonly messageId: string;
  /** The workbook, where it is at hand already; it is made otherwise. */
  readonly xlsx?: Buffer;
}

/**
 * A report as a mail (RFC 5322, MIME): a short version as HTML and as text, and the whole as a workbook. The same report, recipient and
 * links are the same bytes: the date is the report's cut-off, and what separates the parts comes from the Message-ID.
 */
export async function renderMail(mail: ReportMail): Promise<Buffer> {
  const { report, language, to, from, links, messageId } = mail;
  const composer = new MailComposer({
    from: addressOf(from),
    to: addressOf(to),
    subject: mailSubject(report, language),
    messageId: `<${messageId}>`,
    date: new Date(report.inputs.cutOff),
    headers: {
      'Content-Language': language,
      'List-Unsubscribe': `<${links.unsubscribe}>`,
      ...(links.oneClick ? { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : {}),
      // No mail program shall answer that somebody is on holiday (RFC 3834).
      'Auto-Submitted': 'auto-generated',
    },
    text: mailText(report, language, links),
    html: mailHtml(report, language, links),
    attachments: [
      {
        filename: `${report.series}-${report.date}.xlsx`,
        content: mail.xlsx ?? (await renderXlsx(report, language)),
        contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      },
    ],
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 24),
    newline: 'windows',
    // Whatever stands in a report is text: nothing is read from a file or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

const addressOf = ({ name, address }: Mailbox) => ({ name: name ?? '', address });
