import { checkPattern, matches } from '../pattern.ts';
import type { ArchiveDefinition, BusDefinition, BusEvent, RuleDefinition, TargetDefinition } from './types.ts';

/** One delivery that a rule asks for. */
export interface Delivery {
  rule: RuleDefinition;
  target: TargetDefinition;
}

export type Routes = ReturnType<typeof openRoutes>;

/** Buses, rules and archives as defined at this start, and which of them an event concerns. */
export function openRoutes() {
  const buses = new Map<string, BusDefinition>();
  const rules = new Map<string, Map<string, RuleDefinition>>();
  const archives = new Map<string, ArchiveDefinition>();

  return {
    buses: () => [...buses.values()],
    /** The name of a bus that was given by name or ARN; undefined when there is none. */
    busName(given: string): string | undefined {
      if (buses.has(given)) return given;
      return given.startsWith('arn:') ? [...buses.values()].find((bus) => bus.arn === given)?.name : undefined;
    },
    defineBus(bus: BusDefinition): void {
      buses.set(bus.name, bus);
      if (!rules.has(bus.name)) rules.set(bus.name, new Map());
    },
    /** Throws for an unknown bus, a pattern that cannot be honoured, and two targets of one id. */
    defineRule(rule: RuleDefinition): void {
      const onBus = rules.get(rule.busName);
      if (!onBus) throw new Error(`rule ${rule.name}: there is no event bus ${rule.busName}`);
      try {
        checkPattern(rule.pattern);
      } catch (error) {
        throw new Error(`rule ${rule.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (new Set(rule.targets.map((target) => target.id)).size < rule.targets.length)
        throw new Error(`rule ${rule.name}: two targets have the same id`);
      onBus.set(rule.name, rule);
    },
    defineArchive(archive: ArchiveDefinition): void {
      if (![...buses.values()].some((bus) => bus.arn === archive.busArn))
        throw new Error(`archive ${archive.name}: there is no event bus ${archive.busArn}`);
      if (archive.pattern) checkPattern(archive.pattern);
      archives.set(archive.name, archive);
    },
    archive: (name: string) => archives.get(name),
    archives: () => [...archives.values()],
    /** Names of rules on a bus that do not exist, for a replay that names rules. */
    unknownRules: (busName: string, names: string[]) => names.filter((name) => !rules.get(busName)?.has(name)),
    deliveries(busName: string, event: BusEvent, onlyRules?: string[]): Delivery[] {
      const found: Delivery[] = [];
      for (const rule of rules.get(busName)?.values() ?? []) {
        if (!rule.enabled || (onlyRules && !onlyRules.includes(rule.name))) continue;
        if (matches(rule.pattern, event)) for (const target of rule.targets) found.push({ rule, target });
      }
      return found;
    },
    /** Archives that keep this event; a replayed one is not archived again. */
    keepers(busName: string, event: BusEvent): ArchiveDefinition[] {
      const arn = buses.get(busName)?.arn;
      return [...archives.values()].filter(
        (archive) => archive.busArn === arn && (!archive.pattern || matches(archive.pattern, event)),
      );
    },
  };
}
