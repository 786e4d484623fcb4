import type { CustomSeriesOption, EChartsOption } from 'echarts';
import { type Colour, light } from './palette.ts';

/**
 * Options for the charting library, from plain data. Numbers here are lengths on paper; the figures themselves are written beside
 * them as text, exactly.
 */

/** How much room a chart has: the width of a page, or of a phone. */
export interface Room {
  /** Pixels. */
  readonly width: number;
  /** Of the names at the left and the figures at the right of bars. */
  readonly names: number;
  readonly figures: number;
}

export const WIDE: Room = { width: 790, names: 200, figures: 110 };
export const NARROW: Room = { width: 330, names: 96, figures: 78 };

const TEXT = { color: light('ink'), fontSize: 13 } as const;
const FAINT = { color: light('muted'), fontSize: 12 } as const;
const rule = { lineStyle: { color: light('line'), width: 1 } } as const;
const nothing = { show: false } as const;

interface BarRow {
  readonly name: string;
  /** Written at the end of the row. */
  readonly figure: string;
}

/** Rows from top to bottom, their names at the left and their figures, as in a table, at the right. */
function rowAxes(rows: readonly BarRow[], { names, figures }: Room) {
  const axis = { type: 'category', inverse: true, axisLine: nothing, axisTick: nothing } as const;
  return [
    {
      ...axis,
      data: rows.map(({ name }) => name),
      axisLabel: {
        ...TEXT,
        width: names - 12,
        overflow: 'break',
        interval: 0,
        lineHeight: 16,
        align: 'left',
        margin: names + 3,
      },
    },
    {
      ...axis,
      position: 'right',
      data: rows.map(({ figure }) => figure),
      axisLabel: { ...TEXT, fontWeight: 600, interval: 0, align: 'right', margin: figures + 3 },
    },
  ] satisfies EChartsOption['yAxis'];
}

const rowGrid = ({ names, figures }: Room) => ({ left: names, right: figures, top: 4, bottom: 4 });

export const rowsHeight = (rows: number): number => 8 + rows * 38;

/** Bars of parts, one bar a row. */
export function stackedBars(
  rows: readonly (BarRow & { readonly parts: readonly number[] })[],
  colours: readonly Colour[],
  room: Room,
): EChartsOption {
  const longest = Math.max(...rows.map(({ parts }) => parts.reduce((sum, part) => sum + part, 0)), 0);
  return {
    grid: rowGrid(room),
    xAxis: { type: 'value', min: 0, max: longest || 1, ...bare },
    yAxis: rowAxes(rows, room),
    series: colours.map((colour, index) => ({
      type: 'bar',
      stack: 'all',
      silent: true,
      barWidth: 22,
      itemStyle: { color: light(colour), borderColor: light('card'), borderWidth: 1 },
      data: rows.map(({ parts }) => parts[index] ?? 0),
    })),
  };
}

const bare = { axisLabel: nothing, axisLine: nothing, axisTick: nothing, splitLine: nothing } as const;

export interface Step extends BarRow {
  readonly from: number;
  readonly to: number;
  readonly colour: Colour;
  /** The opening or the closing: a bar from nought. */
  readonly isEnd: boolean;
}

/**
 * Bars that begin where the one above ended. Where what moved is small beside the ends, the axis begins near the least level, and the
 * bars that would begin at nought have a notch to say so: from nought every movement would be a hairline.
 */
export function waterfall(steps: readonly Step[], room: Room): EChartsOption {
  const ends = steps.flatMap(({ from, to }) => [from, to]);
  const least = axisStart(steps);
  const most = Math.max(0, ...ends);
  const bars: CustomSeriesOption = {
    type: 'custom',
    silent: true,
    clip: false,
    data: steps.map((_, index) => index),
    renderItem: ({ dataIndex }, api) => {
      const step = steps[dataIndex] as Step;
      const [from = 0, y = 0] = api.coord([Math.max(step.from, least), dataIndex]);
      const [to = 0] = api.coord([step.to, dataIndex]);
      const [, rowHeight = 0] = (api.size?.([0, 1]) ?? []) as number[];
      const bar = {
        type: 'rect' as const,
        // A change too small to see is a hairline, so that no row is empty.
        shape: { x: Math.min(from, to), y: y - 9, width: Math.max(Math.abs(to - from), 1.5), height: 18 },
        style: { fill: light(step.colour) },
      };
      const link = {
        type: 'line' as const,
        shape: { x1: to, x2: to, y1: y + 9, y2: y + rowHeight - 9 },
        style: { stroke: light('muted'), lineWidth: 1, lineDash: [2, 2] },
      };
      const notch = {
        type: 'polygon' as const,
        shape: {
          points: [
            [from + 16, y - 10],
            [from + 22, y - 10],
            [from + 16, y + 10],
            [from + 10, y + 10],
          ],
        },
        style: { fill: light('card') },
      };
      return {
        type: 'group',
        children: [...(dataIndex < steps.length - 1 ? [link] : []), bar, ...(step.isEnd && least > 0 ? [notch] : [])],
      };
    },
  };
  return {
    grid: rowGrid(room),
    xAxis: { type: 'value', min: least, max: most > least ? most : 1, ...bare },
    yAxis: rowAxes(steps, room),
    series: [bars],
  };
}

/** Where the axis of a waterfall begins: at nought, unless what moves is less than a third of the least level. */
export function axisStart(steps: readonly Step[]): number {
  const levels = steps.flatMap(({ from, to, isEnd }) => (isEnd ? [to] : [from, to]));
  const least = Math.min(...levels);
  const range = Math.max(...levels) - least;
  return range > 0 && least > 3 * range ? least - range / 2 : Math.min(0, least);
}

interface Line {
  readonly name: string;
  readonly colour: Colour;
  readonly values: readonly number[];
  /** Written at its last point. */
  readonly figure: string;
  readonly dashed?: boolean;
}

export const TREND_HEIGHT = 240;

/** Lines over the dates of reports, named at their ends. */
export function trend(
  dates: readonly string[],
  lines: readonly Line[],
  room: Room,
  tick: (value: number) => string,
): EChartsOption {
  return {
    grid: { left: 56, right: room.figures, top: 16, bottom: 28 },
    xAxis: {
      type: 'category',
      boundaryGap: false,
      data: [...dates],
      axisTick: nothing,
      axisLine: rule,
      axisLabel: { ...FAINT, hideOverlap: true, showMaxLabel: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 4,
      splitLine: rule,
      axisLabel: { ...FAINT, formatter: tick },
    },
    series: lines.map(({ name, colour, values, figure, dashed }) => ({
      type: 'line',
      name,
      silent: true,
      data: [...values],
      symbol: 'circle',
      symbolSize: 6,
      itemStyle: { color: light(colour) },
      lineStyle: { color: light(colour), width: 2.5, type: dashed ? 'dashed' : 'solid' },
      endLabel: {
        show: true,
        formatter: `${name}\n${figure}`,
        color: light('ink'),
        fontSize: 12,
        lineHeight: 16,
        distance: 8,
      },
      labelLayout: { moveOverlap: 'shiftY' },
    })),
  };
}
