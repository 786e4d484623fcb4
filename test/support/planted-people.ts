import type { Markers } from './traces.ts';

/** An invented person; each of its values has a marker in it that is looked for. */
export const planted = ({ latin, chinese, digits }: Markers, n: number, more = '') => ({
  name: `${latin} Number ${n}${more}`,
  nameChinese: `${chinese}${String.fromCodePoint(0x4e00 + n)}${more}`,
  email: `${latin.toLowerCase()}.${n}${more}@example.org`,
  phone: `+86 ${digits} ${n}${more}`,
  wechat: `wx-${latin.toLowerCase()}-${n}${more}`,
  jobTitle: `Director of ${latin} ${n}${more}`,
  about: `Met ${latin} (${chinese}) ${n} at the fair; calls from ${digits}.${more}\n“${chinese}”`,
});

export type Planted = ReturnType<typeof planted>;

/** What is said of the keeping of their data. */
export const kept = (organisation: string, until = '2030-12-31') => ({
  organisations: [{ id: organisation }],
  purpose: 'partnership-management',
  lawfulBasis: 'legitimate-interests',
  collectedIn: 'guangzhou',
  noticeLanguage: 'zh-CN',
  retainUntil: until,
});
