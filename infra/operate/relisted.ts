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
  if (!data) throw new NotDone('the deployed version differs from this one: deploy, or check out the deployed commit.');
  const { subjects, entries, missing, wrong, surplus, listedAnew, unreadable } = data.links;
  print(`${subjects} records and entities with ${entries} links`);
  print(`${missing} links missing, ${wrong} wrong, ${surplus} surplus`);
  if (!dryRun) print(`repaired: ${listedAnew} records and entities; removed: ${surplus} links`);
  for (const id of unreadable) print(`  ${id} cannot be read; its links are unchanged`);
  const differs = missing + wrong + surplus > 0 && dryRun;
  return differs || unreadable.length > 0 ? 1 : 0;
}
