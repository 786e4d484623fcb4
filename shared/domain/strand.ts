import * as z from 'zod';

/** The five strands of the Guangzhou Centre, the axis of every report. */
export const STRANDS = [
  'research-alliance',
  'postgraduate-partnership',
  'capacity-building',
  'english-taught-programmes',
  'business-engagement',
] as const;

export const Strand = z.enum(STRANDS).meta({ id: 'Strand', description: 'A strand of the Guangzhou Centre.' });
export type Strand = z.infer<typeof Strand>;

/** The themes of the research alliances. */
export const THEMES = [
  'medicine',
  'environmental-protection',
  'integrated-energy-systems',
  'advanced-manufacturing',
] as const;

export const Theme = z.enum(THEMES).meta({ id: 'Theme' });
export type Theme = z.infer<typeof Theme>;
