/** A colour on light paper and on a dark screen, as six hexadecimal digits. */
interface Shade {
  readonly light: `#${string}`;
  readonly dark: `#${string}`;
}

/**
 * The colours of a report. Text has at least 4.5:1 against what it stands on, marks of a chart at least 3:1, and marks that stand
 * beside each other differ in lightness too, so that they are told apart without seeing red, green or blue; a test computes all three.
 */
export const PALETTE = {
  page: { light: '#f3f5f8', dark: '#10161d' },
  card: { light: '#ffffff', dark: '#19222c' },
  tint: { light: '#eef3f8', dark: '#22303d' },
  ink: { light: '#1a2733', dark: '#e9eef3' },
  muted: { light: '#51606e', dark: '#aab7c3' },
  line: { light: '#d3dbe3', dark: '#3a4855' },
  accent: { light: '#174a7c', dark: '#9cc7f0' },
  warning: { light: '#8a4b08', dark: '#f2b872' },
  paleWarning: { light: '#fdf4e7', dark: '#33281a' },
  /** Marks: what is open by kind. */
  engagement: { light: '#1c4f82', dark: '#4f8fcb' },
  ipLead: { light: '#bd7a12', dark: '#f0c26b' },
  tradeDeal: { light: '#4fa095', dark: '#a9e0d4' },
  /** Marks: the bridge. */
  total: { light: '#5b6b7a', dark: '#93a3b2' },
  up: { light: '#2472b3', dark: '#74b3e8' },
  down: { light: '#b04a12', dark: '#ee9257' },
} as const satisfies Record<string, Shade>;

export type Colour = keyof typeof PALETTE;

export const light = (colour: Colour): string => PALETTE[colour].light;
export const dark = (colour: Colour): string => PALETTE[colour].dark;
