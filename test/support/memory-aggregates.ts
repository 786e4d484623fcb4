import type { Aggregates, Collected, Generation, HeadItem } from '#shared/store/aggregates.ts';
import { RECORD_SK } from '#shared/store/keys.ts';

type Item = Record<string, unknown>;

/** What goes wrong with a request: it is refused; it is done and its answer is lost; its answer is lost and the client sends it again. */
export type Fault = 'refused' | 'answer lost' | 'sent twice';

export class InjectedFault extends Error {
  override readonly name = 'InjectedFault';
}

export interface MemoryAggregates extends Aggregates {
  /** Record and history items by key, in the order of a scan. */
  readonly table: Map<string, Item>;
  put(item: Item): void;
  readonly requests: Map<string, number>;
}

/**
 * The aggregates in memory, with the conditions of the real ones: for properties that need thousands of runs. `between` is awaited in
 * every request, so that others come in between; `fault` may spoil it.
 */
export function memoryAggregates(
  options: { between?: () => Promise<void>; fault?: (request: string) => Fault | undefined } = {},
): MemoryAggregates {
  const items = new Map<string, unknown>();
  const table = new Map<string, Item>();
  const requests = new Map<string, number>();
  const key = (...parts: (string | number)[]) => parts.join(' ');

  async function request<Answer>(name: string, act: () => Answer): Promise<Answer> {
    requests.set(name, (requests.get(name) ?? 0) + 1);
    const fault = options.fault?.(name);
    await options.between?.();
    if (fault === 'refused') throw new InjectedFault(name);
    if (fault === 'sent twice') {
      act();
      await options.between?.();
    }
    const answer = act();
    await options.between?.();
    if (fault === 'answer lost') throw new InjectedFault(name);
    return answer;
  }

  function putNext(at: string, item: object, replaced: number): boolean {
    const v = (items.get(at) as { v: number } | undefined)?.v ?? 0;
    if (v !== replaced) return false;
    items.set(at, structuredClone({ ...item, v: replaced + 1 }));
    return true;
  }

  const read = <Kept>(at: string) => structuredClone(items.get(at)) as Kept | undefined;
  const under = (prefix: string) => [...items].filter(([at]) => at.startsWith(`${prefix} `));

  return {
    table,
    requests,
    put: (item) => void table.set(key(item['pk'] as string, item['sk'] as string), item),
    generation: () => request('generation', () => read<Generation>('generation') ?? { v: 0, current: 1, highest: 1 }),
    putGeneration: (next, replaced) => request('putGeneration', () => putNext('generation', next, replaced.v)),
    head: (generation, name) => request('head', () => read<HeadItem>(key('head', generation, name))),
    heads: (generation, names) =>
      request('heads', () => names.map((name) => read<HeadItem>(key('head', generation, name)))),
    putHead: (generation, name, head, replaced) =>
      request('putHead', () => putNext(key('head', generation, name), head, replaced)),
    fence: (generation, name) =>
      request('fence', () => {
        const at = key('head', generation, name);
        const head = read<HeadItem>(at) ?? { v: 0 };
        items.set(at, { ...head, v: head.v + 1 });
      }),
    snapshot: (generation, name, snapshot) =>
      request('snapshot', () => under(key('part', generation, name, snapshot)).map(([, cells]) => cells as Uint8Array)),
    putSnapshot: async (generation, name, snapshot, parts) => {
      for (const [part, cells] of parts)
        await request('putSnapshot', () => void items.set(key('part', generation, name, snapshot, part), cells));
    },
    deleteSnapshot: async (generation, name, snapshot, parts) => {
      for (const part of parts)
        await request('deleteSnapshot', () => void items.delete(key('part', generation, name, snapshot, part)));
    },
    snapshots: (generation, name) =>
      request('snapshots', () => {
        const found = new Map<string, string[]>();
        for (const [at] of under(key('part', generation, name))) {
          const [, , , snapshot = '', part = ''] = at.split(' ');
          found.set(snapshot, [...(found.get(snapshot) ?? []), part]);
        }
        return found;
      }),
    deleteHead: (generation, name) =>
      request('deleteHead', () => {
        items.delete(key('head', generation, name));
        for (const [at] of under(key('part', generation, name))) items.delete(at);
      }),
    putCollected: (generation, span, collected) =>
      request('putCollected', () => void items.set(key('collected', generation, collected.shard, span), collected)),
    collected: (generation) =>
      request('collected', () => under(key('collected', generation)).map(([, item]) => item as Collected)),
    putAhead: (generation, part, versions) =>
      request('putAhead', () => void items.set(key('ahead', generation, part), versions)),
    ahead: (generation, parts) =>
      request(
        'ahead',
        () =>
          new Map(
            Array.from(
              { length: parts },
              (_, part) => items.get(key('ahead', generation, part)) as Record<string, number>,
            ).flatMap((versions) => Object.entries(versions)),
          ),
      ),
    async *scanRecords() {
      // Record by record, and each group as it is when the scan comes there.
      for (const pk of [...new Set([...table.values()].map((item) => item['pk'] as string))]) {
        await options.between?.();
        yield* [...table.values()]
          .filter((item) => item['pk'] === pk)
          .sort((a, b) => (String(a['sk']) < String(b['sk']) ? -1 : 1));
      }
    },
    recordItems: (ids) =>
      request('recordItems', () => ids.map((id) => table.get(key(id, RECORD_SK))).filter((item) => item !== undefined)),
  };
}
