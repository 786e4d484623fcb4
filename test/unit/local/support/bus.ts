import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openBus } from '#infra/local/bus/bus.ts';
import type { Bus, BusOptions } from '#infra/local/bus/types.ts';
import type { Timers } from '#infra/local/timers.ts';
import { accountId, defineUsual, region } from './definitions.ts';

export * from './definitions.ts';

/** A directory of the test's own, removed when it ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'local-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A clock that stands still until it is moved, and timers that go with it. */
export function heldClock(start = Date.parse('2026-03-02T10:00:00Z')) {
  let now = start;
  const due = new Map<object, { at: number; callback: () => void }>();
  const timers: Timers = {
    setTimeout(callback, milliseconds) {
      const handle = {};
      due.set(handle, { at: now + Math.max(0, milliseconds), callback });
      return handle;
    },
    clearTimeout: (handle) => due.delete(handle as object),
  };
  return {
    clock: () => now,
    timers,
    /** Moves on to a time, calling each timer at its own. */
    advanceTo(to: number) {
      for (;;) {
        const [next] = [...due].sort(([, a], [, b]) => a.at - b.at);
        if (!next || next[1].at > to) break;
        due.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].callback();
      }
      now = to;
    },
    /** Moves the clock alone, as if the machine had slept. */
    jump(seconds: number) {
      now += seconds * 1000;
    },
    advance(seconds: number) {
      this.advanceTo(now + seconds * 1000);
    },
  };
}

/** A bus on a file of its own with the usual definitions; closed when the test ends. */
export function usualBus(options: Partial<BusOptions> = {}): Bus {
  const bus = openBus({ file: `${temporaryDirectory()}/bus.db`, accountId, region, ...options });
  onTestFinished(() => bus.close());
  defineUsual(bus);
  return bus;
}
