/** The command as it is typed: on a directory and on a bucket. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { s3Server } from '../../test/s3.ts';
import { typed } from '../../test/typed.ts';

const data = new URL('../../data', import.meta.url).pathname;

function scratch(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'cpansec-desk-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const OSV = {
  schema_version: '1.7.0',
  id: 'CVE-2026-99991',
  modified: '2026-11-22T06:00:00Z',
  summary: 'Follows links',
  affected: [
    {
      package: { ecosystem: 'CPAN', name: 'Example-Dist' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.7' }] }],
    },
  ],
};

test('our records go into a directory once, and the store is whole', async (context) => {
  const store = join(scratch(context), 'store');
  const first = await typed(['import', data, '--store', store]);
  assert.match(
    first.out,
    /^source +own, 350 rows\nimported +350 {2}new records\nreleases +\d+ dist.*\nwritten +change 1\n$/,
  );
  assert.equal(first.status, 0);
  const second = await typed(['import', data, '--store', store, '--as', 'data']);
  assert.match(second.out, /unchanged +350 .*\nreleases +0 .*\nwritten +nothing\n$/);
  const checked = await typed(['store', 'check', '--store', store]);
  assert.match(checked.out, /records +350 records, 350 revisions\n(?:.*\n)*wrong +nothing\n$/);
  assert.equal(checked.status, 0);
});

test('a bucket is a store, by the variables of AWS', async (context) => {
  const server = await s3Server();
  context.after(() => server.close());
  const path = join(scratch(context), 'a.json');
  writeFileSync(path, JSON.stringify(OSV));
  const env = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: server.region,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  const address = ['--store', 's3://published/store'];
  assert.match((await typed(['import', path, ...address, '--dry-run'], env)).out, /nothing was written/);
  assert.equal(server.objects.size, 0);
  assert.equal((await typed(['import', path, ...address], env)).status, 0);
  const { rows, counts } = JSON.parse((await typed(['import', path, ...address, '--json'], env)).out);
  assert.equal(counts.unchanged, 1);
  assert.deepEqual(rows, [
    {
      row: 'CVE-2026-99991',
      verdict: 'unchanged',
      record: 'CVE-2026-99991',
      reason: 'the facts are the same',
      differences: [],
    },
  ]);
  assert.equal((await typed(['store', 'check', ...address], env)).status, 0);
  const wrong = await typed(['import', path, ...address], { ...env, AWS_SECRET_ACCESS_KEY: 'not-it' });
  assert.equal(wrong.status, 4);
  assert.match(wrong.err, /^cpansec-desk: .*403, "SignatureDoesNotMatch"/);
  assert.doesNotMatch(wrong.err, /not-it|TESTKEY/);
});

test('a damaged store is told, file by file', async (context) => {
  const store = join(scratch(context), 'store');
  const write = (key: string, text: string): void => {
    mkdirSync(join(store, key, '..'), { recursive: true });
    writeFileSync(join(store, key), text);
  };
  await typed(['import', data, '--store', store]);
  const [id = ''] = readdirSync(join(store, 'records'));
  write(`records/${id}/3.json`, '{');
  write('records/.hidden/1.json', '{}');
  write(
    'dists/Example.json',
    '{"format": "cpansec-dist/1", "distribution": "Other", "mainModule": null, "modules": [], "releases": []}',
  );
  write('changes/000000000003.json', '{}');
  write('changes/000000000009.done', '');
  write('notes.txt', 'x');
  const { status, out } = await typed(['store', 'check', '--store', store]);
  assert.equal(status, 1);
  for (const line of [
    `records/${id}/3.json: line 1: expected a key, found the end`,
    `records/${id}/2.json: is not there, and a later revision is`,
    'records/.hidden/1.json: has no place in a store',
    'dists/Example.json: holds the distribution Other',
    'changes/000000000003.json: format: expected one of cpansec-change/1, found nothing',
    'changes/000000000002.json: is not there, and a later change is',
    'changes/000000000009.done: is of no change',
    'notes.txt: has no place in a store',
  ])
    assert.ok(out.split('\n').includes(line), `${line}\n${out}`);
});

test('what is mistyped or cannot be read is said with the next step', async (context) => {
  const path = scratch(context);
  writeFileSync(join(path, 'bad.json'), '{"dists": {}, "module2dist": {}');
  writeFileSync(join(path, 'osv.json'), JSON.stringify(OSV));
  symlinkSync('/etc', join(path, 'records'));
  const config = new URL('../../examples/publisher/publisher.json', import.meta.url).pathname;
  const later = join(path, 'later.json');
  writeFileSync(later, readFileSync(config, 'utf8').replace(/"expires": "\d+/, '"expires": "2999'));
  const key = join(path, 'key');
  await typed(['key', key, '--name', 'Example', '--email', 'publisher@example.org']);
  const publish = (store: string, tree: string, configuration = config): string[] => [
    ...['publish', '--store', store, '--tree', tree, '--config', configuration, '--key', key],
  ];
  const store = ['--store', join(path, 'store')];
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['import'], 2, /import needs a source\n {2}cpansec-desk import --help/],
    [['import', data], 2, /--store is missing/],
    [['import', data, '--store', 'ftp://x'], 2, /expected a directory or s3/],
    [['import', data, '--store', 's3://published/x'], 2, /needs AWS_ACCESS_KEY_ID/],
    [['import', data, ...store, '--as', 'osv'], 2, /is data, not osv/],
    [['import', join(path, 'none'), ...store], 2, /no such file/],
    [['import', join(path, 'bad.json'), ...store], 3, /bad\.json:1:32: .*\n {2}nothing was written/],
    [['import', join(path, 'osv.json'), '--store', path], 4, /a link stands on the way/],
    [['store', 'check', ...store], 2, /nothing stands there/],
    [['store', 'mend', ...store], 2, /store "mend": not one of check/],
    [['key', join(path, 'k'), '--name', 'x', '--email', 'x'], 2, /k: cannot be made for "x <x>"/],
    [
      ['key', key, '--name', 'x', '--email', 'x@example.org'],
      2,
      /key: cannot write: something stands there already\n$/,
    ],
    [publish(join(path, 'stroe'), join(path, 'tree')), 4, /holds nothing: import makes a store\n/],
    [publish(data, join(path, 'osv.json/tree')), 4, /osv\.json: cannot make the directory: something/],
    [publish(data, join(path, 'tree'), 'none.json'), 3, /none\.json: cannot read: no such file/],
    [publish(data, join(path, 'tree'), later), 3, /security\.expires: more than a year ahead; RFC 9116/],
    [['serve', '--tree', join(path, 'none')], 4, /none: manifest\.json: there is no manifest\n/],
    [
      ['serve', '--tree', 's3://public/'],
      2,
      /a bucket needs AWS_ACCESS_KEY_ID\n {2}a tree is a directory, an http/,
    ],
    [['improt'], 2, /did you mean cpansec-desk import\?/],
  ];
  for (const [args, status, words] of cases) {
    const said = await typed(args);
    assert.equal(said.status, status, `${args.join(' ')}: ${said.err}`);
    assert.match(said.err, words);
    assert.equal(said.out, '');
  }
});

test('it starts as a program of its own, and helps', () => {
  const main = new URL('./main.ts', import.meta.url).pathname;
  const run = (...args: string[]): string =>
    spawnSync(process.execPath, ['--conditions=source', main, ...args], { encoding: 'utf8' }).stdout;
  assert.match(run('--help'), /^cpansec-desk: .*\n\nUsage: cpansec-desk COMMAND/);
  assert.match(run('import', '--help'), /--store ADDRESS/);
});

test('a patch is put once, and what is no patch is refused', async (context) => {
  const folder = scratch(context);
  const [store, file] = [join(folder, 'store'), join(folder, 'fix.patch')];
  const of = ['--store', store, '--advisory', 'CVE-2026-99991', '--dist', 'Example-Dist', '--version', '1.6'];
  writeFileSync(file, '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n');
  const key = 'patches/E/Example-Dist/1.6/CVE-2026-99991-r1.patch';
  assert.deepEqual(await typed(['patch', 'add', file, ...of]), {
    status: 0,
    out: `added  ${key}\n`,
    err: '',
  });
  assert.deepEqual(await typed(['patch', 'add', file, ...of]), {
    status: 0,
    out: `there  ${key}\n`,
    err: '',
  });
  assert.match((await typed(['store', 'check', '--store', store])).out, /^patches +1 patch$/m);
  writeFileSync(file, 'no patch\n');
  const refused = await typed(['patch', 'add', file, ...of]);
  assert.equal(refused.status, 2);
  assert.match(refused.err, /fix\.patch: no unified diff: it has no hunk\n {2}nothing was written/);
  assert.equal((await typed(['patch', 'add', join(folder, 'absent'), ...of])).status, 3);
  for (const args of [['patch'], ['patch', 'add'], ['patch', 'put', file, ...of], ['patch', 'add', file]])
    assert.equal((await typed(args)).status, 2, args.join(' '));
});

test('what the log has otherwise from before is told with the publication', async (context) => {
  const home = scratch(context);
  const config = new URL('../../examples/publisher/publisher.json', import.meta.url).pathname;
  const key = join(home, 'publisher.key');
  await typed(['key', key, '--name', 'Example', '--email', 'publisher@example.org']);
  cpSync(new URL('../../examples/log/log.json', import.meta.url).pathname, join(home, 'log.json'));
  const log = ['--log', join(home, 'log.json')];
  await typed(['log', 'init', ...log]);
  const publish = async (summary: string): Promise<{ status: number; out: string }> => {
    const [store, tree] = [join(home, summary, 'store'), join(home, summary, 'tree')];
    writeFileSync(join(home, 'a.json'), JSON.stringify({ ...OSV, summary }));
    await typed(['import', join(home, 'a.json'), '--store', store]);
    return typed(['publish', '--store', store, '--tree', tree, '--config', config, '--key', key, ...log]);
  };
  const first = await publish('Follows links');
  assert.match(first.out, /log +2 new entries, 3 in all\n/);
  assert.equal(first.status, 0);
  // A store is known by the second of a change.
  await wait(1000);
  const other = await publish('Follows all links');
  assert.match(other.out, /log +2 new entries, 5 in all; entry 3 contradicts entry 1\n/);
  assert.equal(other.status, 1);
});
