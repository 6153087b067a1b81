import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { importsOf, roomOf, sourceFiles } from './imports.ts';
import { law } from './law.ts';

const files = sourceFiles();
const imports = files.flatMap(importsOf);

test('every source file stands in a room that the law knows', () => {
  assert.ok(files.length > 20);
  for (const file of files)
    assert.ok(law[roomOf(file)], `${file}: room ${roomOf(file)} is not in test/law.ts`);
});

test('a room imports only what stands beside it in the law', () => {
  const breaches = imports.filter(({ from, to, relative }) => {
    const room = law[roomOf(from)];
    if (room === undefined) return true;
    if (relative) return roomOf(to) !== roomOf(from) && !room.rooms.includes(roomOf(to));
    if (to.startsWith('node:')) return room.node !== true;
    const [scope = '', name = ''] = to.split('/');
    return !room.packages?.includes(scope.startsWith('@') ? `${scope}/${name}` : scope);
  });
  assert.deepEqual(breaches, []);
});

test('another room is entered by its face', () => {
  const breaches = imports.filter(
    ({ from, to, relative }) => relative && roomOf(to) !== roomOf(from) && !to.endsWith('/index.ts'),
  );
  assert.deepEqual(breaches, []);
});

test('relative imports lead to files', () => {
  assert.deepEqual(
    imports.filter(({ to, relative }) => relative && !existsSync(to)),
    [],
  );
});

test('there are no import cycles, types included', () => {
  const edges = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((i) => i.relative)
        .map((i) => i.to),
    ]),
  );
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): void => {
    assert.ok(!trail.includes(file), `cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' → ')}`);
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) walk(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
});

test('the law has no rule that nothing needs', () => {
  for (const [name, room] of Object.entries(law)) {
    if (!files.some((file) => roomOf(file) === name)) continue;
    for (const allowed of room.packages ?? []) {
      const used = imports.some(
        ({ from, to }) => roomOf(from) === name && (to === allowed || to.startsWith(`${allowed}/`)),
      );
      assert.ok(used, `${name} is allowed ${allowed} and does not use it`);
    }
  }
});
