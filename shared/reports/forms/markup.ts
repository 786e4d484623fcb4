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

/** Text as HTML, for content and for quoted attributes. Characters that may not stand in HTML at all become U+FFFD. */
export const escapeHtml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
    .replace(/[\p{Cc}--[\n\t]]|\p{Cs}|\p{Noncharacter_Code_Point}/gv, '\ufffd');

/**
 * A template of HTML. What is put into it is text and is escaped, unless it is markup already; lists are joined; null, undefined and
 * false are nothing. Attributes that take text must be quoted in the template.
 */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup => ({
  markup: parts.reduce((whole, part, index) => whole + textOf(pieces[index - 1]) + part),
});

function textOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (typeof piece === 'string') return escapeHtml(piece);
  if (typeof piece === 'number') return String(piece);
  return 'markup' in piece ? piece.markup : piece.map(textOf).join('');
}

/** Markup from elsewhere in this room that has been escaped there: a drawing, the style sheet. */
export const trusted = (markup: string): Markup => ({ markup });
