import { beforeAll, describe, expect, it } from 'vitest';
import { routeKeyOf } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { COLUMNS, type Column, cellAsker, readRows } from '#test/support/role-table.ts';
import { wholeApi } from '#test/support/whole-api.ts';

/**
 * The tables of `docs/roles.md`, cell by cell, over the real handlers: every route × role × own, foreign and absent. The gateway answers
 * who has no token, and pages of the documentation are files beside their function; that column, those pages, and one allowed and one refused cell of each route, are tested over HTTP in
 * `test/journeys/roles.test.ts`.
 */
const ROWS = readRows();
const ROLES = COLUMNS.filter((column) => column !== 'no token');
const api = wholeApi();
let asker: Awaited<ReturnType<typeof cellAsker>>;

beforeAll(async () => {
  asker = await cellAsker(api.clientOf);
});

describe('the table of roles', () => {
  it('has every call of the API once, and no other', () => {
    const usual = ROWS.filter(({ confidential }) => !confidential).map(({ call }) => call);
    expect([...new Set(usual)]).toEqual(usual);
    expect([...new Set(ROWS.map(({ call }) => call))].sort()).toEqual(OPERATIONS.map(routeKeyOf).sort());
  });

  it('says as much of each role', () => {
    for (const { call, cells } of ROWS)
      expect(new Set(Object.values(cells).map(({ length }) => length)).size, call).toBe(1);
  });

  it.each(
    ROWS.filter(({ operation }) => operation.fn !== 'docs').map(
      (row) => [row.confidential ? `${row.call}, confidential` : row.call, row] as const,
    ),
  )('%s is answered as it says', async (_, row) => {
    const given: Partial<Record<Column, string[]>> = {};
    for (const column of ROLES) given[column] = await asker.cells(row, column);
    expect({ ...given, 'no token': row.cells['no token'] }).toEqual(row.cells);
  });
});
