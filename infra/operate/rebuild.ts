import { type Command, runCommand } from './command.ts';
import { RECOUNT_EXITS, tellRun } from './recount.ts';
import { tellLists } from './relisted.ts';

export const rebuild: Command = {
  name: 'rebuild',
  does: 'Counts the pipeline anew from all records, whatever it shows now, and switches over when that is complete. Records may change meanwhile.',
  options: {
    links: {
      type: 'boolean',
      help: 'not the pipeline, but the lists of what belongs to which organisation, person, agreement, record or place',
    },
  },
  exits: RECOUNT_EXITS,
  async run({ world, values, dryRun, print }) {
    if (values['links']) return tellLists(await world.reconcile({ links: true, dryRun }), dryRun, print);
    if (dryRun) print('this is what stands now; nothing is rebuilt:');
    return tellRun(await world.reconcile({ rebuild: true, dryRun }), print);
  },
};

if (import.meta.main) process.exitCode = await runCommand(rebuild);
