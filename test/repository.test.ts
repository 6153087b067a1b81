/** The repository as a whole: types, style, dead code, lock file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

function run(...command: string[]): { status: number | null; output: string } {
  const [program = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${program}`, args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

test('types hold', () => {
  const { status, output } = run('tsc', '-p', 'tsconfig.json');
  assert.equal(status, 0, output);
});

test('the pure rooms know nothing of Node', () => {
  const { status, output } = run('tsc', '-p', 'tsconfig.pure.json');
  assert.equal(status, 0, output);
});

test('the pages know nothing of Node', () => {
  const { status, output } = run('tsc', '-p', 'tsconfig.browser.json');
  assert.equal(status, 0, output);
});

test('style and lint', () => {
  const { status, output } = run('biome', 'check', '--error-on-warnings', '.');
  assert.equal(status, 0, output);
});

test('no dead files, exports or dependencies', () => {
  const { status, output } = run('knip');
  assert.equal(status, 0, output);
});

test('the lock file holds no download addresses', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { resolved?: string; link?: boolean }>;
  };
  const addresses = Object.entries(packages).filter(
    ([, { resolved, link }]) => resolved !== undefined && link !== true,
  );
  assert.deepEqual(addresses, []);
});

test('no file holds both sides of a merge', () => {
  const marked = [
    'README.md',
    'ARCHITECTURE.md',
    'GLOSSARY.md',
    'THREAT-MODEL.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
  ];
  for (const folder of ['docs', 'data', 'examples'])
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (/\.(?:md|json|txt)$/.test(name)) marked.push(`${folder}/${name}`);
  assert.deepEqual(
    marked.filter((file) => /^(?:<{7}|>{7}) /m.test(readFileSync(file, 'utf8'))),
    [],
  );
});
