import { createHash, randomBytes } from 'node:crypto';
import type { Alarm } from '../alarm.ts';
import type { Log } from '../timers.ts';
import type { Commits } from './commit.ts';
import { BusError } from './errors.ts';
import { listeners } from './listeners.ts';
import type { Row, Store } from './store.ts';
import type { Message, MessageAttribute, PeekedMessage, QueueDefinition, QueueDepth } from './types.ts';

/** What the queues share. */
export interface QueueRoom {
  store: Store;
  commits: Commits;
  alarm: Alarm;
  clock: () => number;
  log: Log;
  /** A queue by its number, if it is defined. */
  queue(number: number): Queue | undefined;
  /** A name that AWS knows for a queue, not one of the internal queues. */
  publicArn(number: number): string | undefined;
}

interface Receipt {
  count: number;
  firstAt: number;
}

interface InFlight extends Receipt {
  nonce: string;
  until: number;
}

export type Queue = ReturnType<typeof openQueue>;

/**
 * One queue. Messages stand in the file; who is in flight until when is kept in memory only, so that a killed process's
 * messages are visible at once on the next start, and a message that is received and deleted costs one insert and one update.
 */
export function openQueue(room: QueueRoom, number: number, definition: QueueDefinition) {
  const { store, commits, alarm, clock } = room;
  let cursor = { dueAt: -1, seq: 0 };
  let delayedUntil = Number.POSITIVE_INFINITY;
  const inFlight = new Map<number, InFlight>();
  /** Visible again after a visibility timeout; the cursor is past them. */
  const returned = new Map<number, Receipt>();
  /** On their way out with the next commit. */
  const leaving = new Set<number>();
  const available = listeners();
  const deadLetters = definition.redrive ? store.queueNumber(definition.redrive.deadLetterQueueArn) : undefined;
  const maxReceiveCount = definition.redrive?.maxReceiveCount ?? Number.POSITIVE_INFINITY;

  function take(row: Row, receipt: Receipt, until: number): Message | undefined {
    if (deadLetters !== undefined && receipt.count >= maxReceiveCount) {
      toDeadLetters(row.seq, receipt, deadLetters);
      return undefined;
    }
    const nonce = randomBytes(9).toString('base64url');
    const firstAt = receipt.count === 0 ? clock() : receipt.firstAt;
    const count = receipt.count + 1;
    inFlight.set(row.seq, { nonce, until, count, firstAt });
    const source = row.source === null ? undefined : room.publicArn(row.source);
    return {
      messageId: row.id,
      receiptHandle: Buffer.from(`${row.seq} ${row.id} ${nonce}`).toString('base64url'),
      body: row.body,
      md5OfBody: createHash('md5').update(row.body).digest('hex'),
      receiveCount: count,
      sentAt: row.sent_at,
      firstReceivedAt: firstAt,
      ...(source && { deadLetterSourceArn: source }),
      messageAttributes: parseAttributes(row.attributes),
    };
  }

  function toDeadLetters(seq: number, receipt: Receipt, target: number): void {
    bury(seq, receipt.count, target, null).catch((error: unknown) => {
      returned.set(seq, receipt);
      room.log('error', 'could not move a message to its dead-letter queue', {
        queue: definition.name,
        error: String(error),
      });
    });
  }

  /** Moves a message to another queue, which remembers where it came from. */
  async function bury(seq: number, count: number, target: number, attributes: string | null): Promise<void> {
    leaving.add(seq);
    try {
      await commits.write(
        () => store.bury(seq, number, target, { count, at: clock(), attributes }),
        () => inFlight.delete(seq),
      );
    } finally {
      leaving.delete(seq);
    }
    room.queue(target)?.rewind();
  }

  /** Makes messages visible again and keeps their receive count; this needs no waiting for the disk. */
  function giveBack(seqs: Iterable<[number, InFlight]>): void {
    let any = false;
    for (const [seq, { count, firstAt }] of seqs) {
      inFlight.delete(seq);
      returned.set(seq, { count, firstAt });
      commits.enqueue(() => store.received(seq, count, firstAt));
      any = true;
    }
    if (any) available.call();
  }

  function wakeAt(until: number, seqs: number[]): void {
    alarm.at(until, () => {
      const over: [number, InFlight][] = [];
      for (const seq of seqs) {
        const flight = inFlight.get(seq);
        if (flight?.until === until && !leaving.has(seq)) over.push([seq, flight]);
      }
      giveBack(over);
    });
  }

  /** One call at the time of the earliest delayed message; it sets the next. */
  function expectDelayed(at: number): void {
    if (at >= delayedUntil) return;
    delayedUntil = at;
    alarm.at(at, () => {
      if (delayedUntil !== at) return;
      delayedUntil = Number.POSITIVE_INFINITY;
      available.call();
      const next = store.nextDue(number, clock());
      if (next !== undefined) expectDelayed(next);
    });
  }

  function receive(max: number, visibilityTimeoutSeconds = definition.visibilityTimeoutSeconds): Message[] {
    alarm.ring();
    const now = clock();
    const until = now + visibilityTimeoutSeconds * 1000;
    const messages: Message[] = [];
    const add = (row: Row, receipt: Receipt) => {
      const message = take(row, receipt, until);
      if (message) messages.push(message);
    };
    for (const [seq, receipt] of returned) {
      if (messages.length >= max) break;
      returned.delete(seq);
      const row = store.bySeq(seq, number);
      if (row) add(row, receipt);
    }
    while (messages.length < max) {
      const rows = store.ready(number, cursor, now, max - messages.length);
      for (const row of rows) {
        cursor = { dueAt: row.due_at, seq: row.seq };
        if (inFlight.has(row.seq) || leaving.has(row.seq)) continue;
        add(row, { count: row.receive_count, firstAt: row.first_received_at ?? now });
      }
      if (rows.length === 0) break;
    }
    const seqs = messages.map((message) => openHandle(message.receiptHandle).seq);
    if (visibilityTimeoutSeconds <= 0) giveBack(seqs.flatMap((seq) => inFlightEntry(seq)));
    else if (seqs.length > 0) wakeAt(until, seqs);
    return messages;
  }

  function inFlightEntry(seq: number): [number, InFlight][] {
    const flight = inFlight.get(seq);
    return flight ? [[seq, flight]] : [];
  }

  /** Deletes with the next commit. A handle that a later receive has replaced deletes nothing, which is no error on AWS either. */
  async function remove(receiptHandles: string[]): Promise<void> {
    const handles = receiptHandles.map(openHandle).filter(({ seq, nonce }) => {
      const flight = inFlight.get(seq);
      return !flight || flight.nonce === nonce;
    });
    for (const { seq } of handles) leaving.add(seq);
    try {
      await commits.write(
        () => {
          const at = clock();
          for (const { seq, id } of handles) store.remove(seq, id, at);
        },
        () => {
          for (const { seq } of handles) {
            inFlight.delete(seq);
            returned.delete(seq);
          }
        },
      );
    } finally {
      // After a failed commit they are in flight again, perhaps past their time: whatever is overdue is given back.
      for (const { seq } of handles) {
        leaving.delete(seq);
        const flight = inFlight.get(seq);
        if (flight && flight.until <= clock()) giveBack([[seq, flight]]);
      }
    }
  }

  function changeVisibility(receiptHandle: string, seconds: number): boolean {
    if (!(seconds >= 0 && seconds <= 43_200))
      throw new BusError('InvalidParameterValue', `Value ${seconds} for parameter VisibilityTimeout is invalid.`);
    const { seq, nonce } = openHandle(receiptHandle);
    const flight = inFlight.get(seq);
    if (flight?.nonce !== nonce || leaving.has(seq)) return false;
    flight.until = clock() + seconds * 1000;
    if (seconds === 0) giveBack([[seq, flight]]);
    else wakeAt(flight.until, [seq]);
    return true;
  }

  function depth(): QueueDepth {
    alarm.ring();
    const now = clock();
    const { total, later } = store.counts(number, now);
    const [oldest] = total > 0 ? store.standing(number, 1) : [];
    return {
      visible: Math.max(0, total - later - inFlight.size),
      inFlight: inFlight.size,
      delayed: later,
      oldestSeconds: oldest ? Math.max(0, Math.floor((now - oldest.sent_at) / 1000)) : 0,
    };
  }

  function peek(limit: number): PeekedMessage[] {
    return store.standing(number, limit).map((row) => {
      const source = row.source === null ? undefined : store.queueArn(row.source);
      const held = inFlight.get(row.seq) ?? returned.get(row.seq);
      return {
        messageId: row.id,
        body: row.body,
        receiveCount: held?.count ?? row.receive_count,
        sentAt: row.sent_at,
        state: inFlight.has(row.seq) ? 'in-flight' : row.due_at > clock() ? 'delayed' : 'visible',
        ...(source && { deadLetterSourceArn: source }),
        messageAttributes: parseAttributes(row.attributes),
      };
    });
  }

  const firstDelayed = store.nextDue(number, clock());
  if (firstDelayed !== undefined) expectDelayed(firstDelayed);

  return {
    number,
    definition,
    receive,
    remove,
    changeVisibility,
    depth,
    peek,
    onAvailable: available.add,
    /** Gives a message that is in flight up at once, with attributes that say why. */
    async moveToDeadLetters(
      message: Message,
      arn: string,
      attributes: Record<string, MessageAttribute>,
    ): Promise<void> {
      const { seq } = openHandle(message.receiptHandle);
      await bury(seq, message.receiveCount, store.queueNumber(arn), JSON.stringify(attributes));
    },
    /** Tells the listeners about a message that was committed just now. */
    arrived(dueAt: number): void {
      if (dueAt > clock()) expectDelayed(dueAt);
      else available.call();
    },
    /** Reads from the beginning again, after messages came in that may stand before the cursor. */
    rewind(): void {
      cursor = { dueAt: -1, seq: 0 };
      available.call();
    },
    isInFlight: (seq: number) => inFlight.has(seq) || leaving.has(seq),
    forget(seq: number): void {
      returned.delete(seq);
    },
  };
}

function openHandle(receiptHandle: string): { seq: number; id: string; nonce: string } {
  const [seq, id, nonce] = Buffer.from(receiptHandle, 'base64url').toString().split(' ');
  if (!seq || !id || !nonce || !/^\d{1,15}$/.test(seq))
    throw new BusError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  return { seq: Number(seq), id, nonce };
}

function parseAttributes(attributes: string | null): Record<string, MessageAttribute> {
  return attributes === null ? {} : (JSON.parse(attributes) as Record<string, MessageAttribute>);
}
