import { type Command, runCommand } from './command.ts';
import { RECOUNT_EXITS, tellRun } from './recount.ts';
import { tellLists } from './relisted.ts';

export const rebuild: Command = {
  name: 'rebuild',
  does: 'Counts the pipeline again from all records and switches over when complete. Records may change meanwhile.',
  options: {
    links: {
      type: 'boolean',
      help: 'rebuild the links of organisations, people, agreements, records and places instead of the pipeline',
    },
  },
  exits: RECOUNT_EXITS,
  async run({ world, values, dryRun, print }) {
    if (values['links']) return tellLists(await world.reconcile({ links: true, dryRun }), dryRun, print);
    if (dryRun) print('current state; nothing is rebuilt:');
    return tellRun(await world.reconcile({ rebuild: true, dryRun }), print);
  },
};

if (import.meta.main) process.exitCode = await runCommand(rebuild);
