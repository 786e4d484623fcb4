import { Workbook } from 'exceljs';
import PostalMime from 'postal-mime';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
import { renderXlsx } from '#shared/reports/forms/xlsx.ts';
import { type ReportMail, renderMail } from '#shared/reports/mail.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';
import { SCRIPT_INJECTIONS } from '#test/support/script-injections.ts';
import { everywhere } from '#test/support/spoil-report.ts';

const mail = (changed: Partial<ReportMail> = {}): ReportMail => ({
  report: FORM_REPORT,
  language: 'en',
  to: { name: '李薇', address: 'li.wei@example.org' },
  from: { name: 'Partnership CRM, Guangzhou', address: 'reports@example.org' },
  links: {
    report: 'https://crm.example.org/reports/rep_1?expires=1&signature=x',
    expiresAt: '2026-12-16T08:00:00.000Z',
    unsubscribe: 'https://crm.example.org/unsubscribe?token=a&x=1',
    oneClick: true,
  },
  messageId: 'rep_01JD3Q8M5V7X9Z1B3D5F7H9012.6f1c@example.org',
  ...changed,
});

const readBack = async (given: ReportMail) => PostalMime.parse(await renderMail(given));

describe.each(REPORT_LANGUAGES)('a mail in %s', (language) => {
  const title =
    language === 'en'
      ? 'Pipeline report · Birmingham, weekly · 16 Nov 2026'
      : '合作项目进展报告 · 伯明翰周报 · 2026年11月16日';

  it('says the same figures as HTML, as text and in the workbook that comes with it', async () => {
    const { html = '', text = '', attachments } = await readBack(mail({ language }));
    const { open } = FORM_REPORT.pipeline.totals;
    for (const amount of [open.value, open.weighted]) {
      const shown = `£${amount.replace(/\B(?=(\d{3})+\.)/g, ',')}`;
      expect(html).toContain(shown);
      expect(text).toContain(shown);
    }
    expect(attachments.map(({ filename, mimeType }) => [filename, mimeType])).toEqual([
      ['weekly-birmingham-2026-11-16.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ]);
    const content = attachments[0]?.content as ArrayBuffer;
    expect(Buffer.from(content).equals(await renderXlsx(FORM_REPORT, language))).toBe(true);
    const workbook = new Workbook();
    await workbook.xlsx.load(content);
    expect(workbook.worksheets.length).toBeGreaterThan(20);
  });

  it('has its subject in that language, and names in any script', async () => {
    const { subject, to, from, headers, html } = await readBack(mail({ language }));
    expect(subject).toBe(title);
    expect(to).toMatchObject([{ name: '李薇', address: 'li.wei@example.org' }]);
    expect(from).toMatchObject({ name: 'Partnership CRM, Guangzhou', address: 'reports@example.org' });
    expect(headers.find(({ key }) => key === 'content-language')?.value).toBe(language);
    expect(html).toContain(`lang="${language}"`);
  });
});

describe('a mail', () => {
  it('offers to stop it, with one click where that works', async () => {
    const headers = async (given: ReportMail) =>
      (await readBack(given)).headers
        .filter(({ key }) => key.startsWith('list-'))
        .map(({ key, value }) => [key, value]);
    expect(await headers(mail())).toEqual([
      ['list-unsubscribe', '<https://crm.example.org/unsubscribe?token=a&x=1>'],
      ['list-unsubscribe-post', 'List-Unsubscribe=One-Click'],
    ]);
    const byPage = mail();
    expect(await headers(mail({ links: { ...byPage.links, oneClick: false } }))).toHaveLength(1);
  });

  it('is the same bytes when it is sent again, with the same Message-ID', async () => {
    const first = await renderMail(mail());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect((await renderMail(mail())).equals(first)).toBe(true);
    expect((await PostalMime.parse(first)).messageId).toBe('<rep_01JD3Q8M5V7X9Z1B3D5F7H9012.6f1c@example.org>');
    expect((await PostalMime.parse(first)).date).toBe('2026-11-16T08:00:00.000Z');
  });

  it('is ASCII in lines that every mail server takes', async () => {
    const lines = (await renderMail(mail({ language: 'zh-CN' }))).toString('latin1').split('\r\n');
    expect(lines.filter((line) => line.length > 998 || /[^\t\x20-\x7e]/.test(line))).toEqual([]);
  });

  it.each(SCRIPT_INJECTIONS)('shows %j as text, and lets it into no header', async (injection) => {
    const report = everywhere(FORM_REPORT, injection);
    const { html = '', headers } = await readBack(mail({ report }));
    const harmless = (await readBack(mail({ report: everywhere(FORM_REPORT, 'x') }))).html ?? '';
    const elements = (page: string) => page.match(/<[a-z]+/gi)?.join(' ');
    expect(elements(html)).toBe(elements(harmless));
    expect(headers).toHaveLength((await readBack(mail())).headers.length);
  });

  it('lets no line break of a text begin a header', async () => {
    const report = { ...FORM_REPORT, series: 'a\r\nBcc: someone@example.org\r\n\r\nx' };
    const { headers, to } = await readBack(
      mail({ report, to: { name: 'A\r\nBcc: b@example.org', address: 'a@example.org' } }),
    );
    expect(headers.map(({ key }) => key)).not.toContain('bcc');
    expect(to?.map(({ address }) => address)).toEqual(['a@example.org']);
  });
});
