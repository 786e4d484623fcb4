/**
 * Synthesizes the CDK app, in a process that ends with it: CDK and the compiler take more memory than all the rest together, and a thread
 * would not give it back.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StartFailure } from '../failure.ts';

const script = fileURLToPath(new URL('./synthesize-app.ts', import.meta.url));

/** Writes the cloud assembly to `directory`, in place of what was there. Throws a `StartFailure` with what the app says is wrong. */
export async function synthesize(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new StartFailure(`the CDK app cannot be synthesized:\n${output.trim()}`);
}
