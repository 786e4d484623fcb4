import { type Command, instantOf, runCommand } from './command.ts';
import { NotDone } from './world.ts';

export const replay: Command = {
  name: 'replay',
  does: 'Sends archived events of a period to the recorder again. Events that are already recorded change nothing.',
  options: {
    from: {
      type: 'string',
      value: '<instant>',
      help: 'start of the period: 2026-10-01T08:00:00Z, or 2h for two hours ago',
    },
    to: { type: 'string', value: '<instant>', help: 'end of the period (default: now)' },
  },
  exits: { 0: 'they are on their way' },
  async run({ world, values, dryRun, print }) {
    const now = new Date();
    if (typeof values['from'] !== 'string') throw new NotDone('--from is missing. See --help.');
    const span = {
      from: instantOf(values['from'], now),
      to: typeof values['to'] === 'string' ? instantOf(values['to'], now) : now,
    };
    if (span.from >= span.to) throw new NotDone('--from must be before --to.');
    const times = `${span.from.toISOString()} to ${span.to.toISOString()}`;
    if (dryRun) {
      const { events, ofSpan } = await world.archived(span);
      print(
        ofSpan
          ? `${events} events of ${times} would be replayed`
          : `the events of ${times} would be replayed; the archive holds ${events} in total and does not say how many of this period`,
      );
      return 0;
    }
    const events = await world.replay(span, print);
    print(`${events === undefined ? 'the events' : `${events} events`} of ${times} are on their way to the recorder`);
    return 0;
  },
};

if (import.meta.main) process.exitCode = await runCommand(replay);
