import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACCESS_PATTERNS, ITEMS, type ItemName } from '#shared/store/access-patterns.ts';
import { keys } from '#shared/store/keys.ts';
import { TABLE } from '#shared/store/table.ts';
import { GENERATED } from '../../docs/generate.ts';

const root = join(import.meta.dirname, '../..');

describe('what is generated', () => {
  it.each(Object.entries(GENERATED))('%s is what the code makes now (node docs/generate.ts)', (path, make) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(make());
  });

  it('are all the schemas that lie there', () => {
    const schemas = 'docs/generated/schemas';
    const kept = readdirSync(join(root, schemas), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
    expect(kept.sort()).toEqual(
      Object.keys(GENERATED)
        .filter((path) => path.startsWith(schemas))
        .sort(),
    );
  });
});

describe('the data model', () => {
  it('tells of every key, with the arguments that the key takes', () => {
    expect(Object.keys(ITEMS)).toEqual(Object.keys(keys));
    for (const name of Object.keys(ITEMS) as ItemName[])
      expect(ITEMS[name].arguments.length, name).toBe(keys[name].length);
  });

  it('knows who uses every index and every item', () => {
    const all = new Set(
      ACCESS_PATTERNS.flatMap(({ by }): readonly string[] => ('index' in by ? [by.index] : by.items)),
    );
    expect([...Object.keys(TABLE.indexes), ...Object.keys(ITEMS)].filter((name) => !all.has(name))).toEqual([]);
  });

  it('reads an index only as it was a moment ago: DynamoDB offers nothing else', () => {
    for (const { by, how, asks } of ACCESS_PATTERNS) if ('index' in by) expect(how, asks).toBe('eventual');
  });
});
