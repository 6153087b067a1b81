import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import test, { after } from 'node:test';
import type { IndexReader } from '../advisories/lookup.ts';
import { sha256, sha256Into } from '../base/index.ts';
import { now } from './clock.ts';
import { IoError, ioError } from './errors.ts';
import { dataHome } from './home.ts';
import { openIndexFile } from './index-file.ts';
import { runProgram } from './program.ts';
import { readStream } from './read-stream.ts';
import { makeDirectory, replaceFile, replaceName } from './replace-file.ts';
import { nodeSha256, nodeSha256Into } from './sha256.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-io-'));
after(() => rmSync(scratch, { recursive: true }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Runs without the rights of root, which may write everywhere. */
function asNobody(work: () => void): void {
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

test('both SHA-256 agree, written elsewhere too', () => {
  for (const text of ['', 'abc', 'x'.repeat(1000)]) {
    const digest = sha256(bytes(text));
    assert.deepEqual(nodeSha256(bytes(text)), digest);
    for (const into of [nodeSha256Into, sha256Into]) {
      const out = new Uint8Array(34);
      into(out, 1, bytes(text));
      assert.deepEqual(out, Uint8Array.from([0, ...digest, 0]));
    }
  }
});

test('an open file is read at any place', () => {
  const path = join(scratch, 'index');
  writeFileSync(path, '0123456789');
  const file: IndexReader & { close(): void } = openIndexFile(path);
  assert.equal(file.size, 10);
  assert.deepEqual(file.read(3, 4), bytes('3456'));
  assert.deepEqual(file.read(10, 0), bytes(''));
  assert.throws(() => file.read(8, 4), { code: 'failed', message: /ends after 10 bytes, 4 wanted at 8/ });
  truncateSync(path, 5);
  assert.throws(() => file.read(3, 4), { code: 'failed', message: /ends after 5 bytes/ });
  file.close();
  file.close();
  assert.throws(() => file.read(0, 1), { code: 'failed' });
  assert.throws(() => openIndexFile(join(scratch, 'none')), { code: 'not-found' });
  assert.throws(() => openIndexFile(scratch), { code: 'wrong-kind' });
});

test('a file is replaced whole, with its permissions', () => {
  const path = join(scratch, 'cpanfile');
  replaceFile(path, bytes('one'), 0o600);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  chmodSync(path, 0o640);
  replaceFile(path, bytes('two'));
  assert.equal(readFileSync(path, 'utf8'), 'two');
  assert.equal(statSync(path).mode & 0o777, 0o640);
});

test('replacing through a link keeps the link', () => {
  const path = join(scratch, 'linked');
  symlinkSync('cpanfile', path);
  replaceFile(path, bytes('three'));
  assert.equal(readlinkSync(path), 'cpanfile');
  assert.equal(readFileSync(join(scratch, 'cpanfile'), 'utf8'), 'three');
});

test('at a name that nobody typed, a link is replaced and what it leads to stays', () => {
  const path = join(scratch, 'planted');
  for (const to of ['cpanfile', 'nothing', 'planted']) {
    rmSync(path, { force: true });
    symlinkSync(to, path);
    replaceName(path, bytes('four'));
    assert.ok(lstatSync(path).isFile());
    assert.equal(readFileSync(path, 'utf8'), 'four');
    assert.equal(readFileSync(join(scratch, 'cpanfile'), 'utf8'), 'three');
  }
  mkdirSync(join(scratch, 'named'));
  assert.throws(() => replaceName(join(scratch, 'named'), bytes('x')), { code: 'wrong-kind' });
});

test('a failed write says why, keeps the old file and leaves nothing behind', () => {
  const directory = join(scratch, 'failing');
  mkdirSync(join(directory, 'taken'), { recursive: true });
  assert.throws(() => replaceFile(join(directory, 'taken'), bytes('x')), { code: 'wrong-kind' });
  assert.throws(() => replaceFile(join(directory, 'no', 'such'), bytes('x')), { code: 'not-found' });
  assert.throws(() => replaceFile('/dev/null', bytes('x')), { code: 'wrong-kind' });
  assert.deepEqual(readdirSync(directory), ['taken']);
});

test('a directory that may not be written to', () => {
  const directory = join(scratch, 'closed');
  mkdirSync(directory);
  writeFileSync(join(directory, 'file'), 'old');
  chmodSync(directory, 0o555);
  chmodSync(scratch, 0o755);
  asNobody(() => {
    assert.throws(() => replaceFile(join(directory, 'file'), bytes('new')), { code: 'not-permitted' });
    assert.throws(() => makeDirectory(join(directory, 'x')), { code: 'not-permitted' });
  });
  assert.equal(readFileSync(join(directory, 'file'), 'utf8'), 'old');
  chmodSync(directory, 0o755);
});

test('a full disk', { skip: existsSync('/dev/full') ? false : 'needs /dev/full' }, () => {
  const file = openSync('/dev/full', 'w');
  try {
    assert.throws(
      () => writeSync(file, 'x'),
      (error) => {
        const { code, message } = ioError(error, 'write', 'db');
        assert.deepEqual([code, message], ['disk-full', 'db: cannot write: no space left on the device']);
        return true;
      },
    );
  } finally {
    closeSync(file);
  }
});

test('where the index lives', () => {
  const cases: [env: Record<string, string>, home: string][] = [
    [{ CPANSEC_HOME: '/srv/x', XDG_DATA_HOME: '/y', HOME: '/h' }, '/srv/x'],
    [{ CPANSEC_HOME: '', XDG_DATA_HOME: '/y', HOME: '/h' }, '/y/cpansec'],
    [{ XDG_DATA_HOME: 'relative', HOME: '/h' }, '/h/.local/share/cpansec'],
    [{ HOME: '/h' }, '/h/.local/share/cpansec'],
  ];
  for (const [env, home] of cases) assert.equal(dataHome(env), home);
});

test('directories are made with those above them', () => {
  makeDirectory(join(scratch, 'a/b/c'));
  assert.ok(statSync(join(scratch, 'a/b/c')).isDirectory());
  writeFileSync(join(scratch, 'a/file'), '');
  assert.throws(() => makeDirectory(join(scratch, 'a/file/x')), IoError);
});

test('a program gets its arguments as they are', () => {
  const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1))); process.exit(3)';
  const odd = ['a b', '$(id)', '`id`', ';x', '"', ''];
  const found = runProgram(process.execPath, ['-e', script, '--', ...odd]);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(found.stdout)), odd);
  assert.equal(found.status, 3);
});

test('a program is given its input and environment', () => {
  const script =
    "process.stdin.on('data', d => process.stdout.write(process.env.ONLY + Object.keys(process.env).length + d))";
  const { stdout } = runProgram(process.execPath, ['-e', script], {
    env: { ONLY: 'this' },
    input: bytes('!'),
  });
  assert.match(new TextDecoder().decode(stdout), /^this\d!$/);
});

test('a program that does not start, end or stop is an error', () => {
  const run = (script: string, options: object): unknown =>
    runProgram(process.execPath, ['-e', script], options);
  assert.throws(() => runProgram(join(scratch, 'none'), []), {
    code: 'bad-program',
    message: /no such program/,
  });
  assert.throws(() => runProgram(scratch, []), { code: 'bad-program', message: /permission denied/ });
  assert.throws(() => run('setInterval(() => {}, 1e3)', { timeout: 300 }), {
    message: /did not end within 0\.3 s/,
  });
  const endless = 'for (;;) require("fs").writeSync(1, "x".repeat(9999))';
  assert.throws(() => run(endless, { maxBuffer: 5000 }), { message: /wrote more than 5000 bytes/ });
});

test('a stream is read to its end, within the limit', async () => {
  const stream = (): Readable => Readable.from([bytes('ab'), bytes('c')]);
  assert.deepEqual(await readStream(stream(), 3, 'stdin'), bytes('abc'));
  await assert.rejects(readStream(stream(), 2, 'stdin'), {
    code: 'too-large',
    message: 'stdin: gives more than 2 bytes',
  });
});

test('the clock goes', () => {
  assert.ok(now().getTime() > Date.UTC(2026, 0));
});
