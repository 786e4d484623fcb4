import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { brotliDecompressSync, gunzipSync, inflateRawSync } from 'node:zlib';

/** What all planted values have in them, drawn anew for each run: text that stands in no file by chance. */
export interface Markers {
  readonly latin: string;
  readonly chinese: string;
  readonly digits: string;
}

const drawn = (length: number, from: number, to: number) =>
  Array.from({ length }, () => String.fromCodePoint(randomInt(from, to + 1))).join('');

export const newMarkers = (): Markers => ({
  latin: `Q${drawn(9, 0x61, 0x7a)}`,
  // CJK extension A: characters that no text of ours has.
  chinese: drawn(4, 0x3400, 0x4db5),
  digits: drawn(9, 0x30, 0x39),
});

/** A form in which a text may stand somewhere, as bytes. */
interface Needle {
  readonly form: string;
  readonly bytes: Buffer;
}

/** The part of a text's base64 that is the same whatever stands around it, for each of the three places at which it may begin. */
const base64s = (bytes: Buffer): Buffer[] =>
  [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes, Buffer.alloc((3 - ((bytes.length + shift) % 3)) % 3)]);
    const whole = text.toString('base64');
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + bytes.length) * 8) / 6);
    return Buffer.from(whole.slice(from, to));
  });

const escaped = (text: string) =>
  [...text]
    .flatMap((one) => one.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`))
    .join('');

/** Every form of a text that is looked for. */
function formsOf(text: string): Needle[] {
  const utf8 = Buffer.from(text);
  const utf16 = Buffer.from(text, 'utf16le');
  const swapped = Buffer.from(utf16).swap16();
  const needles: Needle[] = [
    { form: 'UTF-8', bytes: utf8 },
    { form: 'UTF-16LE', bytes: utf16 },
    { form: 'UTF-16BE', bytes: swapped },
    { form: 'hex', bytes: Buffer.from(utf8.toString('hex')) },
    { form: 'HEX', bytes: Buffer.from(utf8.toString('hex').toUpperCase()) },
  ];
  for (const [name, bytes] of [
    ['UTF-8', utf8],
    ['UTF-16LE', utf16],
    ['UTF-16BE', swapped],
  ] as const)
    for (const each of base64s(bytes)) {
      needles.push({ form: `base64 of ${name}`, bytes: each });
      const forUrls = Buffer.from(each.toString().replaceAll('+', '-').replaceAll('/', '_'));
      if (!forUrls.equals(each)) needles.push({ form: `base64url of ${name}`, bytes: forUrls });
    }
  if (encodeURIComponent(text) !== text) needles.push({ form: 'URL', bytes: Buffer.from(encodeURIComponent(text)) });
  // Only what is not ASCII is escaped in JSON, by any program that escapes.
  if (/[^\x20-\x7e]/.test(text)) {
    needles.push({ form: 'JSON', bytes: Buffer.from(escaped(text)) });
    needles.push({ form: 'JSON', bytes: Buffer.from(escaped(text).toUpperCase().replaceAll('\\U', '\\u')) });
  }
  return needles;
}

export const needlesOf = ({ latin, chinese, digits }: Markers): Needle[] =>
  [latin, latin.toLowerCase(), latin.toUpperCase(), chinese, digits].flatMap(formsOf);

/** The forms of markers that stand in bytes, and in what is packed in them. */
export function tracesIn(bytes: Uint8Array, needles: readonly Needle[]): string[] {
  const found: string[] = [];
  for (const part of [Buffer.from(bytes), ...unpacked(Buffer.from(bytes))])
    for (const { form, bytes: needle } of needles) if (part.includes(needle)) found.push(form);
  return [...new Set(found)];
}

/** What is packed in bytes by zip (workbooks), gzip or brotli; nothing where they are none of these. */
function unpacked(bytes: Buffer): Buffer[] {
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004') return entriesOf(bytes);
  const found: Buffer[] = [];
  for (const unpack of [gunzipSync, brotliDecompressSync])
    try {
      found.push(unpack(bytes, { maxOutputLength: 64 * 1024 * 1024 }));
    } catch {
      // It is not of that kind.
    }
  return found.filter(({ length }) => length > 0);
}

/** The files in a zip archive, by its directory at the end. */
function entriesOf(zip: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (
    let at = zip.indexOf('PK\u0001\u0002', 0, 'latin1');
    at >= 0;
    at = zip.indexOf('PK\u0001\u0002', at + 4, 'latin1')
  ) {
    const [method, packed, start] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    const from = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const bytes = zip.subarray(from, from + packed);
    found.push(method === 0 ? bytes : inflateRawSync(bytes));
  }
  return found;
}

/** Where a search found something: `bus.db: UTF-8`. */
export interface Search {
  readonly files: number;
  readonly megabytes: number;
  readonly traces: readonly string[];
}

/**
 * Looks through every file under a directory: its bytes as they lie there (databases with their free pages and write-ahead logs), and each
 * value of the databases of SQLite by itself, since a value may be cut by a page's end.
 */
export function searchDirectory(directory: string, needles: readonly Needle[]): Search {
  const traces: string[] = [];
  let files = 0;
  let size = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    files += 1;
    size += statSync(path).size;
    const name = relative(directory, path);
    for (const form of tracesIn(readFileSync(path), needles)) traces.push(`${name}: ${form}`);
    if (name.endsWith('.db'))
      for (const value of valuesOf(path))
        for (const form of tracesIn(value, needles)) traces.push(`${name}, value: ${form}`);
  }
  return { files, megabytes: Math.round(size / 1024 ** 2), traces: [...new Set(traces)] };
}

/** Every text and every run of bytes in a database of SQLite. */
function* valuesOf(path: string): Generator<Buffer> {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[];
    for (const { name } of tables)
      for (const row of database.prepare(`SELECT * FROM "${name}"`).iterate())
        for (const value of Object.values(row)) {
          if (typeof value === 'string') yield Buffer.from(value);
          if (value instanceof Uint8Array) yield Buffer.from(value);
        }
  } finally {
    database.close();
  }
}
