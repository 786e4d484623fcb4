/** One function's log: JSON lines in a file that is rotated once, so that a long run stays bounded. */
import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';

const flushAfterMillis = 100;

export class LogFile {
  readonly #file: string;
  readonly #maximumBytes: number;
  readonly #partial = new Map<string, string>();
  #bytes: number;
  #pending = '';
  #timer: NodeJS.Timeout | undefined;

  /** Two files of at most `maximumBytes` each: the current one and the one before, ending in `.1`. */
  constructor(file: string, maximumBytes = 5_000_000) {
    this.#file = file;
    this.#maximumBytes = maximumBytes;
    this.#bytes = existsSync(file) ? statSync(file).size : 0;
  }

  /** Takes what a function wrote to `stream`, whole lines or not. A line that is not a JSON object becomes one. */
  take(stream: 'stdout' | 'stderr', chunk: string): void {
    const lines = ((this.#partial.get(stream) ?? '') + chunk).split('\n');
    this.#partial.set(stream, lines.pop() ?? '');
    for (const line of lines)
      if (line.trim() !== '') this.#line(line.startsWith('{') ? line : this.#wrap(stream, line));
  }

  /** A line of the host's own about this function. */
  note(level: 'INFO' | 'WARN' | 'ERROR', message: string, facts: Record<string, unknown> = {}): void {
    this.#line(JSON.stringify({ timestamp: new Date().toISOString(), level, source: 'local-host', message, ...facts }));
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#pending;
    this.#pending = '';
    if (text === '') return;
    try {
      if (this.#bytes > 0 && this.#bytes + text.length > this.#maximumBytes) {
        renameSync(this.#file, `${this.#file}.1`);
        this.#bytes = 0;
      }
      appendFileSync(this.#file, text);
      this.#bytes += Buffer.byteLength(text);
    } catch {
      // A log that cannot be written must not stop what is logged.
    }
  }

  #wrap(stream: string, line: string): string {
    const level = stream === 'stderr' ? 'ERROR' : 'INFO';
    return JSON.stringify({ timestamp: new Date().toISOString(), level, message: line });
  }

  #line(line: string): void {
    this.#pending += `${line}\n`;
    if (this.#pending.length > 256_000) this.flush();
    this.#timer ??= setTimeout(() => this.flush(), flushAfterMillis).unref();
  }
}
