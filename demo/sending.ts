import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Call, DemoFailure, type Request } from './api.ts';

/** Requests under way at a time. */
const CLIENTS = 8;
/** How long a write that was accepted (202) may take to be recorded, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Takes each item in turn, so many at a time; the first failure ends it. */
export async function each<Item>(items: readonly Item[], take: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items].reverse();
  const takeAll = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await take(item);
  };
  try {
    await Promise.all(Array.from({ length: CLIENTS }, takeAll));
  } finally {
    queue.length = 0;
  }
}

/** A write that was only accepted is sent again under its key until it is recorded. */
export async function recorded(call: Call, request: Request): Promise<Answer> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await call(request);
    if (answer.status !== 202) return answer;
    if (Date.now() > end) throw new DemoFailure('The server accepts writes and does not record them; look at its log.');
    await sleep(200);
  }
}

export function expectStatus(answer: Answer, ...statuses: readonly number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
