/**
 * Set-up of the handlers, added to that of every shared worker. Handlers keep state in their modules (clients, caches), so each file
 * gets the project's modules afresh. Packages stay loaded: they are what takes long to load, and no test changes them but by `mockClient`.
 */
import { afterAll, vi } from 'vitest';

vi.resetModules();

afterAll(async () => {
  const { restoreClients } = await import('./mock-client.ts');
  restoreClients();
});
