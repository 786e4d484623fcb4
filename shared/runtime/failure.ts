/** How many places in the code are told. */
const FRAMES = 4;

/**
 * What a log may say of an error: its name, and where in the code it came from. Never its message, which may quote what it failed on.
 */
export function failureOf(error: unknown): { error: string; at?: string[] } {
  if (!(error instanceof Error)) return { error: 'unknown' };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.slice(0, FRAMES).map((line) => line.trim().slice('at '.length)) };
}
