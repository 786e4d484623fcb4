/** The page on which a person says who they are: nothing but a role and a name, since this is one person's machine. */
import type { HttpAnswer } from './response.ts';

export type SignInLanguage = 'en' | 'zh-CN';

const words = {
  en: {
    title: 'Sign in',
    local: 'This is a run on one machine: choose who you are. There is no password.',
    role: 'Role',
    user: 'User name',
    userHint: '1 to 128 letters, digits, or any of . _ @ : -',
    go: 'Sign in',
    other: '中文',
    wrong: 'You cannot sign in from here',
  },
  'zh-CN': {
    title: '登录',
    local: '系统正在一台本地计算机上运行：请选择您的身份，无需密码。',
    role: '角色',
    user: '用户名',
    userHint: '1 至 128 个字母、数字或 . _ @ : - 字符',
    go: '登录',
    other: 'English',
    wrong: '无法从此处登录',
  },
} as const;

const roleNames: Record<string, string> = {
  viewer: '查看者',
  'bd-officer': '业务发展专员',
  'ip-manager': '知识产权经理',
  manager: '经理',
  admin: '管理员',
};

export interface SignInForm {
  language: SignInLanguage;
  roles: readonly string[];
  /** Parameters of the authorization request, handed on as they are. */
  hidden: URLSearchParams;
  /** What was typed and cannot be taken. */
  refused?: { user: string };
}

export function signInPage({ language, roles, hidden, refused }: SignInForm): HttpAnswer {
  const text = words[language];
  const fields = [...hidden].map(
    ([name, value]) => `<input type="hidden" name="${quoted(name)}" value="${quoted(value)}">`,
  );
  const choices = roles.map((role, index) => {
    const name = language === 'en' ? role : `${roleNames[role] ?? role}（${role}）`;
    return `<p><label><input type="radio" name="role" value="${quoted(role)}" required${index === 0 ? ' checked' : ''}> ${quoted(name)}</label></p>`;
  });
  const other = new URLSearchParams(hidden);
  const otherLanguage: SignInLanguage = language === 'en' ? 'zh-CN' : 'en';
  other.set('lang', otherLanguage);
  const invalid = refused ? ' aria-invalid="true"' : '';
  return page(
    language,
    refused ? 400 : 200,
    `<p><a href="/oauth2/authorize?${quoted(other.toString())}" lang="${otherLanguage}" hreflang="${otherLanguage}">${text.other}</a></p>
<h1>${text.title}</h1>
<p>${text.local}</p>
<form method="post" action="/oauth2/authorize">
${fields.join('\n')}
<fieldset><legend>${text.role}</legend>${choices.join('\n')}</fieldset>
<p><label for="user">${text.user}</label><br>
<input type="text" id="user" name="user" value="${quoted(refused?.user ?? '')}" required maxlength="128" autocomplete="username" aria-describedby="user-hint"${invalid}></p>
<p id="user-hint"${refused ? ' role="alert"' : ''}>${text.userHint}</p>
<p><button type="submit">${text.go}</button></p>
</form>`,
  );
}

/** For a request that nobody may be sent back from. */
export function signInRefused(language: SignInLanguage, reason: string): HttpAnswer {
  return page(language, 400, `<h1>${words[language].wrong}</h1>\n<p lang="en">${quoted(reason)}</p>`);
}

export function languageOf(asked: string | null, accepted: string | undefined): SignInLanguage {
  return /^zh/i.test(asked ?? accepted ?? '') ? 'zh-CN' : 'en';
}

function page(language: SignInLanguage, status: number, main: string): HttpAnswer {
  const style =
    'body{font:1.125rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:3rem auto;max-width:30rem;padding:0 1rem}' +
    'fieldset{border:1px solid #767676}input:not([type=radio]),button{font:inherit;padding:.5rem;border:1px solid #767676}' +
    'button{background:#1f3a6d;color:#fff}:focus-visible{outline:3px solid #b35900;outline-offset:2px}';
  return {
    status,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      [
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      ],
      ['cache-control', 'no-store'],
      ['referrer-policy', 'no-referrer'],
      ['x-content-type-options', 'nosniff'],
    ],
    body: Buffer.from(
      `<!DOCTYPE html>\n<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${words[language].title}</title><style>${style}</style></head><body><main>\n${main}\n</main></body></html>`,
    ),
  };
}

function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
