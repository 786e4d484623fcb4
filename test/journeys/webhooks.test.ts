import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PARTNER_RATE } from '#shared/webhooks/throttle.ts';
import { type Client, clientOf } from '#test/support/client.ts';
import { operatorOf, scanAll } from '#test/support/operator.ts';
import {
  fivePartners,
  type Letter,
  lettersOf,
  mendAndReplay,
  type PartnerSystem,
  post,
  waitingInQuarantine,
} from '#test/support/partner-systems.ts';
import { report, sized } from '#test/support/proof.ts';
import { pick, seeded } from '#test/support/random.ts';
import { timelineOf } from '#test/support/recount.ts';
import { type RunningServer, startServer } from '#test/support/server.ts';

const DELIVERIES = sized(40, 5_000);
const DUPLICATES = 0.3 * DELIVERIES;
const FORGED = 0.05 * DELIVERIES;
const UNMAPPABLE = 0.05 * DELIVERIES;
const CLIENTS = 16;
/** Milliseconds between two messages of one partner: honest ones keep well below what one may send. */
const PACE_MS = 60;

const seed = Date.now() % 1_000_000;
const random = seeded(seed);
let server: RunningServer;
let admin: Client;
let systems: PartnerSystem[];

beforeAll(async () => {
  server = await startServer();
  admin = await clientOf(server, 'admin');
  systems = await fivePartners(admin);
});
afterAll(async () => {
  await server?.stop();
});

function shuffled<Item>(items: readonly Item[]): Item[] {
  const rest = items.map((item) => ({ item, at: random() }));
  return rest.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** What came of sending it all. */
interface Tally {
  /** Receipts of each letter, one for each time that it was sent. */
  readonly receipts: Map<string, { eventId: string; status: string }[]>;
  readonly forgedAnswers: number[];
  interrupted: number;
  throttled: number;
  answered: number;
}

/** Sends a letter until it is answered 202, as honest systems do. */
async function sendUntilTaken(letter: Letter, posted: Tally, forge?: string): Promise<void> {
  for (;;) {
    const answer = await post(server, letter, forge).catch(() => undefined);
    if (answer && (forge !== undefined || answer.status === 202) && answer.status < 500) {
      posted.answered++;
      if (forge !== undefined) posted.forgedAnswers.push(answer.status);
      else posted.receipts.set(letter.id, [...(posted.receipts.get(letter.id) ?? []), JSON.parse(answer.text)]);
      return;
    }
    if (answer?.status === 429) posted.throttled++;
    else if (answer && answer.status < 500) throw new Error(`${letter.id}: ${answer.status} ${answer.text}`);
    else posted.interrupted++;
    await sleep(250 + random() * 250);
  }
}

/** Sends one letter many times at once, again and again, until it has been told to slow down. */
async function flood(letter: Letter): Promise<{ sent: number; refused: number }> {
  const wave = 2 * PARTNER_RATE.burst;
  let [sent, refused] = [0, 0];
  for (; refused === 0 && sent < 20 * wave; sent += wave) {
    const answers = await Promise.all(Array.from({ length: wave }, () => post(server, letter).catch(() => undefined)));
    for (const answer of answers) {
      if (answer?.status !== 429) continue;
      refused++;
      expect(Number(answer.retryAfter)).toBeGreaterThanOrEqual(1);
    }
  }
  return { sent, refused };
}

test(
  'every authentic message is recorded once or in quarantine, through duplicates, disorder, forgeries, a flood and a SIGKILL',
  async () => {
    const told = lettersOf(systems, { letters: DELIVERIES - DUPLICATES - FORGED, unmappable: UNMAPPABLE }, random);
    const letters = told.flatMap((record) => record.letters);
    const again = Array.from({ length: DUPLICATES }, () => pick(random, letters));
    const forged = Array.from({ length: FORGED }, () => pick(random, letters));
    const work = shuffled([
      ...[...letters, ...again].map((letter) => ({ letter, forge: undefined })),
      ...forged.map((letter) => ({ letter, forge: `not-the-secret-of-${letter.from.id}` })),
    ]);
    const posted: Tally = { receipts: new Map(), forgedAnswers: [], interrupted: 0, throttled: 0, answered: 0 };

    const flooding = letters.find(({ from, unmappable }) => from === systems[4] && !unmappable) as Letter;
    const nextAt = new Map<string, number>();
    let next = 0;
    const client = async () => {
      for (let index = next++; index < work.length; index = next++) {
        const { letter, forge } = work[index] as (typeof work)[number];
        const at = Math.max(Date.now(), nextAt.get(letter.from.id) ?? 0);
        nextAt.set(letter.from.id, at + PACE_MS);
        await sleep(Math.max(0, at - Date.now()));
        await sendUntilTaken(letter, posted, forge);
      }
    };
    const killer = async () => {
      while (posted.answered < work.length / 2) await sleep(5);
      await server.kill();
      server = await startServer({ dataDir: server.dataDir });
      admin = await clientOf(server, 'admin');
    };
    const flooded = await flood(flooding);
    expect(flooded.refused).toBeGreaterThan(0);
    await Promise.all([killer(), ...Array.from({ length: CLIENTS }, client)]);

    // Every authentic message was taken, each repeat with the receipt of the first; every forged one refused.
    expect(posted.receipts.size).toBe(letters.length);
    for (const receipts of posted.receipts.values())
      for (const receipt of receipts) expect(receipt).toEqual(receipts[0]);
    expect(new Set(posted.forgedAnswers)).toEqual(new Set([401]));

    await server.idle(120_000);
    const waiting = await waitingInQuarantine(admin);
    expect(waiting).toHaveLength(letters.filter(({ unmappable }) => unmappable).length);

    expect(await mendAndReplay(admin, systems)).toBe(waiting.length);
    // What waited for a message that was set aside is looked at again a minute later at most.
    await expect
      .poll(() => server.control('/idle'), { timeout: 240_000, interval: 500 })
      .toMatchObject({ idle: true, delayed: 0 });
    expect(await waitingInQuarantine(admin)).toEqual([]);

    const token = await server.token('admin');
    for (const record of told) {
      const timeline = await timelineOf(server, token, 'trade-deals', record.recordId);
      const eventIds = record.letters.map(({ id }) => posted.receipts.get(id)?.[0]?.eventId);
      expect(timeline.map(({ eventId }) => eventId).sort(), record.recordId).toEqual(eventIds.sort());
      const { body } = await admin.get(`/v1/trade-deals/${record.recordId}`);
      expect([body.stage, body.version], record.recordId).toEqual([record.stage, record.letters.length]);
    }
    const listed = await scanAll(await operatorOf(server.dataDir));
    expect(listed.filter(({ sk }) => sk === 'record')).toHaveLength(told.length);
    expect(listed.filter(({ sk }) => sk === 'delivery')).toHaveLength(letters.length);

    report('webhooks', {
      deliveries: work.length,
      'authentic messages': letters.length,
      duplicates: again.length,
      forged: forged.length,
      'set aside, mended and replayed': waiting.length,
      'flood: sent': flooded.sent,
      'flood: told to slow down': flooded.refused,
      'requests cut short by the kill': posted.interrupted,
      records: told.length,
      lost: 0,
      doubled: 0,
      seed,
    });
  },
  sized(420_000, 1_800_000),
);

describe('forged requests', () => {
  const requests = sized(24, 1_000);
  const MARK = 'mark-that-must-not-be-logged';

  /** Keys of everything in the bucket, where the local run keeps it. */
  function filesKept(): unknown[] {
    const files = new DatabaseSync(join(server.dataDir, 'files.db'), { readOnly: true });
    try {
      return files.prepare('SELECT key, etag FROM objects ORDER BY key').all();
    } finally {
      files.close();
    }
  }

  /** Log lines of the door, those that say a request was refused. */
  async function refusals(): Promise<string[]> {
    const logs = join(server.dataDir, 'logs');
    const files = (await readdir(logs)).filter((name) => /webhook/i.test(name)).sort();
    const texts = await Promise.all(files.map((name) => readFile(join(logs, name), 'utf8')));
    return texts
      .join('\n')
      .split('\n')
      .filter((line) => line.includes('"status":401'));
  }

  test(
    `${requests} of them are each refused, change nothing, and leave one log line without body or secret`,
    async () => {
      await server.idle();
      const operator = await operatorOf(server.dataDir);
      const before = await scanAll(operator);
      const files = filesKept();
      const linesBefore = await refusals();
      const [told] = lettersOf(systems, { letters: 1, unmappable: 0 }, random);
      const template = told?.letters[0] as Letter;
      const statuses: number[] = [];
      const bodies = new Set<string>();
      let next = 0;
      const client = async () => {
        for (let index = next++; index < requests; index = next++) {
          const from = { ...(systems[index % systems.length] as PartnerSystem) };
          const stranger = index % 7 === 0 ? { ...from, id: `nobody-${index}` } : from;
          const body = `${MARK} ${index} ${'x'.repeat(index % 500)}`;
          const letter = { ...template, from: stranger, body, id: `${MARK}-${index}` };
          const answer = await post(server, letter, `${MARK}-secret-${index}`);
          statuses.push(answer.status);
          bodies.add(answer.text);
        }
      };
      await Promise.all(Array.from({ length: 8 }, client));
      expect(statuses).toEqual(Array(requests).fill(401));
      expect(bodies.size).toBe(1);
      await server.idle();
      expect(await scanAll(operator)).toEqual(before);
      expect(filesKept()).toEqual(files);
      // The log is written a moment later than the answer.
      await expect.poll(async () => (await refusals()).length - linesBefore.length, { timeout: 10_000 }).toBe(requests);
      const lines = (await refusals()).slice(linesBefore.length);
      for (const line of lines) expect(line).not.toContain(MARK);
      expect(new Set(lines.map((line) => JSON.parse(line).requestId)).size).toBe(requests);
      report('forged webhooks', { requests, refused: requests, 'log lines': lines.length, changes: 0 });
    },
    sized(60_000, 300_000),
  );
});
