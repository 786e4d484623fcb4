/**
 * `node bench/directory.ts [organisations]`: what the function `organisations` does with so many on a DynamoDB Local of its own: the first
 * question after a start, which reads them all, the next one, and one after a change; how many requests each takes. Prints;
 * `docs/organisations.md` quotes it. No bound: a clock on a busy machine proves nothing.
 */
import { cpus, loadavg } from 'node:os';
import { openDirectory } from '#shared/http/organisations/directory.ts';
import { batchWrite, put } from '#shared/store/batch-write.ts';
import { toEntityItem } from '#shared/store/entities.ts';
import { pick, seeded } from '#test/support/random.ts';
import { startRealTable } from '#test/support/real-table.ts';

const count = Number(process.argv[2] ?? 10_000);
const random = seeded(2026);
const CITIES = [
  ['guangzhou', '广州'],
  ['nanjing', '南京'],
  ['guizhou', '贵阳'],
] as const;
const CHARACTERS = [...'华新天海金龙恒泰宏远盛达安康和平东兴瑞丰永信德美联创智云星辰明阳大众力博雅正'];
const SYLLABLES = [
  'ash',
  'bel',
  'cor',
  'dun',
  'ell',
  'fen',
  'gar',
  'hol',
  'ken',
  'lyn',
  'mar',
  'nor',
  'pen',
  'ton',
  'ford',
];
const TRADES = ['科技', '医药', '电子', '机械', '贸易', '能源'];
const ENGLISH = ['Technology', 'Pharmaceutical', 'Electronics', 'Machinery', 'Trading', 'Energy'];

const table = await startRealTable('directory', { withIndexes: true });
let requests = 0;
const { client } = table;
const send = client.send.bind(client);
client.send = ((...given: Parameters<typeof send>) => {
  requests++;
  return send(...given);
}) as typeof client.send;

function nameOf(): { name: string; place: string } {
  const [place, city] = pick(random, CITIES);
  const word = () => pick(random, SYLLABLES) + pick(random, SYLLABLES) + pick(random, SYLLABLES);
  if (random() < 0.4) return { name: `${word()} ${word()} ${pick(random, ENGLISH)} Ltd`, place: 'birmingham' };
  const three = pick(random, CHARACTERS) + pick(random, CHARACTERS) + pick(random, CHARACTERS);
  return { name: `${city}${three}${pick(random, TRADES)}有限公司`, place };
}

const at = (index: number) => new Date(Date.parse('2026-01-01T00:00:00.000Z') + index * 1_000).toISOString();
const itemOf = (index: number, { name, place }: { name: string; place: string }, version = 1) => {
  const id = `org_${String(index).padStart(26, '0')}`;
  const when = at(index + (version - 1) * count);
  const state = {
    id,
    kind: 'organisation' as const,
    version,
    createdAt: at(index),
    recordedAt: at(index),
    updatedAt: when,
    fields: { name, place },
    base: { at: at(index), by: id },
    clocks: {},
  };
  const event = { eventId: id, verb: 'amended', occurredAt: when, receivedAt: when, recordedAt: when, version };
  return toEntityItem(state, {
    ...event,
    channel: 'api',
    actor: { type: 'user', id: 'bench' },
    changes: {},
    data: {},
    correlationId: id,
  } as never);
};

await batchWrite(
  client,
  Array.from({ length: count }, (_, index) => put(itemOf(index, nameOf()))),
);

async function timed(what: string, act: () => Promise<{ length: number } | readonly unknown[]>): Promise<void> {
  requests = 0;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const { length } = await act();
  const spent = process.cpuUsage(cpu);
  const figures = `${Math.round(performance.now() - began)} ms, ${Math.round((spent.user + spent.system) / 1_000)} ms of them computing`;
  console.log(
    `${what}: ${figures}, ${requests} requests, ${length} found, ${Math.round(process.memoryUsage.rss() / 1e6)} MB`,
  );
}

console.log(`${count} organisations; load ${loadavg()[0]?.toFixed(0)} on ${cpus().length} cores`);
const directory = openDirectory(client);
await timed('the first question', () => directory.matchesOf({ name: '广州华新天科技公司', place: 'guangzhou' }));
await timed('the next question', () => directory.matchesOf({ name: '广州天海金医药公司', place: 'guangzhou' }));
await timed('duplicates', () => directory.duplicates());
await timed('duplicates again', () => directory.duplicates());
await batchWrite(client, [put(itemOf(7, { name: 'Changed Machinery Ltd', place: 'birmingham' }, 2))]);
await timed('a question after a change', () => directory.matchesOf({ name: 'Changed Machinery', place: 'birmingham' }));
await timed('duplicates after a change', () => directory.duplicates());
await table.stop();
