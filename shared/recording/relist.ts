import { type ListedItem, listedItems, loadListed, nameOfKey, removeItem, scanListed } from '#shared/store/links.ts';
import { keepNames } from '#shared/store/organisation-names.ts';
import { type Relating, relate } from './relate.ts';

export interface Relisted {
  /** Records and entities that were read. */
  readonly subjects: number;
  /** Entries that there are. */
  readonly entries: number;
  /** Entries that should be there and are not, say something else, or should not be there. */
  readonly missing: number;
  readonly wrong: number;
  readonly surplus: number;
  /** Records and entities that were listed anew. */
  readonly listedAnew: number;
  /** What could not be read, and so is listed as it was: ids. */
  readonly unreadable: readonly string[];
}

/** What an entry says, as text. Its version is whatever its record had when it was last listed, and says nothing. */
const saidBy = ({ version: _, ...item }: ListedItem): string =>
  JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));

/**
 * Compares every list with the records and entities themselves, by a scan of the whole table, and mends what differs; with `dryRun` it only
 * says so. People may go on writing: whatever changes meanwhile is listed by its own event, and nothing is taken from a list before what it is
 * of has been looked at once more.
 */
export async function relist(parts: Relating, { dryRun }: { readonly dryRun: boolean }): Promise<Relisted> {
  const wanted = new Map<string, { readonly of: string; readonly said: string }>();
  const entries = new Map<string, { readonly item: ListedItem; readonly said: string }>();
  const known = new Map<string, ReadonlySet<string>>();
  const subjects = new Set<string>();
  const unreadable: string[] = [];
  for await (const found of scanListed(parts.table, (id) => unreadable.push(id)))
    if (found.is === 'listed') known.set(found.id, new Set(found.listed.keys));
    else if (found.is === 'entry') entries.set(nameOfKey(found.item), { item: found.item, said: saidBy(found.item) });
    else {
      subjects.add(found.state.id);
      // Another version of the matcher may find it by other keys.
      if (!dryRun && found.state.kind === 'organisation') await keepNames(parts.table, found.state);
      for (const item of listedItems(found.state)) wanted.set(nameOfKey(item), { of: item.of, said: saidBy(item) });
    }

  const anew = new Set<string>();
  let [missing, wrong] = [0, 0];
  for (const [name, { of, said }] of wanted) {
    const entry = entries.get(name);
    if (!entry) missing += 1;
    else if (entry.said !== said) wrong += 1;
    // Where nothing says where it is listed, its first event does.
    if (entry?.said !== said || known.get(of)?.has(name) === false) anew.add(of);
  }
  const surplus = [...entries].filter(([name, { item }]) => !wanted.has(name) && !unreadable.includes(item.of));
  if (!dryRun) {
    // One that cannot be listed does not keep the others from it; it is told of, and the next run tries it again.
    for (const id of anew)
      try {
        await relate(parts, id);
      } catch {
        unreadable.push(id);
      }
    for (const [name, { item }] of surplus) await takeOff(parts, name, item);
  }
  return {
    subjects: subjects.size,
    entries: entries.size,
    missing,
    wrong,
    surplus: surplus.length,
    listedAnew: dryRun ? 0 : anew.size,
    unreadable,
  };
}

/** Takes an entry off its list, unless what it is of belongs there by now. */
async function takeOff({ table, clock }: Relating, name: string, item: ListedItem): Promise<void> {
  const state = (await loadListed(table, [item.of])).get(item.of)?.state();
  if (state && listedItems(state).some((each) => nameOfKey(each) === name)) return;
  await removeItem(table, name, { of: item.of, version: state?.version ?? item.version, now: clock() });
}
