import { join } from 'node:path';
import { synthesize } from '#infra/local/template/synthesize.ts';
import { type RunningServer, startServer } from '#test/support/server.ts';
import { type Caller, callerOf } from './http.ts';

/** The product, started as `npm start` starts it, and a caller who may write. */
export interface Product {
  readonly server: RunningServer;
  readonly caller: Caller;
  stop(): Promise<void>;
}

/** Starts the product on that directory; with the `engine`'s URL it keeps its tables there. */
export async function startProduct(dataDir: string, env: Readonly<Record<string, string>> = {}): Promise<Product> {
  const server = await startServer({ dataDir, env });
  const caller = callerOf(server.url, await server.token('bd-officer'));
  return {
    server,
    caller,
    async stop() {
      caller.close();
      await server.stop();
    },
  };
}

/** Synthesizes the app once for all servers of this process, as the tests do. */
export async function synthesizeOnce(directory: string): Promise<void> {
  if (process.env['LOCAL_ASSEMBLY']) return;
  const assembly = join(directory, 'assembly');
  await synthesize(assembly);
  process.env['LOCAL_ASSEMBLY'] = assembly;
}
