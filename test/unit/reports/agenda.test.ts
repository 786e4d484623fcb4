import { describe, expect, it } from 'vitest';
import { dayOfNumber } from '#shared/domain/days.ts';
import { cubeOf, emptyDraft } from '#shared/reporting/cube.ts';
import type { Standing } from '#shared/reporting/standing.ts';
import { type Agenda, agendaOf, carriedOn, KEPT, listedIn, runningLow } from '#shared/reports/agenda.ts';
import { decodeAgenda, encodeAgenda } from '#shared/reports/agenda-file.ts';
import { LISTED_AT_MOST } from '#shared/reports/lists.ts';
import type { RecordFacts } from '#shared/reports/material.ts';
import { OPEN_LISTS, type OpenList, ORDER, openLists } from '#shared/reports/open-lists.ts';
import { seeded } from '#test/support/random.ts';

/** 21 November 2026, as a day number. */
const TODAY = 20_778;
const RECORDS = 3 * KEPT.atMost;
const EVERYTHING = { stalled: {}, closingSoon: {}, overdue: {}, nextStepsOverdue: {} };

const at = (day: number) => `${dayOfNumber(day)}T08:00:00.000Z`;
const listsOn = (day: number) => openLists(cubeOf(emptyDraft(), at(day)), dayOfNumber(day));

/** A record of any stage and any days around the one given. */
function anyRecord(number: number, day: number, random: () => number): RecordFacts {
  const near = (before: number, after: number) => dayOfNumber(day - before + Math.floor(random() * (before + after)));
  const standing: Standing = {
    strand: 'business-engagement',
    kind: 'trade-deal',
    stage: random() < 0.7 ? 'qualified' : 'signed',
    percent: 25,
    own: false,
    themes: [],
    confidential: random() < 0.1,
    entered: near(400, 1),
    ...(random() < 0.8 ? { expectedCloseOn: near(200, 200), currency: 'GBP', minor: BigInt(number) } : {}),
    ...(random() < 0.7 ? { nextStepDueOn: near(100, 60) } : {}),
  };
  return {
    id: `trd_${String(number).padStart(26, '0')}`,
    kind: 'trade-deal',
    standing: random() < 0.02 ? null : standing,
    title: `Deal ${number}`,
    organisations: [{ id: 'org_1', name: 'GAC Group' }],
    confidential: standing.confidential,
  };
}

/** What belongs in a list, the first first: by looking at every record. */
function inOrder({ dayOf, holds }: OpenList, records: Iterable<RecordFacts>): string[] {
  return [...records]
    .flatMap(({ id, standing }) => (standing && holds(standing) ? [`${dayOf(standing)} ${id}`] : []))
    .sort()
    .map((entry) => entry.slice(entry.indexOf(' ') + 1));
}

function agendaAt(day: number, records: ReadonlyMap<string, RecordFacts>): Agenda {
  const stretches = { ...EVERYTHING, closingSoon: { from: dayOfNumber(day) } };
  return agendaOf(records.values(), { at: at(day), filters: {}, stretches });
}

describe('the agenda that a report leaves to the next one', () => {
  it('tells what comes first in each list as a look at every record does, however often it is carried on', () => {
    for (let seed = 1; seed <= 8; seed++) {
      const random = seeded(seed);
      const records = new Map(
        Array.from({ length: RECORDS }, (_, number) => anyRecord(number, TODAY, random)).map((facts) => [
          facts.id,
          facts,
        ]),
      );
      let agenda = agendaAt(TODAY, records);
      let told = 0;
      for (let day = TODAY + 7; day <= TODAY + 35; day += 7) {
        const changed = new Map<string, null>();
        for (let left = Math.floor(random() * 150); left > 0; left--) {
          const facts = anyRecord(Math.floor(random() * (RECORDS + 100)), day, random);
          records.set(facts.id, facts);
          changed.set(facts.id, null);
        }
        for (const list of listsOn(day)) {
          const found = listedIn(agenda, list, changed);
          if (!found) continue;
          told++;
          const candidates = new Set([...found.ids, ...changed.keys()]);
          const all = inOrder(list, records.values());
          const listed = all.filter((id) => candidates.has(id));
          expect(listed.slice(0, LISTED_AT_MOST), `${list.list}, seed ${seed}`).toEqual(all.slice(0, LISTED_AT_MOST));
          if (found.isAll) expect(listed, `${list.list}, seed ${seed}`).toEqual(all);
        }
        agenda = carriedOn(agenda, { at: at(day), date: dayOfNumber(day), changed, records });
        expect(agenda.at).toBe(at(day));
      }
      // It must not do so by telling nothing.
      expect(told).toBeGreaterThan(12);
    }
  });

  it('does not grow with the number of records', () => {
    const random = seeded(3);
    const records = Array.from({ length: 4 * RECORDS }, (_, number) => anyRecord(number, TODAY, random));
    const agenda = agendaAt(TODAY, new Map(records.map((facts) => [facts.id, facts])));
    expect(agenda.entries.size).toBeLessThanOrEqual(OPEN_LISTS.length * KEPT.atMost);
    for (const list of OPEN_LISTS) {
      const known = [...agenda.entries.values()].filter(({ standing }) => {
        const day = ORDER[list].dayOf(standing) ?? '~';
        return day >= (agenda.stretches[list].from ?? '') && day < (agenda.stretches[list].before ?? '~');
      });
      expect(known.length, list).toBeLessThanOrEqual(KEPT.atMost);
      expect(known.length, list).toBeGreaterThan(KEPT.atLeast);
    }
    expect(runningLow(agenda)).toEqual([]);
  });

  it('says when it has come to know too few, and tells nothing of a list of which a report would show more', () => {
    const random = seeded(4);
    const records = new Map(
      Array.from({ length: 2 * RECORDS }, (_, number) => anyRecord(number, TODAY, random)).map((facts) => [
        facts.id,
        facts,
      ]),
    );
    const agenda = agendaAt(TODAY, records);
    // All but a few of what it knows are closed.
    const changed = new Map([...agenda.entries.keys()].slice(LISTED_AT_MOST / 4).map((id) => [id, null]));
    for (const list of listsOn(TODAY)) {
      expect(agenda.stretches[list.list].before, list.list).toBeDefined();
      if (list.list !== 'closingSoon') expect(listedIn(agenda, list, changed), list.list).toBeUndefined();
    }
    const carried = carriedOn(agenda, { at: at(TODAY), date: dayOfNumber(TODAY), changed, records: new Map() });
    expect(runningLow(carried)).toEqual([...OPEN_LISTS]);
  });

  it('keeps what may not be named without its name, and is read as it was written', () => {
    const random = seeded(5);
    const records = Array.from({ length: 300 }, (_, number) => anyRecord(number, TODAY, random));
    const agenda = agendaAt(TODAY, new Map(records.map((facts) => [facts.id, facts])));
    const withheld = [...agenda.entries.values()].filter(({ confidential }) => confidential);
    expect(withheld.length).toBeGreaterThan(0);
    for (const { title, organisations } of withheld) expect([title, organisations]).toEqual(['', []]);
    expect(decodeAgenda(encodeAgenda(agenda))).toEqual(agenda);
  });
});
