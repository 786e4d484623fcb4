import { decodeCheckpoints, decodeTally, encodeHead } from '#shared/reporting/head.ts';
import { rowIndex } from '#shared/reporting/heads.ts';
import type { HeadItem } from '#shared/store/aggregates.ts';

/**
 * A head as a faulty counter would have left it: a qualified deal missing, one in proposal counted twice, one under negotiation that
 * stands under heads of terms, and a penny too much on the disclosed leads.
 */
export function spoil(item: Record<string, unknown>): Record<string, unknown> {
  const head = item as unknown as HeadItem;
  const tally = decodeTally(head, []);
  const row = (kind: string, stage: string) => {
    const found = tally.rows[rowIndex(kind, stage)];
    if (!found) throw new Error(`No row ${kind}/${stage}.`);
    return found;
  };
  const pounds = (kind: string, stage: string) => {
    const sum = row(kind, stage).money.get('GBP');
    if (!sum) throw new Error(`Nothing in pounds under ${kind}/${stage}.`);
    return sum;
  };
  row('trade-deal', 'qualified').count -= 1;
  row('trade-deal', 'proposal').count += 1;
  pounds('trade-deal', 'proposal').minor *= 2n;
  row('trade-deal', 'negotiation').count -= 1;
  row('trade-deal', 'heads-of-terms').count += 1;
  row('trade-deal', 'heads-of-terms').money.set('GBP', pounds('trade-deal', 'negotiation'));
  row('trade-deal', 'negotiation').money.delete('GBP');
  pounds('ip-lead', 'disclosed').minor += 1n;
  return { ...item, ...encodeHead(tally, decodeCheckpoints(head), head.snapshot), v: head.v + 1 };
}
