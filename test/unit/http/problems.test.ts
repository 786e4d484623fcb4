import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REFUSAL_CODES } from '#shared/domain/record/refusal.ts';
import { toProblemError, toProblemResult } from '#shared/http/answer.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { PROBLEMS, ProblemError, problemOf } from '#shared/http/problems.ts';

const page = readFileSync(new URL('../../../docs/problems.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.split('\n')[0], text]),
);

describe('a problem', () => {
  it('has a heading in the page of problems, with its status, and there is no other heading', () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(PROBLEMS).sort());
    for (const [code, { status }] of Object.entries(PROBLEMS))
      expect(sections.get(code), code).toContain(`**${status}.**`);
  });

  it('of the rules has the status that the contract gives', () => {
    const statuses = Object.fromEntries(REFUSAL_CODES.map((code) => [code, PROBLEMS[code].status]));
    expect(statuses).toMatchObject({
      'stale-version': 412,
      'same-stage': 409,
      'gate-closed': 409,
      'occurred-in-future': 422,
      'move-before-entry': 422,
    });
    for (const code of REFUSAL_CODES) expect([409, 412, 422]).toContain(PROBLEMS[code].status);
  });

  it('is named by some operation, or arises before one is found', () => {
    const named = new Set(OPERATIONS.flatMap(({ problems }) => problems));
    expect(Object.keys(PROBLEMS).filter((code) => !named.has(code as never))).toEqual([
      'no-such-route',
      'method-not-allowed',
      'internal',
    ]);
  });

  it('says where it is explained, and of a 500 nothing more', () => {
    expect(problemOf('voided', 'It is.')).toEqual({
      type: '/docs/problems.md#voided',
      title: PROBLEMS.voided.title,
      status: 409,
      detail: 'It is.',
    });
    expect(problemOf('internal', 'secret')).not.toHaveProperty('detail');
    const result = toProblemResult(toProblemError(new Error('secret')), 'c-1');
    expect(result).toMatchObject({ statusCode: 500, headers: { 'content-type': 'application/problem+json' } });
    expect(result.body).not.toContain('secret');
    expect(result.body).toContain('c-1');
  });

  it('lists so many faults that somebody may still read them', () => {
    const faults = Array.from({ length: 500 }, (_, index) => ({ pointer: `/${index}`, detail: 'No.' }));
    expect(new ProblemError('validation', 'No.', faults).problem.errors).toHaveLength(50);
  });

  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'TimeoutError', 'ServiceUnavailable'])(
    '%s of AWS is 503, to be tried again',
    (name) => {
      const error = toProblemError(Object.assign(new Error('x'), { name }));
      expect([error.code, error.headers['retry-after']]).toEqual(['unavailable', '1']);
    },
  );

  it('is 503 too where the connection broke, and 500 where access was denied', () => {
    expect(toProblemError(Object.assign(new Error('x'), { code: 'ECONNRESET' })).code).toBe('unavailable');
    expect(toProblemError(Object.assign(new Error('x'), { name: 'AccessDeniedException' })).code).toBe('internal');
  });
});
