import { KINDS } from '#shared/domain/pipeline/ladders.ts';
import { WEIGHTED_TERMS } from '../bridge-schema.ts';
import type { Report } from '../report.ts';
import {
  axisStart,
  NARROW,
  type Room,
  rowsHeight,
  type Step,
  stackedBars,
  TREND_HEIGHT,
  trend,
  WIDE,
  waterfall,
} from './chart-options.ts';
import { isNegative, isNought, plus } from './decimals.ts';
import { draw } from './drawing.ts';
import { html, type Markup, trusted } from './markup.ts';
import type { Colour } from './palette.ts';
import type { Words } from './words.ts';

/** What stands for a kind in a chart. */
export const KIND_COLOURS = {
  engagement: 'engagement',
  'ip-lead': 'ipLead',
  'trade-deal': 'tradeDeal',
} as const satisfies Record<(typeof KINDS)[number], Colour>;

/** A length for an amount: here alone may it be rounded to a double. */
const length = (amount: string): number => Number(amount);

/** One chart twice, for a page and for a phone; the style sheet shows one of them, to readers of both kinds. */
function chart(id: string, draws: (room: Room, id: string) => string): Markup {
  return html`<div class="chart wide">${trusted(draws(WIDE, id))}</div><div class="chart narrow">${trusted(draws(NARROW, `${id}-narrow`))}</div>`;
}

type Bridge = NonNullable<Report['bridge']>;
type Side = 'open' | 'weighted';

/** Open value of each strand, stacked by kind. */
export function strandChart({ pipeline, currency }: Report, words: Words): Markup {
  const { format, say } = words;
  const rows = pipeline.totals.byStrand.map(({ strand, open }) => {
    const parts = KINDS.map((kind) =>
      pipeline.rows
        .filter((row) => row.strand === strand && row.kind === kind && row.phase === 'open')
        .reduce((sum, row) => plus(sum, row.value, currency), '0'),
    );
    return { strand, open, parts };
  });
  const described = rows.map(({ strand, open, parts }) => {
    const kinds = KINDS.flatMap((kind, index) =>
      isNought(parts[index] as string) ? [] : `${words.kind(kind)} ${format.money(parts[index] as string, currency)}`,
    );
    const detail = kinds.length > 0 ? say('inBrackets', { text: kinds.join(say('comma')) }) : '';
    return `${words.strand(strand)} ${format.money(open.value, currency)}${detail}`;
  });
  return chart('strands', (room, id) =>
    draw({
      id,
      width: room.width,
      height: rowsHeight(rows.length),
      title: say('strandChart'),
      description: say('sentence', { text: described.join(say('semicolon')) }),
      option: stackedBars(
        rows.map(({ strand, open, parts }) => ({
          name: words.strand(strand),
          figure: format.short(open.value, currency),
          parts: parts.map(length),
        })),
        KINDS.map((kind) => KIND_COLOURS[kind]),
        room,
      ),
    }),
  );
}

function stepsOf(side: Side, bridge: Bridge, currency: string, { format, term: nameOf }: Words): Step[] {
  const terms: Readonly<Record<string, string>> = bridge[side];
  const steps: Step[] = [];
  let level = '0';
  for (const term of WEIGHTED_TERMS) {
    const amount = terms[term];
    if (amount === undefined) continue;
    const isEnd = term === 'opening' || term === 'closing';
    if (!isEnd && isNought(amount)) continue;
    const next = isEnd ? amount : plus(level, amount, currency);
    steps.push({
      name: nameOf(term),
      figure: isEnd ? format.short(amount, currency) : format.shortChange(amount, currency),
      isEnd,
      from: isEnd ? 0 : length(level),
      to: length(next),
      colour: isEnd ? 'total' : isNegative(amount) ? 'down' : 'up',
    });
    level = next;
  }
  return steps;
}

/** Whether a chart of the bridge begins above nought, which must be said. */
export const isCut = (bridge: Bridge, currency: string, words: Words): boolean =>
  (['open', 'weighted'] as const).some((side) => axisStart(stepsOf(side, bridge, currency, words)) > 0);

/** Why open or weighted value moved: from the opening, each term that is not nought, to the closing. */
export function bridgeChart(side: Side, bridge: Bridge, currency: string, words: Words): Markup {
  const { say } = words;
  const steps = stepsOf(side, bridge, currency, words);
  return chart(`bridge-${side}`, (room, id) =>
    draw({
      id,
      width: room.width,
      height: rowsHeight(steps.length),
      title: say(side === 'open' ? 'openBridgeChart' : 'weightedBridgeChart'),
      description: say('sentence', {
        text: steps.map(({ name, figure }) => `${name} ${figure}`).join(say('semicolon')),
      }),
      option: waterfall(steps, room),
    }),
  );
}

/** Open and weighted value over the last reports; needs two. */
export function trendChart({ trend: points, currency, period }: Report, words: Words): Markup {
  const { format, say } = words;
  const last = points.at(-1);
  const first = points[0];
  const sides = ['open', 'weighted'] as const;
  const describe = (point: typeof last) =>
    point
      ? `${format.dayOf(point.to, period.timeZone)} ${sides
          .map((side) => `${say(NAMES[side])} ${format.money(point[side], currency)}`)
          .join(say('comma'))}`
      : '';
  return chart('trend', (room, id) =>
    draw({
      id,
      width: room.width,
      height: TREND_HEIGHT,
      title: say('trendChart', { n: format.count(points.length) }),
      description: say('sentence', { text: `${describe(first)}${say('semicolon')}${describe(last)}` }),
      option: trend(
        points.map(({ to }) => format.dayAndMonthOf(to, period.timeZone)),
        sides.map((side) => ({
          name: say(NAMES[side]),
          colour: side === 'open' ? 'engagement' : 'down',
          values: points.map((point) => length(point[side])),
          figure: last ? format.short(last[side], currency) : '',
          dashed: side === 'weighted',
        })),
        room,
        (value) => format.short(String(value), currency),
      ),
    }),
  );
}

const NAMES = { open: 'openShort', weighted: 'weighted' } as const;
