import { expect, it } from 'vitest';
import { buildAsFunctions } from '#infra/bundle.ts';

/** What a module of the matcher adds to a function: its bytes, and the packages among them. */
function bundled(module: string): { readonly bytes: number; readonly packages: Set<string> } {
  const { outputFiles, metafile } = buildAsFunctions({
    entryPoints: [`shared/domain/organisation/match/${module}`],
    outdir: 'not-written',
    sourcemap: false,
  });
  const packages = Object.keys(metafile.inputs).flatMap((input) => /node_modules\/([^/]+)/.exec(input)?.[1] ?? []);
  return { bytes: outputFiles[0]?.contents.length ?? 0, packages: new Set(packages) };
}

it('the keys of names that functions take in events with cost 80 KB at most, without the dictionary of sounds', () => {
  const { bytes, packages } = bundled('exact-key.ts');
  expect([...packages]).toEqual(['opencc-js']);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(80_000);
});

it('the whole matcher costs 400 KB at most, and one direction of one dictionary of characters', () => {
  const { bytes, packages } = bundled('duplicates.ts');
  expect([...packages].toSorted()).toEqual(['opencc-js', 'pinyin-pro']);
  expect(bytes).toBeLessThan(400_000);
});
