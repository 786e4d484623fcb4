/** Counted things: in English one, then several; Chinese has one form. */
export const COUNTED = {
  records: ['1 record', '{n} records', '{n} 条记录'],
  changes: ['1 change', '{n} changes', '{n} 项变动'],
  sums: ['1 amount', '{n} amounts', '{n} 项金额'],
  withheldRecords: [
    '1 of them is a confidential IP lead: counted, not named.',
    '{n} of them are confidential IP leads: counted, not named.',
    '其中 {n} 条为保密知识产权线索：计数但不列名。',
  ],
  omittedRecords: [
    '1 more is left out because the list is long.',
    '{n} more are left out because the list is long.',
    '因清单较长，另有 {n} 条未列出。',
  ],
  daysLate: ['1 day late', '{n} days late', '逾期 {n} 天'],
  daysLeft: ['in 1 day', 'in {n} days', '{n} 天后'],
  days: ['1 day', '{n} days', '{n} 天'],
} as const satisfies Record<string, readonly [one: string, several: string, chinese: string]>;

export type CountedName = keyof typeof COUNTED;
