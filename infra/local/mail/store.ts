/** Mail that was sent, as files: what a mail program opens, with what the sending call said in front. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Envelope {
  from: string;
  to: string[];
}

export interface Outbox {
  /** When it returns, the mail is on disk. Gives the id by which SES would know the mail. */
  put(id: string, at: Date, envelope: Envelope, raw: Buffer): void;
  /** Newest first. */
  list(): string[];
  /** The file as it lies there; undefined where there is none of that id. */
  read(id: string): Buffer | undefined;
}

const extension = '.eml';
/** Lines of our own before the mail's headers; a mail program shows them as any other. */
const marked = 'X-Local-';

export function openOutbox(directory: string): Outbox {
  mkdirSync(directory, { recursive: true });
  // What was being written when a run before was killed.
  for (const name of readdirSync(directory)) if (name.endsWith('.part')) rmSync(join(directory, name));
  const fileOf = (id: string) => readdirSync(directory).find((name) => name.endsWith(`_${id}${extension}`));
  return {
    put(id, at, { from, to }, raw) {
      const stamp = at.toISOString().replaceAll(/[-:]/g, '');
      const final = join(directory, `${stamp}_${id}${extension}`);
      const head = [
        `Message-Id: ${id}`,
        `Sent-At: ${at.toISOString()}`,
        `Envelope-From: ${from}`,
        `Envelope-To: ${to.join(', ')}`,
      ];
      const file = openSync(`${final}.part`, 'w', 0o600);
      try {
        writeSync(file, `${head.map((line) => `${marked}${line.replaceAll(/[\r\n]/g, ' ')}\r\n`).join('')}`);
        writeSync(file, raw);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${final}.part`, final);
      const folder = openSync(directory, 'r');
      fsyncSync(folder);
      closeSync(folder);
    },
    list: () =>
      readdirSync(directory)
        .filter((name) => name.endsWith(extension))
        .toSorted()
        .toReversed()
        .map((name) => name.slice(name.indexOf('_') + 1, -extension.length)),
    read(id) {
      const name = /^[A-Za-z0-9-]+$/.test(id) ? fileOf(id) : undefined;
      return name === undefined ? undefined : readFileSync(join(directory, name));
    },
  };
}
