import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHANGES_TOLD } from '#shared/reports/bridge-changes.ts';
import { WEIGHTED_TERMS } from '#shared/reports/bridge-schema.ts';
import { BRIDGE_TERMS, LIST_TERMS } from '#shared/reports/forms/glossary.ts';
import { CLOSING_SOON_DAYS, LISTED_AT_MOST } from '#shared/reports/lists.ts';
import { LISTS } from '#shared/reports/report.ts';

const page = readFileSync(new URL('../../../docs/reports.md', import.meta.url), 'utf8');

it('the page on reports explains every term and list by the name that reports give it, in their order', () => {
  const terms = [...page.matchAll(/^\| \*\*(.+?)\*\* \| `(\w+)` \|/gm)].map(([, name, term]) => [term, name]);
  expect(terms).toEqual(WEIGHTED_TERMS.map((term) => [term, BRIDGE_TERMS[term][0]]));
  const lists = [...page.matchAll(/^- \*\*(.+?)\*\* \(`(\w+)`\)/gm)].map(([, name, list]) => [list, name]);
  expect(lists.filter(([list]) => (LISTS as readonly unknown[]).includes(list))).toEqual(
    LISTS.map((list) => [list, LIST_TERMS[list][0]]),
  );
});

it('the page on reports states the limits that hold', () => {
  expect(page).toContain(`at most ${LISTED_AT_MOST} entries`);
  expect(page).toContain(`today or within ${CLOSING_SOON_DAYS} days`);
  expect(CHANGES_TOLD).toBe(100);
  expect(page).toContain('the hundred largest in each strand');
});
