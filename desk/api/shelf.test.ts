/** A newer tree takes over as a whole; what goes wrong leaves the old one. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { record } from '../../test/given.ts';
import { exampleContent, scratchTree, serving } from '../../test/served.ts';
import { advisoryContent, makeTree, type TreeContent } from '../../test/tree.ts';
import { Shelf, type ShelfEvents } from './shelf.ts';
import { openSource } from './source.ts';

const options = { cacheBytes: 1_000_000, interval: 3_600_000 };

interface Told extends ShelfEvents {
  readonly serials: number[];
  readonly problems: string[];
}

function listener(): Told {
  const serials: number[] = [];
  const problems: string[] = [];
  return {
    serials,
    problems,
    takenOver: ({ tree }) => void serials.push(tree.manifest.serial),
    refused: (error) => void problems.push(error instanceof Error ? error.message : String(error)),
  };
}

function second(): TreeContent {
  const records = [record('CPANSA-Example-Shop-2026-05', [{ ranges: ['<3'] }])];
  return advisoryContent({ records }, { serial: 2 });
}

function objects(directory: string): string[] {
  const names = readdirSync(join(directory, 'objects'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.includes('/'));
}

test('work that began on a tree ends on it', async (t) => {
  const directory = scratchTree(exampleContent());
  const told = listener();
  const shelf = await Shelf.open(openSource(directory, {}), options, told);
  t.after(() => shelf.close());
  const ids = await shelf.use(async (view) => {
    makeTree(directory, second(), { serial: 2 });
    assert.equal(await shelf.look(), true);
    const known = view.index.distribution('Example-Till')?.advisories ?? [];
    return known.map(({ id }) => id);
  });
  assert.deepEqual(ids, ['CPANSA-Example-Till-2026-01']);
  assert.deepEqual(told.serials, [2]);
  assert.equal(
    shelf.use((view) => view.index.distribution('Example-Till')),
    null,
  );
  assert.equal(await shelf.look(), false);
});

test('where a file is gone the newer tree is looked for, and the work done on that', async (t) => {
  const directory = scratchTree(exampleContent());
  const told = listener();
  const shelf = await Shelf.open(openSource(directory, {}), options, told);
  t.after(() => shelf.close());
  rmSync(join(directory, 'objects'), { recursive: true });
  makeTree(directory, second(), { serial: 2 });
  const changes = await shelf.use(({ tree }) => tree.read('osv/CPAN/modified_id.csv'));
  assert.match(Buffer.from(changes ?? []).toString(), /CPANSA-Example-Shop-2026-05/);
  assert.deepEqual(told.serials, [2]);
});

const broken: [what: string, breakIt: (directory: string) => void, problem: RegExp][] = [
  [
    'no manifest',
    (directory) => rmSync(join(directory, 'manifest.json')),
    /^manifest\.json: there is no manifest$/,
  ],
  ['no JSON', (directory) => writeFileSync(join(directory, 'manifest.json'), '{'), /^manifest\.json:1:2/],
  [
    'an older tree',
    (directory) => makeTree(directory, second(), { serial: 0 }),
    /^manifest\.json: an older tree, serial 0 after 1$/,
  ],
  [
    'a tree without an index',
    (directory) => makeTree(directory, new Map([['osv/CPAN/modified_id.csv', '']]), { serial: 2 }),
    /^index\/head\.json: the tree has no such file$/,
  ],
  [
    'a tree whose objects are missing',
    (directory) => {
      makeTree(directory, second(), { serial: 2 });
      for (const name of objects(directory)) rmSync(join(directory, 'objects', name));
    },
    /^objects\/[0-9a-f/]+: is not there$/,
  ],
  [
    'a list of changes that is none',
    (directory) => {
      const content = new Map([...second(), ['osv/CPAN/modified_id.csv', 'x\n']]);
      makeTree(directory, content, { serial: 2 });
    },
    /^osv\/CPAN\/modified_id\.csv:1: no instant and id$/,
  ],
];
for (const [what, breakIt, problem] of broken) {
  test(`the old tree stays: ${what}`, async (t) => {
    const directory = scratchTree(exampleContent());
    const told = listener();
    const shelf = await Shelf.open(openSource(directory, {}), options, told);
    t.after(() => shelf.close());
    breakIt(directory);
    assert.equal(await shelf.look(), false);
    assert.match(told.problems.join('\n'), problem);
    assert.equal(shelf.view.tree.manifest.serial, 1);
    assert.equal(shelf.view.index.distribution('Example-Shop')?.name, 'Example-Shop');
  });
}

test('a server does not start without a tree', async () => {
  const empty = join(tmpdir(), 'cpansec-no-such-tree');
  await assert.rejects(serving(empty), { code: 'manifest' });
});

test('a server over another server: the same answers, and nothing left behind', async () => {
  const directory = scratchTree(exampleContent());
  const origin = await serving(directory);
  const tree = await origin.listen({ port: 0, host: '127.0.0.1' });
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith(`cpansec-api-${process.pid}-`));
  const edge = await serving(tree, { interval: 0.05 });
  const query = { package: { purl: 'pkg:cpan/Example-Shop@1.4' } };
  const asked = { method: 'POST', url: '/v1/query', payload: query } as const;
  assert.equal((await edge.inject(asked)).body, (await origin.inject(asked)).body);
  for (const url of ['/', '/osv/CPAN/all.zip', '/manifest.json', '/index/head.json'])
    assert.deepEqual((await edge.inject(url)).rawPayload, (await origin.inject(url)).rawPayload, url);

  makeTree(directory, second(), { serial: 2 });
  for (let i = 0; i < 200 && (await edge.inject('/health')).json().serial !== 2; i++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const { body } = await edge.inject({ ...asked, payload: { package: { purl: 'pkg:cpan/Example-Shop@2' } } });
  assert.match(body, /CPANSA-Example-Shop-2026-05/);
  await edge.close();
  const left = readdirSync(tmpdir()).filter((name) => name.startsWith(`cpansec-api-${process.pid}-`));
  assert.deepEqual(
    left.filter((name) => !before.includes(name)),
    [],
  );
});
