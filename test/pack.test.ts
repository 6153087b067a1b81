/** The toolkit as its users get it: packed, installed into an empty directory, called and imported. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import test, { after } from 'node:test';
import { importsOf } from './imports.ts';
import { law } from './law.ts';

interface Manifest {
  version: string;
  exports: Record<string, unknown>;
  dependencies?: Record<string, string>;
}

const manifest = JSON.parse(readFileSync('toolkit/package.json', 'utf8')) as Manifest;
const rooms = Object.keys(manifest.exports).map((path) => path.replace('./', 'cpansec/'));

/** Everything that comes with `npm install cpansec`: grows only on purpose. */
const CLOSURE = [
  '@noble/hashes',
  'ae-cvss-calculator',
  'base64-js',
  'buffer',
  'ieee754',
  'pend',
  'through',
  'unbzip2-stream',
  'xz-decompress',
  'yaml',
  'yauzl',
];
const CLOSURE_LIMIT = 6 * 1024 * 1024;

const home = mkdtempSync(join(tmpdir(), 'cpansec-pack-'));
after(() => rmSync(home, { recursive: true, force: true }));

/** The machine's own programs, without this repository's in front. */
const machinePath = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
const env = { ...process.env, PATH: machinePath, NODE_OPTIONS: '', npm_config_update_notifier: 'false' };

const packed = pack('toolkit');

/** Beside the rooms: the command's start and its two bundles, their large data, the embedded index. */
const PROGRAM = [
  'dist/advisories.index',
  'dist/command.cjs',
  'dist/corelist-data.cjs',
  'dist/cpansec.cjs',
  'dist/on-demand.cjs',
] as const;

test('what users can import is every room of the toolkit but the command', () => {
  const ours = Object.keys(law).filter((room) => room.startsWith('toolkit/') && room !== 'toolkit/cli');
  assert.deepEqual([...rooms].sort(), ours.map((room) => room.replace('toolkit/', 'cpansec/')).sort());
});

test('the tarball holds the built rooms, the command, the index and nothing else', () => {
  const about = ['LICENSE', 'README.md', 'package.json'];
  const modules = packed.files.filter((file) => ![...about, ...PROGRAM].includes(file));
  assert.equal(packed.files.length, modules.length + about.length + PROGRAM.length);
  for (const module of modules) {
    const [, room = '', source = ''] = /^dist\/(\w+)\/(.+?)\.(?:js|d\.ts)$/.exec(module) ?? [];
    assert.ok(rooms.includes(`cpansec/${room}`), `${module} is of no room`);
    assert.ok(existsSync(`toolkit/${room}/${source}.ts`), `${module} is built from nothing`);
    assert.doesNotMatch(module, /\.test\./);
  }
  for (const room of rooms)
    for (const kind of ['js', 'd.ts'])
      assert.ok(
        modules.includes(`${room.replace('cpansec', 'dist')}/index.${kind}`),
        `${room} has no ${kind}`,
      );
});

test('what is packed loads Node, itself and the listed packages, and nothing of the desk', () => {
  const code = packed.files.filter((file) => /\.(?:js|cjs|d\.ts)$/.test(file));
  const loaded = new Set(code.flatMap((file) => packagesLoaded(join('toolkit', file))));
  assert.deepEqual([...loaded].sort(), Object.keys(manifest.dependencies ?? {}).sort());
});

test('it installs without the network and brings only the listed packages', () => {
  const tarballs = CLOSURE.map((name) => pack(`node_modules/${name}`).path);
  writeFileSync(join(home, 'package.json'), '{"private": true}');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', packed.path, ...tarballs], {
    cwd: home,
    env,
    stdio: 'pipe',
  });
  const installed = installedPackages(join(home, 'node_modules'));
  assert.deepEqual(installed, [...CLOSURE, 'cpansec'].sort());
  const bytes = CLOSURE.reduce((sum, name) => sum + folderSize(join(home, 'node_modules', name)), 0);
  assert.ok(bytes < CLOSURE_LIMIT, `the closure is ${bytes} bytes`);
});

for (const [name, path] of [
  ['the Node of the machine', machinePath],
  ['the Node of the repository', process.env.PATH ?? ''],
] as const) {
  test(`npx cpansec runs on ${name}`, () => {
    const { stdout, stderr } = spawnSync('npx', ['--no-install', 'cpansec', '--version'], {
      cwd: home,
      env: { ...env, PATH: path },
      encoding: 'utf8',
    });
    assert.equal(stdout, `cpansec ${manifest.version}\n`, stderr);
  });

  test(`every room is importable on ${name}, and nothing else is`, () => {
    const program = `
      for (const room of ${JSON.stringify(rooms)}) {
        const names = Object.keys(await import(room));
        if (names.length === 0) throw new Error(room + ' exports nothing');
      }
      for (const hidden of ['cpansec', 'cpansec/cli', 'cpansec/cpan/version', 'cpansec/dist/cpan/index.js']) {
        const code = await import(hidden).then(() => 'importable', (error) => error.code);
        if (code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw new Error(hidden + ': ' + code);
      }`;
    writeFileSync(join(home, 'rooms.mjs'), program);
    const { status, stderr } = spawnSync('node', ['rooms.mjs'], {
      cwd: home,
      env: { ...env, PATH: path },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });
}

test('every room has types for its users', () => {
  const uses = rooms.map((room, i) => `import * as room${i} from '${room}';\nconsole.log(room${i});`);
  writeFileSync(
    join(home, 'use.mts'),
    `${uses.join('\n')}\nimport { parseVersion } from 'cpansec/cpan';\nexport const normal: string = parseVersion('1.2').normal;\n`,
  );
  const args = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--lib',
    'es2023,dom',
    '--types',
    '',
    'use.mts',
  ];
  const { status, stdout } = spawnSync(resolve('node_modules/.bin/tsc'), args, {
    cwd: home,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});

/** By import, or by `require` in a bundle. */
function packagesLoaded(file: string): string[] {
  const required = [...readFileSync(file, 'utf8').matchAll(/\brequire\("([^".][^"]*)"\)/g)];
  const imported = importsOf(file).filter(({ relative }) => !relative);
  return [...required.map(([, name = '']) => name), ...imported.map(({ to }) => to)]
    .filter((name) => !isBuiltin(name))
    .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

function pack(folder: string): { path: string; files: string[] } {
  const json = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', home, resolve(folder)],
    { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [entry] = Object.values(
    JSON.parse(json) as Record<string, { filename: string; files: { path: string }[] }>,
  );
  assert.ok(entry);
  return {
    path: join(home, entry.filename.replace('@', '').replace('/', '-')),
    files: entry.files.map(({ path }) => path),
  };
}

function installedPackages(modules: string): string[] {
  const names = readdirSync(modules).filter((name) => !name.startsWith('.'));
  return names
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
    )
    .sort();
}

function folderSize(folder: string): number {
  return readdirSync(folder, { recursive: true }).reduce(
    (sum: number, file) => sum + statSync(join(folder, String(file))).size,
    0,
  );
}
