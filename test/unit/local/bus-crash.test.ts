import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openBus } from '#infra/local/bus/bus.ts';
import { accountId, arnOf, defineUsual, region, temporaryDirectory } from './support/bus.ts';

const writer = fileURLToPath(new URL('./support/bus-writer.ts', import.meta.url));

async function writeUntilKilled(file: string, milliseconds: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill('SIGKILL');
  await once(child, 'close');
  return output.split('\n').slice(0, -1);
}

it('has every acknowledged event after SIGKILL, once in the queue and once in the archive, time after time', async () => {
  const file = `${temporaryDirectory()}/bus.db`;
  const acknowledged: string[] = [];
  for (let kill = 0; kill < 4; kill++) acknowledged.push(...(await writeUntilKilled(file, 20 + Math.random() * 150)));
  expect(acknowledged.length).toBeGreaterThan(50);

  const bus = openBus({ file, accountId, region });
  defineUsual(bus);
  expect(bus.wasUncleanStop).toBe(true);
  expect(Date.now() - (bus.lastAliveAt ?? 0)).toBeLessThan(20_000);
  const bodies = bus.receive(arnOf('work'), 1_000_000).map((message) => message.body);
  const ids = bodies.map((body) => JSON.parse(body).id as string);
  expect(new Set(ids).size).toBe(ids.length);
  const lost = acknowledged.filter((line) => !ids.includes(line.split(' ')[1] ?? ''));
  expect(lost).toEqual([]);
  const archived = await bus.replay('all', { from: new Date(0), to: new Date(), dryRun: true });
  expect(archived).toBe(ids.length);
  bus.close();
});
