import * as z from 'zod';
import { recordReference } from './parts.ts';

/** A figure that is not what the first report said. */
export const FigureChange = z
  .strictObject({
    section: z.string().meta({ examples: ['pipeline', 'totals', 'bridge', 'byPlace'] }),
    of: z.array(z.string()).meta({
      description: 'What the figure refers to, from general to specific: strand, kind, stage; a place; a phase.',
      examples: [['business-engagement', 'trade-deal', 'signed']],
    }),
    figure: z.string().meta({ examples: ['count', 'value', 'weighted', 'fx'] }),
    before: z.string().nullable(),
    after: z.string().nullable(),
  })
  .meta({ id: 'ReportFigureChange' });
export type FigureChange = z.infer<typeof FigureChange>;

/** An entry of a list that came, went, or reads otherwise. */
export const EntryChange = z
  .strictObject({
    section: z.string().meta({ examples: ['moves', 'won', 'stalled'] }),
    recordId: recordReference,
    title: z.string(),
    change: z.enum(['added', 'dropped', 'changed']),
    fields: z
      .array(z.string())
      .meta({ description: 'The fields that changed; empty if the entry was added or removed.' }),
  })
  .meta({ id: 'ReportEntryChange' });
export type EntryChange = z.infer<typeof EntryChange>;

export const ReportChanges = z
  .strictObject({ figures: z.array(FigureChange), entries: z.array(EntryChange) })
  .meta({ id: 'ReportChanges', description: 'What differs between a corrected report and the original.' });
export type ReportChanges = z.infer<typeof ReportChanges>;
