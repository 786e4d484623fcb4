/** Puts events for ever from 8 callers at once, and says on stdout which of them were acknowledged; to be killed. */
import { writeSync } from 'node:fs';
import { openBus } from '#infra/local/bus/bus.ts';
import { accountId, defineUsual, entry, region } from './definitions.ts';

const bus = openBus({ file: process.argv[2] ?? '', accountId, region });
defineUsual(bus);
let next = 0;
async function write(): Promise<never> {
  for (;;) {
    const number = next++;
    const [result] = await bus.putEvents([entry({ number, filler: 'x'.repeat(500) })]);
    if (result?.EventId) writeSync(1, `${number} ${result.EventId}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, write));
