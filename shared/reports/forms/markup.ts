/** HTML that is safe to put into a page as it stands. Only {@link html} and {@link trusted} make it. */
export interface Markup {
  readonly markup: string;
}

type Piece = string | number | Markup | null | undefined | false | readonly Piece[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What is not written as it is: what HTML has other words for, and characters that may not stand in it at all. */
const SPECIAL = /[&<>"'[\p{Cc}--[\n\t]]\p{Cs}\p{Noncharacter_Code_Point}]/gv;

/** Text as HTML, for content and for quoted attributes. Characters that may not stand in HTML at all become U+FFFD. */
export const escapeHtml = (text: string): string =>
  text.replace(SPECIAL, (character) => ENTITIES[character] ?? '\ufffd');

/**
 * A template of HTML. What is put into it is text and is escaped, unless it is markup already; lists are joined; null, undefined and
 * false are nothing. Attributes that take text must be quoted in the template.
 */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let markup = parts[0] ?? '';
  for (const [index, piece] of pieces.entries()) markup += textOf(piece) + parts[index + 1];
  return { markup };
}

function textOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  if ('markup' in piece) return piece.markup;
  let text = '';
  for (const each of piece) text += textOf(each);
  return text;
}

/** Markup from elsewhere in this room that has been escaped there: a drawing, the style sheet. */
export const trusted = (markup: string): Markup => ({ markup });
