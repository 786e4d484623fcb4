import type { LostReason } from '#shared/domain/pipeline/moves.ts';

/** A sentence in both languages. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

const words = (en: string, zh: string): Words => ({ en, zh });

export const DESCRIPTION = words(
  'Sample data: this record and its figures are invented.',
  '演示数据：本记录及其金额均为虚构。',
);

export const NEXT_STEPS: readonly Words[] = [
  words('Send the revised budget', '发送修订后的预算'),
  words('Agree dates for the delegation', '确定代表团来访日期'),
  words('Ask the college for a named lead', '请学院指定负责人'),
  words('Draft heads of terms', '起草合作条款'),
  words('Call after the holiday', '节后致电'),
  words('Collect letters of support', '收集支持函'),
  words('Check export control with compliance', '与合规部门核对出口管制'),
  words('Prepare the signing', '准备签约仪式'),
];

export const NOTES: readonly Words[] = [
  words('They ask for a visit in spring.', '对方希望春季来访。'),
  words('Met at the twinning reception; warm, no budget line yet.', '在友城招待会上见面，气氛友好，预算尚未落实。'),
  words('The dean supports it and wants a shared timetable.', '院长支持，希望有共同的时间表。'),
  words('Interpreter needed for the next call.', '下次通话需要翻译。'),
  words('Finance asks for the amount in both currencies.', '财务要求同时列出两种货币金额。'),
  words('Waiting for the city to confirm its share.', '等待市方确认配套资金。'),
  words('Sent the bilingual summary.', '已发送双语摘要。'),
];

/** Why a record goes back to an earlier stage. */
export const BACK: readonly Words[] = [
  words('The scope has changed; the offer starts anew.', '范围有变，需重新报价。'),
  words('The partner asks for another round of technical talks.', '合作方要求再次技术交流。'),
];

export const REOPENED: readonly Words[] = [
  words('New funding round: they came back to us.', '新一轮资金到位，对方重新联系。'),
  words('Their new director has taken it up again.', '新任负责人重新启动。'),
];

export const LOSSES: readonly { readonly lostReason: LostReason; readonly reason?: Words }[] = [
  { lostReason: 'no-funding' },
  { lostReason: 'price', reason: words('A fifth above what they could pay.', '价格高出预算两成。') },
  { lostReason: 'timing' },
  { lostReason: 'competitor', reason: words('Went to another university.', '选择了另一所大学。') },
  { lostReason: 'no-response' },
  { lostReason: 'compliance', reason: words('Stopped by the export-control check.', '未通过出口管制审查。') },
  { lostReason: 'no-fit' },
  { lostReason: 'other', reason: words('The partner was merged into another body.', '合作方已被合并。') },
];

/** What is said beside a check. Every one of them is invented, as the record is. */
export const CHECKED: readonly Words[] = [
  words('Sample data: no such check was made.', '演示数据：并未实际核查。'),
  words('Register and ownership looked at; sample data.', '已查阅登记与股权信息（演示数据）。'),
  words('Reviewed with the college; sample data.', '已与学院复核（演示数据）。'),
];

/** Why a manager waives a check. */
export const WAIVED: readonly Words[] = [
  words('Covered by the check of the framework agreement; sample data.', '框架协议核查已涵盖（演示数据）。'),
  words('Nothing leaves the country; sample data.', '不涉及出境物项（演示数据）。'),
];
