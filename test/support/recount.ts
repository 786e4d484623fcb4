import { KINDS, LADDERS } from '#shared/domain/pipeline/ladders.ts';
import type { Acknowledged } from './crash-run.ts';
import type { RunningServer } from './server.ts';

export interface PipelineRow {
  readonly strand: string;
  readonly kind: string;
  readonly stage: string;
  readonly count: number;
  readonly value: string;
}

/** The rows of the live pipeline that are not empty, as `strand/kind/stage → count, value in pence`. */
export async function pipelineRows(
  server: RunningServer,
  token: string,
): Promise<Map<string, { count: number; pence: bigint }>> {
  const answer = await fetch(`${server.url}/v1/pipeline`, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) throw new Error(`The pipeline answered ${answer.status}: ${await answer.text()}`);
  const { rows } = (await answer.json()) as { rows: PipelineRow[] };
  if (rows.length !== 5 * KINDS.reduce((sum, kind) => sum + LADDERS[kind].length, 0))
    throw new Error(`${rows.length} rows.`);
  return new Map(
    rows
      .filter((row) => row.count > 0)
      .map((row) => [
        `${row.strand}/${row.kind}/${row.stage}`,
        { count: row.count, pence: BigInt(row.value.replace('.', '')) },
      ]),
  );
}

/** The same rows counted from what the clients were told, by nothing but addition. */
export function rowsOf(acknowledged: readonly Acknowledged[]): Map<string, { count: number; pence: bigint }> {
  const rows = new Map<string, { count: number; pence: bigint }>();
  for (const { strand, stage, pence } of acknowledged) {
    const key = `${strand}/trade-deal/${stage}`;
    const row = rows.get(key) ?? { count: 0, pence: 0n };
    rows.set(key, { count: row.count + 1, pence: row.pence + pence });
  }
  return rows;
}

/** Every record of a kind by walking the list's pages. */
export async function listAll(
  server: RunningServer,
  token: string,
  collection: string,
): Promise<{ id: string; stage: string }[]> {
  const items: { id: string; stage: string }[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor ? { cursor } : {}) });
    const answer = await fetch(`${server.url}/v1/${collection}?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (answer.status !== 200) throw new Error(`The list answered ${answer.status}: ${await answer.text()}`);
    const page = (await answer.json()) as { items: { id: string; stage: string }[]; next: string | null };
    items.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return items;
}

export interface TimelineItem {
  readonly eventId: string;
  readonly verb: string;
  readonly version: number;
}

export async function timelineOf(
  server: RunningServer,
  token: string,
  collection: string,
  id: string,
): Promise<TimelineItem[]> {
  const answer = await fetch(`${server.url}/v1/${collection}/${id}/timeline`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200) throw new Error(`The timeline answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { items: TimelineItem[] }).items;
}
