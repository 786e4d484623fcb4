/** What the reconciliation function answers of the lists, and how it is told. */
import * as z from 'zod';
import { NotDone } from './world.ts';

const Run = z.object({
  links: z.object({
    subjects: z.number(),
    entries: z.number(),
    missing: z.number(),
    wrong: z.number(),
    surplus: z.number(),
    listedAnew: z.number(),
    unreadable: z.array(z.string()),
  }),
});

/** Tells what was found and mended; gives the exit code: 1 where the lists differed and were left so. */
export function tellLists(answer: unknown, dryRun: boolean, print: (line: string) => void): number {
  const { data } = Run.safeParse(answer);
  if (!data) throw new NotDone('the answer is not of this version: deploy, or check out what is deployed.');
  const { subjects, entries, missing, wrong, surplus, listedAnew, unreadable } = data.links;
  print(`${subjects} records and entities, in ${entries} entries of lists`);
  print(`${missing} entries missing, ${wrong} that say something else, ${surplus} too many`);
  if (!dryRun) print(`listed anew: ${listedAnew} records and entities; taken off: ${surplus} entries`);
  for (const id of unreadable) print(`  ${id} cannot be read, and is listed as it was`);
  const differs = missing + wrong + surplus > 0 && dryRun;
  return differs || unreadable.length > 0 ? 1 : 0;
}
