import { describe, expect, it } from 'vitest';
import { type Command, instantOf, runCommand } from '#infra/operate/command.ts';
import { rebuild } from '#infra/operate/rebuild.ts';
import { reconcile } from '#infra/operate/reconcile.ts';
import { redrive } from '#infra/operate/redrive.ts';
import { replay } from '#infra/operate/replay.ts';
import { NotDone, type Parked, type ParkedName, type World } from '#infra/operate/world.ts';

const EMPTY: Parked = { waiting: 0, sample: [] };
const agrees = { verdict: 'agrees', records: 7, rounds: 1, differences: [] };

/** A world that keeps note of what was done to it. */
function worldOf(parked: Partial<Record<ParkedName, Parked>>, answer: unknown = { found: agrees }) {
  const done: unknown[][] = [];
  const world: World = {
    name: 'a world',
    parked: async (queue) => parked[queue] ?? EMPTY,
    async redrive(queue) {
      done.push(['redrive', queue]);
      const moved = parked[queue]?.waiting ?? 0;
      delete parked[queue];
      return moved;
    },
    purge: async (queue) => void done.push(['purge', queue]),
    archived: async () => ({ events: 3, ofSpan: false }),
    async replay(span) {
      done.push(['replay', span.from.toISOString(), span.to.toISOString()]);
      return undefined;
    },
    async reconcile(payload) {
      done.push(['reconcile', payload]);
      return answer;
    },
  };
  return { world, done };
}

async function run(command: Command, line: string, { world, done } = worldOf({})) {
  const printed: string[] = [];
  const opened: unknown[] = [];
  const code = await runCommand(command, line.split(' ').filter(Boolean), {
    open: async (values) => {
      opened.push({ ...values });
      return world;
    },
    out: (text) => printed.push(text),
    err: (text) => printed.push(`error: ${text}`),
  });
  return { code, text: printed.join('\n'), done, opened };
}

describe.each([redrive, replay, rebuild, reconcile])('npm run $name', (command) => {
  it('explains itself, its options and its exit codes, and does nothing', async () => {
    const { code, text, opened } = await run(command, '--help');
    expect(code).toBe(0);
    for (const word of [
      `npm run ${command.name}`,
      '--dry-run',
      '--aws',
      '--stage dev|prod',
      '--data-dir',
      'Exit codes',
    ])
      expect(text).toContain(word);
    expect(opened).toEqual([]);
  });

  it.each(['--dryrun', 'prod', '--stage prod', '--aws --data-dir x'])(
    'refuses %s before it does anything',
    async (line) => {
      const { code, text, opened } = await run(command, line);
      expect(code).toBe(2);
      expect(text).toMatch(/^error: /);
      expect(opened).toEqual([]);
    },
  );

  it('does nothing in a dry run', async () => {
    const { done } = await run(command, command === replay ? '--from 1h --dry-run' : '--dry-run');
    expect(done.filter(([what, how]) => what !== 'reconcile' || !(how as { dryRun: boolean }).dryRun)).toEqual([]);
  });

  it('says what AWS refused, and exits with 2', async () => {
    const refusal = Object.assign(new Error('You may not.'), { name: 'AccessDeniedException', $metadata: {} });
    const code = await runCommand(command, ['--aws'], {
      open: () => Promise.reject(refusal),
      out: () => {},
      err: (text) => expect(text).toBe('AWS: AccessDeniedException: You may not.'),
    });
    expect(code).toBe(2);
  });

  it('does not hide a fault of its own', async () => {
    const broken = { open: () => Promise.reject(new TypeError('x is not a function')), out: () => {}, err: () => {} };
    await expect(runCommand(command, [], broken)).rejects.toThrow(TypeError);
  });
});

describe('npm run redrive', () => {
  const event = JSON.stringify({
    'detail-type': 'trade-deal.logged',
    detail: { metadata: { eventId: 'evt_1', recordId: 'trd_1' }, data: { title: 'Confidential' } },
  });

  it('sends back what can be, and leaves and names what is mended otherwise', async () => {
    const stand = worldOf({ record: { waiting: 2, sample: [event] }, project: { waiting: 1, sample: ['{}'] } });
    const { code, text, done } = await run(redrive, '', stand);
    expect(done).toEqual([['redrive', 'record']]);
    expect(text).toContain('trade-deal.logged  evt_1  trd_1');
    expect(text).not.toContain('Confidential');
    expect(text).toContain('2 moved back');
    expect(text).toContain('to mend: npm run rebuild');
    expect(code).toBe(1);
  });

  it('does not purge what can be sent back', async () => {
    const { code, done } = await run(redrive, '--purge record', worldOf({ record: { waiting: 1, sample: [] } }));
    expect(code).toBe(2);
    expect(done).toEqual([]);
  });
});

describe('npm run replay', () => {
  it.each(['', '--from yesterday', '--from 2026-11-20', '--from 2026-11-20T10:00:00', '--from 1h --to 2h'])(
    'asks for a span that is one: not "%s"',
    async (line) => {
      const { code, done } = await run(replay, line);
      expect(code).toBe(2);
      expect(done).toEqual([]);
    },
  );

  it('takes instants with their offset, and times ago', async () => {
    const { done } = await run(replay, '--from 2026-11-20T10:00:00+08:00 --to 2026-11-20T10:00:00Z');
    expect(done).toEqual([['replay', '2026-11-20T02:00:00.000Z', '2026-11-20T10:00:00.000Z']]);
    const now = new Date('2026-11-21T00:00:00Z');
    expect(instantOf('7d', now)).toEqual(new Date('2026-11-14T00:00:00Z'));
    expect(() => instantOf('7w', now)).toThrow(NotDone);
  });
});

describe('npm run reconcile and npm run rebuild', () => {
  const row = { from: 'records', row: 'a/b/c', figure: 'count', expected: '2', found: '1' };
  const differs = { verdict: 'differs', records: 7, rounds: 3, differences: [row] };
  const rebuilt = { generation: 4, records: 7, readAgain: 1, unreadable: ['trd_9'] };

  it.each([
    [{ found: agrees }, 0],
    [{ found: differs }, 1],
    [{ found: { ...agrees, verdict: 'inconclusive' } }, 3],
    [{ found: differs, rebuilt, after: agrees }, 0],
    [{ rebuilt, after: differs }, 1],
    [{ strange: true }, 2],
  ])('the exit code tells how it stands in the end (%#)', async (answer, expected) => {
    expect((await run(reconcile, '--repair', worldOf({}, answer))).code).toBe(expected);
  });

  it('tells each difference, and what a rebuild could not read', async () => {
    const { text } = await run(rebuild, '', worldOf({}, { found: differs, rebuilt, after: agrees }));
    expect(text).toContain('a/b/c  count: 1 in the pipeline, 2 by its records');
    expect(text).toContain('rebuilt as generation 4 from 7 records');
    expect(text).toContain('trd_9 cannot be read');
  });

  it('ask the function for what their options say', async () => {
    expect((await run(reconcile, '--repair')).done).toEqual([['reconcile', { repair: true, dryRun: false }]]);
    expect((await run(rebuild, '')).done).toEqual([['reconcile', { rebuild: true, dryRun: false }]]);
    expect((await run(rebuild, '--dry-run')).done).toEqual([['reconcile', { rebuild: true, dryRun: true }]]);
  });
});

describe('npm run rebuild -- --links', () => {
  const found = { subjects: 7, entries: 12, missing: 2, wrong: 1, surplus: 1, listedAnew: 0, unreadable: [] };
  const lists = (links: object) => worldOf({}, { links: { ...found, ...links } });

  it('says what differs and leaves it, with --dry-run', async () => {
    const { code, text, done } = await run(rebuild, '--links --dry-run', lists({}));
    expect(done).toEqual([['reconcile', { links: true, dryRun: true }]]);
    expect(text).toContain('2 links missing, 1 wrong, 1 surplus');
    expect(text).not.toContain('repaired');
    expect(code).toBe(1);
  });

  it('mends what differs, and names what cannot be read', async () => {
    const mended = await run(rebuild, '--links', lists({ listedAnew: 3 }));
    expect(mended.done).toEqual([['reconcile', { links: true, dryRun: false }]]);
    expect(mended.text).toContain('repaired: 3 records and entities; removed: 1 links');
    expect(mended.code).toBe(0);
    const { code, text } = await run(rebuild, '--links', lists({ unreadable: ['trd_1'] }));
    expect([code, text.includes('trd_1 cannot be read')]).toEqual([1, true]);
  });

  it('does not take the answer of another version for one', async () => {
    expect((await run(rebuild, '--links', worldOf({}, { found: {} }))).code).toBe(2);
  });
});
