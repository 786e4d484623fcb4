import * as z from 'zod';
import type { KindFields } from '../record/fields.ts';
import { line } from '../text.ts';

export const DIRECTIONS = ['uk-export', 'uk-import', 'inward-investment', 'outward-investment'] as const;
export const Direction = z.enum(DIRECTIONS).meta({ id: 'Direction' });

/** An export, an import or an investment in either direction, between named parties. */
export const tradeDeal = {
  kind: 'trade-deal',
  idPrefix: 'trd',
  required: { direction: Direction },
  optional: { sector: line(1, 200), buyer: line(1, 200), seller: line(1, 200) },
} as const satisfies KindFields;
