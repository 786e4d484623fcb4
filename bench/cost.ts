import { type CostLine, costTable } from './model/cost.ts';
import { measurePaths } from './model/paths.ts';
import type { Bench } from './support/report.ts';
import { round } from './support/statistics.ts';

/**
 * What an event and a report cost on AWS in London, by a model of AWS's rules (`bench/model`) over what the functions' entry points really
 * ask for and write. No clock is in it: it gives the same on every machine.
 */
export const cost: Bench = {
  name: 'cost',
  async run() {
    const { alone, full, waiting, pipeline, record } = costTable(await measurePaths());
    const each = <Name extends string>(lines: Readonly<Record<Name, CostLine>>) =>
      Object.fromEntries(Object.entries<CostLine>(lines).map(([name, line]) => [name, rounded(line)]));
    const paths = (costs: typeof alone) =>
      Object.fromEntries(Object.entries(costs).map(([name, lines]) => [name, each(lines)]));
    const figures = {
      alone: paths(alone),
      full: paths(full),
      waiting: rounded(waiting),
      pipeline: each(pipeline),
      record: each(record),
    };
    return {
      figures,
      bounds: [
        {
          what: 'respond-async up to recorded, one event at a time, USD a million',
          value: cents(alone.log.recorded.usdPerMillion),
          atMost: 6.1,
        },
        {
          what: 'respond-async up to recorded, in full batches, USD a million',
          value: cents(full.log.recorded.usdPerMillion),
          atMost: 6.1,
        },
      ],
    };
  },
};

const cents = (usd: number) => Number(usd.toFixed(2));

const rounded = ({ requests, writeUnits, readUnits, usdPerMillion }: CostLine) => ({
  requests: round(requests),
  writeUnits: round(writeUnits),
  readUnits: round(readUnits),
  usdPerMillion: cents(usdPerMillion),
});
