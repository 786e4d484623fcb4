import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '#infra/local/template/synthesize.ts';
import { startServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Base URL of the server that the journeys share. */
    serverUrl: string;
    /** Its data directory, with the key to its control endpoint. */
    serverDataDir: string;
    /** The cloud assembly of the app, synthesized once for all servers that tests start. */
    assembly: string;
  }
}

/** Receivers of tests listen on this machine; the examples of subscriptions name a host that nobody has. */
const TRIAL_HOSTS = '127.0.0.1,hooks.jitri.example.org';

/** Global set-up of the journeys: synthesizes the app once, and starts one server for those that do not need their own. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'journeys-'));
  const given = process.env.LOCAL_ASSEMBLY;
  const assembly = given ?? join(directory, 'assembly');
  if (!given) await synthesize(assembly);
  process.env.LOCAL_ASSEMBLY = assembly;
  const server = await startServer({ dataDir: join(directory, 'data'), env: { WEBHOOK_TRIAL_HOSTS: TRIAL_HOSTS } });
  provide('serverUrl', server.url);
  provide('serverDataDir', server.dataDir);
  provide('assembly', assembly);
  return async () => {
    await server.stop();
    if (!given) delete process.env.LOCAL_ASSEMBLY;
    rmSync(directory, { recursive: true, force: true });
  };
}
