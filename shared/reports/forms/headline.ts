import { MOVEMENTS, type Movement } from '../bridge-schema.ts';
import type { Report } from '../report.ts';
import { absolute, isNegative, isNought, minorOf, minus } from './decimals.ts';
import type { Page } from './html-parts.ts';

/** What a report is called, in a heading or a subject. */
export const reportTitle = ({ series }: Report, { words }: Page): string =>
  `${words.say('pipelineReport')}${words.say('dot')}${words.series(series)}`;

export interface InShort {
  readonly sentence: string;
  /** Up to three terms of the bridge with their amounts. */
  readonly causes: readonly string[];
}

/** The report in a sentence: where open value is; and the movements that brought it there, the largest first. */
export function inShort({ bridge, pipeline, period }: Report, { words, currency, timeZone }: Page): InShort {
  const { say, format } = words;
  const value = format.money(pipeline.totals.open.value, currency);
  if (!bridge || !period.from)
    return {
      sentence: say('inShortFirst', { value, records: words.counted('records', pipeline.totals.open.count) }),
      causes: [],
    };
  const moved = minus(bridge.open.closing, bridge.open.opening, currency);
  const name = isNought(moved) ? 'inShortSame' : isNegative(moved) ? 'inShortLess' : 'inShortMore';
  const day = format.dayOf(period.from, timeZone);
  const sentence = say(
    name,
    name === 'inShortSame' ? { value, day } : { value, day, change: format.money(absolute(moved), currency) },
  );
  const terms: Readonly<Partial<Record<Movement | 'fx', string>>> = bridge.open;
  const size = (amount: string) => minorOf(absolute(amount), currency);
  const causes = [...MOVEMENTS, 'fx' as const]
    .flatMap((term) => {
      const amount = terms[term];
      return amount === undefined || isNought(amount) ? [] : [{ term, amount }];
    })
    .sort((a, b) => (size(a.amount) < size(b.amount) ? 1 : -1))
    .slice(0, 3)
    .map(({ term, amount }) => `${words.term(term)} ${format.change(amount, currency)}`);
  return { sentence, causes };
}
