import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml } from './markup.ts';

// Only what the charts use: the whole library would add 600 KB to the function.
use([BarChart, CustomChart, LineChart, GridComponent, SVGRenderer]);

/** What a chart is besides its marks. */
export interface Drawing {
  /** Unique on its page; ids inside the drawing begin with it. */
  readonly id: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Its name, and what it shows in words, for whoever does not see it. */
  readonly title: string;
  readonly description: string;
  readonly option: EChartsCoreOption;
}

/**
 * A chart as an SVG element for a page, drawn without a browser. The same drawing gives the same text: the library numbers its ids and
 * classes through the life of the process and adds rules for a mouse, which a report has no use for.
 */
export function draw({ id, width, height, title, description, option }: Drawing): string {
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit' }, ...option });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const marks = svg
    .slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>'))
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    // What these match is markup: in text the library writes a quote as an entity.
    .replace(/ (?:class|xml:space|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/font-family:inherit;/g, '')
    .replace(/\s*\n\s*/g, '');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-labelledby="${id}-title ${id}-description"><title id="${id}-title">${escapeHtml(title)}</title>` +
    `<desc id="${id}-description">${escapeHtml(description)}</desc>${marks}</svg>`
  );
}
