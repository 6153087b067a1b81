/** The code that the command keeps between audits: it makes them faster and never another answer. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-code-'));
after(() => rmSync(scratch, { recursive: true }));
const project = join(scratch, 'project');
mkdirSync(project);
writeFileSync(join(project, 'cpanfile'), "requires 'JSON::PP', '== 4.16';\n");

const NAME = `code-${process.version}-${process.arch}`;
const asRoot = process.getuid?.() === 0;

let homes = 0;
/** An empty home, where its cache stands and the file in it. */
function newHome(): { home: string; cache: string; file: string } {
  const home = join(scratch, `home${++homes}`);
  const cache = join(home, '.cache', 'cpansec');
  mkdirSync(home);
  return { home, cache, file: join(cache, NAME) };
}

async function run(home: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: home, ...more };
  const ended = promisify(execFile)(process.execPath, ['toolkit/dist/cpansec.cjs', ...args], { env });
  const { stdout, stderr } = await ended.catch(
    (error: { stdout: string; stderr: string; signal: string }) => {
      assert.equal(error.signal, null, error.stderr);
      return error;
    },
  );
  assert.equal(stderr, '');
  return stdout;
}

const audit = (home: string, more?: NodeJS.ProcessEnv) => run(home, ['audit', project], more);

const first = newHome();
const expected = await audit(first.home);
const good = readFileSync(first.file);

test('the first audit keeps its code for the user alone, later ones use it', async () => {
  assert.match(expected, /JSON-PP/);
  assert.deepEqual(readdirSync(first.cache), [NAME]);
  assert.equal(statSync(first.file).mode & 0o777, 0o600);
  assert.equal(statSync(first.cache).mode & 0o777, 0o700);
  const before = statSync(first.file).mtimeMs;
  assert.equal(await audit(first.home), expected);
  assert.equal(statSync(first.file).mtimeMs, before);
});

test('other commands keep nothing, nor does an audit where Node is told to keep no code', async () => {
  const { home, cache } = newHome();
  await run(home, ['--help']);
  await run(home, ['version', 'compare', '1.0', '2.0']);
  assert.equal(await audit(home, { NODE_DISABLE_COMPILE_CACHE: '1' }), expected);
  assert.ok(!existsSync(cache));
  assert.equal(await audit(home, { HOME: '' }), expected);
  assert.equal(await audit(home, { HOME: 'here', XDG_CACHE_HOME: 'there' }), expected);
  const elsewhere = join(home, 'elsewhere');
  assert.equal(await audit(home, { XDG_CACHE_HOME: elsewhere }), expected);
  assert.deepEqual(readdirSync(join(elsewhere, 'cpansec')), [NAME]);
});

test('damaged, foreign or no code is made anew', async () => {
  const { home, cache, file } = newHome();
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const flipped = (at: number): Buffer => {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 1;
    return bad;
  };
  const half = (good.length - 16) / 2;
  const files: Buffer[] = [
    Buffer.alloc(0),
    Buffer.from('x'),
    good.subarray(0, -1),
    good.subarray(0, 16),
    Buffer.concat([good, good]),
    Buffer.concat([good.subarray(0, 16), Buffer.alloc(2000)]),
    ...[0, 15, 16, 17, 40, 1000, 16 + half, good.length - 1].map(flipped),
    // The code of another build.
    Buffer.concat([Buffer.from('0123456789abcdef'), good.subarray(16)]),
  ];
  for (const [i, bytes] of files.entries()) {
    writeFileSync(file, bytes, { mode: 0o600 });
    assert.equal(await audit(home), expected, `file ${i}`);
    assert.equal(readFileSync(file, 'latin1').slice(0, 16), good.toString('latin1', 0, 16), `file ${i}`);
    assert.ok(readFileSync(file).length > 100_000, `file ${i}`);
  }
});

test('what others may write is not used', async () => {
  const { home, cache, file } = newHome();
  const bad = Buffer.from(good);
  // Both copies say the same, so only its owner and mode speak against it; run, it would end the process.
  for (const at of [16 + 40, 16 + 40 + (good.length - 16) / 2]) bad.fill(0xff, at, at + 2000);
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  writeFileSync(file, bad);
  chmodSync(file, 0o666);
  assert.equal(await audit(home), expected, 'a file');
  writeFileSync(file, bad);
  chmodSync(file, 0o600);
  chmodSync(cache, 0o777);
  assert.equal(await audit(home), expected, 'a directory');
  assert.deepEqual(readFileSync(file), bad, 'and nothing is put there');
  chmodSync(cache, 0o700);
  rmSync(file);
  writeFileSync(join(home, 'elsewhere'), bad, { mode: 0o600 });
  symlinkSync(join(home, 'elsewhere'), file);
  assert.equal(await audit(home), expected, 'a link');
});

test('what another user owns is not used', {
  skip: asRoot ? false : 'only root gives files away',
}, async () => {
  const { home, cache, file } = newHome();
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  writeFileSync(file, Buffer.alloc(good.length, 0xff), { mode: 0o600 });
  chownSync(file, 65_534, 65_534);
  assert.equal(await audit(home), expected);
  chownSync(cache, 65_534, 65_534);
  rmSync(file);
  assert.equal(await audit(home), expected);
  assert.deepEqual(readdirSync(cache), []);
});

test('a home that takes nothing, and many at once', async () => {
  const { home } = newHome();
  writeFileSync(join(home, '.cache'), 'a file');
  assert.equal(await audit(home), expected);
  const busy = newHome();
  assert.deepEqual(new Set(await Promise.all([1, 2, 3, 4].map(() => audit(busy.home)))), new Set([expected]));
  assert.deepEqual(readdirSync(busy.cache), [NAME]);
  assert.equal(await audit(busy.home), expected);
});
