/**
 * `npm run reconcile [-- --repair]`: has the running server recount its pipeline, and prints what it found.
 * Exit code 0: it agrees (with `--repair`: in the end). 1: it differs. 2: it could not be done. 3: inconclusive, since records kept changing.
 */
import * as z from 'zod';
import { invokeFunction, NotReached } from './control.ts';

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

const Run = z.object({ found: Recount, after: Recount.optional() });

const exitCodes = { agrees: 0, differs: 1, inconclusive: 3 };
const shown = 50;

function print(title: string, { verdict, records, rounds, differences }: Recount): void {
  const verdicts = {
    agrees: 'the pipeline agrees with the records and with their history',
    differs: `the pipeline differs in ${differences.length} figures`,
    inconclusive: 'inconclusive: records kept changing while they were counted; try again when it is quiet',
  };
  console.log(`${title}${verdicts[verdict]} (${records} records, ${rounds} ${rounds === 1 ? 'round' : 'rounds'})`);
  for (const { from, row, figure, expected, found } of differences.slice(0, shown)) {
    console.log(`  ${row}  ${figure}: ${found} in the pipeline, ${expected} by its ${from}`);
  }
  if (differences.length > shown) console.log(`  … and ${differences.length - shown} more`);
}

const options = process.argv.slice(2);
const unknown = options.find((option) => option !== '--repair');
if (unknown) {
  console.error(`unknown option ${unknown}; there is --repair`);
  process.exit(2);
}
try {
  const answer = await invokeFunction(
    'reconcile',
    { repair: options.includes('--repair') },
    process.env.DATA_DIR || '.local',
  );
  const { found, after } = Run.parse(answer);
  print('', found);
  if (after) print('rebuilt to mend it: ', after);
  process.exitCode = exitCodes[(after ?? found).verdict];
} catch (error) {
  if (!(error instanceof NotReached)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
