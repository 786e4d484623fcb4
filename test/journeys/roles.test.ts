import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Operation, routeKeyOf } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { clientOf } from '#test/support/client.ts';
import { type Asking, filled, objectMaker, type Whose } from '#test/support/role-objects.ts';
import { sharedServer } from '#test/support/shared-server.ts';

/**
 * The table of `docs/roles.md`, cell by cell, over HTTP: every route × role × own, foreign and absent. The page is what is expected; the
 * lists of roles in the code are not looked at.
 */
const COLUMNS = ['no token', 'viewer', 'bd-officer', 'ip-manager', 'manager', 'admin'] as const;
type Column = (typeof COLUMNS)[number];

interface Row {
  readonly call: string;
  readonly confidential: boolean;
  /** One status: it is about nothing. Two: there, absent. Three: own, foreign, absent. */
  readonly cells: Readonly<Record<Column, readonly string[]>>;
}

const COLLECTIONS: Readonly<Record<string, readonly string[]>> = {
  kinds: ['engagements', 'ip-leads', 'trade-deals'],
  nouns: ['organisations', 'activities', 'agreements'],
};
const WHOSE: Readonly<Record<number, readonly (Whose | undefined)[]>> = {
  1: [undefined],
  2: ['shared', 'absent'],
  3: ['own', 'foreign', 'absent'],
};

const byColumn = <Value>(of: (index: number) => Value) =>
  Object.fromEntries(COLUMNS.map((column, index) => [column, of(index)])) as Record<Column, Value>;

function readTable(): Row[] {
  const rows: Row[] = [];
  let confidential = false;
  for (const line of readFileSync('docs/roles.md', 'utf8').split('\n')) {
    if (line.startsWith('## ')) confidential = line.includes('onfidential');
    const [call, ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (!call?.startsWith('`')) continue;
    const written = call.replaceAll('`', '');
    const placeholder = /\{(kinds|nouns)\}/.exec(written);
    for (const each of placeholder ? (COLLECTIONS[placeholder[1] as string] as readonly string[]) : [''])
      rows.push({
        call: written.replace(/\{(kinds|nouns)\}/, each),
        confidential,
        cells: byColumn((index) => (cells[index] ?? '').split(' ')),
      });
  }
  return rows;
}

const ROWS = readTable();
const QUERIES: Readonly<Record<string, string>> = {
  readRelationship: '?place=guangzhou',
  readOrganisationMatches: '?name=Guangzhou%20University&place=guangzhou',
};

const server = await sharedServer();
let asking: Record<Column, Asking>;
let about: Awaited<ReturnType<typeof objectMaker>>;

beforeAll(async () => {
  about = await objectMaker(server);
  const of = async (role: string): Promise<Asking> => {
    const user = `roles-${role}`;
    const client = await clientOf(server, role, user);
    await client.get('/v1/me');
    return { user, client, writes: role !== 'viewer' };
  };
  const roles = await Promise.all(COLUMNS.slice(1).map(async (role) => [role, await of(role)]));
  const anybody = { url: server.url, token: async () => '' };
  const stranger = { user: 'nobody', client: await clientOf(anybody, 'viewer'), writes: false };
  asking = Object.fromEntries([['no token', stranger], ...roles]) as typeof asking;
});

interface Answered {
  readonly status: number;
  readonly problem: unknown;
}

async function ask(operation: Operation, column: Column, whose: Whose | undefined, confidential: boolean) {
  const {
    params,
    headers,
    body = structuredClone(operation.example.body),
  } = await about(operation, whose, asking[column], confidential);
  const { client } = asking[column];
  const path = filled(operation.path, params) + (QUERIES[operation.id] ?? '');
  const sent = operation.headers?.includes('If-Match') && operation.method === 'PATCH' ? headers : {};
  const answer = await (operation.method === 'GET'
    ? client.get(path)
    : operation.method === 'PUT'
      ? client.put(path, body)
      : operation.method === 'PATCH'
        ? client.patch(path, body, sent)
        : client.post(path, body));
  const { instance: _, ...problem } = answer.status >= 400 && typeof answer.body === 'object' ? answer.body : {};
  return { status: answer.status, problem } satisfies Answered;
}

describe('the table of roles', { timeout: 120_000 }, () => {
  test('has every call of the API once, and no other', () => {
    const usual = ROWS.filter(({ confidential }) => !confidential).map(({ call }) => call);
    expect([...new Set(usual)]).toEqual(usual);
    expect([...new Set(ROWS.map(({ call }) => call))].sort()).toEqual(OPERATIONS.map(routeKeyOf).sort());
  });

  test('says as much of each role', () => {
    for (const { call, cells } of ROWS)
      expect(new Set(Object.values(cells).map(({ length }) => length)).size, call).toBe(1);
  });

  test.each(ROWS.map((row) => [row.confidential ? `${row.call}, confidential` : row.call, row] as const))(
    '%s is answered as it says',
    async (_, { call, confidential, cells }) => {
      const operation = OPERATIONS.find((each) => routeKeyOf(each) === call) as Operation;
      const given: Record<string, string[]> = {};
      for (const column of COLUMNS) {
        const answers = await Promise.all(
          cells[column].map((cell, index) =>
            cell === '–' ? undefined : ask(operation, column, WHOSE[cells[column].length]?.[index], confidential),
          ),
        );
        given[column] = answers.map((answer) => (answer ? String(answer.status) : '–'));
        const [, foreign, absent] = answers;
        // Who may not see that something is there learns nothing from the words either.
        if (answers.length === 3 && foreign && foreign.status === absent?.status)
          expect(foreign.problem, `${column}: foreign and absent`).toEqual(absent.problem);
      }
      expect(given).toEqual(cells);
    },
  );
});
