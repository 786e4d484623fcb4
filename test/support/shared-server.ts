import { type RunningServer, startServer } from './server.ts';
import { noteServer } from './shared-servers.ts';

/** Receivers of tests listen on this machine; the examples of subscriptions name a host that nobody has. */
const TRIAL_HOSTS = '127.0.0.1,hooks.jitri.example.org';

let warm: RunningServer | undefined;
/** Whether its data is of a file that had the server to itself. */
let isClaimed = false;

/**
 * The server of this worker, started by the first file that asks. Other files that share it may have left data, so a test names what
 * it looks for by words of its own. A test that stops or kills its server, or changes what it runs, starts one for itself.
 */
export async function sharedServer(): Promise<RunningServer> {
  if (isClaimed) await emptyServer();
  isClaimed = false;
  return running();
}

/** The same server without any data, for a file that counts or lists everything. */
export async function emptyServer(): Promise<RunningServer> {
  const server = await running();
  await server.control('/reset', {});
  isClaimed = true;
  return server;
}

async function running(): Promise<RunningServer> {
  if (!warm || !isAlive(warm)) {
    warm = await startServer({ env: { WEBHOOK_TRIAL_HOSTS: TRIAL_HOSTS }, timeoutMs: 180_000 });
    noteServer(warm.pid);
  }
  return warm;
}

function isAlive({ pid }: RunningServer): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
