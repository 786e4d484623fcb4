import { describe, expect, it } from 'vitest';
import type { Told } from '#shared/domain/record/changes.ts';
import { CHANGES_TOLD } from '#shared/reports/bridge-changes.ts';
import type { Bridge } from '#shared/reports/bridge-schema.ts';
import { buildReport } from '#shared/reports/build.ts';
import type { Report } from '#shared/reports/report.ts';
import { built } from '../../support/golden-report.ts';
import { evt, loggedData } from '../../support/record-events.ts';
import { type Asked, type HistoryEvent, materialOf, type World } from '../../support/report-history.ts';
import { CUT_OFFS, dayAt } from '../../support/report-stories.ts';

const [FIRST, SECOND] = CUT_OFFS;
/** A day before the first report, one in the period of the second. */
const [BEFORE, WITHIN] = [2, 12];

const gbp = (amount: string) => ({ amount, currency: 'GBP' });

let told: HistoryEvent[] = [];

/** Tells something of the n-th trade deal on a day. */
function tell(record: number, day: number, what: Told): void {
  told.push({
    recordId: `trd_${String(record).padStart(26, '0')}`,
    kind: 'trade-deal',
    eventId: evt(told.length + 1),
    occurredAt: dayAt(day),
    recordedAt: dayAt(day),
    by: 'user',
    actor: { type: 'user', id: 'li.wei' },
    ...what,
  });
}

const log = (record: number, day: number, fields: Record<string, unknown>) =>
  tell(record, day, { verb: 'logged', data: loggedData('trade-deal', { stage: 'enquiry', ...fields }) });
const amend = (record: number, day: number, fields: Record<string, unknown>) =>
  tell(record, day, { verb: 'amended', data: { fields } });
const move = (record: number, day: number, to: string) =>
  tell(record, day, { verb: 'moved', data: { to, reason: 'So.' } });
const voided: Told = { verb: 'voided', data: { reason: 'Entered twice.' } };

const RATES: World['rates'] = [
  { date: dayAt(1).slice(0, 10), base: 'GBP', rates: { CNY: '0.1' }, recordedAt: dayAt(1) },
  { date: dayAt(15).slice(0, 10), base: 'GBP', rates: { CNY: '0.2', USD: '0.5' }, recordedAt: dayAt(15) },
];

function worldTold(): World {
  const world = { events: told, rates: RATES };
  told = [];
  return world;
}

function reportsOf(world: World, asked: Partial<Asked> = {}): { first: Report; second: Report } {
  const first = built(materialOf(world, { ...asked, id: `rep_${'1'.padStart(26, '0')}`, cutOff: FIRST }));
  const second = built(materialOf(world, { ...asked, cutOff: SECOND, previous: first }));
  return { first, second };
}

/** The terms that are not nothing. */
function termsOf(asked: Partial<Asked> = {}): { open: object; weighted: object } {
  const { bridge } = reportsOf(worldTold(), asked).second;
  const some = (terms: object) => Object.fromEntries(Object.entries(terms).filter(([, amount]) => amount !== '0.00'));
  const { open, weighted } = bridge as Bridge;
  return { open: some(open), weighted: some(weighted) };
}

describe('a bridge', () => {
  it('splits a change to strand, value and probability in this order', () => {
    log(1, BEFORE, { value: gbp('100.00') });
    amend(1, WITHIN, { strand: 'capacity-building', value: gbp('300.00'), probability: 50 });
    const { byStrand } = reportsOf(worldTold()).second.bridge as Bridge;
    const of = (wanted: string) => byStrand.find(({ strand }) => strand === wanted);
    expect(of('business-engagement')?.open).toMatchObject({
      opening: '100.00',
      transferred: '-100.00',
      closing: '0.00',
    });
    expect(of('capacity-building')?.open).toMatchObject({
      transferred: '100.00',
      valueUp: '200.00',
      closing: '300.00',
    });
    expect(of('capacity-building')?.weighted).toMatchObject({
      transferred: '10.00',
      valueUp: '20.00',
      probability: '120.00',
      closing: '150.00',
    });
  });

  it('keeps an own probability across moves, so that a move then weighs nothing', () => {
    log(1, BEFORE, { value: gbp('100.00'), probability: 50 });
    move(1, WITHIN, 'negotiation');
    expect(termsOf().weighted).toEqual({ opening: '50.00', closing: '50.00' });
  });

  it('shows the return to the default, where an own probability is taken away, as probability', () => {
    log(1, BEFORE, { value: gbp('100.00'), probability: 50 });
    amend(1, WITHIN, { probability: null });
    expect(termsOf().weighted).toEqual({ opening: '50.00', probability: '-40.00', closing: '10.00' });
  });

  it('takes a move back between open stages as moved, downwards', () => {
    log(1, BEFORE, { value: gbp('100.00'), stage: 'negotiation' });
    move(1, WITHIN, 'qualified');
    expect(termsOf().weighted).toEqual({ opening: '65.00', moved: '-40.00', closing: '25.00' });
  });

  it('shows what was logged and won within the period under both, with the weight it had', () => {
    log(1, WITHIN, { value: gbp('100.00') });
    move(1, WITHIN + 1, 'signed');
    expect(termsOf()).toEqual({ open: { new: '100.00', won: '-100.00' }, weighted: { new: '10.00', won: '-10.00' } });
  });

  it('has no part for what never was open: logged as won, moved on, voided while won, won and lost again', () => {
    log(1, WITHIN, { value: gbp('100.00'), stage: 'signed' });
    log(2, BEFORE, { value: gbp('200.00'), stage: 'signed' });
    move(2, WITHIN, 'fulfilled');
    log(3, BEFORE, { value: gbp('300.00'), stage: 'signed' });
    tell(3, WITHIN, voided);
    log(4, BEFORE, { value: gbp('400.00'), stage: 'signed' });
    amend(4, WITHIN, { value: gbp('500.00'), strand: 'capacity-building' });
    expect(termsOf()).toEqual({ open: {}, weighted: {} });
  });

  it('shows what came back from won as reopened, with its value and weight as they are then', () => {
    log(1, BEFORE, { value: gbp('100.00'), stage: 'signed' });
    amend(1, WITHIN, { value: gbp('150.00') });
    move(1, WITHIN + 1, 'proposal');
    expect(termsOf()).toEqual({
      open: { reopened: '150.00', closing: '150.00' },
      weighted: { reopened: '67.50', closing: '67.50' },
    });
  });

  it('leaves under removed what a record was amended by while it was voided', () => {
    log(1, BEFORE, { value: gbp('100.00') });
    tell(1, WITHIN, voided);
    amend(1, WITHIN + 1, { value: gbp('130.00') });
    tell(1, WITHIN + 2, { verb: 'restored', data: {} });
    expect(termsOf().open).toEqual({ opening: '100.00', removed: '30.00', closing: '130.00' });
  });

  it('converts movements at closing rates, and puts what rates did to the opening under fx', () => {
    log(1, BEFORE, { value: { amount: '1000.00', currency: 'CNY' } });
    amend(1, WITHIN, { value: { amount: '1500.00', currency: 'CNY' } });
    expect(termsOf().open).toEqual({ opening: '100.00', valueUp: '100.00', fx: '100.00', closing: '300.00' });
  });

  it('takes in a currency with its first rate under fx, and what moved in it as movement', () => {
    log(1, BEFORE, { value: { amount: '100.00', currency: 'USD' } });
    amend(1, WITHIN, { value: { amount: '60.00', currency: 'USD' } });
    const { first, second } = reportsOf(worldTold());
    expect(first.pipeline.totals.open).toMatchObject({ count: 1, value: '0.00' });
    expect(second.bridge?.open).toMatchObject({ opening: '0.00', valueDown: '-20.00', fx: '50.00', closing: '30.00' });
    expect(second.bridge?.fx).toMatchObject([
      { currency: 'USD', openingRate: null, closingRate: '0.5', open: '50.00' },
    ]);
  });

  it('shows nothing of what happens in a currency without a rate, and lists no change of nothing', () => {
    log(1, BEFORE, { value: { amount: '100.00', currency: 'SGD' } });
    amend(1, WITHIN, { value: { amount: '60.00', currency: 'SGD' } });
    move(1, WITHIN + 1, 'signed');
    const { bridge, unavailable } = reportsOf(worldTold()).second;
    expect(bridge?.open).toMatchObject({ opening: '0.00', closing: '0.00', rounding: '0.00' });
    expect(bridge?.changes).toEqual([]);
    expect(unavailable).toEqual([{ section: 'pipeline', reason: 'no-rate', of: ['SGD'] }]);
  });

  it('takes a value in another currency as up or down by what it is worth', () => {
    log(1, BEFORE, { value: gbp('100.00') });
    amend(1, WITHIN, { value: { amount: '400.00', currency: 'CNY' } });
    expect(termsOf().open).toEqual({ opening: '100.00', valueDown: '-20.00', closing: '80.00' });
  });

  it('has transfers come to nothing in total, also where three strands round to a penny more', () => {
    // 0.2 × 2 fen = 0.4 pence leave by each of two transfers: −0.8 rounds to −1, each 0.4 to 0.
    for (const record of [1, 2]) log(record, BEFORE, { value: { amount: '0.02', currency: 'CNY' } });
    amend(1, WITHIN, { strand: 'capacity-building' });
    amend(2, WITHIN, { strand: 'research-alliance' });
    const { open, byStrand } = reportsOf(worldTold()).second.bridge as Bridge;
    expect(open.transferred).toBe('0.00');
    expect(
      byStrand.map((strand) => Math.abs(Number(strand.open.transferred))).filter((amount) => amount > 0.01),
    ).toEqual([]);
  });

  it('of a filtered report shows what enters and leaves by place, owner or strand as transferred', () => {
    log(1, BEFORE, { value: gbp('100.00'), place: 'nanjing' });
    log(2, BEFORE, { value: gbp('70.00'), place: 'guangzhou' });
    amend(1, WITHIN, { place: 'guangzhou', value: gbp('110.00') });
    amend(2, WITHIN, { place: 'bristol', value: gbp('75.00') });
    expect(termsOf({ filters: { place: ['guangzhou'] } }).open).toEqual({
      opening: '70.00',
      valueUp: '10.00',
      transferred: '30.00',
      closing: '110.00',
    });
  });

  it('tells the largest changes of a term one by one and the rest together', () => {
    const many = CHANGES_TOLD + 5;
    for (let record = 1; record <= many; record++) log(record, WITHIN, { value: gbp(`${record}.00`) });
    const { changes } = reportsOf(worldTold()).second.bridge as Bridge;
    expect(changes).toHaveLength(CHANGES_TOLD + 1);
    expect(changes.at(-1)).toMatchObject({ together: 'others', count: 5, recordId: null, open: '15.00' });
    expect(changes[0]).toMatchObject({ together: null, count: 1, open: '6.00' });
  });
});

describe('there is no bridge, and the report says why', () => {
  const world = () => {
    log(1, BEFORE, { value: gbp('100.00') });
    amend(1, WITHIN, { value: gbp('130.00') });
    return worldTold();
  };

  it('where the changes do not lead from the opening to the closing', () => {
    const history = world();
    const { first } = reportsOf(history);
    const material = { ...materialOf(history, { cutOff: SECOND, previous: first }), steps: [] };
    expect(built(material)).toMatchObject({
      bridge: null,
      inputs: { openingRates: null },
      unavailable: [{ section: 'bridge', reason: 'changes-do-not-add-up' }],
    });
  });

  it('where the opening is not what the previous report said', () => {
    const history = world();
    const { first } = reportsOf(history);
    const other = structuredClone(first);
    for (const sum of other.pipeline.totals.byStrand) sum.open.value = '1.00';
    const report = built(materialOf(history, { cutOff: SECOND, previous: other }));
    expect(report).toMatchObject({ bridge: null, unavailable: [{ section: 'bridge', reason: 'opening-differs' }] });
  });

  it('where the currency had no rate at the opening; other currencies than before do not compare', () => {
    const history = world();
    const { first } = reportsOf(history);
    const report = built(materialOf(history, { cutOff: SECOND, previous: first, currency: 'USD' }));
    expect(report).toMatchObject({ bridge: null, trend: [{ open: '260.00' }] });
    expect(report.unavailable).toEqual([
      { section: 'trend', reason: 'not-comparable' },
      { section: 'bridge', reason: 'no-opening-rate', of: ['USD'] },
    ]);
  });

  it('and no report at all in a currency without a rate', () => {
    expect(buildReport(materialOf(world(), { cutOff: SECOND, currency: 'SGD' }))).toEqual({ noRate: 'SGD' });
  });

  it('where what changed is not wholly known', () => {
    const history = world();
    const { first } = reportsOf(history);
    const material = { ...materialOf(history, { cutOff: SECOND, previous: first }), steps: null };
    expect(built(material).unavailable.map(({ section, reason }) => `${section} ${reason}`)).toEqual([
      'moves history-incomplete',
      'won history-incomplete',
      'lost history-incomplete',
      'bridge history-incomplete',
    ]);
  });
});
