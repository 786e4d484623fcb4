import { fileURLToPath } from 'node:url';
import type { CostLine } from '../model/cost.ts';
import { PRICES, type PriceName } from '../model/prices.ts';
import { holds, type Kept } from './report.ts';

export const BENCH_FILE = fileURLToPath(new URL('../../docs/generated/bench.json', import.meta.url));
export const DEPLOY_FILE = fileURLToPath(new URL('../../docs/deploy.md', import.meta.url));
export const PAGE_FILE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));

/** What has been measured, by the bench's name; each may be of another day. */
export type Measured = Readonly<Record<string, Kept>>;

/** The block of a page that is rewritten from the figures. */
const block = (name: string) => ({
  begin: `<!-- ${name}: written by npm run bench -->`,
  end: `<!-- end of ${name} -->`,
});

/** The page with its blocks as the figures have them. Throws where a block is missing. */
export function withFigures(page: string, measured: Measured): string {
  return replaced(replaced(page, 'figures', figuresBlock(measured)), 'costs', costsBlock(measured));
}

/** The guide to deployment with its prices as the model has them. Throws where the block is missing. */
export const withPrices = (page: string): string => replaced(page, 'prices', pricesBlock());

/** What is there whether or not anybody works, by the template: pieces, and the price of one. */
const STANDING = [
  ['59 alarms over 84 metrics', 84, 'alarmMonth'],
  ['one dashboard', 1, 'dashboardMonth'],
  ['21 metrics of our own', 21, 'metricMonth'],
  ['key of the alarm topic', 1, 'keyMonth'],
  [
    'two secrets, the key of links in mails and that of people; each partner and each subscription has one more',
    2,
    'secretMonth',
  ],
  // Lambda looks into an empty queue by about five long polls of 20 seconds at a time.
  ['five queues, polled while empty', 5 * 5 * 3 * 60 * 24 * 30, 'queueRequest'],
] as const satisfies readonly (readonly [string, number, PriceName])[];

const GB_IN_READ_UNITS = (1024 * 1024) / 4;

function pricesBlock(): string {
  const price = (name: PriceName, times = 1) => (PRICES[name].usd * times).toFixed(2);
  const million = (name: PriceName, times = 1) => price(name, times * 1e6);
  const standing = STANDING.map(([what, pieces, name]) => ({ what, pieces, name, usd: PRICES[name].usd * pieces }));
  const sum = standing.reduce((total, { usd }) => total + usd, 0);
  const known = Object.values(PRICES).filter(({ sourced }) => sourced).length;
  return [
    '| fixed cost per month | | USD |\n|---|---|---|',
    ...standing.map(({ what, name, usd }) => `| ${what} | ${PRICES[name].unit} | ${usd.toFixed(2)} |`),
    `| | | **${sum.toFixed(2)}** |`,
    '\n| cost of use | USD |\n|---|---|',
    `| each user who signs in, per month (Cognito Plus) | ${price('signedInUserMonth')} |`,
    `| API, a million requests; a GB of answers | ${million('httpApiRequest')}; ${price('dataOutGb')} |`,
    `| functions, a million invocations, and a million seconds at 512 MB on arm64 | ${million('lambdaRequest')}, and ${million('lambdaGbSecond', 0.5)} |`,
    `| events, a million on the bus | ${million('busEvent')} |`,
    `| record queue, a million requests | ${million('queueRequest')} |`,
    `| table, a million write units, and a million read units | ${million('writeUnit')}, and ${million('readUnit')} |`,
    `| table, a GB per month, and its point-in-time recovery | ${price('tableGbMonth')}, and ${price('restoreGbMonth')} |`,
    `| archive, a GB ingested, and a GB stored for a month | ${price('archiveGb')}, and ${price('archiveGbMonth')} |`,
    `| logs, a GB ingested, and a GB stored for a month | ${price('logGb')}, and ${price('logGbMonth')} |`,
    `| a nightly recount reads everything: a GB of records and history | ${price('readUnit', GB_IN_READ_UNITS)} |`,
    `\n${known} of these ${Object.keys(PRICES).length} prices come from price lists for London; those of the table, the bus, the archive, the`,
    'dashboard, secrets and Cognito do not. `bench/model/prices-london.json` names the source of each.',
  ].join('\n');
}

function replaced(page: string, name: string, content: string): string {
  const { begin, end } = block(name);
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no block ${name}.`);
  return `${page.slice(0, from + begin.length)}\n\n${content}\n\n${page.slice(to)}`;
}

function figuresBlock(measured: Measured): string {
  const names = Object.keys(measured);
  if (names.length === 0) return 'Nothing has been measured yet.';
  const bounds = names.flatMap((name) =>
    (measured[name] as Kept).bounds.map((bound) => {
      const limit = bound.atMost === undefined ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
      return `| ${name} | ${bound.what} | ${bound.value} | ${limit} | ${holds(bound) ? 'holds' : '**short**'} |`;
    }),
  );
  const runs = names.map((name) => {
    const { at, machine, rounds, seconds } = measured[name] as Kept;
    return `| ${name} | ${at} | ${machine.processors} × ${machine.processor}, Node ${machine.node} | ${machine.loadBefore} | ${rounds} | ${seconds} |`;
  });
  const figures = names
    .filter((name) => name !== 'cost')
    .flatMap((name) =>
      leaves((measured[name] as Kept).figures).map(([path, value]) => `| ${name} | ${path} | ${value} |`),
    );
  return [
    '| bench | promised | measured | bound | |\n|---|---|---|---|---|',
    ...bounds,
    '\n| bench | day | machine | load before | rounds | seconds |\n|---|---|---|---|---|---|',
    ...runs,
    ...(figures.length > 0 ? ['\n| bench | figure | |\n|---|---|---|', ...figures] : []),
  ].join('\n');
}

function leaves(value: unknown, path: readonly string[] = []): [path: string, value: string][] {
  if (typeof value !== 'object' || value === null) return [[path.join(' · '), value === null ? '–' : String(value)]];
  return Object.entries(value).flatMap(([name, one]) => leaves(one, [...path, name]));
}

type Line = Omit<CostLine, 'name'>;
interface CostFigures {
  readonly alone: Readonly<Record<string, Readonly<Record<string, Line>>>>;
  readonly full: Readonly<Record<string, Readonly<Record<string, Line>>>>;
  readonly waiting: Line;
  readonly pipeline: { readonly read: Line; readonly logs: Line };
  readonly record: { readonly read: Line; readonly logs: Line };
}

const LINES = ['recorded', 'indexes', 'history', 'outcome', 'told', 'counting', 'lists', 'logs', 'all'] as const;
const LINE_NAMES: Readonly<Record<(typeof LINES)[number], string>> = {
  recorded: '**`respond-async` up to recorded**',
  indexes: 'indexes',
  history: 'history',
  outcome: 'outcome event',
  told: 'delivery to subscribers (none configured)',
  counting: 'counting',
  lists: 'links',
  logs: 'logs',
  all: 'total',
};

function costsBlock(measured: Measured): string {
  const kept = measured['cost'];
  if (!kept) return 'Nothing has been measured yet.';
  const { alone, full, waiting, pipeline, record } = kept.figures as unknown as CostFigures;
  const cells = ({ requests, writeUnits, readUnits, usdPerMillion }: Line) =>
    `${requests} | ${writeUnits} | ${readUnits} | ${usdPerMillion.toFixed(2)}`;
  const head = (first: string) =>
    `| ${first} | requests | write units | read units | USD a million |\n|---|---|---|---|---|`;
  // What was measured before a line was in the model has none.
  const rows = LINES.filter((name) => alone['log']?.[name]).map((name) => {
    const [one, many] = [alone['log']?.[name] as Line, full['log']?.[name] as Line];
    return `| ${LINE_NAMES[name]} | ${cells(one)} | ${cells(many)} |`;
  });
  const paths = Object.keys(alone).map((path) => {
    const [one, many] = [alone[path]?.['all'] as Line, full[path]?.['all'] as Line];
    return `| ${path} | ${cells(one)} | ${cells(many)} |`;
  });
  const twice = (first: string) =>
    `| ${first} | requests | write units | read units | USD | requests | write units | read units | USD |\n|---|---|---|---|---|---|---|---|---|`;
  return [
    'Logging one record, per event. Left: one event at a time; right: in full batches (10 from the queue, 100 from',
    'the stream):\n',
    twice('log'),
    ...rows,
    `| extra for a write that waits | ${cells(waiting)} | ${cells(waiting)} |`,
    '\nTotal for each kind of write:\n',
    twice('write'),
    ...paths,
    '\nA report:\n',
    head('read'),
    `| \`GET /v1/pipeline\` | ${cells(pipeline.read)} |`,
    `| its logs | ${cells(pipeline.logs)} |`,
    `| \`GET\` of one record | ${cells(record.read)} |`,
    `| its logs | ${cells(record.logs)} |`,
  ].join('\n');
}
