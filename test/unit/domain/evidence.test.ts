import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVIDENCE_OUTCOMES, Evidence, isValidOn } from '#shared/domain/evidence/evidence.ts';
import { lackOf, opens, whyNot } from '#shared/domain/evidence/gates.ts';
import { EVIDENCE_TYPES, GATES, KINDS, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { judge } from '#shared/domain/record/judge.ts';
import { evidenced, evidenceNeeded, kept, passed } from '#test/support/evidence.ts';
import { event, given, logged, openersOf } from '#test/support/record-events.ts';

const check = (more: object = {}) => ({ type: 'due-diligence', outcome: 'passed', on: '2026-01-05', ...more });
const errorsOf = (value: unknown) => Evidence.safeParse(value).error?.issues ?? [];

describe('evidence', () => {
  it('is a check of one of the types, with its outcome and day', () => {
    for (const type of EVIDENCE_TYPES)
      for (const outcome of EVIDENCE_OUTCOMES)
        expect(
          errorsOf(check({ type, outcome, expiresOn: '2026-01-05', document: 'DD-2026-014', note: 'Done.' })),
        ).toEqual([]);
    for (const wrong of [
      check({ type: 'hunch' }),
      check({ outcome: 'legal' }),
      check({ on: '05/01/2026' }),
      check({ author: 'somebody-else' }),
      { type: 'due-diligence', outcome: 'passed' },
      { type: 'due-diligence' },
    ])
      expect(errorsOf(wrong), JSON.stringify(wrong)).not.toEqual([]);
  });

  it('cannot expire before the day of the check', () => {
    expect(errorsOf(check({ expiresOn: '2026-01-04' }))).not.toEqual([]);
  });

  it('that is waived needs a reason, and is no check', () => {
    const waiver = { type: 'atas', waived: true, reason: 'Nobody comes over.' };
    expect(errorsOf(waiver)).toEqual([]);
    expect(errorsOf({ ...waiver, expiresOn: '2026-12-31' })).toEqual([]);
    for (const wrong of [
      { type: 'atas', waived: true },
      { ...waiver, reason: ' ' },
      { ...waiver, waived: false },
      { ...waiver, outcome: 'passed', on: '2026-01-05' },
    ])
      expect(errorsOf(wrong), JSON.stringify(wrong)).not.toEqual([]);
  });
});

describe('what opens a gate', () => {
  const day = '2026-06-15';
  const cases = [
    ['nothing', undefined, 'none'],
    ['a check that passed', check(), undefined],
    ['one that does not apply', check({ outcome: 'not-applicable' }), undefined],
    ['one that failed', check({ outcome: 'failed' }), 'failed'],
    ['one that failed and expired', check({ outcome: 'failed', expiresOn: '2026-02-01' }), 'failed'],
    ['one on its last day', check({ expiresOn: day }), undefined],
    ['one the day after its last', check({ expiresOn: '2026-06-14' }), 'expired'],
    ['a waiver', { type: 'due-diligence', waived: true, reason: 'As told.' }, undefined],
    [
      'a waiver that ran out',
      { type: 'due-diligence', waived: true, reason: 'As told.', expiresOn: '2026-06-14' },
      'expired',
    ],
    ['a check made after the day', check({ on: '2026-06-16' }), undefined],
  ] as const;

  it.each(cases)('%s: as it should', (_, evidence, why) => {
    const found = evidence && kept(evidence);
    expect(whyNot(found, day)).toBe(why);
    expect(isValidOn(found, day)).toBe(why === undefined);
    expect(opens(found ? { 'due-diligence': found } : {}, day)(['due-diligence'])).toBe(why === undefined);
  });

  it('is any one of the types that it asks for', () => {
    const gate = ['confidentiality-agreement', 'filing'] as const;
    fc.assert(
      fc.property(fc.subarray([...EVIDENCE_TYPES]), fc.subarray([...EVIDENCE_TYPES]), (good, bad) => {
        const all = [
          ...bad.map((type) => [type, kept({ ...passed(type), outcome: 'failed' })]),
          ...good.map((type) => [type, kept(passed(type))]),
        ];
        const open = gate.some((type) => good.includes(type));
        expect(opens(Object.fromEntries(all), day)(gate)).toBe(open);
      }),
    );
  });
});

describe('a closed gate, in words,', () => {
  const gate = { stage: 'signed', gate: ['export-control'] } as const;
  const either = { stage: 'in-discussion', gate: ['confidentiality-agreement', 'filing'] } as const;
  const day = '2026-06-15';

  it('names its stage, what is asked for, and that there is none', () => {
    expect(lackOf(gate, {}, day)).toBe(
      'Stage signed requires an export-control check (export-control): none has been logged.',
    );
  });

  it('says of what is there why it does not count', () => {
    const found = (evidence: object) =>
      lackOf(gate, { 'export-control': kept({ type: 'export-control', ...evidence }) }, day);
    expect(found({ outcome: 'failed', on: '2026-03-01' })).toContain(': the check of 2026-03-01 failed.');
    expect(found({ outcome: 'passed', on: '2025-03-01', expiresOn: '2026-03-01' })).toContain(
      ': the check of 2025-03-01 expired on 2026-03-01, before 2026-06-15.',
    );
    expect(found({ waived: true, reason: 'Known.', expiresOn: '2026-03-01' })).toContain(
      ': the waiver expired on 2026-03-01, before 2026-06-15.',
    );
  });

  it('names every type that would open it, each with its own why', () => {
    expect(lackOf(either, { filing: kept({ type: 'filing', outcome: 'failed', on: '2026-03-01' }) }, day)).toBe(
      'Stage in-discussion requires a confidentiality agreement (confidentiality-agreement) or a filing to protect the invention (filing): ' +
        'none of type confidentiality-agreement has been logged; the check of type filing of 2026-03-01 failed.',
    );
  });

  it('gives no reason of the one who waived, and no note: it may be read by others', () => {
    const secret = { note: 'Ask Mei.', document: 'X-1', reason: 'Because of Mei.' };
    for (const evidence of [
      { outcome: 'failed', on: '2026-03-01', ...secret },
      { waived: true, expiresOn: '2026-03-01', ...secret },
    ])
      expect(lackOf(gate, { 'export-control': kept({ type: 'export-control', ...evidence }) }, day)).not.toMatch(
        /Mei|X-1/,
      );
  });

  it('gives no legal verdict', () => {
    for (const type of EVIDENCE_TYPES)
      expect(lackOf({ stage: 'signed', gate: [type] }, {}, day)).not.toMatch(
        /\b(legal|lawful|illegal|compliant|cleared)\b/i,
      );
  });
});

describe.each(KINDS)('a move of an %s', (kind) => {
  const pairs = stageNames(kind).flatMap((from) => stageNames(kind).map((to) => [from, to] as const));
  const at = 60 * 24 * 30;
  const move = (to: string, by: 'user' | 'partner' = 'user') =>
    event(
      { verb: 'moved', data: { to, reason: 'As agreed.', lostReason: undefined } as never },
      { kind, n: 50, at, by },
    );
  const recordIn = (from: string, evidence: readonly object[]) =>
    given(logged({ stage: from }, { kind }), ...evidence.map((each, index) => evidenced(each, { kind, n: index + 1 })));

  it('needs each of the checks of its gates, and no other', () => {
    for (const [from, to] of pairs) {
      const needed = evidenceNeeded(kind, from, to);
      for (const by of ['user', 'partner'] as const) {
        const all = needed.map((type) => passed(type));
        if (needed.length > 0)
          expect(judge(recordIn(from, all), move(to, by)), `${from} ${to}`).toEqual({ outcome: 'record' });
        for (const missing of needed) {
          const others = all.filter(({ type }) => type !== missing);
          expect(judge(recordIn(from, others), move(to, by)), `${from} ${to}`).toMatchObject({
            outcome: 'refuse',
            refusal: { code: 'gate-closed' },
          });
        }
      }
    }
  });

  const outcomeOf = (evidence: readonly object[], moved: ReturnType<typeof move>) =>
    judge(recordIn(stageNames(kind)[0], evidence), moved).outcome;

  it('is refused again once what opened its gates has expired or failed', () => {
    const to = stageNames(kind).at(-2) as string;
    const all = openersOf(kind);
    for (const type of all) {
      const others = all.filter((each) => each !== type).map((each) => passed(each));
      for (const [evidence, verdict] of [
        [[passed(type)], 'record'],
        [[passed(type, { expiresOn: '2026-03-01' })], 'refuse'],
        [[passed(type), { ...passed(type), outcome: 'failed' }], 'refuse'],
        [[{ ...passed(type), outcome: 'failed' }, passed(type)], 'record'],
        [
          [
            { ...passed(type), outcome: 'failed' },
            { type, waived: true, reason: 'Known.' },
          ],
          'record',
        ],
      ] as const)
        expect(outcomeOf([...others, ...evidence], move(to)), JSON.stringify(evidence)).toBe(verdict);
    }
  });
});

describe('a move into a gated stage', () => {
  const until = (expiresOn: string) =>
    given(logged({ stage: 'negotiation' }), evidenced(passed('due-diligence', { expiresOn })));
  const on = (instant: string) => ({
    ...event({ verb: 'moved', data: { to: 'heads-of-terms' } }, { n: 50, by: 'user' }),
    occurredAt: instant,
  });

  it('is judged on the day on which it occurred, in Birmingham', () => {
    // Half past eleven in the evening in London is the next day in UTC's reckoning of nobody: in summer it is an hour ahead.
    expect(judge(until('2026-06-30'), on('2026-06-30T22:30:00.000Z')).outcome).toBe('record');
    expect(judge(until('2026-06-30'), on('2026-06-30T23:30:00.000Z')).outcome).toBe('refuse');
    expect(judge(until('2026-12-31'), on('2026-12-31T23:30:00.000Z')).outcome).toBe('record');
    expect(judge(until('2026-12-31'), on('2027-01-01T00:00:00.000Z')).outcome).toBe('refuse');
  });

  it('going back and forward again asks for it again', () => {
    const back = (expiresOn: string) =>
      given(
        logged({ stage: 'negotiation' }),
        evidenced(passed('due-diligence', { expiresOn }), { n: 1 }),
        event({ verb: 'moved', data: { to: 'heads-of-terms' } }, { n: 2 }),
        event({ verb: 'moved', data: { to: 'proposal', reason: 'Paused.' } }, { n: 3 }),
      );
    expect(judge(back('2027-12-31'), on('2026-09-01T09:00:00.000Z')).outcome).toBe('record');
    expect(judge(back('2026-08-31'), on('2026-09-01T09:00:00.000Z')).outcome).toBe('refuse');
  });

  it('lists every gate of every stage that it skips', () => {
    const verdict = judge(given(logged()), event({ verb: 'moved', data: { to: 'fulfilled' } }, { n: 50, by: 'user' }));
    expect(verdict).toMatchObject({
      refusal: {
        code: 'gate-closed',
        detail: expect.stringMatching(/cannot move to fulfilled yet/),
        errors: [
          { pointer: '/to', detail: expect.stringMatching(/heads-of-terms .*\(due-diligence\)/) },
          { pointer: '/to', detail: expect.stringMatching(/signed .*\(due-diligence\)/) },
          { pointer: '/to', detail: expect.stringMatching(/signed .*\(export-control\)/) },
        ],
      },
    });
  });
});

it('the page on evidence shows the gates as they are, and every type', () => {
  const page = readFileSync('docs/evidence.md', 'utf8');
  const rows = [...page.matchAll(/^\| ([a-z-]+) \| `([a-z-]+)` \| (`.*`) \|$/gm)].map(([, kind, stage, asked]) => [
    kind,
    stage,
    asked,
  ]);
  const gates = KINDS.flatMap((kind) =>
    Object.entries(GATES[kind]).flatMap(([stage, all]) =>
      all.map((gate) => [kind, stage, gate.map((type) => `\`${type}\``).join(' or ')]),
    ),
  );
  expect(rows).toEqual(gates);
  for (const type of EVIDENCE_TYPES) expect(page).toContain(`| \`${type}\` |`);
});

it('the page on evidence quotes a refusal as it is', () => {
  const state = given(
    logged(),
    evidenced(passed('due-diligence', { on: '2025-03-01', expiresOn: '2026-03-01' }), { n: 1 }),
  );
  const moved = {
    ...event({ verb: 'moved', data: { to: 'signed' } }, { n: 50, by: 'user' }),
    occurredAt: '2026-11-22T09:00:00.000Z',
  };
  const verdict = judge(state, moved);
  const page = readFileSync('docs/evidence.md', 'utf8');
  expect(verdict.outcome === 'refuse' && verdict.refusal.errors).toHaveLength(3);
  if (verdict.outcome !== 'refuse') return;
  expect(page).toContain(verdict.refusal.detail.replace(state.id, 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M'));
  for (const { detail } of verdict.refusal.errors ?? []) expect(page).toContain(detail);
});
