import { createHash } from 'node:crypto';
import type { ReportLanguage } from '#shared/domain/report/series.ts';
import { PAGE_SCRIPT } from './page-script.ts';

/** Where people sign in. */
export interface SignIn {
  /** Of Cognito's page; empty where the product itself serves it, as on one machine. */
  readonly url: string;
  readonly clientId: string;
}

const TEXTS = {
  en: {
    title: 'Pipeline report',
    signIn: 'Sign in to see this report.',
    button: 'Sign in',
    expired: 'This link has expired.',
    expiredMore: 'The report still exists: sign in to the product, or wait for the next mail.',
    forged: 'This link is not valid.',
    forgedMore: 'Part of it is missing. Copy the full link from the mail.',
    failed: 'Sign-in failed.',
    missing: 'The report does not exist, or you may not see it.',
    print: 'Print',
  },
  'zh-CN': {
    title: '合作项目进展报告',
    signIn: '请登录后查看本报告。',
    button: '登录',
    expired: '此链接已过期。',
    expiredMore: '报告仍然保留：请登录系统查看，或等待下一封邮件。',
    forged: '此链接无效。',
    forgedMore: '链接不完整，请从邮件中完整复制。',
    failed: '登录未成功。',
    missing: '您无权查看此报告，或报告不存在。',
    print: '打印',
  },
} as const satisfies Record<ReportLanguage, Record<string, string>>;

const STYLE = `body{margin:0;font:16px/1.5 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:#1b1b1b;background:#fff}
main{max-width:34rem;margin:15vh auto;padding:0 1.5rem}h1{font-size:1.4rem}
button{font:inherit;padding:.5rem 1.2rem;border:1px solid #1f4e8c;border-radius:.3rem;background:#1f4e8c;color:#fff;cursor:pointer}
nav{display:flex;gap:.5rem;padding:.5rem;border-bottom:1px solid #ccc}nav button{background:#fff;color:#1f4e8c}
iframe{display:block;width:100%;height:calc(100vh - 3.6rem);border:0}[hidden]{display:none}`;

const SCRIPT_HASH = `'sha256-${createHash('sha256').update(PAGE_SCRIPT).digest('base64')}'`;

/**
 * What the page may do: run its one script, talk to the product and to where people sign in, and show a report in a frame in which no
 * script runs. The report's own inline styles need leave here, since a frame inherits these rules.
 */
export function pagePolicy({ url }: SignIn): string {
  const elsewhere = url === '' ? '' : ` ${new URL(url).origin}`;
  return [
    "default-src 'none'",
    `script-src ${SCRIPT_HASH}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    `connect-src 'self'${elsewhere}`,
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** The page of a link that is good: it signs the person in and shows the report. */
export function reportPage(language: ReportLanguage, signIn: SignIn): string {
  const text = TEXTS[language];
  const settings = JSON.stringify({ ...signIn, texts: { failed: text.failed, missing: text.missing } });
  return page(
    language,
    `<main id="door"><h1>${text.title}</h1><p id="said">${text.signIn}</p><button id="enter" type="button">${text.button}</button></main>
<div id="shown" hidden><nav><button id="xlsx" type="button">XLSX</button><button id="csv" type="button">CSV</button><button id="print" type="button">${text.print}</button></nav>
<iframe id="report" title="${text.title}" sandbox="allow-same-origin allow-modals"></iframe></div>
<script type="application/json" id="settings">${settings.replaceAll('<', '\\u003c')}</script><script>${PAGE_SCRIPT}</script>`,
  );
}

/** The page of a link that is not. */
export function refusedPage(language: ReportLanguage, why: 'expired' | 'forged'): string {
  const text = TEXTS[language];
  return page(language, `<main><h1>${text[why]}</h1><p>${text[`${why}More`]}</p></main>`);
}

const page = (language: ReportLanguage, body: string): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${TEXTS[language].title}</title><style>${STYLE}</style></head><body>${body}</body></html>`;
