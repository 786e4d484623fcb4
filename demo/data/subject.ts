import type { Theme } from '#shared/domain/strand.ts';

/** What a company does, and what it is asked about. */
export type Area = Theme | 'culture' | 'crafts' | 'data' | 'education' | 'food' | 'tourism';

/** What a record is about, in both languages. */
export interface Subject {
  readonly en: string;
  readonly zh: string;
  /** Where its partner is; anywhere unless said. */
  readonly place?: string;
  readonly theme?: Theme;
  /** Which companies it suits; its theme unless said. */
  readonly area?: Area;
  /** Beside `demo`. */
  readonly tag?: string;
}

/** One way of wording a record: `{}` is its subject. Amounts are in thousands of pounds; none where it is not about money. */
export interface Format<Type extends string> {
  readonly type: Type;
  readonly en: string;
  readonly zh: string;
  readonly thousands?: readonly [from: number, to: number];
}

export const subject = (en: string, zh: string, more: Omit<Subject, 'en' | 'zh'> = {}): Subject => ({
  en,
  zh,
  ...more,
});
