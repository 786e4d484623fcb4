import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '#infra/local/template/synthesize.ts';
import { killServers } from './shared-servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The cloud assembly of the app, synthesized once for all servers that tests start. */
    assembly: string;
  }
}

/** Global set-up of the journeys: synthesizes the app once. Servers find the assembly by `LOCAL_ASSEMBLY`. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const given = process.env['LOCAL_ASSEMBLY'];
  if (given) {
    provide('assembly', given);
    return killServers;
  }
  const assembly = mkdtempSync(join(tmpdir(), 'assembly-'));
  await synthesize(assembly);
  process.env['LOCAL_ASSEMBLY'] = assembly;
  provide('assembly', assembly);
  return () => {
    killServers();
    delete process.env['LOCAL_ASSEMBLY'];
    rmSync(assembly, { recursive: true, force: true });
  };
}
