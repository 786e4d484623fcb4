import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { KINDS, type Kind, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import type { Verb } from '#shared/events/intake.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { VOCABULARY } from './heads.ts';
import { CHANCE_BYTES, ulidOf, ulidParts } from './id-packing.ts';
import { Packer, Unpacker } from './packing.ts';
import type { Standing, StayChange, Step } from './standing.ts';

/** The form of packed steps: another one is another number, and the old one remains readable. */
const FORMAT = 2;
/** Compressing harder takes fifty times as long, and saves nothing here. */
const QUALITY = 8;
/** By their codes. */
const VERBS = [
  'logged',
  'amended',
  'moved',
  'noted',
  'released',
  'voided',
  'restored',
  'evidenced',
] as const satisfies Verb[];
/** How many of them each form knows: what a verb's code is told apart by. */
const VERBS_OF: Readonly<Record<number, number>> = { 1: 7, [FORMAT]: VERBS.length };
const PREFIXES: Readonly<Record<Kind, string>> = { engagement: 'eng_', 'ip-lead': 'ipl_', 'trade-deal': 'trd_' };

/** They were packed by other ladders or lists than the program's, and their codes have another meaning. Mended by a rebuild. */
export class OtherVocabulary extends Error {
  override readonly name = 'OtherVocabulary';
}

/** Columns of whole numbers: what is alike stands together and is compressed together. */
const COLUMNS = [
  'what',
  'recorded',
  'occurred',
  'record',
  'event',
  'version',
  'changed',
  'where',
  'owner',
  'place',
  'marks',
  'currency',
  'minor',
  'percent',
  'entered',
  'close',
  'due',
  'stays',
] as const;
type Column = (typeof COLUMNS)[number];

/** A column is stored once for both standings of a step where it is the same in both. Each has its bit, in this order. */
const PARTS = ['where', 'owner', 'place', 'marks', 'money', 'percent', 'entered', 'close', 'due'] as const;
type Part = (typeof PARTS)[number];
const [NOTHING_BEFORE, NOTHING_AFTER] = [1, 2];
const PART_BIT = 4;

/** What stands for a standing in its columns: whole numbers, which are compared and written. */
type Numbers = Readonly<Record<Part, readonly (number | bigint)[]>>;

/** Texts by position, in the order in which they first came. */
class Texts {
  readonly list: string[] = [];
  readonly #positions = new Map<string, number>();

  /** 0 stands for none. */
  position(text: string | undefined): number {
    if (text === undefined) return 0;
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    this.list.push(text);
    this.#positions.set(text, this.list.length);
    return this.list.length;
  }
}

/**
 * Steps as few bytes: what ids have of chance as it is, everything else in columns, which Brotli halves. A usual step takes about 45
 * bytes, half of which are the ids. They are given back in the same order. Throws a RangeError for an id that holds no ULID.
 */
export function encodeSteps(steps: readonly Step[]): Uint8Array {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, new Packer()])) as Record<Column, Packer>;
  const texts = new Texts();
  const chance = new Packer();
  const base = Date.parse(steps[0]?.recordedAt ?? toInstant(0));
  let last = base;
  for (const step of steps) {
    const [recorded, occurred] = [Date.parse(step.recordedAt), Date.parse(step.occurredAt)];
    const [record, event] = [ulidParts(step.recordId), ulidParts(step.eventId)];
    chance.raw(record.chance).raw(event.chance);
    columns.what.unsigned(kindCode(step.recordId) * VERBS.length + VERBS.indexOf(step.verb));
    columns.recorded.signed(recorded - last);
    columns.occurred.signed(recorded - occurred);
    // An id is made when its event comes, which is when it happened or shortly before it is recorded, and its record's with it.
    const sinceRecorded = Math.abs(event.time - recorded) < Math.abs(event.time - occurred);
    columns.event.unsigned(2 * folded(event.time - (sinceRecorded ? recorded : occurred)) + (sinceRecorded ? 1 : 0));
    columns.record.signed(event.time - record.time);
    columns.version.unsigned(step.version);
    last = recorded;
    encodeStandings(step, columns, texts);
    columns.stays.unsigned(step.stays.length);
    const stages = stagesOf(KINDS[kindCode(step.recordId)] as Kind);
    for (const { stage, days, sign } of step.stays)
      columns.stays.unsigned(2 * stages.findIndex(({ name }) => name === stage) + (sign < 0 ? 1 : 0)).signed(days);
  }
  const rest = new Packer().unsigned(steps.length).unsigned(base).unsigned(texts.list.length);
  for (const text of texts.list) rest.text(text);
  for (const name of COLUMNS) rest.unsigned(columns[name].length).raw(columns[name].bytes());
  const compressed = brotliCompressSync(rest.bytes(), { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
  return new Packer()
    .unsigned(FORMAT)
    .raw(Buffer.from(VOCABULARY, 'hex'))
    .unsigned(chance.length)
    .raw(chance.bytes())
    .raw(compressed)
    .bytes();
}

/** The inverse of {@link encodeSteps}. Throws {@link OtherVocabulary} for what was packed by other lists. */
export function decodeSteps(bytes: Uint8Array): Step[] {
  const whole = new Unpacker(bytes);
  const format = whole.unsigned();
  const verbs = VERBS_OF[format];
  if (!verbs) throw new Error(`Steps of form ${format} cannot be read.`);
  if (Buffer.from(whole.raw(VOCABULARY.length / 2)).toString('hex') !== VOCABULARY)
    throw new OtherVocabulary('The steps were packed by another vocabulary: rebuild.');
  const chance = new Unpacker(whole.raw(whole.unsigned()));
  const rest = new Unpacker(brotliDecompressSync(whole.rest()));
  const [count, base] = [rest.unsigned(), rest.unsigned()];
  const texts = Array.from({ length: rest.unsigned() }, () => rest.text());
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, new Unpacker(rest.raw(rest.unsigned()))])) as Record<
    Column,
    Unpacker
  >;
  let last = base;
  return Array.from({ length: count }, () => {
    const what = columns.what.unsigned();
    const kind = KINDS[Math.floor(what / verbs)] as Kind;
    const recorded = last + columns.recorded.signed();
    const occurred = recorded - columns.occurred.signed();
    const event = columns.event.unsigned();
    const eventTime = (event % 2 === 1 ? recorded : occurred) + unfolded(Math.floor(event / 2));
    const recordTime = eventTime - columns.record.signed();
    last = recorded;
    return {
      recordId: PREFIXES[kind] + ulidOf({ time: recordTime, chance: chance.raw(CHANCE_BYTES) }),
      version: columns.version.unsigned(),
      eventId: `evt_${ulidOf({ time: eventTime, chance: chance.raw(CHANCE_BYTES) })}`,
      verb: VERBS[what % verbs] as Verb,
      recordedAt: toInstant(recorded),
      occurredAt: toInstant(occurred),
      ...decodeStandings(kind, dayOf(recorded), columns, texts),
      stays: decodeStays(kind, columns.stays),
    };
  });
}

function kindCode(recordId: string): number {
  const code = KINDS.findIndex((kind) => recordId.startsWith(PREFIXES[kind]));
  if (code < 0) throw new RangeError('The id is of no kind.');
  return code;
}

/** The calendar day of an instant in UTC, as a day number: what days of a step are counted from. */
const dayOf = (milliseconds: number): number => Math.floor(milliseconds / (24 * 3600 * 1000));

function encodeStandings({ before, after, recordedAt }: Step, columns: Record<Column, Packer>, texts: Texts): void {
  const today = dayOf(Date.parse(recordedAt));
  const old = before ? numbersOf(before, today, texts) : undefined;
  const next = after ? numbersOf(after, today, texts) : undefined;
  const changed = PARTS.map((part) => !old || !next || !isSame(old[part], next[part]));
  const bits = old && next ? changed.reduce((sum, is, index) => sum + (is ? PART_BIT << index : 0), 0) : 0;
  columns.changed.unsigned((old ? 0 : NOTHING_BEFORE) + (next ? 0 : NOTHING_AFTER) + bits);
  if (old) for (const part of PARTS) write(part, old[part], columns);
  if (next) for (const [index, part] of PARTS.entries()) if (changed[index]) write(part, next[part], columns);
}

function decodeStandings(
  kind: Kind,
  today: number,
  columns: Record<Column, Unpacker>,
  texts: readonly string[],
): Pick<Step, 'before' | 'after'> {
  const changed = columns.changed.unsigned();
  const all = () => Object.fromEntries(PARTS.map((part) => [part, read(part, columns)])) as unknown as Numbers;
  const old = changed & NOTHING_BEFORE ? undefined : all();
  if (changed & NOTHING_AFTER) return { before: old ? standingFrom(kind, old, today, texts) : null, after: null };
  const next = old
    ? (Object.fromEntries(
        PARTS.map((part, index) => [part, changed & (PART_BIT << index) ? read(part, columns) : old[part]]),
      ) as unknown as Numbers)
    : all();
  return {
    before: old ? standingFrom(kind, old, today, texts) : null,
    after: standingFrom(kind, next, today, texts),
  };
}

const isSame = (a: readonly (number | bigint)[], b: readonly (number | bigint)[]) =>
  a.length === b.length && a.every((value, index) => value === b[index]);

/** Money is two columns; everything else has one of its own name. */
function write(part: Part, [first = 0, second]: readonly (number | bigint)[], columns: Record<Column, Packer>): void {
  if (part !== 'money') columns[part].unsigned(first);
  else {
    columns.currency.unsigned(first);
    if (second !== undefined) columns.minor.unsigned(second);
  }
}

function read(part: Part, columns: Record<Column, Unpacker>): (number | bigint)[] {
  if (part !== 'money') return [columns[part].unsigned()];
  const currency = columns.currency.unsigned();
  return currency === 0 ? [0] : [currency, columns.minor.unsignedBig()];
}

/** Marks: a bit for each theme, and then these. */
const [OWN, CONFIDENTIAL] = [1 << THEMES.length, 2 << THEMES.length];

function numbersOf(standing: Standing, today: number, texts: Texts): Numbers {
  const { strand, kind, stage, owner, place, themes, own, confidential, currency, minor, percent, entered } = standing;
  const stages = stagesOf(kind);
  const index = stages.findIndex(({ name }) => name === stage);
  const day = (of: string | undefined) => (of === undefined ? 0 : 1 + folded(dayNumber(of) - today));
  return {
    where: [index * STRANDS.length + STRANDS.indexOf(strand)],
    owner: [texts.position(owner)],
    place: [texts.position(place)],
    marks: [
      themes.reduce((sum, theme) => sum + (1 << THEMES.indexOf(theme)), 0) +
        (own ? OWN : 0) +
        (confidential ? CONFIDENTIAL : 0),
    ],
    money: currency === undefined || minor === undefined ? [0] : [texts.position(currency), minor],
    percent: [percent === stages[index]?.probability ? 0 : percent + 1],
    entered: [day(entered)],
    close: [day(standing.expectedCloseOn)],
    due: [day(standing.nextStepDueOn)],
  };
}

function standingFrom(kind: Kind, numbers: Numbers, today: number, texts: readonly string[]): Standing {
  const of = (part: Part) => Number(numbers[part][0]);
  const text = (part: Part) => texts[of(part) - 1];
  const day = (part: Part) => (of(part) === 0 ? undefined : dayOfNumber(today + unfolded(of(part) - 1)));
  const stage = stagesOf(kind)[Math.floor(of('where') / STRANDS.length)] as ReturnType<typeof stagesOf>[number];
  const [owner, place, currency, minor] = [text('owner'), text('place'), text('money'), numbers.money[1]];
  const [expectedCloseOn, nextStepDueOn] = [day('close'), day('due')];
  return {
    strand: STRANDS[of('where') % STRANDS.length] as Standing['strand'],
    kind,
    stage: stage.name,
    ...(currency === undefined ? {} : { currency, minor: BigInt(minor as bigint) }),
    percent: of('percent') === 0 ? stage.probability : of('percent') - 1,
    entered: day('entered') as string,
    own: (of('marks') & OWN) > 0,
    ...(owner === undefined ? {} : { owner }),
    ...(place === undefined ? {} : { place }),
    themes: THEMES.filter((_, index) => of('marks') & (1 << index)),
    ...(expectedCloseOn === undefined ? {} : { expectedCloseOn }),
    ...(nextStepDueOn === undefined ? {} : { nextStepDueOn }),
    confidential: (of('marks') & CONFIDENTIAL) > 0,
  };
}

function decodeStays(kind: Kind, column: Unpacker): StayChange[] {
  return Array.from({ length: column.unsigned() }, () => {
    const code = column.unsigned();
    const stage = stagesOf(kind)[Math.floor(code / 2)]?.name as string;
    return { stage, days: column.signed(), sign: code % 2 === 1 ? (-1 as const) : (1 as const) };
  });
}

/** Signed whole numbers as unsigned ones: 0 -1 1 -2 → 0 1 2 3. */
const folded = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);
const unfolded = (value: number) => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);
