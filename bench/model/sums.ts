import type { HttpUse, Invoked } from './paths.ts';

/** A list in pieces of at most so many. */
export function slices<One>(all: readonly One[], size: number): One[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

/** Added up, for each of so many events. */
export function sum(uses: readonly Invoked[], events: number): Invoked {
  const of = (value: (use: Invoked) => number) => uses.reduce((total, use) => total + value(use), 0) / events;
  return {
    table: {
      requests: of(({ table }) => table.requests),
      readUnits: of(({ table }) => table.readUnits),
      writeUnits: of(({ table }) => table.writeUnits),
      indexUnits: of(({ table }) => table.indexUnits),
    },
    events: of((use) => use.events),
    archivedBytes: of((use) => use.archivedBytes),
    queueRequests: of((use) => use.queueRequests),
    calls: of((use) => use.calls),
    logBytes: of((use) => use.logBytes),
    logLines: of((use) => use.logLines),
    invocations: of((use) => use.invocations),
    items: of((use) => use.items),
  };
}

/** The same of calls of the API. */
export const sumHttp = (uses: readonly HttpUse[], events: number): HttpUse => ({
  ...sum(uses, events),
  httpRequests: uses.reduce((total, use) => total + use.httpRequests, 0) / events,
  bytesOut: uses.reduce((total, use) => total + use.bytesOut, 0) / events,
});
