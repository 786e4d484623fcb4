import type { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import type { Kind, LADDERS, Phase } from '#shared/domain/pipeline/ladders.ts';
import type { LostReason } from '#shared/domain/pipeline/moves.ts';
import type { Strand } from '#shared/domain/strand.ts';
import type { Term } from '../bridge-schema.ts';
import type { Basis, ListName, ReportLanguage, ThemeSums, Unavailable } from '../report.ts';

/** One thing in English and in Simplified Chinese, side by side so that whoever mends one sees the other. */
export type Wording = readonly [english: string, chinese: string];

export const inLanguage = ([english, chinese]: Wording, language: ReportLanguage): string =>
  language === 'en' ? english : chinese;

type StageOf<K extends Kind> = (typeof LADDERS)[K][number]['name'];

/*
 * Values of the vocabulary. Every table is complete by its type: a strand, stage or reason added to the domain does not compile until
 * it has both its names here.
 */

export const STRAND_TERMS: Readonly<Record<Strand, Wording>> = {
  'research-alliance': ['Research alliances', '战略科研联盟'],
  'postgraduate-partnership': ['Postgraduate partnerships', '研究生教育合作'],
  'capacity-building': ['Capacity building', '能力建设'],
  'english-taught-programmes': ['English-taught programmes', '全英文授课项目'],
  'business-engagement': ['Business engagement', '企业合作'],
};

export const KIND_TERMS: Readonly<Record<Kind, Wording>> = {
  engagement: ['Engagement', '合作项目'],
  'ip-lead': ['IP lead', '知识产权线索'],
  'trade-deal': ['Trade deal', '经贸项目'],
};

export const PHASE_TERMS: Readonly<Record<Phase, Wording>> = {
  open: ['Open', '进行中'],
  won: ['Won', '已达成'],
  lost: ['Lost', '未达成'],
};

export const STAGE_TERMS: { readonly [K in Kind]: Readonly<Record<StageOf<K>, Wording>> } = {
  engagement: {
    identified: ['Identified', '已识别'],
    contacted: ['Contacted', '已接洽'],
    scoping: ['Scoping', '商定范围'],
    proposal: ['Proposal', '提出方案'],
    negotiating: ['Negotiating', '谈判中'],
    agreed: ['Agreed', '已达成协议'],
    delivering: ['Delivering', '执行中'],
    completed: ['Completed', '已完成'],
    lost: ['Lost', '未达成'],
  },
  'ip-lead': {
    disclosed: ['Disclosed', '已披露'],
    assessed: ['Assessed', '已评估'],
    protected: ['Protected', '已申请保护'],
    marketed: ['Marketed', '推介中'],
    'in-discussion': ['In discussion', '洽谈中'],
    evaluation: ['Evaluation', '对方评估'],
    terms: ['Terms', '商定条款'],
    licensed: ['Licensed', '已许可'],
    assigned: ['Assigned', '已转让'],
    'spun-out': ['Spun out', '已成立衍生企业'],
    withdrawn: ['Withdrawn', '已撤回'],
  },
  'trade-deal': {
    enquiry: ['Enquiry', '询盘'],
    qualified: ['Qualified', '已核实'],
    proposal: ['Proposal', '提出方案'],
    negotiation: ['Negotiation', '谈判中'],
    'heads-of-terms': ['Heads of terms', '意向条款'],
    signed: ['Signed', '已签约'],
    fulfilled: ['Fulfilled', '已履约'],
    lost: ['Lost', '未达成'],
  },
};

export const THEME_TERMS: Readonly<Record<NonNullable<ThemeSums['theme']>, Wording>> = {
  medicine: ['Medicine', '医学'],
  'environmental-protection': ['Environmental protection', '环境保护'],
  'integrated-energy-systems': ['Integrated energy systems', '综合能源系统'],
  'advanced-manufacturing': ['Advanced manufacturing', '先进制造'],
};

export const LOST_REASON_TERMS: Readonly<Record<LostReason, Wording>> = {
  price: ['Price', '价格'],
  timing: ['Timing', '时机'],
  competitor: ['Competitor', '竞争对手'],
  'no-funding': ['No funding', '缺乏资金'],
  'no-fit': ['No fit', '不匹配'],
  compliance: ['Compliance', '合规'],
  'no-response': ['No response', '无回应'],
  other: ['Other', '其他'],
};

export const BASIS_TERMS: Readonly<Record<Basis, Wording>> = {
  'as-known-then': ['As known then', '按当时所知'],
  'as-known-now': ['As known now', '按现在所知'],
};

export const BRIDGE_TERMS: Readonly<Record<Term, Wording>> = {
  opening: ['Opening', '期初'],
  new: ['New', '新增'],
  valueUp: ['Value up', '金额调增'],
  valueDown: ['Value down', '金额调减'],
  moved: ['Stage moves', '阶段变动'],
  probability: ['Probability', '概率调整'],
  won: ['Won', '已达成'],
  lost: ['Lost', '未达成'],
  reopened: ['Reopened', '重新开启'],
  transferred: ['Changed strand', '板块划转'],
  removed: ['Removed or restored', '作废与恢复'],
  fx: ['Exchange rates', '汇率变动'],
  rounding: ['Rounding', '舍入差额'],
  closing: ['Closing', '期末'],
};

/** What a term of the bridge is, in a line. */
export const BRIDGE_MEANINGS: Readonly<Record<Term, Wording>> = {
  opening: ['The closing value of the previous report.', '上期报告的期末数。'],
  new: ['Records logged in the period.', '本期新登记的记录。'],
  valueUp: ['Increases in value.', '记录金额上调。'],
  valueDown: ['Decreases in value.', '记录金额下调。'],
  moved: ['Moves between open stages; only the weighting changes.', '进行中阶段之间的变动，只影响加权金额。'],
  probability: [
    'A record’s own probability was set or removed; only the weighting changes.',
    '单独调整了概率，只影响加权金额。',
  ],
  won: ['Won, so no longer open; shown as a negative.', '因达成而移出进行中。'],
  lost: ['Lost, so no longer open; shown as a negative.', '因未达成而移出进行中。'],
  reopened: ['Open again after being won or lost.', '由已达成或未达成转回进行中。'],
  transferred: [
    'Moved between strands; zero in total unless the report covers only some records.',
    '在板块之间划转；合计为零，除非报告只涵盖部分记录。',
  ],
  removed: ['Voided because logged by mistake, or restored.', '误登作废，或予以恢复。'],
  fx: [
    'The effect of valuing opening amounts at closing rates instead of opening rates.',
    '期初金额改按期末汇率折算的差额。',
  ],
  rounding: ['The remainder from rounding row by row.', '逐行舍入后的余差。'],
  closing: ['The open value in this report.', '本报告的进行中金额。'],
};

export const LIST_TERMS: Readonly<Record<ListName, Wording>> = {
  moves: ['Stage moves', '阶段变动'],
  won: ['Won in the period', '本期已达成'],
  lost: ['Lost in the period', '本期未达成'],
  stalled: ['Stalled', '停滞'],
  closingSoon: ['Closing soon', '近期预计达成'],
  overdue: ['Past the expected close', '已过预计完成日'],
  nextStepsOverdue: ['Next steps overdue', '后续步骤逾期'],
};

/** Why a number cannot be given; `{of}` is what it concerns. */
export const EVIDENCE_TERMS: Readonly<Record<EvidenceType, Wording>> = {
  'due-diligence': ['Due diligence', '尽职调查'],
  'export-control': ['Export control', '出口管制核查'],
  'nsi-area': ['National security area', '国家安全领域核查'],
  atas: ['ATAS', 'ATAS 学术技术审批'],
  'foreign-influence': ['Foreign influence', '外国影响力登记核查'],
  'confidentiality-agreement': ['Confidentiality agreement', '保密协议'],
  filing: ['Filing', '专利申请'],
};

export const UNAVAILABLE_TERMS: Readonly<Record<Unavailable['reason'], Wording>> = {
  'first-report': ['There is no earlier report to compare with.', '没有可供比较的上期报告。'],
  'no-rate': [
    'There is no exchange rate for {of}. These amounts are shown in their own currency and are not included in the totals.',
    '{of} 没有汇率。相关金额已计数并按原币列示，未计入合计。',
  ],
  'no-opening-rate': ['The currency of this report had no rate at the opening.', '本报告的币种在期初没有汇率。'],
  'opening-differs': [
    'The opening, recounted, differs from the previous report.',
    '重新计算的期初数与上期报告不一致。',
  ],
  'changes-do-not-add-up': [
    'The individual changes do not add up from opening to closing.',
    '各项变动之和与期初、期末之差不符。',
  ],
  'history-incomplete': ['The changes in the period are not fully known.', '本期变动的历史不完整。'],
  'not-comparable': [
    'Earlier reports use another currency or cover other records.',
    '以往报告的币种或范围不同，不可比较。',
  ],
  'records-not-counted': [
    'Some records cannot be counted and are in no figure. An administrator can find out why. {of}',
    '部分记录无法计数，未计入任何数字，请管理员查明原因。{of}',
  ],
  'not-kept': ['The data needed is not stored for a date so far back.', '该日期所需的数据已不再保存。'],
};

/** The series that the product comes with; others are called by their ids. */
export const SERIES_TERMS: Readonly<Record<string, Wording>> = {
  'weekly-birmingham': ['Birmingham, weekly', '伯明翰周报'],
  'weekly-guangzhou': ['Guangzhou, weekly', '广州周报'],
  monthly: ['Monthly', '月报'],
  'on-demand': ['On demand', '即时报告'],
};
