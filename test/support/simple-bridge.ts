import { minorDigits } from '#shared/domain/money/money.ts';
import { stageOf, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import { type RecordState, stageNow } from '#shared/domain/record/state.ts';
import type { HistoryEvent } from './report-history.ts';

/*
 * The bridge once more, as plainly as possible: every record is replayed event by event and field by field, and what each field changed
 * in open value is booked. Money is a whole number of millionths of a hundredth of a penny, so nothing is ever divided. It shares with
 * the product the folding of events into records and the ladders, and no line of counting, splitting, converting or rounding.
 */

export interface SimpleInput {
  readonly events: readonly HistoryEvent[];
  readonly from: string;
  readonly to: string;
  /** Pounds for one unit, with at most four digits after the point; what is missing has no rate. */
  readonly openingRates: Readonly<Record<string, string>>;
  readonly closingRates: Readonly<Record<string, string>>;
  readonly seen?: (fields: Readonly<Record<string, unknown>>) => boolean;
}

/** Pence by `<strand> <open|weighted> <term>`. */
export type SimpleBridge = Map<string, bigint>;

/** What of a record a bridge looks at. */
interface Plain {
  readonly strand: string;
  readonly place: unknown;
  readonly owner: unknown;
  readonly value: { readonly amount: string; readonly currency: string } | undefined;
  readonly probability: number | undefined;
  readonly stage: string;
}

export function simpleBridge({ events, from, to, openingRates, closingRates, seen }: SimpleInput): SimpleBridge {
  const books = new Map<string, bigint>();
  const book = (name: string, amount: bigint) => books.set(name, (books.get(name) ?? 0n) + amount);
  const rows = new Map<string, bigint>();
  const states = new Map<string, RecordState>();
  const at = (record: RecordState, plain: Plain | undefined, rates: SimpleInput['openingRates']) =>
    plain && isOpen(record, plain) && (seen?.(record.fields) ?? true) ? worth(record, plain, rates) : NOTHING;
  const snapshot = (which: string, rates: SimpleInput['openingRates']) => {
    for (const state of states.values()) {
      const plain = plainOf(state);
      const [open, weighted] = at(state, plain, rates);
      if (!plain) continue;
      const row = `${which} ${plain.strand} ${state.kind} ${plain.stage}`;
      rows.set(`${row} open`, (rows.get(`${row} open`) ?? 0n) + open);
      rows.set(`${row} weighted`, (rows.get(`${row} weighted`) ?? 0n) + weighted);
    }
  };
  const inOrder = [...events].sort((a, b) => {
    const [one, other] = [`${a.recordedAt} ${a.eventId}`, `${b.recordedAt} ${b.eventId}`];
    return one < other ? -1 : 1;
  });
  const tell = (event: HistoryEvent) =>
    states.set(event.recordId, evolve(states.get(event.recordId), event, event.recordedAt).state);
  for (const event of inOrder) if (event.recordedAt <= from) tell(event);
  snapshot('opening', openingRates);
  for (const state of states.values()) {
    const plain = plainOf(state);
    const [now, then] = [at(state, plain, closingRates), at(state, plain, openingRates)];
    book(`${plain?.strand} open fx`, now[0] - then[0]);
    book(`${plain?.strand} weighted fx`, now[1] - then[1]);
  }
  for (const event of inOrder) {
    if (event.recordedAt <= from || event.recordedAt > to) continue;
    const before = states.get(event.recordId);
    tell(event);
    const after = states.get(event.recordId) as RecordState;
    const [was, is] = [before && plainOf(before), plainOf(after)];
    const booked = (term: string, record: RecordState, plain: Plain, sign: bigint) => {
      const [open, weighted] = at(record, plain, closingRates);
      book(`${plain.strand} open ${term}`, sign * open);
      book(`${plain.strand} weighted ${term}`, sign * weighted);
    };
    if (!was && is) booked(before ? 'removed' : 'new', after, is, 1n);
    if (before && was && !is) booked('removed', before, was, -1n);
    if (before && was && is) {
      // Where it belongs first, as one: strand, place and owner decide who sees it.
      const moved: Plain = { ...was, strand: is.strand, place: is.place, owner: is.owner };
      if (was.strand !== is.strand || (seen?.(before.fields) ?? true) !== (seen?.(after.fields) ?? true)) {
        booked('transferred', before, was, -1n);
        booked('transferred', after, moved, 1n);
      }
      const revalued: Plain = { ...moved, value: is.value };
      const rise = at(after, revalued, closingRates)[0] - at(after, moved, closingRates)[0];
      const direction = rise < 0n ? 'valueDown' : 'valueUp';
      booked(direction, after, moved, -1n);
      booked(direction, after, revalued, 1n);
      const reweighed: Plain = { ...revalued, probability: is.probability };
      booked('probability', after, revalued, -1n);
      booked('probability', after, reweighed, 1n);
      const [phaseBefore, phaseAfter] = [phase(before, was.stage), phase(after, is.stage)];
      const term = phaseBefore !== 'open' ? 'reopened' : phaseAfter === 'open' ? 'moved' : phaseAfter;
      booked(term, after, reweighed, -1n);
      booked(term, after, is, 1n);
    }
  }
  snapshot('closing', closingRates);
  const bridge: SimpleBridge = new Map([...books].map(([name, amount]) => [name, pence(amount)]));
  for (const [row, amount] of rows) {
    const [which, strand, , , measure] = row.split(' ');
    const name = `${strand} ${measure} ${which}`;
    bridge.set(name, (bridge.get(name) ?? 0n) + pence(amount));
  }
  return bridge;
}

const NOTHING = [0n, 0n] as const;

function plainOf(state: RecordState): Plain | undefined {
  if (state.voided?.on) return undefined;
  const { strand, place, owner, value, probability } = state.fields;
  return { strand, place, owner, value, probability, stage: stageNow(state).stage };
}

const phase = ({ kind }: RecordState, stage: string) =>
  stagesOf(kind).find(({ name }) => name === stage)?.phase ?? 'none';
const isOpen = (record: RecordState, { stage }: Plain) => phase(record, stage) === 'open';

/** Open and weighted value in the smallest unit there is: a penny is 10⁹ of it (rates 10⁴, minor units 10³, percent 10²). */
function worth(
  { kind }: RecordState,
  { value, probability, stage }: Plain,
  rates: SimpleInput['openingRates'],
): readonly [open: bigint, weighted: bigint] {
  const rate = value?.currency === 'GBP' ? '1' : rates[value?.currency ?? ''];
  if (!value || rate === undefined) return NOTHING;
  const digits = minorDigits(value.currency) ?? 0;
  const [whole = '0', fraction = ''] = value.amount.split('.');
  const thousandths = BigInt(whole + fraction.padEnd(digits, '0')) * 10n ** BigInt(3 - digits);
  const [pounds = '0', part = ''] = rate.split('.');
  const tenThousandths = BigInt(pounds + part.padEnd(4, '0'));
  const percent = BigInt(probability ?? stageOf(kind, stage).probability);
  const hundredPercent = thousandths * 100n * tenThousandths * 100n;
  return [hundredPercent, (hundredPercent / 100n) * percent];
}

const PENNY = 1_000_000_000n;

/** To the nearest penny, of two equally near the even one. */
function pence(amount: bigint): bigint {
  const size = amount < 0n ? -amount : amount;
  const [whole, rest] = [size / PENNY, size % PENNY];
  const rounded = rest * 2n > PENNY || (rest * 2n === PENNY && whole % 2n === 1n) ? whole + 1n : whole;
  return amount < 0n ? -rounded : rounded;
}
