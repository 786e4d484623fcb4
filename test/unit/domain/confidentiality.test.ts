import { describe, expect, it } from 'vitest';
import { KINDS, stageNames } from '#shared/domain/pipeline/ladders.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { isConfidential, maySee } from '#shared/domain/record/confidentiality.ts';
import { ROLES, type Role } from '#shared/domain/user/roles.ts';
import { event, given, logged } from '#test/support/record-events.ts';

const lead = (more: Record<string, unknown> = {}) => logged(more, { kind: 'ip-lead' });
const move = (to: string, n: number, at = n) =>
  event({ verb: 'moved', data: { to, reason: 'x' } }, { kind: 'ip-lead', n, at });
const release = (n: number, at = n) => event({ verb: 'released', data: {} }, { kind: 'ip-lead', n, at });
const hold = (confidential: boolean | null, n: number, at = n) =>
  event({ verb: 'amended', data: { fields: { confidential } } }, { kind: 'ip-lead', n, at });
const confidential = (...events: RecordEvent[]) => isConfidential(given(...events));

describe('an IP lead', () => {
  it.each(stageNames('ip-lead'))('logged in stage %s is confidential exactly while it is not protected', (stage) => {
    expect(confidential(lead({ stage }))).toBe(['disclosed', 'assessed', 'withdrawn'].includes(stage));
  });

  it('is no longer confidential once it is protected, skipped past it, or released', () => {
    expect(confidential(lead(), move('protected', 1))).toBe(false);
    expect(confidential(lead(), move('licensed', 1))).toBe(false);
    expect(confidential(lead(), release(1))).toBe(false);
  });

  it('stays confidential when it is withdrawn unprotected, and open when it is withdrawn after', () => {
    expect(confidential(lead(), move('withdrawn', 1))).toBe(true);
    expect(confidential(lead(), move('marketed', 1), move('withdrawn', 2))).toBe(false);
  });

  it('that was protected once has been filed: going back does not hide it again', () => {
    expect(confidential(lead(), move('protected', 1), move('assessed', 2))).toBe(false);
  });

  it('is kept confidential by an explicit true, until that is taken back or it is released', () => {
    expect(confidential(lead({ confidential: true }), move('licensed', 1))).toBe(true);
    expect(confidential(lead({ confidential: true }), move('licensed', 1), hold(null, 2))).toBe(false);
    expect(confidential(lead({ confidential: true }), release(1))).toBe(false);
    expect(confidential(lead({ confidential: true }), release(1), hold(true, 2))).toBe(true);
    expect(confidential(lead(), move('protected', 1), hold(true, 2))).toBe(true);
  });

  it('is not opened by an explicit false: that is what a release is for', () => {
    expect(confidential(lead({ confidential: false }))).toBe(true);
    expect(confidential(lead(), hold(false, 1))).toBe(true);
  });

  it('is held or released by the later word, in whatever order they come', () => {
    expect(confidential(lead(), hold(true, 2), release(1))).toBe(true);
    expect(confidential(lead(), release(1), hold(true, 2))).toBe(true);
    expect(confidential(lead(), release(2), hold(true, 1))).toBe(false);
    expect(confidential(lead(), hold(true, 1), release(2))).toBe(false);
  });
});

describe('other kinds', () => {
  it('are never confidential', () => {
    for (const kind of KINDS.filter((each) => each !== 'ip-lead'))
      expect(isConfidential(given(logged({ confidential: true }, { kind })))).toBe(false);
  });
});

const viewer = (id: string, ...roles: Role[]) => ({ id, role: roles.at(-1) as Role, roles });

describe('who sees a confidential lead', () => {
  it('is its owner, IP managers and administrators', () => {
    const seeing = ROLES.filter((role) => maySee(viewer('a.khan', role), { confidential: true, owner: 'li.wei' }));
    expect(seeing).toEqual(['ip-manager', 'admin']);
    for (const role of ROLES)
      expect(maySee(viewer('li.wei', role), { confidential: true, owner: 'li.wei' })).toBe(true);
    expect(maySee(viewer('a.khan', 'manager'), { confidential: true })).toBe(false);
  });

  it('is whoever has such a role among others', () => {
    expect(maySee(viewer('a.khan', 'ip-manager', 'manager'), { confidential: true })).toBe(true);
    expect(maySee(viewer('a.khan', 'bd-officer', 'manager'), { confidential: true })).toBe(false);
  });

  it('is everybody once it is none', () => {
    for (const role of ROLES) expect(maySee(viewer('a.khan', role), { confidential: false })).toBe(true);
  });
});
