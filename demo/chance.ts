import { createHash } from 'node:crypto';

/** Draws that depend on nothing but their names: a draw that is added or dropped changes none of the others. */
export interface Chance {
  /** From 0 up to 1. */
  draw(name: string): number;
  /** A whole number, both ends included. */
  between(name: string, from: number, to: number): number;
  pick<Item>(name: string, items: readonly Item[]): Item;
  /** True in that part of all cases. */
  in(part: number, name: string): boolean;
  shuffle<Item>(name: string, items: readonly Item[]): Item[];
}

export function chanceOf(seed: string): Chance {
  const draw = (name: string) => createHash('sha256').update(`${seed}\n${name}`).digest().readUInt32BE() / 2 ** 32;
  return {
    draw,
    between: (name, from, to) => from + Math.floor(draw(name) * (to - from + 1)),
    pick: (name, items) => items[Math.floor(draw(name) * items.length)] as (typeof items)[number],
    in: (part, name) => draw(name) < part,
    shuffle: (name, items) =>
      items
        .map((item, index) => ({ item, at: draw(`${name} ${index}`) }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
  };
}
