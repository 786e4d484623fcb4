import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awaitCounted, type CountingParts, newestProbe } from '#shared/reporting/counted.ts';
import { shardKey } from '#shared/reporting/head.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { seeded } from '#test/support/random.ts';

const CUT_OFF = '2027-03-01T08:00:00.000Z';
const START = Date.parse(CUT_OFF);
/** The recorder gives up 3 seconds after its stamp, and a request under way takes no more than another two. */
const LATEST = 5_000;

/** A change of a record, or a probe, as it lies in a shard. */
interface Entry {
  readonly writtenAt: number;
  readonly probe: boolean;
}

interface Shard {
  readonly name: string;
  readonly entries: Entry[];
  counted: number;
  /** How long after it was written an entry is counted, in milliseconds; changes all the time. */
  lag: number;
  open: boolean;
}

/** A stream of some shards with a projector behind each, in a time of its own. */
function stream(seed: number, shards: number) {
  const random = seeded(seed);
  const make = (name: string): Shard => ({
    name,
    entries: [],
    counted: 0,
    lag: Math.floor(random() * 4_000),
    open: true,
  });
  const all = Array.from({ length: shards }, (_, index) => make(`shard-${index}`));
  const progress = new Map<string, string>();
  const due: { shard: Shard; writtenAt: number }[] = [];
  const here = { now: START + Math.floor(random() * 3_000), probes: 0 };
  const write = (shard: Shard, entry: Entry) => {
    shard.entries.push(entry);
    shard.entries.sort((a, b) => a.writtenAt - b.writtenAt);
  };
  // Stamped up to the cut-off, and written up to five seconds later: by nobody who waits for them.
  for (let count = 0; count < 20; count++) {
    const shard = all[Math.floor(random() * all.length)] as Shard;
    due.push({ shard, writtenAt: START - 2_000 + Math.floor(random() * (2_000 + LATEST)) });
  }
  const advance = (to: number) => {
    here.now = to;
    for (const each of due.splice(0).filter(({ shard, writtenAt }) => {
      if (writtenAt > to) return true;
      write(shard.open ? shard : (all.at(-1) as Shard), { writtenAt, probe: false });
      return false;
    }))
      due.push(each);
    for (const [index, shard] of all.entries()) {
      // A shard is read once those are that it came from.
      if (all.slice(0, index).some(({ open, counted, entries }) => !open && counted < entries.length)) continue;
      for (let entry = shard.entries[shard.counted]; entry && entry.writtenAt + shard.lag <= to; ) {
        if (entry.probe) progress.set(shardKey(shard.name), toInstant(entry.writtenAt));
        shard.counted += 1;
        entry = shard.entries[shard.counted];
      }
      shard.lag = Math.floor(random() * 4_000);
    }
  };
  const parts: CountingParts = {
    clock: () => here.now,
    pause: async (milliseconds) => {
      // Once in a while a shard is closed, and another goes on from it.
      const open = all.filter((shard) => shard.open);
      if (random() < 0.1) {
        const [closing] = open;
        if (closing) closing.open = false;
        all.push(make(`shard-${all.length}`));
      }
      advance(here.now + milliseconds);
    },
    random,
    openShards: async () => all.filter(({ open }) => open).map(({ name }) => name),
    probes: {
      progress: async () => new Map(progress),
      put: async (numbers, at) => {
        const open = all.filter((shard) => shard.open);
        for (const number of numbers) {
          here.probes += 1;
          write(open[number % open.length] as Shard, { writtenAt: Date.parse(at), probe: true });
        }
      },
    },
  };
  const uncounted = () =>
    due.length +
    all.reduce((sum, { entries, counted }) => sum + entries.slice(counted).filter(({ probe }) => !probe).length, 0);
  return { parts, uncounted, here };
}

describe('waiting until counting has passed an instant', () => {
  it('ends when everything is counted that was stamped by then, whatever the lag of each shard, and however they are split', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 12 }), async (seed, shards) => {
        const { parts, uncounted } = stream(seed, shards);
        await awaitCounted(parts, CUT_OFF);
        expect(uncounted()).toBe(0);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  it('writes no probe where one has been counted in every shard since', async () => {
    const { parts, here } = stream(3, 2);
    await awaitCounted(parts, CUT_OFF);
    const { probes } = here;
    await awaitCounted(parts, toInstant(START - 1000));
    expect(here.probes).toBe(probes);
  });

  it('waits as long for late records as it is set to, and five seconds unless it is', async () => {
    let now = START;
    const counted: CountingParts = {
      clock: () => now,
      pause: async (milliseconds) => {
        now += milliseconds;
      },
      random: () => 0,
      openShards: async () => ['shard-0'],
      probes: {
        put: async () => {},
        progress: async () => new Map([[shardKey('shard-0'), toInstant(START + 10_000)]]),
      },
    };
    await awaitCounted({ ...counted, settleMilliseconds: 200 }, CUT_OFF);
    expect(now - START).toBe(200);
    await awaitCounted(counted, CUT_OFF);
    expect(now - START).toBe(5_000);
  });

  it('gives up after two minutes where a shard is not counted, and says how many', async () => {
    const { parts } = stream(5, 1);
    const standing = { ...parts, probes: { put: async () => {}, progress: async () => new Map<string, string>() } };
    const begun = parts.clock();
    await expect(awaitCounted(standing, CUT_OFF)).rejects.toMatchObject({ name: 'CountingBehind' });
    expect(parts.clock() - begun).toBeGreaterThan(120_000);
    expect(parts.clock() - begun).toBeLessThan(135_000);
  });
});

describe('the newest probe of a batch', () => {
  const entry = (sk: string, at?: string) => ({
    dynamodb: { Keys: { pk: { S: 'p' }, sk: { S: sk } }, ...(at ? { NewImage: { at: { S: at } } } : {}) },
  });
  it('is the latest that was written, and nothing for other items or one that was deleted', () => {
    expect(newestProbe([entry('probe', '2027-01-02T'), entry('probe', '2027-01-03T'), entry('probe')])).toBe(
      '2027-01-03T',
    );
    expect(newestProbe([entry('record', '2027-01-02T'), entry('probe')])).toBeUndefined();
  });
});
