import { alarm as openAlarm } from '../alarm.ts';
import { realTimers } from '../timers.ts';
import { archiveStore } from './archive.ts';
import { groupCommit } from './commit.ts';
import { takeEntry } from './entries.ts';
import { BusError } from './errors.ts';
import { checkAttributes, checkBody } from './messages.ts';
import { openQueue, type Queue, type QueueRoom } from './queue.ts';
import { replayArchive } from './replay.ts';
import { type Delivery, openRoutes } from './routes.ts';
import { openDatabase } from './schema.ts';
import { messageStore } from './store.ts';
import { driveTarget, isInternal, targetQueue } from './targets.ts';
import type {
  Bus,
  BusOptions,
  QueueDefinition,
  RuleDefinition,
  SendOptions,
  TargetDefinition,
  TargetInvoker,
} from './types.ts';
import { pruneSome, redriveQueue } from './upkeep.ts';

export type * from './types.ts';

const pruneEveryMs = 60_000;
const longestDelayMs = 900_000;
/** Where nothing else is said, a deleted message can be delivered again for this long. */
const defaultTailSeconds = 60;

/**
 * Opens the bus on its file. Messages that were in flight when the last process ended are visible; nothing is delivered
 * before its queue is defined. Throws when another process has the file open.
 */
export function openBus(options: BusOptions): Bus {
  const { accountId, region, log = () => {}, timers = realTimers, tailSeconds = defaultTailSeconds } = options;
  const clock = forwardClock(options.clock ?? Date.now);
  const database = openDatabase(options.file);
  const store = messageStore(database);
  const archives = archiveStore(database);
  const lastAliveAt = store.meta('alive');
  const wasUncleanStop = store.meta('clean') === 0;
  const commits = groupCommit(database, () => store.setMeta('alive', clock()), log);
  const alarm = openAlarm(clock, timers);
  const routes = openRoutes();
  const queues = new Map<string, Queue>();
  const byNumber = new Map<number, Queue>();
  const room: QueueRoom & { archives: typeof archives } = {
    store,
    archives,
    commits,
    alarm,
    clock,
    log,
    queue: (number) => byNumber.get(number),
    publicArn: (number) => {
      const arn = store.queueArn(number);
      return arn !== undefined && !isInternal(arn) ? arn : undefined;
    },
  };
  let invoker: TargetInvoker | undefined;
  const driven = new Map<string, { start: (invoke: TargetInvoker) => () => void; stop?: () => void }>();
  let arrivals = new Map<Queue, number>();
  let pruneTimer: unknown;
  let closed = false;

  function queueOf(arn: string): Queue {
    const queue = queues.get(arn);
    if (!queue) throw new BusError('QueueDoesNotExist', `The specified queue does not exist: ${arn}`);
    return queue;
  }

  function defineQueue(definition: QueueDefinition): void {
    if (queues.has(definition.arn)) throw new Error(`queue ${definition.name} is defined twice`);
    if (definition.name.endsWith('.fifo'))
      throw new Error(`queue ${definition.name}: FIFO queues are not supported locally`);
    const queue = commits.writeNow(() => openQueue(room, store.queueNumber(definition.arn), definition));
    queues.set(definition.arn, queue);
    byNumber.set(queue.number, queue);
  }

  function defineRule(rule: RuleDefinition): void {
    for (const target of rule.targets) {
      if (target.deadLetterArn) queueOf(target.deadLetterArn);
      if (/^arn:[^:]+:sqs:/.test(target.arn)) queueOf(target.arn);
      else if (!/^arn:[^:]+:lambda:/.test(target.arn))
        throw new Error(
          `rule ${rule.name}: a target ${target.arn} is not supported locally, only queues and functions are`,
        );
    }
    routes.defineRule(rule);
    for (const target of rule.targets) if (!queues.has(target.arn)) defineTarget(rule, target);
  }

  /** A function as a target stands behind a queue of its own, which keeps its retries. */
  function defineTarget(rule: RuleDefinition, target: TargetDefinition): void {
    const definition = targetQueue(rule, target);
    driven.get(definition.arn)?.stop?.();
    if (!queues.has(definition.arn)) defineQueue(definition);
    const ruleArn = `arn:aws:events:${region}:${accountId}:rule/${rule.busName}/${rule.name}`;
    const start = (invoke: TargetInvoker) =>
      driveTarget({ clock, log, ruleArn }, queueOf(definition.arn), rule, target, invoke);
    driven.set(definition.arn, { start, ...(invoker && { stop: start(invoker) }) });
  }

  /** Adds a message within the running transaction; `announce` tells its queue after the commit. */
  function put(queue: Queue, body: string, attributes: string | null, delaySeconds: number): string {
    const now = clock();
    const dueAt = now + delaySeconds * 1000;
    const id = store.insert(queue.number, body, attributes, now, dueAt);
    arrivals.set(queue, Math.min(dueAt, arrivals.get(queue) ?? dueAt));
    return id;
  }

  function deliver({ rule, target }: Delivery, text: string): void {
    const queue = queues.get(target.arn) ?? queueOf(targetQueue(rule, target).arn);
    put(queue, text, null, queue.definition.delaySeconds);
  }

  function announce(): void {
    const arrived = arrivals;
    arrivals = new Map();
    for (const [queue, dueAt] of arrived) queue.arrived(dueAt);
  }

  function prune(again: boolean): void {
    const more = pruneSome(room, queues.values(), routes.archives(), tailSeconds);
    if (again) pruneTimer = timers.setTimeout(() => prune(true), more ? 100 : pruneEveryMs);
    else if (more) prune(false);
  }

  commits.writeNow(() => {
    store.setMeta('clean', 0);
    // A clock that once stood far ahead must not hide messages for good.
    store.noLater(clock(), clock() + longestDelayMs);
  });
  pruneTimer = timers.setTimeout(() => prune(true), pruneEveryMs);

  return {
    defineQueue,
    defineBus: routes.defineBus,
    defineRule,
    defineArchive: routes.defineArchive,
    queues: () => [...queues.values()].map((queue) => queue.definition).filter(({ arn }) => !isInternal(arn)),
    buses: routes.buses,
    orphans: () =>
      store
        .perQueue()
        .filter(({ arn }) => !queues.has(arn))
        .map(({ arn, count }) => ({ queueArn: arn, count })),
    async putEvents(entries) {
      const outcomes = entries.map((entry) =>
        takeEntry(entry, { accountId, region, now: clock(), busName: routes.busName }),
      );
      const taken = outcomes.filter((outcome) => 'event' in outcome);
      if (taken.length > 0)
        await commits.write(() => {
          for (const { busName, event, text } of taken) {
            for (const delivery of routes.deliveries(busName, event)) deliver(delivery, text);
            for (const archive of routes.keepers(busName, event)) archives.insert(archive.name, clock(), text);
          }
        }, announce);
      return outcomes.map((outcome) => ('event' in outcome ? { EventId: outcome.event.id } : outcome));
    },
    async send(queueArn, body, { delaySeconds, attributes }: SendOptions = {}) {
      const queue = queueOf(queueArn);
      const delay = delaySeconds ?? queue.definition.delaySeconds;
      if (!(delay >= 0 && delay * 1000 <= longestDelayMs))
        throw new BusError(
          'InvalidParameterValue',
          `Value ${delay} for parameter DelaySeconds is invalid. Reason: 0 to 900.`,
        );
      const named = attributes && Object.keys(attributes).length > 0 ? checkAttributes(attributes) : null;
      checkBody(body, named);
      const messageId = await commits.write(() => put(queue, body, named, delay), announce);
      return { messageId };
    },
    receive: (queueArn, max, visibilityTimeoutSeconds) =>
      closed ? [] : queueOf(queueArn).receive(max, visibilityTimeoutSeconds),
    delete: async (queueArn, receiptHandles) => queueOf(queueArn).remove(receiptHandles),
    changeVisibility: (queueArn, receiptHandle, seconds) => queueOf(queueArn).changeVisibility(receiptHandle, seconds),
    onAvailable: (queueArn, listener) => queueOf(queueArn).onAvailable(listener),
    depth: (queueArn) => queueOf(queueArn).depth(),
    peek: (queueArn, limit) => queueOf(queueArn).peek(limit),
    redrive: async (deadLetterArn, redrive = {}) => redriveQueue(room, queueOf(deadLetterArn), room.queue, redrive),
    replay: (archiveName, replay) => replayArchive({ ...room, routes, deliver, announce }, archiveName, replay),
    onTargetInvoke(handler) {
      invoker = handler;
      for (const target of driven.values()) {
        target.stop?.();
        target.stop = target.start(handler);
      }
    },
    markAlive: () => commits.enqueue(() => {}),
    wasUncleanStop,
    lastAliveAt,
    redeliverTail(seconds) {
      if (seconds > tailSeconds)
        throw new Error(`deleted messages are kept for ${tailSeconds} seconds, not for ${seconds}`);
      if (lastAliveAt === undefined) return 0;
      const count = commits.writeNow(() => store.redeliver(lastAliveAt - seconds * 1000, clock()));
      if (count > 0) for (const queue of queues.values()) queue.rewind();
      return count;
    },
    prune: () => prune(false),
    close() {
      if (closed) return;
      closed = true;
      for (const target of driven.values()) target.stop?.();
      timers.clearTimeout(pruneTimer);
      alarm.close();
      commits.writeNow(() => store.setMeta('clean', 1));
      commits.close();
      database.close();
    },
  };
}

/** A clock that goes on forward where the machine's is set back: due times and visibility depend on it. */
function forwardClock(source: () => number): () => number {
  let last = Number.NEGATIVE_INFINITY;
  let ahead = 0;
  return () => {
    const now = source();
    if (now < last) ahead += last - now;
    last = now;
    return Math.floor(now + ahead);
  };
}
