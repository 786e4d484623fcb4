import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { KINDS, type Kind, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { FIRST_PLACES } from '#shared/domain/place.ts';
import type { Told } from '#shared/domain/record/changes.ts';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import { type Change, stepOf } from '#shared/reporting/changes.ts';
import { contributionOf } from '#shared/reporting/contribution.ts';
import { addStep, type CubeDraft, emptyDraft } from '#shared/reporting/cube.ts';
import { createProjector } from '#shared/reporting/project.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { batchWrite, put } from '#shared/store/batch-write.ts';
import { historyItem } from '#shared/store/history.ts';
import { openJournal } from '#shared/store/journal.ts';
import { toRecordItem } from '#shared/store/record-item.ts';
import { putItems } from './put-items.ts';
import { historyOf, LAST_DAY, next, type Recorded } from './records.ts';

const SERIES = 'portfolio';
const OWNERS = Array.from({ length: 30 }, (_, index) => `owner-${String(index).padStart(2, '0')}-4f6b-9d2e`);
const DAY_MS = 24 * 3600 * 1000;
/** Records that are put and counted at once. */
const AT_ONCE = 2_000;
/** What a batch of the stream holds. */
const BATCH = 100;

/** Numbers that look like chance and are always the same. */
const chance = (index: number, of: string): number =>
  createHash('sha256').update(`${of} ${index}`).digest().readUInt32LE();
const dayAt = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);

/**
 * A record as a whole office has them, with its history: of one of 30 owners, each at home in two places; the research alliances' with one or
 * two themes; expected to close two to nineteen months after it was logged; two of three with a next step, due within six weeks of the last
 * logging. So every list of what is open is full at a thousand records and more.
 */
export function portfolioOf(index: number): Recorded[] {
  const owner = chance(index, 'owner') % OWNERS.length;
  const first = LAST_DAY - (index % 730) * DAY_MS;
  const themes = chance(index, 'themes');
  return historyOf(index, SERIES, {
    owner: OWNERS[owner],
    place: FIRST_PLACES[(owner + (chance(index, 'place') % 2)) % FIRST_PLACES.length]?.id,
    ...(STRANDS[index % STRANDS.length] === 'research-alliance'
      ? { themes: THEMES.filter((_, at) => at === themes % 4 || at === (themes >> 2) % 4) }
      : {}),
    expectedCloseOn: dayAt(first + (60 + (chance(index, 'close') % 510)) * DAY_MS),
    nextStep:
      chance(index, 'step') % 3 > 0
        ? { text: 'Send the module list', dueOn: dayAt(LAST_DAY + ((chance(index, 'due') % 84) - 42) * DAY_MS) }
        : undefined,
  });
}

/** Records in a table without a stream, written and counted as the product's own recorder and projector leave them. */
export function openPortfolio(table: DynamoDBDocumentClient, tableName: string) {
  const project = createProjector({
    aggregates: openAggregates(table),
    journal: openJournal(table),
    clock: systemClock,
    pause,
    log: { warn: (what) => console.warn(what) },
  });
  // Later than what another portfolio of the table has counted.
  let sequence = BigInt(systemClock()) * 1_000_000n;
  const count = (changes: readonly Omit<Change, 'sequence'>[]) =>
    project(
      'shard',
      changes.map((change) => ({ sequence: ++sequence, ...change })),
    );

  return {
    /**
     * Puts so many records, each at the end of its history, and counts them: in the heads, and in a cube, which is what the journal would
     * say of them from its beginning. The journal itself is left out, since whatever is asked of it here begins at a snapshot.
     */
    async fill(records: number): Promise<CubeDraft> {
      const draft = emptyDraft();
      for (let from = 0; from < records; from += AT_ONCE) {
        const changes: Omit<Change, 'sequence'>[] = [];
        const to = Math.min(records, from + AT_ONCE);
        await putItems(table, tableName, { from, to }, (index) => {
          const history = portfolioOf(index);
          for (const [at, recorded] of history.entries()) addStep(draft, stepOf(history[at - 1]?.state, recorded));
          const { state, event } = history.at(-1) as Recorded;
          changes.push({ recordId: state.id, version: state.version, before: null, after: contributionOf(state) });
          return toRecordItem(state, event);
        });
        await count(changes);
      }
      return draft;
    },

    /**
     * Changes of a period, each of another record: of ten, five new values, four moves by a stage and one new record. `from` is the first
     * record that changes, `log` the first number that has no record.
     */
    async change({ changes, ...where }: Changing): Promise<void> {
      const found = Array.from({ length: changes }, (_, index) => changeOf(index, where));
      await batchWrite(
        table,
        found.flatMap(({ before, after }) => [
          ...(before ? [put({ ...historyItem(before) })] : []),
          put(toRecordItem(after.state, after.event)),
        ]),
      );
      const counted = found.map(({ before, after }) => ({
        recordId: after.state.id,
        version: after.state.version,
        before: before ? contributionOf(before.state) : null,
        after: contributionOf(after.state),
        step: stepOf(before?.state, after),
      }));
      for (let start = 0; start < counted.length; start += BATCH) await count(counted.slice(start, start + BATCH));
    },
  };
}

interface Changing {
  readonly from: number;
  readonly log: number;
  readonly changes: number;
  /** Instant. */
  readonly at: string;
}

function changeOf(
  index: number,
  { from, log, at }: Omit<Changing, 'changes'>,
): { before: Recorded | undefined; after: Recorded } {
  // Nine of ten change a record that is there.
  const number = index % 10 === 9 ? log + Math.floor(index / 10) : from + index;
  const kind = KINDS[number % KINDS.length] as Kind;
  const history = portfolioOf(number);
  const about = { kind, index: number, series: SERIES, occurredAt: at };
  if (index % 10 === 9) {
    const { data } = (history[0] as Recorded).event;
    const organisations = (data['organisations'] as string[]).map((id) => ({ id }));
    const told = { verb: 'logged', data: { ...data, organisations } } as unknown as Told;
    return { before: undefined, after: next(undefined, { ...about, told }) };
  }
  const before = history.at(-1) as Recorded;
  const stages = stagesOf(kind);
  const stage = stages[stages.findIndex(({ name }) => name === before.state.path.at(-1)?.stage) + 1];
  const value = { amount: `${5_000 + index}.00`, currency: 'GBP' };
  const told: Told =
    index % 10 > 4 && stage
      ? { verb: 'moved', data: { to: stage.name, ...(stage.phase === 'lost' ? { lostReason: 'price' } : {}) } }
      : { verb: 'amended', data: { fields: { value } } };
  return { before, after: next(before.state, { ...about, told }) };
}
