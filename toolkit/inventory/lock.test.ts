import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { parseSnapshot } from '../cpan/index.ts';
import { Collection } from './collection.ts';
import { addLocked } from './lock.ts';

/** Edges by the parser's own objects. */
function expected(text: string): string[] {
  const locked = parseSnapshot(text);
  const providers = new Map<string, string>();
  for (const { dist, version, provides } of locked) {
    for (const module of Object.keys(provides)) {
      if (!providers.has(module)) providers.set(module, `${dist}@${version}`);
    }
  }
  const edges = locked.flatMap(({ dist, version, requirements }) =>
    Object.keys(requirements).map((module) => [`${dist}@${version}`, providers.get(module)] as const),
  );
  const found = edges.filter(([from, to]) => to !== undefined && to !== from);
  return [...new Set(found.map(([from, to]) => `${from} ${to}`))].sort();
}

function taken(text: string): string[] {
  const collection = new Collection();
  addLocked(collection, text, 'lock').link();
  const { components } = collection.finish('lock');
  return components.flatMap(({ key, requires }) => requires.map((other) => `${key} ${other}`)).sort();
}

test('edges of real lock files are those that the parser tells', { skip: withoutShared('snapshots') }, () => {
  for (const name of readdirSync(sharedPath('snapshots'))) {
    const text = sharedText(`snapshots/${name}`);
    assert.deepEqual(taken(text), expected(text), name);
  }
});

test('and of any other', () => {
  const module = fc.constantFrom('A', 'B::C', '__proto__', 'constructor', 'D');
  const section = (name: string) =>
    fc.uniqueArray(module).map((modules) => [`    ${name}:`, ...modules.map((one) => `      ${one} 1`)]);
  const entry = fc.tuple(section('provides'), section('requirements'), fc.constantFrom('', '  '));
  const breaks = fc.constantFrom('\n', '\r\n');
  fc.assert(
    fc.property(fc.array(entry), breaks, (entries, lineBreak) => {
      const lines = entries.flatMap(([provides, requirements, blank], i) => [
        `  Dist${i}-1`,
        `    pathname: A/AB/ABC/Dist${i}-1.tar.gz`,
        ...provides,
        ...requirements,
        blank,
      ]);
      const text = ['# carton snapshot format: version 1.0', 'DISTRIBUTIONS', ...lines, ''].join(lineBreak);
      assert.deepEqual(taken(text), expected(text));
    }),
    { seed, numRuns: rounds(200, 10_000) },
  );
});
