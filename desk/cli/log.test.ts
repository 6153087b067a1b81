/** `cpansec-desk log` as it is typed. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { run } from '../../test/built.ts';
import { typed } from '../../test/typed.ts';

const example = new URL('../../examples/log/log.json', import.meta.url).pathname;

interface Given {
  readonly home: string;
  /** What is typed behind `log`, and all that comes back. */
  readonly log: (...args: string[]) => Promise<string>;
}

function given(t: TestContext): Given {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-log-'));
  t.after(() => rmSync(home, { recursive: true }));
  cpSync(example, join(home, 'log.json'));
  const log = async (...args: string[]): Promise<string> => {
    const { status, out, err } = await typed(['log', ...args, '--log', join(home, 'log.json')]);
    return `${out}${err}=> ${status}\n`
      .replaceAll(`${home}/`, '')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<now>');
  };
  return { home, log };
}

test('a log is made, looked at and checked', async (t) => {
  const { home, log } = given(t);
  assert.match(await log('status'), /log\.policy: cannot read: no such file/);
  assert.match(
    await log('init'),
    /^log +advisories\.example\.org\/log\nentries +1\nkeys +[0-9a-f]{8}\n(?:.*\n){2}=> 0\n$/,
  );
  assert.match(await log('init'), /there is a log already\n(?:.*\n)*=> 4\n$/);
  assert.match(
    await log('status'),
    /^log +advisories.*\nsigned +1, <now>\npublished +1\nwitness +none\nkeys .*\nproblem +none\n=> 0\n$/,
  );
  assert.match(
    await log('status', '--metrics'),
    /\ncpansec_log_published_entries\{origin="advisories.example.org\/log"\} 1\n/,
  );
  assert.equal(JSON.parse((await log('status', '--json')).replace(/=> 0\n$/, '')).published.size, 1);
  assert.match(await log('fsck'), /^entries +1\nroot .*\nwrong +nothing\n=> 0\n$/);
  writeFileSync(join(home, 'tree/log/tile/entries/000.p/1'), '');
  assert.match(
    await log('fsck'),
    /^tile\/entries\/000\.p\/1: .*\nentries +1\nroot .*\nwrong +1 fault\n=> 1\n$/,
  );
});

test('a new key signs beside the old one, and then alone', async (t) => {
  const { home, log } = given(t);
  await log('init');
  const [old = ''] = /[0-9a-f]{8}/.exec(await log('keys')) ?? [];
  const config = JSON.parse(readFileSync(join(home, 'log.json'), 'utf8'));
  const write = (keys: string[]): void =>
    writeFileSync(join(home, 'log.json'), JSON.stringify({ ...config, keys }));
  // Another log's init makes a key of the same name.
  const other = given(t);
  await other.log('init');
  cpSync(join(other.home, 'log.key'), join(home, 'new.key'));
  chmodSync(join(home, 'new.key'), 0o600);
  write(['new.key', 'log.key']);
  assert.match(await log('keys'), /^[0-9a-f]{8} +entry 1\n[0-9a-f]{8} +entry 0, as before\n=> 0\n$/);
  assert.match(
    await log('status'),
    /problem +the policy lacks the line: log advisories\.example\.org\/log\+.*\n=> 1\n$/,
  );
  const [line = ''] = /^log .*$/m.exec(readFileSync(join(other.home, 'log.policy'), 'utf8')) ?? [];
  writeFileSync(join(home, 'log.policy'), `${line}\n${readFileSync(join(home, 'log.policy'), 'utf8')}`);
  assert.match(await log('status'), /problem +none\n=> 0\n$/);
  assert.match(await log('retire', old), /still signs: take it out of the configuration first/);
  write(['new.key']);
  assert.match(await log('retire', 'aaaaaaaa'), /the log was never told of a key aaaaaaaa/);
  assert.match(await log('retire', old), /^[0-9a-f]{8} +entry 2\n=> 0\n$/);
  assert.match(await log('status'), /signed +3, .*\npublished +3\n/);
});

test('hints that cannot be made are a finding', async (t) => {
  const { home, log } = given(t);
  await log('init');
  assert.match(await log('hints'), /^hints +of 1 entry\n=> 0\n$/);
  const [one = ''] = readdirSync(join(home, 'tree/log/lookup'));
  rmSync(join(home, 'tree/log/lookup', one));
  mkdirSync(join(home, 'tree/log/lookup', one));
  assert.match(await log('hints'), /^cpansec-desk: lookups and proofs are not complete: .*\n=> 1\n$/);
});

for (const umask of ['000', '022', '077'])
  test(`with umask ${umask} everybody reads the log, and its keeper alone the state`, async (t) => {
    const { home } = given(t);
    const under = ['sh', '-c', `umask ${umask}; exec "$0" "$@"`];
    const args = ['log', 'init', '--log', join(home, 'log.json')];
    const { status, stderr } = await run(args, { program: 'cpansec-desk', under });
    assert.equal(status, 0, stderr);
    const modeOf = (path: string): string => (statSync(join(home, path)).mode & 0o777).toString(8);
    const all = readdirSync(join(home, 'tree'), { recursive: true, encoding: 'utf8' });
    const modes = new Set(all.map((path) => modeOf(join('tree', path))));
    assert.deepEqual([...modes].sort(), ['644', '755']);
    assert.deepEqual(['tree', 'log.state', 'log.state/lock'].map(modeOf), ['755', '700', '600']);
  });

test('an address of no database is a mistake in the configuration, and is not shown', async (t) => {
  const { home } = given(t);
  const config = JSON.parse(readFileSync(join(home, 'log.json'), 'utf8'));
  writeFileSync(join(home, 'log.json'), JSON.stringify({ ...config, lock: 'postgres' }));
  for (const address of ['postgres://me:secret@host:port/db', 'postgres://me:secret@[host/db']) {
    const env = { CPANSEC_LOG_DATABASE: address };
    const { status, err } = await typed(['log', 'init', '--log', join(home, 'log.json')], env);
    assert.match(err, /CPANSEC_LOG_DATABASE is no address, postgres:/);
    assert.ok(status === 2 && !err.includes('secret'), `${status} ${err}`);
  }
});

test('what is mistyped is said with what to do', async (t) => {
  const { log } = given(t);
  assert.match(await log('unknown'), /log "unknown": not one of init, status, .*\n(?:.*\n)*=> 2\n$/);
  assert.match(await log('retire'), /log retire takes ID/);
  assert.match(await log('retire', 'XYZ'), /the id of a key has 8 hexadecimal digits/);
  const { err, status } = await typed(['log', 'status']);
  assert.match(err, /--log is missing/);
  assert.equal(status, 2);
});
