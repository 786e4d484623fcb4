import { setTimeout as sleep } from 'node:timers/promises';
import { LADDERS } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { evidenceNeeded, passed } from './evidence.ts';
import { pick, seeded } from './random.ts';
import { type RunningServer, startServer } from './server.ts';

export interface CrashPlan {
  readonly dataDir: string;
  readonly records: number;
  readonly clients: number;
  readonly kills: number;
  readonly seed: number;
  readonly env?: Record<string, string>;
}

/** What the clients were told: the record as its last acknowledged answer had it, and every write that was acknowledged. */
export interface Acknowledged {
  readonly id: string;
  readonly strand: string;
  stage: string;
  readonly pence: bigint;
  /** What each was, as its timeline calls it, in the order of their acknowledgement. */
  readonly writes: string[];
}

export interface CrashReport {
  readonly acknowledged: readonly Acknowledged[];
  readonly kills: number;
  /** Requests that had no answer, or one that says to try again. */
  readonly interrupted: number;
  /** Milliseconds from each SIGKILL's restart to ready, median. */
  readonly medianRestartMs: number;
  readonly server: RunningServer;
}

const STAGES = LADDERS['trade-deal'];

/**
 * Clients write trade deals and moves, each write with its idempotency key and repeated until it is acknowledged, while the whole
 * server is killed again and again, each time when a random share of the records is there. What stands afterwards is for the caller to recount.
 */
export async function crashRun(plan: CrashPlan): Promise<CrashReport> {
  const random = seeded(plan.seed);
  const start = () => startServer({ dataDir: plan.dataDir, ...(plan.env ? { env: plan.env } : {}) });
  let server = await start();
  let token = await server.token('bd-officer');
  let interrupted = 0;
  let done = false;
  const acknowledged: Acknowledged[] = [];
  const restarts: number[] = [];

  const write = async (path: string, key: string, body: unknown): Promise<Record<string, unknown>> => {
    for (;;) {
      try {
        const answer = await fetch(server.url + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
          body: JSON.stringify(body),
          signal: AbortSignal.timeout(15_000),
        });
        const text = await answer.text();
        if (answer.status === 200 || answer.status === 201) return JSON.parse(text) as Record<string, unknown>;
        if (answer.status < 500 && answer.status !== 202 && answer.status !== 429)
          throw new Refused(`${path} answered ${answer.status}: ${text}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      interrupted++;
      await sleep(50 + random() * 100);
    }
  };

  const client = async (number: number) => {
    for (let index = number; index < plan.records; index += plan.clients) {
      const pence = BigInt(Math.floor(random() * 1_000_000));
      const strand = pick(random, STRANDS);
      const logged = await write('/v1/trade-deals', `log-${plan.seed}-${index}`, {
        title: `Deal ${index} of run ${plan.seed}`,
        strand,
        direction: 'uk-export',
        organisations: [{ name: `Company ${index % 40}`, place: 'guangzhou' }],
        value: { amount: `${pence / 100n}.${String(pence % 100n).padStart(2, '0')}`, currency: 'GBP' },
      });
      const record: Acknowledged = {
        id: logged['id'] as string,
        strand,
        stage: logged['stage'] as string,
        pence,
        writes: ['logged'],
      };
      acknowledged.push(record);
      if (random() < 0.5) continue;
      const to = pick(random, STAGES.slice(1, 7)).name;
      for (const type of evidenceNeeded('trade-deal', record.stage, to)) {
        await write(`/v1/trade-deals/${record.id}/evidence`, `${type}-${plan.seed}-${index}`, passed(type));
        record.writes.push('evidenced');
      }
      const moved = await write(`/v1/trade-deals/${record.id}/moves`, `move-${plan.seed}-${index}`, { to });
      record.stage = moved['stage'] as string;
      record.writes.push('moved');
    }
  };

  const killer = async () => {
    const moments = Array.from({ length: plan.kills }, () => random() * 0.95 * plan.records).sort((a, b) => a - b);
    for (const moment of moments) {
      while (acknowledged.length < moment && !done) await sleep(5);
      await sleep(random() * 100);
      await server.kill();
      const began = performance.now();
      server = await start();
      token = await server.token('bd-officer');
      restarts.push(performance.now() - began);
    }
    return moments.length;
  };

  const killing = killer();
  await Promise.all(Array.from({ length: plan.clients }, (_, number) => client(number)));
  done = true;
  const kills = await killing;
  // What was in flight at a kill comes again after a minute, and is worked through then.
  await server.idle(120_000);
  const sorted = restarts.sort((a, b) => a - b);
  return { acknowledged, kills, interrupted, medianRestartMs: sorted[sorted.length >> 1] ?? 0, server };
}

class Refused extends Error {}
