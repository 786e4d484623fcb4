import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

let stripped: URL | undefined;

/** The runtime's code without its types: so no thread has to load the compiler, which takes more memory than most functions. */
export function workerUrl(): URL {
  const source = () => readFileSync(new URL('./worker.ts', import.meta.url), 'utf8');
  stripped ??= new URL(`data:text/javascript,${encodeURIComponent(quietly(() => stripTypeScriptTypes(source())))}`);
  return stripped;
}

/** Without the warning that the function is new: the Node.js that runs this is fixed by the lock file. */
function quietly<T>(run: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}
