import { type ZippedFile, zipOf } from './zip.ts';

/** How a cell looks. Cells that look alike share one object. */
export interface CellStyle {
  /** A number format of spreadsheets, `#,##0.00`. */
  readonly format?: string;
  readonly align?: 'left' | 'right';
  readonly as?: keyof typeof FONTS;
}

/** A number or a text in a cell, as it is: no text is ever a formula. Dates are numbers, see {@link serialOf}. */
export interface WrittenCell {
  readonly value: number | string;
  readonly style: CellStyle;
}

/** A table; its first row is its header, and is frozen. Null is an empty cell. */
export interface Sheet {
  readonly name: string;
  /** Of each column, in characters. */
  readonly widths: readonly number[];
  readonly rows: readonly (readonly (WrittenCell | null)[])[];
}

/** Points. */
const [FONT_SIZE, HEADING_HEIGHT] = [11, 32];
/** What is said of a font beside its name; the order is prescribed. */
const FONTS = {
  plain: `<sz val="${FONT_SIZE}"/>`,
  heading: `<b/><sz val="${FONT_SIZE}"/><color rgb="FFFFFFFF"/>`,
  note: `<i/><sz val="${FONT_SIZE}"/>`,
} as const;
const FONT_NAMES = Object.keys(FONTS) as (keyof typeof FONTS)[];
/** Two that every workbook must have, and that of headings. */
const FILLS = [
  '<patternFill patternType="none"/>',
  '<patternFill patternType="gray125"/>',
  '<patternFill patternType="solid"><fgColor rgb="FF1C4F82"/><bgColor indexed="64"/></patternFill>',
];
const HEADING_FILL = 2;
/** Formats of one's own have numbers from here on. */
const FIRST_FORMAT = 164;

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

/**
 * A workbook as Excel keeps it (ECMA-376, SpreadsheetML, transitional), in plain tables. The same sheets give the same bytes.
 *
 * No library writes it: those took longer than anything else of a report (`docs/performance.md`).
 * @throws Error for a name that no sheet may have
 */
export function workbookOf(sheets: readonly Sheet[], font: string): Promise<Buffer> {
  const texts = new Positions<string>();
  const styles = new Positions<CellStyle>();
  // The first style is that of cells of which nothing is said.
  styles.of({});
  const drawn = sheets.map((sheet, index) => ({
    name: `worksheets/sheet${index + 1}.xml`,
    text: sheetXml(sheet, index === 0, texts, styles),
    type: 'worksheet',
  }));
  const parts = [
    ...drawn,
    { name: 'styles.xml', text: stylesXml(styles.all, font), type: 'styles' },
    { name: 'sharedStrings.xml', text: textsXml(texts.all), type: 'sharedStrings' },
  ];
  return zipOf([
    {
      name: '[Content_Types].xml',
      text: `${START}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/>${parts.map(({ name, type }) => `<Override PartName="/xl/${name}" ContentType="${TYPE}.${type}+xml"/>`).join('')}</Types>`,
    },
    relationships('_rels/.rels', [{ name: 'xl/workbook.xml', type: 'officeDocument' }]),
    {
      name: 'xl/workbook.xml',
      text: `${START}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}"><sheets>${sheets.map(({ name }, index) => `<sheet name="${escapeXml(nameable(name))}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`).join('')}</sheets></workbook>`,
    },
    relationships('xl/_rels/workbook.xml.rels', parts),
    ...parts.map(({ name, text }) => ({ name: `xl/${name}`, text })),
  ]);
}

/** What a spreadsheet knows a moment by: days since 30 December 1899. */
export const serialOf = (moment: Date): number => moment.getTime() / DAY_MILLISECONDS + DAYS_TO_1970;
const DAY_MILLISECONDS = 24 * 3600 * 1000;
const DAYS_TO_1970 = 25_569;

/** What is told apart, by its position in the order in which it first came. */
class Positions<Item> {
  readonly #positions = new Map<Item, number>();

  of(item: Item): number {
    const known = this.#positions.get(item);
    if (known !== undefined) return known;
    this.#positions.set(item, this.#positions.size);
    return this.#positions.size - 1;
  }

  get all(): Item[] {
    return [...this.#positions.keys()];
  }
}

const relationships = (
  name: string,
  parts: readonly { readonly name: string; readonly type: string }[],
): ZippedFile => ({
  name,
  text: `${START}<Relationships xmlns="${PACKAGE}/relationships">${parts.map((part, index) => `<Relationship Id="rId${index + 1}" Type="${RELATIONSHIPS}/${part.type}" Target="${part.name}"/>`).join('')}</Relationships>`,
});

function sheetXml(
  { widths, rows }: Sheet,
  isFirst: boolean,
  texts: Positions<string>,
  styles: Positions<CellStyle>,
): string {
  const letters = widths.map((_, index) => lettersOf(index));
  let data = '';
  for (const [index, row] of rows.entries()) {
    const number = index + 1;
    data += index === 0 ? `<row r="1" ht="${HEADING_HEIGHT}" customHeight="1">` : `<row r="${number}">`;
    for (const [column, cell] of row.entries()) {
      if (!cell) continue;
      const { value, style } = cell;
      const where = `<c r="${letters[column]}${number}" s="${styles.of(style)}"`;
      data +=
        typeof value === 'number' ? `${where}><v>${value}</v></c>` : `${where} t="s"><v>${texts.of(value)}</v></c>`;
    }
    data += '</row>';
  }
  const columns = widths.map(
    (width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  return `${START}<worksheet xmlns="${MAIN}"><sheetViews><sheetView${isFirst ? ' tabSelected="1"' : ''} workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>${data}</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape"/></worksheet>`;
}

/** The name of a column: A … Z, AA … */
const lettersOf = (index: number): string =>
  (index < 26 ? '' : lettersOf(Math.floor(index / 26) - 1)) + String.fromCharCode(65 + (index % 26));

function stylesXml(styles: readonly CellStyle[], font: string): string {
  const formats = [...new Set(styles.flatMap(({ format }) => format ?? []))];
  const looks = styles.map(({ format, align, as = 'plain' }) => {
    const isHeading = as === 'heading';
    const fill = isHeading ? HEADING_FILL : 0;
    const number = format === undefined ? 0 : FIRST_FORMAT + formats.indexOf(format);
    const alignment = `${align ? ` horizontal="${align}"` : ''}${isHeading ? ' vertical="center" wrapText="1"' : ''}`;
    const look = `<xf numFmtId="${number}" fontId="${FONT_NAMES.indexOf(as)}" fillId="${fill}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"`;
    return alignment ? `${look} applyAlignment="1"><alignment${alignment}/></xf>` : `${look}/>`;
  });
  const list = (name: string, items: readonly string[]) =>
    items.length > 0 ? `<${name} count="${items.length}">${items.join('')}</${name}>` : '';
  return `${START}<styleSheet xmlns="${MAIN}">${list(
    'numFmts',
    formats.map((format, index) => `<numFmt numFmtId="${FIRST_FORMAT + index}" formatCode="${escapeXml(format)}"/>`),
  )}${list(
    'fonts',
    FONT_NAMES.map((name) => `<font>${FONTS[name]}<name val="${font}"/><family val="2"/></font>`),
  )}${list(
    'fills',
    FILLS.map((fill) => `<fill>${fill}</fill>`),
  )}${list('borders', ['<border><left/><right/><top/><bottom/><diagonal/></border>'])}${list('cellStyleXfs', [
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',
  ])}${list('cellXfs', looks)}</styleSheet>`;
}

const textsXml = (texts: readonly string[]): string =>
  `${START}<sst xmlns="${MAIN}">${texts.map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`).join('')}</sst>`;

/** The characters that no sheet's name may have. */
const UNNAMEABLE = /[\\/?*[\]:]|^'|'$/;
const NAME_LENGTH = 31;

function nameable(name: string): string {
  if (name === '' || name.length > NAME_LENGTH || UNNAMEABLE.test(name))
    throw new Error(`No sheet can be named ${name}.`);
  return name;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** What XML has another word for, what looks like Excel's word for a character (`_x0041_`), and what may not be in XML at all. */
const SPECIAL = /[&<>"]|_(?=x[\dA-Fa-f]{4}_)|[^\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escapeXml = (text: string): string =>
  text.replace(SPECIAL, (special) => (special === '_' ? '_x005F_' : (ENTITIES[special] ?? '')));
