/** `npm start`. Nothing else is imported before the version of Node.js was looked at. */
import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

const oldestNode = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major < oldestNode) {
  console.error(
    `This needs Node.js ${oldestNode} or later; this is ${process.versions.node}. With \`npm start\`, npm ci brings the right one.`,
  );
  process.exit(1);
}
const { MALLOC_ARENA_MAX, ...environment } = process.env;
// glibc would give each thread a part of memory that no other can use, and reads how many there may be when a process begins.
if (process.platform === 'linux' && MALLOC_ARENA_MAX === undefined)
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...environment,
    MALLOC_ARENA_MAX: '1',
  });
// For this process, and not for what it starts.
delete process.env.MALLOC_ARENA_MAX;
// The second start finds the host's own code compiled.
enableCompileCache();
// A thread for each function, each with its own copy of all code: the compiler between interpreter and optimizer makes the most of it.
setFlagsFromString('--no-sparkplug');
// Each collects its garbage when its heap has grown by so much, and not only when it is four times what it needs.
setFlagsFromString('--heap-growing-percent=40');
// As in Lambda; worker threads cannot set it for themselves.
process.env.TZ = 'UTC';

const { run } = await import('./run.ts');
const { StartFailure } = await import('./failure.ts');
const { TemplateError } = await import('./template/errors.ts');

function fail(error: unknown): never {
  const known = error instanceof StartFailure || error instanceof TemplateError;
  console.error(known ? `cannot start: ${error.message}` : error);
  process.exit(1);
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    fail(new StartFailure(`PORT is not a port number: ${text}`));
  }
  return port;
}

let stopping = false;
let interrupted: (() => void) | undefined;
const onSignal = (): void => {
  if (!interrupted) process.exit(130);
  interrupted();
};
process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);

const { LOCAL_ASSEMBLY: assembly, DATA_DIR: dataDirectory, PORT: port } = process.env;
const running = await run({
  port: portOf(port || undefined),
  dataDirectory: dataDirectory || '.local',
  ...(assembly ? { assembly } : {}),
  print: (line) => console.log(line),
}).catch(fail);
// What the start has made of it is enough. Under load V8 would let the space for new objects grow to more than all else that the host keeps.
setFlagsFromString('--semi-space-growth-factor=1');

interrupted = () => {
  if (stopping) {
    running.kill();
    process.exit(130);
  }
  stopping = true;
  console.log('stopping … (again to force)');
  running.stop().then(() => process.exit(0), fail);
};
process.on('uncaughtException', (error) => {
  console.error(error);
  running.kill();
  process.exit(1);
});
const reason = await running.broken;
console.error(reason);
await running.stop();
process.exit(1);
