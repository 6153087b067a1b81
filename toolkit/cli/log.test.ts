/** The log commands against servers on loopback: a log, its witnesses, a mirror. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Ran, run } from '../../test/built.ts';
import { withoutProgram } from '../../test/peers.ts';
import { encodeUtf8 } from '../base/index.ts';
import { formatNoteVerifier } from '../formats/index.ts';
import { type LogEntry, lookupPath } from '../transparency/index.ts';
import {
  GivenCpanLog,
  LOG_KEY,
  ORIGIN,
  ops,
  others,
  release,
  sha256Of,
  TIME,
  witnesses,
} from '../transparency/testdata/given-cpan-log.ts';
import { signedCheckpoint, signerOf } from '../transparency/testdata/signed.ts';
import { witnessAt } from './log-watch.ts';
import { mirrorAt } from './mirror-place.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-log-'));
const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(scratch, { recursive: true });
});
let count = 0;

interface Given {
  readonly url: string;
  /** By path without a slash before it; what is not there is 404. */
  readonly files: Map<string, Uint8Array>;
  /** Paths that are answered otherwise. */
  readonly instead: Map<string, (answer: ServerResponse) => void>;
  readonly asked: string[];
  /** Runs the command with a policy of this server's log and witnesses, in a home of its own. */
  readonly cpansec: (...args: string[]) => Promise<Ran>;
  readonly home: string;
}

/** Bundles are packed by gzip, asked for or not, as some logs do. */
async function given(files: Map<string, Uint8Array>): Promise<Given> {
  const asked: string[] = [];
  const instead: Given['instead'] = new Map();
  const server = createServer(({ url = '' }, answer) => {
    const path = url.slice(1);
    asked.push(path);
    const bytes = files.get(path);
    const other = instead.get(path);
    if (other !== undefined) other(answer);
    else if (bytes === undefined) answer.writeHead(404).end();
    else if (path.includes('tile/entries/'))
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
    else answer.end(bytes);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const url = `http://127.0.0.1:${port}`;
  const home = join(scratch, `home-${count++}`);
  const policy = join(scratch, `policy-${count}`);
  const vkeys = witnesses.map(
    ({ verifier }, i) => `witness w${i + 1} ${formatNoteVerifier(verifier)} ${url}/w${i + 1}\n`,
  );
  writeFileSync(policy, `log ${LOG_KEY} ${url}/log\n${vkeys.join('')}group any any w1 w2\nquorum any\n`);
  const cpansec = (...args: string[]): Promise<Ran> =>
    run([...args, '--policy', policy], { cwd: scratch, env: { CPANSEC_HOME: home, HOME: scratch } });
  return { url, files, instead, asked, cpansec, home };
}

function put(files: Map<string, Uint8Array>, top: string, log: GivenCpanLog): void {
  for (const [path, bytes] of log.files) files.set(`${top}/${path}`, bytes);
}

const said = [release('Foo-1.0.tar.gz', 'foo'), ...others(0, 600)];

test('a log at an address, which stands in the policy; what it packs is read', async () => {
  const log = await new GivenCpanLog().publish(said);
  const { files, asked, cpansec, home } = await given(new Map());
  put(files, 'log', log);
  const full = await cpansec('log', 'verify', '--full');
  assert.match(full.stdout, /^log +example\.org\/log, 601 entries\n/);
  assert.match(full.stdout, /checked +every entry, bundle and tile\n$/);
  assert.equal(full.status, 0, full.stderr);
  asked.length = 0;
  const found = await cpansec('log', 'lookup', 'EXAMPLE', '--json');
  assert.equal(found.status, 0, found.stderr);
  assert.equal(JSON.parse(found.stdout).entries[0].sha256, sha256Of('foo'));
  // The checkpoint, the lookup, the partial tiles, the full tile above the entry, its bundle.
  assert.ok(asked.length <= 7, asked.join(' '));
  const [directory = ''] = readdirSync(join(home, 'logs'));
  assert.equal(readFileSync(join(home, 'logs', directory, 'checkpoint'), 'utf8'), log.note);
  assert.ok(!existsSync(join(home, 'logs', directory, 'checkpoint.lock')));
});

test('a log begun anew under an old name is another log, and no split view', async () => {
  const { files, cpansec, home, url } = await given(new Map());
  put(files, 'log', await new GivenCpanLog().publish(said));
  assert.equal((await cpansec('log', 'verify')).status, 0);
  const anew = await new GivenCpanLog().publish(others(0, 700));
  const signer = await signerOf(ORIGIN, 2, 'ed25519');
  put(files, 'log', anew);
  files.set(
    'log/checkpoint',
    encodeUtf8(await signedCheckpoint({ origin: ORIGIN, ...anew.checkpoint }, signer)),
  );
  const { status, stderr } = await run(
    ['log', 'verify', `${url}/log`, '--key', formatNoteVerifier(signer.verifier)],
    { cwd: scratch, env: { CPANSEC_HOME: home, HOME: scratch } },
  );
  assert.equal(status, 1);
  assert.match(
    stderr,
    /is another log than the one of that name .*: another key signs it.*\n.*remove .*checkpoint\n$/,
  );
  const [directory = ''] = readdirSync(join(home, 'logs'));
  assert.deepEqual(readdirSync(join(home, 'logs', directory)), ['checkpoint']);
});

test('of a path both what was there and that it was taken away is looked up', async () => {
  const foo = release('Foo-1.0.tar.gz', 'foo');
  const gone = (path: string): LogEntry => ({ type: 'removal', path, removed: null, source: 'mirror' });
  const unseen = 'authors/id/E/EX/EXAMPLE/Unseen-1.0.tar.gz';
  const { files, cpansec } = await given(new Map());
  put(files, 'log', await new GivenCpanLog().publish([gone(foo.path), foo, gone(unseen)]));
  const lookup = await cpansec('log', 'lookup', foo.path);
  assert.match(lookup.stdout, /, entry 0\n.*, entry 1\n.*2 entries of path:authors\/id\//s);
  assert.match((await cpansec('log', 'lookup', unseen)).stdout, /, entry 2\n.*1 entry of path:/s);
  assert.match((await cpansec('log', 'lookup', `removed:${foo.path}`)).stdout, /1 entry of removed:/);
});

test('a partial tile that is gone is read from the full one', async () => {
  const log = await new GivenCpanLog().publish(others(0, 255));
  const { files, cpansec } = await given(new Map());
  const { note } = log;
  await log.publish(others(255, 300));
  put(files, 'log', log);
  files.set('log/checkpoint', encodeUtf8(note));
  for (const path of files.keys()) if (path.includes('000.p/255')) files.delete(path);
  const { status, stderr } = await cpansec('log', 'verify', '--full');
  assert.equal(status, 0, stderr);
});

test('witnesses are asked what they saw', async () => {
  const log = await new GivenCpanLog().publish(said, Math.floor(Date.now() / 1000) - 60);
  const { files, cpansec, home } = await given(new Map());
  put(files, 'log', log);
  const path = `${sha256Of(ORIGIN)}/checkpoint`;
  files.set(`w1/${path}`, encodeUtf8(log.note));
  const silent = await cpansec('log', 'watch', 'log');
  assert.equal(silent.status, 3, silent.stderr);
  assert.match(silent.stdout, /^log: 1 found .*\n\nunknown: witness: witness w2\n {2}shows no checkpoint/);
  files.set(`w2/${path}`, encodeUtf8((await new GivenCpanLog().publish([...said.slice(1)])).note));
  const split = await cpansec('log', 'watch', 'log', '--format', 'json');
  assert.equal(split.status, 1, split.stderr);
  assert.deepEqual(
    JSON.parse(split.stdout).findings.map(({ kind, subject }: Record<string, string>) => [kind, subject]),
    [['split', 'witness w2']],
  );
  const [directory = ''] = readdirSync(join(home, 'logs'));
  const names = readdirSync(join(home, 'logs', directory));
  const evidence = names.find((name) => name.startsWith('split-view-')) ?? assert.fail(names.join());
  const checked = await cpansec('log', 'verify', '--evidence', join(home, 'logs', directory, evidence));
  assert.equal(checked.status, 1);
  assert.match(checked.stdout, /of 600 entries and of 601 entries/);
});

test('a copy of a log that does not grow is told by every monitor', async () => {
  const now = Math.floor(Date.now() / 1000);
  const log = await new GivenCpanLog().publish(said, now - 26 * 3600);
  const { files, cpansec } = await given(new Map());
  put(files, 'log', log);
  const mirror = join(scratch, 'empty');
  mkdirSync(join(mirror, 'authors/id'), { recursive: true });
  for (const what of [
    ['author', 'NOBODY'],
    ['mirror', mirror],
  ]) {
    const { stdout } = await cpansec('log', 'watch', ...what);
    assert.match(
      stdout,
      /^unknown: stale: example\.org\/log\n {2}the newest cosignature is of .* 24 hours ago$/m,
    );
  }
  assert.equal((await cpansec('log', 'watch', 'author', 'NOBODY')).status, 3);
  assert.equal((await cpansec('log', 'watch', 'author', 'NOBODY', '--fresh', '27')).status, 0);
  await log.publish([], now - 60);
  put(files, 'log', log);
  assert.equal((await cpansec('log', 'watch', 'author', 'NOBODY')).status, 0);
});

test('a mirror at an address: what CHECKSUMS list, what the log has', async () => {
  const log = await new GivenCpanLog().publish([
    release('Foo-1.0.tar.gz', 'foo'),
    release('Bar-1.0.tar.gz', 'bar'),
    release('Gone-1.0.tar.gz', 'gone'),
  ]);
  const { url, files, asked, cpansec } = await given(new Map());
  put(files, 'log', log);
  const top = 'cpan/authors/id/E/EX/EXAMPLE';
  const listed = { 'Foo-1.0.tar.gz': 'foo', 'Bar-1.0.tar.gz': 'bar', 'New-1.0.tar.gz': 'new' };
  for (const [name, text] of Object.entries(listed)) files.set(`${top}/${name}`, encodeUtf8(text));
  files.set(`${top}/Bar-1.0.tar.gz`, encodeUtf8('evil'));
  const names = { ...listed, '%2e%2e%2f%2e%2e%2fx.zip': 'x', 'x?y.zip': 'x' };
  const lines = Object.entries(names).map(([name, text]) => `'${name}' => {'sha256' => '${sha256Of(text)}'}`);
  files.set(`${top}/CHECKSUMS`, encodeUtf8(`$cksum = {${lines.join(',')}};\n`));
  const { stdout, status, stderr } = await cpansec(
    'log',
    'watch',
    'mirror',
    `${url}/cpan`,
    '--format',
    'json',
  );
  assert.equal(status, 1, stderr);
  assert.ok(
    asked
      .filter((path) => !path.startsWith('log/'))
      .every((path) => path.startsWith(top) && !/[%?]/.test(path)),
    asked.join(' '),
  );
  assert.deepEqual(
    JSON.parse(stdout).findings.map(({ kind, subject }: Record<string, string>) => [kind, subject]),
    [
      ['other-digest', 'authors/id/E/EX/EXAMPLE/Bar-1.0.tar.gz'],
      ['not-logged', 'authors/id/E/EX/EXAMPLE/New-1.0.tar.gz'],
      ['not-on-mirror', 'authors/id/E/EX/EXAMPLE/Gone-1.0.tar.gz'],
      ['checksums', 'authors/id/E/EX/EXAMPLE/Bar-1.0.tar.gz'],
      ['stale', ORIGIN],
    ],
  );
});

test('a mirror is compared with the whole log, of which only what is new is read', async () => {
  const log = await new GivenCpanLog().publish(said, Math.floor(Date.now() / 1000));
  const { files, asked, cpansec } = await given(new Map());
  put(files, 'log', log);
  const mirror = join(scratch, 'grown');
  const path = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';
  mkdirSync(join(mirror, path, '..'), { recursive: true });
  writeFileSync(join(mirror, path), 'evil');
  const run = async (): Promise<{ from: number; found: string[]; bundles: string[] }> => {
    asked.length = 0;
    const { stdout, stderr } = await cpansec('log', 'watch', 'mirror', mirror, '--format', 'json');
    const { from, findings } = JSON.parse(stdout || assert.fail(stderr));
    const found = findings.map(({ kind, index }: Record<string, string>) => `${kind} ${index}`);
    return { from, found, bundles: asked.filter((one) => one.includes('tile/entries/')) };
  };
  const first = await run();
  assert.deepEqual([first.from, first.found.length, first.bundles.length], [0, 601, 3]);
  assert.equal(first.found[0], 'other-digest 0');
  await log.publish([release('Foo-1.0.tar.gz', 'evil'), ...others(600, 700)], Math.floor(Date.now() / 1000));
  put(files, 'log', log);
  const second = await run();
  assert.deepEqual([second.from, second.found.length, second.bundles.length], [601, 701, 1]);
  assert.deepEqual(second.found.slice(0, 2), ['conflict 601', 'not-on-mirror 1']);
});

test('a mirror that sends a byte now and then is given up, file by file, then whole', async () => {
  const { url, instead } = await given(new Map([['cpan/ok', encodeUtf8('foo')]]));
  const drip = (answer: ServerResponse): void => {
    const timer = setInterval(() => answer.write('x'), 5);
    answer.writeHead(200).once('close', () => clearInterval(timer));
  };
  instead.set('cpan/late', drip);
  const mirror = mirrorAt(new URL(`${url}/cpan/`), { env: {} }, 500);
  for (let i = 0; i < 4; i++) {
    await assert.rejects(mirror.sha256('late'), { code: 'missing', message: /took more than 0\.5 s$/ });
    assert.equal(await mirror.sha256('ok'), sha256Of('foo'));
    assert.equal(await mirror.sha256('absent'), null);
  }
  await assert.rejects(mirror.sha256('late'), { code: 'mirror', message: /does not answer$/ });
});

test('a directory of a mirror that may not be read is told, and a file that is too large', async () => {
  const top = join(scratch, 'hidden/');
  mkdirSync(join(top, 'authors/id/E/EX/EXAMPLE'), { recursive: true });
  mkdirSync(join(top, 'authors/id/O'));
  chmodSync(scratch, 0o755);
  chmodSync(join(top, 'authors/id/E/EX/EXAMPLE'), 0);
  const unread: string[] = [];
  const { files, sha256 } = mirrorAt(pathToFileURL(top), { env: {} });
  writeFileSync(join(top, 'large'), '');
  truncateSync(join(top, 'large'), 5 * 1024 ** 3);
  await assert.rejects(sha256('large'), { code: 'missing', message: 'has more than 4294967296 bytes' });
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    for await (const path of files([], (path, words) => unread.push(`${path}: ${words}`))) assert.fail(path);
  } finally {
    if (root) process.seteuid?.(0);
  }
  assert.deepEqual(unread, ['authors/id/E/EX/EXAMPLE/: cannot list: permission denied']);
});

test('a terminal is shown how far it is, a pipe is not', { skip: withoutProgram('script') }, async () => {
  const top = join(scratch, 'at-hand');
  for (const [path, bytes] of (await new GivenCpanLog().publish(said)).files) {
    mkdirSync(join(top, path, '..'), { recursive: true });
    writeFileSync(join(top, path), bytes);
  }
  const args = ['log', 'watch', 'author', 'EXAMPLE', '--log', top, '--key', LOG_KEY];
  const ran = async (home: string, under: readonly string[] = []): Promise<Ran> =>
    run(args, { under, env: { CPANSEC_HOME: join(scratch, home), HOME: scratch, SHELL: '/bin/sh' } });
  const piped = await ran('piped');
  assert.equal(piped.stderr, '');
  // A terminal without a size: all of the words stand there.
  const shown = (await ran('shown', ['sh', '-c', 'script -qec "$*" /dev/null', 'sh'])).stdout;
  const words = shown.split('\r\u001b[K');
  assert.deepEqual(words.slice(1, -1), [
    `asking ${top}/`,
    ...['256', '512', '601'].map((n) => `reading entry ${n} of 601`),
  ]);
  assert.equal(words.at(-1)?.replaceAll('\r\n', '\n'), piped.stdout);
});

const garbage = Buffer.alloc(5000, 0xfe);
const html = Buffer.from('<!doctype html><title>Sign in</title>\n');
const hostile: [what: string, path: RegExp, bytes: Buffer, lookup: number, full: number][] = [
  ['a checkpoint that is empty', /checkpoint$/, Buffer.alloc(0), 4, 4],
  ['a checkpoint that is a page', /checkpoint$/, html, 4, 4],
  ['a checkpoint that is no text', /checkpoint$/, garbage, 4, 4],
  ['a checkpoint that is huge', /checkpoint$/, Buffer.alloc(2_000_000, 0x0a), 4, 4],
  ['lookups that are pages', /lookup/, html, 1, 0],
  ['lookups that are no text', /lookup/, garbage, 1, 0],
  ['lookups that are huge', /lookup/, Buffer.alloc(9_000_000, 0x20), 4, 0],
  ['lookups of depth', /lookup/, Buffer.from('['.repeat(100_000)), 1, 0],
  ['tiles that are pages', /tile\/\d/, html, 1, 1],
  ['tiles that are longer', /tile\/\d/, Buffer.alloc(8193), 1, 1],
  ['bundles that are pages', /tile\/entries/, html, 1, 1],
  ['bundles that are no entries', /tile\/entries/, garbage, 1, 1],
  ['bundles that unpack without an end', /tile\/entries/, Buffer.alloc(17_000_000), 4, 4],
];
for (const [what, path, bytes, lookup, full] of hostile) {
  test(`a log with ${what}`, async () => {
    const { files, cpansec } = await given(new Map());
    put(files, 'log', await new GivenCpanLog().publish(said));
    for (const name of files.keys()) if (path.test(name)) files.set(name, bytes);
    for (const [args, status] of [
      [['log', 'lookup', 'EXAMPLE'], lookup],
      [['log', 'verify', '--full'], full],
    ] as const) {
      const ran = await cpansec(...args);
      assert.equal(ran.status, status, `${args.join(' ')}: ${ran.stderr}${ran.stdout}`);
      assert.ok(ran.stderr.length < 1000 && !/internal error|[\u007f-\uffff]/.test(ran.stderr), ran.stderr);
    }
  });
}

const broken: [what: string, instead: (answer: ServerResponse) => void][] = [
  ['answers 500', (answer) => void answer.writeHead(500).end()],
  ['are cut', (answer) => void answer.writeHead(200).write('{', () => answer.destroy())],
  ['are too large', (answer) => void answer.end(Buffer.alloc(9_000_000, 0x20))],
];
for (const [what, answer] of broken) {
  test(`verify by a log whose lookups ${what}: nothing can be said, and other files are told`, async () => {
    const { url, files, instead, cpansec } = await given(new Map());
    const log = await new GivenCpanLog().publish(said);
    put(files, 'log', log);
    instead.set(`log/${lookupPath('name:Foo-1.0.tar.gz', ops.hash)}`, answer);
    writeFileSync(join(scratch, 'Foo-1.0.tar.gz'), 'foo');
    writeFileSync(join(scratch, 'Unknown-1.0.tar.gz'), 'unknown');
    const names = ['Unknown-1.0.tar.gz', 'Foo-1.0.tar.gz'];
    const { status, stdout, stderr } = await cpansec('verify', ...names, '--log', `${url}/log`);
    assert.equal(status, 4, stderr);
    assert.match(stdout, /^Unknown-1\.0\.tar\.gz could not[\s\S]*^Foo-1\.0\.tar\.gz could not be verified$/m);
  });
}

test('of what is logged very often: the newest are shown, the right one is proved', async () => {
  const flood = Array.from({ length: 300 }, (_, i) =>
    release(`Evil-${i}.tar.gz`, 'foo', { path: `authors/id/E/EV/EVIL/Evil-${i}.tar.gz` }),
  );
  const log = await new GivenCpanLog().publish([...said, ...flood]);
  const { files, cpansec } = await given(new Map());
  put(files, 'log', log);
  const lookup = await cpansec('log', 'lookup', 'EVIL');
  assert.match(lookup.stdout, /^the newest 100 entries of author:EVIL, each proved/m);
  const path = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';
  const mirror = join(scratch, 'mirror', path);
  mkdirSync(join(mirror, '..'), { recursive: true });
  for (const file of [mirror, join(scratch, 'Foo-1.0.tar.gz')]) {
    writeFileSync(file, 'foo');
    const proved = await cpansec('log', 'prove', file);
    assert.match(proved.stdout, /: release authors\/id\/E\/EX\/EXAMPLE\/Foo-1\.0\.tar\.gz is entry 0 of/);
    assert.equal((await cpansec('verify', file, '--path', path)).status, 0);
    rmSync(`${file}.tlog-proof`);
  }
});

test('what is proved of a path is what was there, and not that it was taken away', async () => {
  const foo = release('Foo-1.0.tar.gz', 'foo');
  const gone: LogEntry = { type: 'removal', path: foo.path, removed: null, source: 'mirror' };
  const { files, cpansec } = await given(new Map());
  put(files, 'log', await new GivenCpanLog().publish([foo, gone]));
  const { stdout, stderr, status } = await cpansec('log', 'prove', foo.path, '-o', join(scratch, 'proof'));
  assert.equal(status, 0, stderr);
  assert.match(stdout, /: release authors.* is entry 0 of/);
});

test('a witness that sends a byte now and then is given up', async () => {
  const { url, instead } = await given(new Map());
  const drip = (answer: ServerResponse): void => {
    const timer = setInterval(() => answer.write('x'), 5);
    answer.writeHead(200).once('close', () => clearInterval(timer));
  };
  instead.set('w1/x', drip);
  const fetch = witnessAt(`${url}/w1`, { env: {} }, { base: 50, rate: 1e9 });
  await assert.rejects(fetch('x', 1_000_000), { code: 'missing', message: /took more than 0\.05 s/ });
});

test('many commands at once keep the newest checkpoint that they saw', async () => {
  const log = await new GivenCpanLog().publish(said);
  const { files, cpansec, home } = await given(new Map());
  put(files, 'log', log);
  const before = Array.from({ length: 3 }, () => cpansec('log', 'verify'));
  await log.publish(others(600, 700), TIME + 60);
  put(files, 'log', log);
  const ran = await Promise.all([...before, ...Array.from({ length: 3 }, () => cpansec('log', 'verify'))]);
  for (const { status, stderr } of ran) assert.equal(status, 0, stderr);
  const [directory = ''] = readdirSync(join(home, 'logs'));
  assert.equal(readFileSync(join(home, 'logs', directory, 'checkpoint'), 'utf8'), log.note);
});
