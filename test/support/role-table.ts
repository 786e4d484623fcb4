import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Operation, routeKeyOf } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import type { Client } from './client.ts';
import { type Asking, filled, objectMaker, type Whose } from './role-objects.ts';

/** The columns of the tables in `docs/roles.md`. */
export const COLUMNS = ['no token', 'viewer', 'bd-officer', 'ip-manager', 'manager', 'admin'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Row {
  readonly call: string;
  readonly operation: Operation;
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
const QUERIES: Readonly<Record<string, string>> = {
  readRelationship: '?place=guangzhou',
  readOrganisationMatches: '?name=Guangzhou%20University&place=guangzhou',
};

const byColumn = <Value>(of: (index: number) => Value) =>
  Object.fromEntries(COLUMNS.map((column, index) => [column, of(index)])) as Record<Column, Value>;

/** Every row of the page, which alone is what is expected: no list of roles in the code is looked at. */
export function readRows(): Row[] {
  const rows: Row[] = [];
  let confidential = false;
  for (const line of readFileSync('docs/roles.md', 'utf8').split('\n')) {
    if (line.startsWith('## ')) confidential = line.includes('onfidential');
    const [first, ...cells] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (!first?.startsWith('`')) continue;
    const written = first.replaceAll('`', '');
    const placeholder = /\{(kinds|nouns)\}/.exec(written);
    for (const each of placeholder ? (COLLECTIONS[placeholder[1] as string] as readonly string[]) : ['']) {
      const call = written.replace(/\{(kinds|nouns)\}/, each);
      const operation = OPERATIONS.find((one) => routeKeyOf(one) === call);
      if (!operation) throw new Error(`docs/roles.md has a call that the API does not: ${call}`);
      rows.push({ call, operation, confidential, cells: byColumn((index) => (cells[index] ?? '').split(' ')) });
    }
  }
  return rows;
}

interface Answered {
  readonly status: number;
  readonly problem: unknown;
}

/** Asks for the cells of a row; what a call is about is made by the API itself. */
export async function cellAsker(clientOf: (role: string | undefined, user: string) => Promise<Client>) {
  const about = await objectMaker((role, user) => clientOf(role, user));
  const askingOf = async (column: Column): Promise<Asking> => {
    if (column === 'no token') return { user: 'nobody', client: await clientOf(undefined, 'nobody'), writes: false };
    const user = `roles-${column}`;
    const client = await clientOf(column, user);
    await client.get('/v1/me');
    return { user, client, writes: column !== 'viewer' };
  };
  const asking = new Map<Column, Asking>();
  for (const column of COLUMNS) asking.set(column, await askingOf(column));

  async function ask({ operation, confidential }: Row, column: Column, whose: Whose | undefined): Promise<Answered> {
    const by = asking.get(column) as Asking;
    const {
      params,
      headers,
      body = structuredClone(operation.example.body),
    } = await about(operation, whose, by, confidential);
    const path = filled(operation.path, params) + (QUERIES[operation.id] ?? '');
    const sent = operation.headers?.includes('If-Match') && operation.method === 'PATCH' ? headers : {};
    const answer = await (operation.method === 'GET'
      ? by.client.get(path)
      : operation.method === 'PUT'
        ? by.client.put(path, body)
        : operation.method === 'PATCH'
          ? by.client.patch(path, body, sent)
          : by.client.post(path, body));
    const { instance: _, ...problem } = answer.status >= 400 && typeof answer.body === 'object' ? answer.body : {};
    return { status: answer.status, problem };
  }

  return {
    /** The cell at that place of a row, as the page has it: a status, or a dash. */
    async cell(row: Row, column: Column, index: number): Promise<string> {
      const cells = row.cells[column];
      if (cells[index] === '–') return '–';
      return String((await ask(row, column, WHOSE[cells.length]?.[index])).status);
    },
    /** The cells of one role. Expects of refusals that a foreign item reads as an absent one. */
    async cells(row: Row, column: Column): Promise<string[]> {
      const cells = row.cells[column];
      const answers: (Answered | undefined)[] = [];
      for (const [index, cell] of cells.entries())
        answers.push(cell === '–' ? undefined : await ask(row, column, WHOSE[cells.length]?.[index]));
      const [, foreign, absent] = answers;
      if (answers.length === 3 && foreign && foreign.status === absent?.status)
        expect(foreign.problem, `${column}: foreign and absent`).toEqual(absent.problem);
      return answers.map((answer) => (answer ? String(answer.status) : '–'));
    },
  };
}
