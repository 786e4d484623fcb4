const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;

/** The earliest time that a ZIP file can say: 1 January 1980, 00:00 (MS-DOS: date 0x0021, time 0). */
const TIME = 0;
const DATE = 0x21;

/**
 * Sets the time of every file in a ZIP archive to the same, in place: libraries stamp the time of writing, and the same content would
 * not be the same bytes. Offsets are those of APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
 * @throws Error for what is no ZIP archive, or one with a comment or in the 64-bit format
 */
export function withoutTimes(zip: Buffer): Buffer {
  const end = zip.length - 22;
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('This is not a plain ZIP archive.');
  const entries = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < entries; entry++) {
    const local = zip.readUInt32LE(at + 42);
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY || zip.readUInt32LE(local) !== LOCAL_ENTRY)
      throw new Error('This is not a plain ZIP archive.');
    zip.writeUInt16LE(TIME, at + 12);
    zip.writeUInt16LE(DATE, at + 14);
    zip.writeUInt16LE(TIME, local + 10);
    zip.writeUInt16LE(DATE, local + 12);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return zip;
}
