import { type Command, runCommand } from './command.ts';
import { isRedriven, NotDone, PARKED, PARKED_NAMES, type Parked, type ParkedName, type World } from './world.ts';

const SHOWN = 5;
const SENT_BACK = PARKED_NAMES.filter(isRedriven);
const MENDED_OTHERWISE = PARKED_NAMES.filter((name) => !isRedriven(name));

export const redrive: Command = {
  name: 'redrive',
  does: 'Moves dead letters back to where they failed, and lists what else waits for a person. Fix the cause first.',
  options: {
    queue: {
      type: 'string',
      value: SENT_BACK.join('|'),
      help: 'move back only this queue (default: all of these)',
    },
    purge: {
      type: 'string',
      value: MENDED_OTHERWISE.join('|'),
      help: 'delete what waits there, once it has been fixed',
    },
  },
  exits: { 0: 'nothing waits for a person', 1: 'something does' },
  async run({ world, values: { queue, purge }, dryRun, print }) {
    if (queue !== undefined && purge !== undefined) throw new NotDone('--queue cannot be combined with --purge.');
    const purged = purge === undefined ? undefined : oneOf(MENDED_OTHERWISE, purge, '--purge');
    const wanted = purged ? [purged] : queue === undefined ? PARKED_NAMES : [oneOf(SENT_BACK, queue, '--queue')];
    let waiting = 0;
    for (const name of wanted) {
      const parked = await world.parked(name);
      if (parked.waiting === 0) continue;
      tell(name, parked, print);
      if (dryRun || !(purged || SENT_BACK.includes(name))) waiting += parked.waiting;
      else if (purged) await world.purge(name).then(() => print('  purged'));
      else waiting += await sendBack(world, name, print);
    }
    if (waiting === 0) print('nothing waits for a person');
    else if (dryRun) print('dry run: nothing was changed');
    return waiting === 0 ? 0 : 1;
  },
};

function oneOf(names: readonly ParkedName[], given: unknown, option: string): ParkedName {
  const name = names.find((each) => each === given);
  if (!name) throw new NotDone(`${option} must be one of ${names.join(', ')}.`);
  return name;
}

/** Gives how many did not go: those that somebody else has in hand, or that came from no queue. */
async function sendBack(world: World, name: ParkedName, print: (line: string) => void): Promise<number> {
  const moved = await world.redrive(name, (line) => print(`  ${line}`));
  const { waiting } = await world.parked(name);
  print(`  ${moved} moved back${waiting > 0 ? `, ${waiting} still waiting` : ''}`);
  return waiting;
}

function tell(name: ParkedName, { waiting, sample }: Parked, print: (line: string) => void): void {
  const { holds, mend } = PARKED[name];
  print(`${name}: ${waiting} ${holds}${isRedriven(name) ? '' : `; to mend: ${mend}`}`);
  for (const body of sample.slice(0, SHOWN)) print(`  ${described(body)}`);
  if (waiting > SHOWN) print('  …');
}

interface Told {
  readonly 'detail-type'?: unknown;
  readonly detail?: { readonly metadata?: { readonly eventId?: unknown; readonly recordId?: unknown } | null } | null;
  readonly DDBStreamBatchInfo?: Readonly<Record<string, unknown>>;
}

/** By names and ids: what else stands in a message is nobody's business here. */
function described(body: string): string {
  const told = parsed(body);
  const batch = told?.DDBStreamBatchInfo;
  if (batch) return `shard ${batch['shardId']}, ${batch['startSequenceNumber']} to ${batch['endSequenceNumber']}`;
  if (typeof told?.['detail-type'] !== 'string')
    return `a message that is not an event, ${body.length} characters long`;
  const { eventId = 'without id', recordId = 'no record' } = told.detail?.metadata ?? {};
  return `${told['detail-type']}  ${eventId}  ${recordId}`;
}

function parsed(body: string): Told | undefined {
  try {
    return JSON.parse(body) as Told;
  } catch {
    return undefined;
  }
}

if (import.meta.main) process.exitCode = await runCommand(redrive);
