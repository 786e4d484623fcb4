import type { LAWFUL_BASES, PURPOSES } from '#shared/domain/contact/contact.ts';

/** The same in English and in Chinese. */
export interface InBoth {
  readonly en: string;
  readonly 'zh-CN': string;
}

const both = (en: string, chinese: string): InBoth => ({ en, 'zh-CN': chinese });

/** What the words of an export mean, for the person that it is about. */
export const EXPLANATIONS = {
  about: both(
    'This is everything the partnership database of the University of Birmingham Guangzhou Centre holds about you. To have it corrected or erased, ask the person who gave you this file.',
    '这是伯明翰大学广州中心合作伙伴数据库所保存的关于您的全部信息。如需更正或删除,请联系向您提供本文件的工作人员。',
  ),
  collectedIn: both('The place where your data was collected.', '收集您信息的地点。'),
  noticeLanguage: both(
    'The language of the privacy notice that you were given.',
    '向您提供的个人信息保护告知书所用的语言。',
  ),
  retainUntil: both(
    'After this day a member of staff decides on erasing your data.',
    '在此日期之后,由工作人员决定删除您的信息。',
  ),
  erasedOn: both(
    'On this day your personal data was erased. What follows names nobody.',
    '您的个人信息已于该日删除,以下内容不涉及任何个人姓名。',
  ),
  referredToBy: both(
    'Entries in the database that refer to you by your contact id. They do not contain your name.',
    '数据库中以联系人编号提及您的条目,其中不含您的姓名。',
  ),
  history: both(
    'When something about you was recorded or changed, and by which member of staff (as a pseudonym). For your personal data it shows which fields changed; earlier values are not kept.',
    '关于您的信息何时被记录或更改,以及由哪位工作人员(以代号表示)操作。对于个人信息,仅说明哪些字段被更改,不保留更改前的内容。',
  ),
} as const satisfies Record<string, InBoth>;

export const PURPOSE_EXPLANATIONS = {
  'partnership-management': both(
    'To maintain the partnership between your organisation and the University.',
    '用于维护贵单位与伯明翰大学之间的合作关系。',
  ),
  'research-collaboration': both('To plan and carry out joint research.', '用于规划和开展合作研究。'),
  'education-and-training': both('To plan and deliver joint education and training.', '用于共同规划和开展教育与培训。'),
  'knowledge-exchange': both(
    'To match inventions with organisations that may use them.',
    '用于对接科技成果与潜在使用方。',
  ),
  'trade-and-investment': both('To prepare trade and investment deals.', '用于筹备贸易与投资。'),
  'events-and-visits': both('To organise events, visits and delegations.', '用于组织活动、访问和代表团。'),
} as const satisfies Record<(typeof PURPOSES)[number], InBoth>;

export const BASIS_EXPLANATIONS = {
  consent: both('You gave your consent, and may withdraw it at any time.', '您已同意,并可随时撤回同意。'),
  contract: both('It is necessary for a contract with you, or to prepare one.', '为与您订立或履行合同所必需。'),
  'legal-obligation': both('We are legally required to keep it.', '为履行法定义务所必需。'),
  'public-task': both('It is necessary for a task in the public interest.', '为执行公共利益任务所必需。'),
  'legitimate-interests': both(
    'It is in our legitimate interests, balanced against yours; you may object.',
    '基于我们的合法利益,并已与您的利益权衡;您有权提出反对。',
  ),
} as const satisfies Record<(typeof LAWFUL_BASES)[number], InBoth>;
