/** What the reconciliation function answers, and how it is told. */
import * as z from 'zod';
import { NotDone } from './world.ts';

const Difference = z.object({
  from: z.string(),
  row: z.string(),
  figure: z.string(),
  expected: z.string(),
  found: z.string(),
});

const Recount = z.object({
  verdict: z.enum(['agrees', 'differs', 'inconclusive']),
  records: z.number(),
  rounds: z.number(),
  differences: z.array(Difference),
});
type Recount = z.infer<typeof Recount>;

const Rebuilt = z.object({
  generation: z.number(),
  records: z.number(),
  readAgain: z.number(),
  unreadable: z.array(z.string()),
});

const Mended = z.object({ steps: z.number(), snapshots: z.number(), unreadable: z.array(z.string()) });

const Run = z.object({
  mended: Mended.optional(),
  found: Recount.optional(),
  rebuilt: Rebuilt.optional(),
  after: Recount.optional(),
});

export const RECOUNT_EXITS = {
  0: 'the pipeline now agrees with the records and with their history',
  1: 'it differs',
  3: 'inconclusive: records kept changing while they were counted',
} as const;

const CODES = { agrees: 0, differs: 1, inconclusive: 3 } as const;
const SHOWN = 50;

/** Tells what was found and done; gives the exit code. Throws `NotDone` for an answer that it does not understand. */
export function tellRun(answer: unknown, print: (line: string) => void): number {
  const { data: run } = Run.safeParse(answer);
  const last = run?.after ?? run?.found;
  if (!run || !last)
    throw new NotDone('the deployed version differs from this one: deploy, or check out the deployed commit.');
  const { found, rebuilt, mended, after } = run;
  if (found) tell('', found, print);
  if (rebuilt) {
    const { generation, records, readAgain, unreadable } = rebuilt;
    print(
      `rebuilt as generation ${generation} from ${records} records, ${readAgain} of them read again because they changed`,
    );
    for (const id of unreadable) print(`  ${id} cannot be read and is not counted`);
  }
  if (mended && mended.steps > 0)
    print(`repaired the journal: ${mended.steps} steps written, ${mended.snapshots} snapshots rewritten`);
  for (const id of mended?.unreadable ?? []) print(`  the history of ${id} cannot be read`);
  if (after) tell('afterwards: ', after, print);
  return CODES[last.verdict];
}

function tell(title: string, { verdict, records, rounds, differences }: Recount, print: (line: string) => void): void {
  const verdicts = {
    agrees: 'the pipeline agrees with the records and with their history',
    differs: `the pipeline differs in ${differences.length} figures`,
    inconclusive: 'inconclusive: records kept changing while they were counted; try again at a quieter time',
  };
  print(`${title}${verdicts[verdict]} (${records} records, ${rounds} ${rounds === 1 ? 'round' : 'rounds'})`);
  for (const { from, row, figure, expected, found } of differences.slice(0, SHOWN))
    print(`  ${row}  ${figure}: ${found} in the pipeline, ${expected} by its ${from}`);
  if (differences.length > SHOWN) print(`  … and ${differences.length - SHOWN} more`);
}
