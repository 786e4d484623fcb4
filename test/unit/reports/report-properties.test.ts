import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { toMinor } from '#shared/domain/money/money.ts';
import { PHASES } from '#shared/domain/pipeline/ladders.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { passes } from '#shared/reporting/cube.ts';
import { type Bridge, MOVEMENTS, WEIGHTED_TERMS } from '#shared/reports/bridge-schema.ts';
import type { ReportMaterial } from '#shared/reports/material.ts';
import { Report } from '#shared/reports/report.ts';
import { built } from '../../support/golden-report.ts';
import { sized } from '../../support/proof.ts';
import { type Asked, materialOf, type World } from '../../support/report-history.ts';
import { anyWorld, CUT_OFFS, dayAt, titleOf } from '../../support/report-stories.ts';
import { simpleBridge } from '../../support/simple-bridge.ts';

const RUNS = { numRuns: sized(25, 3_000) };
vi.setConfig({ testTimeout: sized(60_000, 1_200_000) });
const [FIRST, SECOND, THIRD] = CUT_OFFS;

/** Movements and fx: what is rounded on the way from opening to closing. */
const TERMS = MOVEMENTS.length + 1;

const rep = (n: number) => `rep_${String(n).padStart(26, '0')}`;

/** Three reports, each after the other. */
function three(world: World, asked: Partial<Asked> = {}) {
  const first = built(materialOf(world, { ...asked, id: rep(1), cutOff: FIRST }));
  const material = materialOf(world, { ...asked, id: rep(2), cutOff: SECOND, previous: first });
  const second = built(material);
  const third = built(materialOf(world, { ...asked, id: rep(3), cutOff: THIRD, previous: second }));
  return { first, material, second, third };
}

/** Each strand's figures of a bridge and the total's, for both measures, in minor units. */
function figuresOf(bridge: Bridge, currency: string) {
  const whole = (terms: object) =>
    new Map(Object.entries(terms).map(([term, amount]) => [term, signedMinor(amount as string, currency)]));
  return (['open', 'weighted'] as const).map((measure) => ({
    measure,
    total: whole(bridge[measure]),
    strands: bridge.byStrand.map((of) => ({ strand: of.strand, terms: whole(of[measure]) })),
  }));
}

const signedMinor = (amount: string, currency: string) =>
  amount.startsWith('-') ? -toMinor({ amount: amount.slice(1), currency }) : toMinor({ amount, currency });
const sum = (amounts: Iterable<bigint>) => [...amounts].reduce((total, amount) => total + amount, 0n);
const bridgeIn = ({ bridge }: Report): Bridge => {
  if (!bridge) throw new Error('There is no bridge.');
  return bridge;
};

describe('the bridge of any history', () => {
  it('sums to its closing exactly, in total and per strand, and ends where the pipeline is, in any currency', () => {
    const early = { date: dayAt(0).slice(0, 10), base: 'GBP' as const, recordedAt: dayAt(0) };
    fc.assert(
      fc.property(anyWorld, fc.constantFrom('GBP', 'CNY', 'JPY', 'KWD'), (world, currency) => {
        const rates = [{ ...early, rates: { CNY: '0.1083', JPY: '0.0051', KWD: '2.4417' } }, ...world.rates];
        const reports = three({ ...world, rates }, { currency });
        for (const [previous, report] of [
          [reports.first, reports.second],
          [reports.second, reports.third],
        ] as const) {
          const ends = [previous.pipeline.totals, report.pipeline.totals];
          for (const { measure, total, strands } of figuresOf(bridgeIn(report), currency)) {
            const key = measure === 'open' ? 'value' : 'weighted';
            for (const { strand, terms } of [...strands, { strand: undefined, terms: total }]) {
              const closing = terms.get('closing') as bigint;
              expect(sum(terms.values()) - closing).toBe(closing);
              const published = ends.map(
                (totals) => (strand ? totals.byStrand.find((of) => of.strand === strand) : totals)?.open[key] as string,
              );
              expect([terms.get('opening'), closing]).toEqual(published.map((amount) => signedMinor(amount, currency)));
            }
            for (const [term, amount] of total)
              expect(amount).toBe(sum(strands.map(({ terms }) => terms.get(term) as bigint)));
            expect(total.get('transferred')).toBe(0n);
          }
        }
      }),
      RUNS,
    );
  });

  it('is what replaying every record field by field comes to', () => {
    const filters = fc.constantFrom<Report['filters']>(
      {},
      {},
      { place: ['guangzhou', 'none'] },
      { owner: ['li.wei'] },
      { strand: ['business-engagement', 'research-alliance'], kind: ['trade-deal', 'ip-lead'] },
    );
    fc.assert(
      fc.property(anyWorld, filters, (world, filter) => {
        const { material, second } = three(world, { filters: filter });
        const rates = (all: ReportMaterial['closingRates']) =>
          Object.fromEntries(all.map(({ currency, rate }) => [currency, rate]));
        const kinds = new Map(world.events.map((event) => [titleOf(Number(event.recordId.slice(4)), 0), event.kind]));
        const simple = simpleBridge({
          events: world.events,
          from: FIRST,
          to: SECOND,
          openingRates: rates(material.openingRates),
          closingRates: rates(material.closingRates),
          seen: (fields) =>
            passes(filter as Parameters<typeof passes>[0], {
              ...(fields as unknown as Parameters<typeof passes>[1]),
              kind: kinds.get(fields['title'] as string) as 'engagement',
            }),
        });
        for (const { measure, strands } of figuresOf(bridgeIn(second), 'GBP'))
          for (const { strand, terms } of strands)
            for (const term of WEIGHTED_TERMS) {
              if (term === 'rounding' || (measure === 'open' && (term === 'moved' || term === 'probability'))) continue;
              const [theirs, ours] = [simple.get(`${strand} ${measure} ${term}`) ?? 0n, terms.get(term) as bigint];
              // Transfers between three or more strands may take a penny to come to nothing together.
              if (term === 'transferred') expect(Math.abs(Number(theirs - ours))).toBeLessThanOrEqual(1);
              else expect({ strand, measure, term, amount: ours }).toEqual({ strand, measure, term, amount: theirs });
            }
      }),
      RUNS,
    );
  });

  it('leaves to rounding at most half a penny per row and term, and half a penny more for transfers', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { first, second } = three(world);
        for (const { measure, strands } of figuresOf(bridgeIn(second), 'GBP'))
          for (const { strand, terms } of strands) {
            const rows = [first, second].flatMap(({ pipeline }) =>
              pipeline.rows.filter((row) => row.strand === strand && row.phase === 'open' && row.count > 0),
            );
            const rounding = Math.abs(Number(terms.get('rounding')));
            expect({ measure, strand, small: 2 * rounding <= rows.length + TERMS + 1 }).toMatchObject({
              small: true,
            });
          }
      }),
      RUNS,
    );
  });

  it('has behind each term changes that come to it, but for rounding', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { open, weighted, byStrand, changes, fx } = bridgeIn(three(world).second);
        expect(Object.keys(open).length + 2).toBe(Object.keys(weighted).length);
        for (const { strand, ...terms } of byStrand)
          for (const measure of ['open', 'weighted'] as const)
            for (const [term, amount] of Object.entries(terms[measure])) {
              if (['opening', 'closing', 'rounding'].includes(term)) continue;
              const behind = (term === 'fx' ? fx : changes.filter((change) => change.term === term)).filter(
                (one) => one.strand === strand,
              );
              const told = sum(behind.map((one) => signedMinor(one[measure], 'GBP')));
              const off = Math.abs(Number(told - signedMinor(amount, 'GBP')));
              expect(2 * off).toBeLessThanOrEqual(behind.length + 2);
            }
      }),
      RUNS,
    );
  });
});

describe('any report', () => {
  it('has rows, places and owners that sum to its totals, and is what its schema says', () => {
    const currencies = fc.constantFrom('GBP', 'GBP', 'CNY');
    fc.assert(
      fc.property(anyWorld, currencies, (world, currency) => {
        const material = materialOf(world, { cutOff: SECOND, currency });
        if (currency !== 'GBP' && !material.closingRates.some((rate) => rate.currency === currency)) return;
        const report = built(material);
        const { rows, totals } = report.pipeline;
        for (const phase of PHASES)
          for (const measure of ['value', 'weighted'] as const) {
            const of = (amount: string) => signedMinor(amount, currency);
            const total = of(totals[phase][measure]);
            expect(sum(rows.filter((row) => row.phase === phase).map((row) => of(row[measure])))).toBe(total);
            expect(sum((report.byPlace ?? []).map((group) => of(group[phase][measure])))).toBe(total);
            expect(sum((report.byOwner ?? []).map((group) => of(group[phase][measure])))).toBe(total);
          }
        expect(Report.parse(structuredClone(report))).toEqual(report);
      }),
      RUNS,
    );
  });

  it('is the same bytes when it is made again, from steps in any order, whatever was recorded after its cut-off', () => {
    fc.assert(
      fc.property(anyWorld, fc.nat(), (world, seed) => {
        const { first, material, second } = three(world);
        const steps = [...(material.steps ?? [])].sort((a, b) => ((a.version + seed) % 7) - ((b.version + seed) % 7));
        const known = { ...world, events: world.events.filter(({ recordedAt }) => recordedAt <= SECOND) };
        const before = materialOf(known, { id: rep(2), cutOff: SECOND, previous: first });
        for (const again of [{ ...material, steps }, before])
          expect(JSON.stringify(built(again))).toBe(JSON.stringify(second));
      }),
      RUNS,
    );
  });

  it('counts confidential IP leads and names none of them anywhere', () => {
    let withheld = 0;
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { material, second } = three(world);
        const text = JSON.stringify(second);
        for (const facts of material.records.values()) {
          if (!facts.confidential) continue;
          expect(text).not.toContain(facts.title);
          expect(text).not.toContain(facts.id);
          withheld += 1;
        }
        for (const list of Object.values(second.lists)) expect(list?.withheld).toBeLessThanOrEqual(list?.count ?? 0);
        const count = second.pipeline.rows.reduce((total, row) => total + row.count, 0);
        expect(count).toBe([...material.records.values()].filter(({ standing }) => standing).length);
      }),
      RUNS,
    );
    expect(withheld).toBeGreaterThan(0);
  });

  it('lists what is stalled as the days in its stages say, counted from the cube', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { third } = three(world);
        const { count, withheld, omitted } = third.lists.stalled ?? { count: 0, withheld: 0, omitted: 0 };
        expect(third.stalled?.length).toBe(count - withheld - omitted);
        for (const { days, threshold, phase } of third.stalled ?? []) {
          expect(days).toBeGreaterThan(Math.max(30, threshold - 1));
          expect(phase).toBe('open');
        }
      }),
      RUNS,
    );
  });
});

describe('a corrected report', () => {
  it('names every figure that is not what the first said, and nothing where nothing changed', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { first, second } = three(world);
        const corrected = built(
          materialOf(world, { id: rep(4), cutOff: SECOND, previous: first, corrects: second, basis: 'as-known-now' }),
        );
        const figures = corrected.changes?.figures ?? [];
        for (const phase of PHASES) {
          const [was, is] = [second.pipeline.totals[phase].value, corrected.pipeline.totals[phase].value];
          const told = figures.find(
            ({ section, of, figure }) => section === 'totals' && `${of}` === phase && figure === 'value',
          );
          expect(told).toEqual(
            was === is ? undefined : { section: 'totals', of: [phase], figure: 'value', before: was, after: is },
          );
        }
        const same = built(materialOf(world, { id: rep(5), cutOff: SECOND, previous: first, corrects: second }));
        expect(same.changes).toEqual({ figures: [], entries: [] });
      }),
      RUNS,
    );
  });

  it('counts what had occurred by its cut-off, whenever it was recorded', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { first, second } = three(world);
        const asked: Asked = { cutOff: SECOND, previous: first, corrects: second, basis: 'as-known-now' };
        const states = new Map<string, RecordState>();
        for (const event of [...world.events].sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1)))
          if (event.occurredAt <= SECOND)
            states.set(event.recordId, evolve(states.get(event.recordId), event, event.recordedAt).state);
        const counts = STRANDS.map(
          (strand) =>
            [...states.values()].filter((state) => !state.voided?.on && state.fields.strand === strand).length,
        );
        const { byStrand } = built(materialOf(world, asked)).pipeline.totals;
        expect(byStrand.map(({ open, won, lost }) => open.count + won.count + lost.count)).toEqual(counts);
      }),
      RUNS,
    );
  });
});
