import { type Command, runCommand } from './command.ts';
import { RECOUNT_EXITS, tellRun } from './recount.ts';

export const reconcile: Command = {
  name: 'reconcile',
  does: 'Recounts the pipeline from the records and again from their history, and lists every difference.',
  options: { repair: { type: 'boolean', help: 'rebuild the pipeline if it differs, and recount' } },
  exits: RECOUNT_EXITS,
  async run({ world, values, dryRun, print }) {
    return tellRun(await world.reconcile({ repair: values['repair'] === true, dryRun }), print);
  },
};

if (import.meta.main) process.exitCode = await runCommand(reconcile);
