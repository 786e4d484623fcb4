import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { LoggedData, Told } from '#shared/domain/record/changes.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { evt, org } from './record-events.ts';
import type { HistoryEvent } from './report-history.ts';

/* How the golden world is told: see golden-history.ts. */

/** Names that stand in confidential leads alone: none of them may be in any report. */
export const NEVER_NAMED = [
  'Graphene anode without binder',
  '机密：抗体偶联药物平台',
  'Aston Materials Spin-out Ltd',
  'dr.secret',
] as const;

export const eng = (n: number) => `eng_${String(n).padStart(26, '0')}`;
export const ipl = (n: number) => `ipl_${String(n).padStart(26, '0')}`;
export const trd = (n: number) => `trd_${String(n).padStart(26, '0')}`;

export const SAM = 'sam.taylor';
export const LI = 'li.wei';

/** All that was told, in the order in which it stands here: event ids count it. */
export const events: HistoryEvent[] = [];

/** Tells something of a record: it is recorded when it occurs, unless said. */
export function tell(recordId: string, at: string, told: Told, { recordedAt = at, by = SAM } = {}): void {
  const kind = kindOfId(recordId) as Kind;
  events.push({
    recordId,
    kind,
    eventId: evt(events.length + 1),
    occurredAt: at,
    by: 'user',
    actor: { type: 'user', id: by },
    recordedAt,
    ...told,
  });
}

const REQUIRED: Readonly<Record<Kind, object>> = {
  engagement: { engagementType: 'collaborative-research' },
  'ip-lead': { ipType: 'patent' },
  'trade-deal': { direction: 'uk-export' },
};

interface Logged {
  readonly title: string;
  readonly strand: string;
  readonly stage: string;
  /** Amount and currency. */
  readonly value?: readonly [string, string];
  readonly organisation?: number;
  readonly [field: string]: unknown;
}

export function log(recordId: string, at: string, { value, organisation = 1, ...fields }: Logged): void {
  const kind = kindOfId(recordId) as Kind;
  const data = {
    ...REQUIRED[kind],
    organisations: [{ id: org(organisation) }],
    ...fields,
    ...(value ? { value: { amount: value[0], currency: value[1] } } : {}),
  };
  tell(recordId, at, { verb: 'logged', data: data as unknown as LoggedData });
}

export const move = (
  recordId: string,
  at: string,
  to: string,
  more: object = {},
  how: Parameters<typeof tell>[3] = {},
) => tell(recordId, at, { verb: 'moved', data: { to, ...more } }, how);
export const amend = (recordId: string, at: string, fields: Readonly<Record<string, unknown>>) =>
  tell(recordId, at, { verb: 'amended', data: { fields } });
export const money = (amount: string, currency: string) => ({ value: { amount, currency } });

export const RA = 'research-alliance';
export const PP = 'postgraduate-partnership';
export const CB = 'capacity-building';
export const ET = 'english-taught-programmes';
export const BE = 'business-engagement';
