import { beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '#test/support/client.ts';
import { COLUMNS, cellAsker, readRows } from '#test/support/role-table.ts';
import { sharedServer } from '#test/support/shared-server.ts';

/**
 * One allowed and one refused cell of every route over HTTP, and what each answers without a token: that the gateway hands on who
 * asks; every cell of the documentation's pages. `test/functions/roles.test.ts` has all other cells.
 */
const server = await sharedServer();
let asker: Awaited<ReturnType<typeof cellAsker>>;

beforeAll(async () => {
  const anybody = { url: server.url, token: async () => '' };
  asker = await cellAsker((role, user) => (role ? clientOf(server, role, user) : clientOf(anybody, 'viewer')));
});

const isAllowed = (cell: string) => cell.startsWith('2');

describe('over HTTP, roles', () => {
  test.each(readRows().map((row) => [row.confidential ? `${row.call}, confidential` : row.call, row] as const))(
    'are told apart: %s',
    async (_, row) => {
      if (row.operation.fn === 'docs') {
        for (const column of COLUMNS) expect(await asker.cells(row, column), column).toEqual(row.cells[column]);
        return;
      }
      const roles = COLUMNS.filter((column) => column !== 'no token');
      const allowed = roles.find((column) => row.cells[column].some(isAllowed));
      const refused = roles.find((column) => row.cells[column].some((cell) => cell !== '–' && !isAllowed(cell)));
      for (const column of new Set(['no token', allowed, refused] as const)) {
        if (!column) continue;
        const cells = row.cells[column];
        const wanted = column === allowed ? isAllowed : (cell: string) => cell !== '–' && !isAllowed(cell);
        const index = Math.max(
          0,
          cells.findIndex((cell) => wanted(cell)),
        );
        expect(await asker.cell(row, column, index), column).toBe(cells[index]);
      }
    },
  );
});
