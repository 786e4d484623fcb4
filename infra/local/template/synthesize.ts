/**
 * Synthesizes the CDK app in this process, in a thread that ends with it: CDK and the compiler take more memory than all the rest.
 */
import { rmSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { StartFailure } from '../failure.ts';

/** Writes the cloud assembly to `directory`, in place of what was there. Throws a `StartFailure` with what the app says is wrong. */
export async function synthesize(directory: string): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  const worker = new Worker(new URL('./synthesize-worker.ts', import.meta.url), {
    workerData: directory,
    stdout: true,
    stderr: true,
  });
  let output = '';
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const fault = await new Promise<string | undefined>((resolve) => {
    worker.once('error', (error: unknown) =>
      resolve(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.once('exit', (code) => resolve(code === 0 ? undefined : `exit ${code}`));
  });
  if (fault !== undefined)
    throw new StartFailure(`the CDK app cannot be synthesized:\n${[output.trim(), fault].filter(Boolean).join('\n')}`);
}
