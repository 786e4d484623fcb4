import { inject } from 'vitest';
import type { Reachable } from './client.ts';
import { tokenOf } from './server.ts';

/** The server that the journeys share: started once, by the global set-up, as `npm start` starts it. */
export function sharedServer(): Reachable {
  const url = inject('serverUrl');
  return { url, token: (role, user) => tokenOf(url, role, user) };
}
