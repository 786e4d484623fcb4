import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

/** A file of an archive. Its name is ASCII. */
export interface ZippedFile {
  readonly name: string;
  readonly text: string;
}

const LOCAL_ENTRY = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
/** Version 2.0 of the format, the first with deflated files (method 8). */
const VERSION = 20;
const DEFLATED = 8;
/** The earliest day that an archive can say, 1 January 1980: the time of writing would make the same content other bytes. */
const DATE = 0x21;

const deflated = promisify(deflateRaw);

/**
 * A ZIP archive of these files, in their order (APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16). They are packed beside each other,
 * on threads of zlib's own. The same files give the same bytes. At most 65,535 files, and 4 GB of them all.
 */
export async function zipOf(files: readonly ZippedFile[]): Promise<Buffer> {
  const packed = await Promise.all(
    files.map(async ({ name, text }) => {
      const content = Buffer.from(text);
      return { name: Buffer.from(name), content, bytes: await deflated(content) };
    }),
  );
  const entries: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, bytes } of packed) {
    const about = Buffer.alloc(26);
    about.writeUInt16LE(VERSION, 0);
    about.writeUInt16LE(DEFLATED, 4);
    about.writeUInt16LE(DATE, 8);
    about.writeUInt32LE(crc32(content), 10);
    about.writeUInt32LE(bytes.length, 14);
    about.writeUInt32LE(content.length, 18);
    about.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const entry = [signed(LOCAL_ENTRY), about, name, bytes];
    entries.push(...entry);
    directory.push(signed(DIRECTORY_ENTRY), versionMadeBy, about, place, name);
    offset += entry.reduce((sum, { length }) => sum + length, 0);
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(
    directory.reduce((sum, { length }) => sum + length, 0),
    8,
  );
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...entries, ...directory, signed(END_OF_DIRECTORY), end]);
}

const versionMadeBy = Buffer.from([VERSION, 0]);

function signed(signature: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(signature);
  return bytes;
}
