import { describe, expect, it } from 'vitest';
import type { Told } from '#shared/domain/record/changes.ts';
import { CLOSING_SOON_DAYS, LISTED_AT_MOST } from '#shared/reports/lists.ts';
import type { ReportMaterial } from '#shared/reports/material.ts';
import type { Report } from '#shared/reports/report.ts';
import { built } from '../../support/golden-report.ts';
import { evt, loggedData } from '../../support/record-events.ts';
import { type Asked, type HistoryEvent, materialOf } from '../../support/report-history.ts';

/** 1 June 2026, 00:30 in Birmingham; in UTC it is still May, and in Guangzhou it is 07:30. */
const CUT_OFF = '2026-05-31T23:30:00.000Z';
const FIRST = '2026-05-24T23:30:00.000Z';

let told: HistoryEvent[] = [];

function tell(record: number, at: string, what: Told, how: { by?: string } = {}): void {
  told.push({
    recordId: `trd_${String(record).padStart(26, '0')}`,
    kind: 'trade-deal',
    eventId: evt(told.length + 1),
    occurredAt: at,
    recordedAt: at,
    by: 'user',
    actor: { type: 'user', id: how.by ?? 'li.wei' },
    ...what,
  });
}

const log = (record: number, fields: Record<string, unknown>, at = '2026-05-20T09:00:00.000Z') =>
  tell(record, at, { verb: 'logged', data: loggedData('trade-deal', { title: `Deal ${record}`, ...fields }) });
const move = (record: number, at: string, to: string, more: object = {}) =>
  tell(record, at, { verb: 'moved', data: { to, reason: 'So.', ...more } });

/** The report of what was told, with an earlier one a week before. */
function reportOf(
  asked: Partial<Asked> = {},
  mend: (material: ReportMaterial) => ReportMaterial = (same) => same,
): Report {
  const world = { events: told, rates: [] };
  told = [];
  const previous = built(materialOf(world, { ...asked, cutOff: FIRST }));
  return built(mend(materialOf(world, { ...asked, cutOff: CUT_OFF, previous })));
}

const titles = (list: readonly { title: string }[] | null) => list?.map(({ title }) => title);

describe('the lists of a report', () => {
  it('take today by the clock of the series', () => {
    log(1, { expectedCloseOn: '2026-05-31' });
    log(2, { expectedCloseOn: '2026-06-01' });
    const history = [...told];
    const london = reportOf();
    told = history;
    const honolulu = reportOf({ timeZone: 'Pacific/Honolulu' });
    expect(london.date).toBe('2026-06-01');
    expect(titles(london.overdue)).toEqual(['Deal 1']);
    expect(honolulu.date).toBe('2026-05-31');
    expect(titles(honolulu.overdue)).toEqual([]);
  });

  it('say what closes within 30 days, the soonest first, and what should have closed, the latest first', () => {
    log(1, { expectedCloseOn: '2026-07-01' });
    log(2, { expectedCloseOn: '2026-07-02' });
    log(3, { expectedCloseOn: '2026-06-01' });
    log(4, { expectedCloseOn: '2026-05-31' });
    log(5, { expectedCloseOn: '2026-01-31' });
    log(6, { expectedCloseOn: '2026-01-31', stage: 'signed' });
    const { closingSoon, overdue } = reportOf();
    expect(titles(closingSoon)).toEqual(['Deal 3', 'Deal 1']);
    expect(closingSoon?.map(({ days }) => days)).toEqual([0, CLOSING_SOON_DAYS]);
    expect(titles(overdue)).toEqual(['Deal 5', 'Deal 4']);
  });

  it('measure who is stalled by the completed stays of all records, also those that the report is not about', () => {
    // Five stays of 20 days in enquiry: twice their median is 40.
    for (let record = 1; record <= 5; record++) {
      log(record, { place: 'bristol' }, '2026-01-01T09:00:00.000Z');
      move(record, '2026-01-21T09:00:00.000Z', 'signed');
    }
    log(6, { place: 'nanjing' }, '2026-04-22T09:00:00.000Z');
    log(7, { place: 'nanjing' }, '2026-04-21T09:00:00.000Z');
    const { stalled, lists } = reportOf({ filters: { place: ['nanjing'] } });
    expect(stalled).toMatchObject([{ title: 'Deal 7', days: 41, threshold: 40 }]);
    expect(lists.stalled).toEqual({ count: 1, withheld: 0, omitted: 0, complete: true });
  });

  it('count who is stalled from the cube, also those of whom nothing more is known', () => {
    log(1, {}, '2026-01-01T09:00:00.000Z');
    log(2, {}, '2026-01-01T09:00:00.000Z');
    const { stalled, lists } = reportOf({}, (material) => ({
      ...material,
      records: new Map([...material.records].slice(0, 1)),
      incomplete: new Set(['stalled', 'overdue']),
    }));
    expect(titles(stalled)).toEqual(['Deal 1']);
    expect(lists.stalled).toEqual({ count: 2, withheld: 0, omitted: 1, complete: true });
    expect(lists.overdue?.complete).toBe(false);
  });

  it('say who moved what, from where to where, and why; a voided record leaves them', () => {
    log(1, {});
    log(2, {});
    move(1, '2026-05-26T09:00:00.000Z', 'proposal');
    move(2, '2026-05-26T09:00:00.000Z', 'proposal');
    tell(
      1,
      '2026-05-27T09:00:00.000Z',
      { verb: 'moved', data: { to: 'qualified', reason: 'Too early.' } },
      { by: 'a.khan' },
    );
    tell(2, '2026-05-27T09:00:00.000Z', { verb: 'voided', data: { reason: 'Entered twice.' } });
    const { moves, lists } = reportOf();
    expect(moves?.map(({ title, from, to, by, reason }) => [title, from, to, by?.id, reason])).toEqual([
      ['Deal 1', 'enquiry', 'proposal', 'li.wei', 'So.'],
      ['Deal 1', 'proposal', 'qualified', 'a.khan', 'Too early.'],
    ]);
    expect(lists.moves?.count).toBe(2);
  });

  it('take as won in the period what was won and still is, not what came back as it was', () => {
    log(1, { stage: 'signed' });
    tell(1, '2026-05-21T09:00:00.000Z', { verb: 'voided', data: { reason: 'Entered twice.' } });
    tell(1, '2026-05-26T09:00:00.000Z', { verb: 'restored', data: {} });
    log(2, {});
    move(2, '2026-05-26T09:00:00.000Z', 'signed');
    move(2, '2026-05-27T09:00:00.000Z', 'proposal');
    log(3, {});
    move(3, '2026-05-26T09:00:00.000Z', 'lost', { lostReason: 'price' });
    move(3, '2026-05-27T09:00:00.000Z', 'signed');
    log(4, { stage: 'signed' });
    move(4, '2026-05-26T09:00:00.000Z', 'fulfilled');
    log(5, { stage: 'signed' }, '2026-05-28T09:00:00.000Z');
    const { won, lost } = reportOf();
    expect(titles(won)).toEqual(['Deal 3', 'Deal 5']);
    expect(titles(lost)).toEqual([]);
  });

  it('say why something was lost, also where it was logged so', () => {
    log(1, { stage: 'lost', lostReason: 'competitor', reason: 'Another university.' }, '2026-05-26T09:00:00.000Z');
    expect(reportOf().lost).toMatchObject([{ lostReason: 'competitor', reason: 'Another university.' }]);
  });

  it('show the most pressing and say how many more there are', () => {
    for (let record = 1; record <= LISTED_AT_MOST + 3; record++)
      log(record, { nextStep: { text: 'Call', dueOn: `2026-0${record > 3 ? 4 : 5}-01` } });
    const { nextStepsOverdue, lists } = reportOf();
    expect(nextStepsOverdue).toHaveLength(LISTED_AT_MOST);
    expect(nextStepsOverdue?.every(({ nextStep }) => nextStep.dueOn === '2026-04-01')).toBe(true);
    expect(lists.nextStepsOverdue).toEqual({ count: LISTED_AT_MOST + 3, withheld: 0, omitted: 3, complete: true });
  });

  it('are null with their reason where they cannot be given', () => {
    log(1, {});
    const reason = { section: 'stalled', reason: 'not-kept' } as const;
    const report = reportOf({}, (material) => ({ ...material, unavailable: [reason] }));
    expect(report).toMatchObject({ stalled: null, lists: { stalled: null }, unavailable: [reason] });
  });

  it('carry the names of those places and people alone that the report speaks of', () => {
    log(1, { place: 'nanjing', owner: 'a.khan' });
    const names: Report['names'] = {
      places: { nanjing: { en: 'Nanjing', zh: '南京' }, bristol: { en: 'Bristol', zh: '布里斯托' } },
      users: { 'a.khan': 'Amira Khan', 'm.jones': 'Mark Jones' },
    };
    expect(reportOf({}, (material) => ({ ...material, names })).names).toEqual({
      places: { nanjing: { en: 'Nanjing', zh: '南京' } },
      users: { 'a.khan': 'Amira Khan' },
    });
  });
});

describe('a corrected report', () => {
  it('does not name what the first named and what has become confidential since', () => {
    log(1, { expectedCloseOn: '2026-06-02' });
    const events = told;
    const first = reportOf();
    const asked: Asked = { cutOff: CUT_OFF, corrects: first, basis: 'as-known-now' };
    const material = materialOf({ events, rates: [] }, asked);
    const hidden = new Map([...material.records].map(([id, facts]) => [id, { ...facts, confidential: true }]));
    const { changes, closingSoon, lists } = built({ ...material, records: hidden });
    expect(closingSoon).toEqual([]);
    expect(lists.closingSoon).toMatchObject({ count: 1, withheld: 1 });
    expect(changes?.entries).toEqual([]);
    expect(changes?.figures).toContainEqual({
      section: 'closingSoon',
      of: [],
      figure: 'withheld',
      before: '0',
      after: '1',
    });
  });
});
