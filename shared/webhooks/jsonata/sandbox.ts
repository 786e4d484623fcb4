/**
 * The process in which mappings run. It has no environment variables, no credentials and no handle to what started it but its channel;
 * whatever a mapping exhausts, time or memory, is exhausted here. A thread alone would not do: V8 ends the whole process where one
 * allocation goes far beyond a thread's limit, as a string of a hundred million characters does.
 *
 * The evaluation has a thread of its own, so that this process sees its parent go even while an expression spins.
 */
import { isMainThread, Worker } from 'node:worker_threads';
import { type Answer, LIMITS, type Task } from './messages.ts';

/** How this process says that the thread ran out of memory: as V8 does where it aborts the process itself. */
const OUT_OF_MEMORY = 134;

function supervise(): void {
  const worker = new Worker(new URL(import.meta.url), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: LIMITS.mebibytes, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  worker.on('message', (answer: Answer) => process.send?.(answer));
  worker.on('error', (error) =>
    process.exit((error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY' ? OUT_OF_MEMORY : 1),
  );
  process.on('message', (task: Task) => worker.postMessage(task));
  process.on('disconnect', () => process.exit());
}

if (isMainThread) supervise();
else await import('./thread.ts');
