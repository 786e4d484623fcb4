import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  BENCH_FILE,
  DEPLOY_FILE,
  type Measured,
  PAGE_FILE,
  withFigures,
  withPrices,
} from '../../../bench/support/page.ts';

const measured = (existsSync(BENCH_FILE) ? JSON.parse(readFileSync(BENCH_FILE, 'utf8')) : {}) as Measured;

it('docs/performance.md shows the figures that the last runs kept', () => {
  const page = readFileSync(PAGE_FILE, 'utf8');
  expect(withFigures(page, measured)).toBe(page);
});

it('docs/deploy.md quotes the prices that the model counts with', () => {
  const page = readFileSync(DEPLOY_FILE, 'utf8');
  expect(withPrices(page)).toBe(page);
});

it('a page without its block is an error, so that figures cannot get lost', () => {
  expect(() => withPrices('# Deploying')).toThrow('no block prices');
});
