import { type Command, runCommand } from './command.ts';
import { RECOUNT_EXITS, tellRun } from './recount.ts';

export const rebuild: Command = {
  name: 'rebuild',
  does: 'Counts the pipeline anew from all records, whatever it shows now, and switches over when that is complete. Records may change meanwhile.',
  options: {},
  exits: RECOUNT_EXITS,
  async run({ world, dryRun, print }) {
    if (dryRun) print('this is what stands now; nothing is rebuilt:');
    return tellRun(await world.reconcile({ rebuild: true, dryRun }), print);
  },
};

if (import.meta.main) process.exitCode = await runCommand(rebuild);
