/** `cpansec db update` against a public tree on loopback. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { ended, run, start } from '../../test/built.ts';
import { withoutProgram } from '../../test/peers.ts';
import { OTHER_POLICY, rootFile, type Signing, TREE_POLICY, TREE_ROOT } from '../../test/signed-tree.ts';
import { rounds } from '../../test/sizes.ts';
import {
  type Answer,
  endless,
  Home,
  hex,
  indexOf,
  LoopbackTree,
  objectOf,
  type Published,
  publication,
  publish,
  records,
} from '../../test/updates.ts';
import { encodeRecord } from '../advisories/index.ts';
import { encodeUtf8 } from '../base/index.ts';
import { nodeSha256 } from '../io/index.ts';
import { decodeManifest, HEAD_PATH, MANIFEST_PATH, objectPath, shardOf } from '../tree/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-update-'));
after(() => {
  execFileSync('chmod', ['-R', 'u+rwX', scratch]);
  rmSync(scratch, { recursive: true });
});
let count = 0;

function directory(): string {
  const path = join(scratch, `d${count++}`);
  mkdirSync(path);
  return path;
}

function newHome(): Home {
  return new Home(directory());
}

/** A home that has updated to serial 5, and its tree. */
async function settled(): Promise<{ home: Home; tree: LoopbackTree; before: Uint8Array }> {
  const home = newHome();
  const tree = (await LoopbackTree.open()).publish(publication(indexOf(5)));
  const { status, stderr } = await home.update(tree.url);
  assert.equal(status, 0, stderr);
  tree.asked.length = 0;
  return { home, tree, before: readFileSync(home.index) };
}

/** No newer root, the newest timestamp and what it names. */
const TO_THE_TARGETS = ['tuf/N.root.json', 'tuf/timestamp.json'];
/** The manifest, whose signatures count for the log, the proof; the shard that lists the head, the head. */
const TO_THE_HEAD = [
  'objects/DIGEST',
  'log/policy',
  'log/proof/manifest/1.tlog-proof',
  'objects/DIGEST',
  'objects/DIGEST',
];

test('an update, the same again, and the next one', async () => {
  const home = newHome();
  const tree = (await LoopbackTree.open()).publish(publication(indexOf(5)));
  const first = await home.update(tree.url);
  assert.equal(
    first.stdout
      .replaceAll(home.path, '$HOME')
      .replace(/\/\S+root\.json/, 'FILE')
      .replace(/built today|[\d,]+ days? old/, 'AGE'),
    `updated to serial 5
index   $HOME/advisories.index
built   2026-01-02T03:04:15Z, AGE
covers  partial: 1 distribution; of others it cannot tell
holds   40 records, 40 entries, 1 distribution, 0 modules
logged  tree.example.org/log, entry 2 of 3 entries, 1 witness
root    trusted from now on: FILE, SHA-256 ${hex(TREE_ROOT)}
`,
  );
  assert.deepEqual([first.status, first.stderr], [0, '']);
  assert.deepEqual(readFileSync(home.index), Buffer.from(indexOf(5)));
  assert.deepEqual(readdirSync(home.path).sort(), ['advisories.index', 'head.json', 'tuf']);
  assert.deepEqual(tree.asked.splice(0), [
    ...TO_THE_TARGETS,
    ...['tuf/N.snapshot.json', 'tuf/N.targets.json', 'tuf/N.advisories.json'],
    ...TO_THE_HEAD,
    'objects/DIGEST',
  ]);

  const again = await home.update(`${tree.url}/`);
  assert.match(again.stdout, /^already current: serial 5, /);
  assert.deepEqual(tree.asked.splice(0), [...TO_THE_TARGETS, ...TO_THE_HEAD]);

  const next = await home.update(tree.publish(publication(indexOf(6))).url);
  assert.match(next.stdout, /^updated to serial 6 \(was 5\)\n/);
  assert.equal(home.serial(), 6);
  assert.equal((await home.db('verify')).status, 0);
});

test("a root is trusted once, for one tree, and only when it is that tree's", async () => {
  const home = newHome();
  const tree = (await LoopbackTree.open()).publish(publication(indexOf(5)));
  const untrusted = await home.db('update', tree.url);
  assert.equal(untrusted.status, 4);
  assert.match(
    untrusted.stderr,
    /^cpansec: no update: no root is trusted for http:\S+\/sub\/ yet; the index in use stays\n {2}--root FILE trusts one/,
  );
  assert.deepEqual(tree.asked, []);
  const own = rootFile();
  const none = join(scratch, 'none.json');
  assert.equal((await home.db('update', tree.url, '--root', none)).status, 2);
  // Its keys have not signed it.
  const foreign = join(directory(), 'root.json');
  writeFileSync(foreign, readFileSync(own, 'utf8').replace('2099', '2098'));
  const bad = await home.db('update', tree.url, '--root', foreign);
  assert.match(bad.stderr, /no update: threshold: .*\n {2}is --root that of this tree/);
  // What is wrong before the tree was believed once leaves no trust behind.
  tree.answers.set('tuf/timestamp.json', failing);
  assert.equal((await home.db('update', tree.url, '--root', own)).status, 4);
  tree.answers.clear();
  assert.match((await home.db('update', tree.url)).stderr, /no root is trusted/);

  const first = await home.db('update', tree.url, '--root', own);
  assert.match(
    first.stdout,
    new RegExp(`\nroot    trusted from now on: ${own}, SHA-256 ${hex(TREE_ROOT)}\n$`),
  );
  assert.match((await home.db('update', tree.url)).stdout, /^already current/);
  assert.match((await home.db('update', tree.url, '--root', own)).stdout, /^already current/);
  const other = await home.db('update', tree.url, '--root', foreign);
  assert.equal(other.status, 4);
  assert.match(other.stderr, /another root is trusted for \S+, since 20\S+: \/\S+, SHA-256 [0-9a-f]{64};/);
  const elsewhere = (await LoopbackTree.open()).publish(publication(indexOf(5)));
  assert.match((await home.db('update', elsewhere.url)).stderr, /no root is trusted/);
});

test('info says from which tree the index came, by which root, and how old that is', async () => {
  const { home, tree } = await settled();
  const { stdout } = await home.db('info');
  assert.match(
    stdout,
    /\ntree {4}http:\S+\nroot {4}\/\S+, trusted 20\S+, SHA-256 [0-9a-f]{64}\nknown {3}version 1, asked 20\S+Z, believed until 2099-01-01T00:00:00Z\n$/,
  );
  const said = JSON.parse((await home.db('info', '--json')).stdout);
  assert.equal(said.tree.root.address, `${tree.url}/`);
  assert.equal(said.tree.state.versions.timestamp, 1);
  // Nobody said so of an index that was built here.
  const source = join(directory(), 'a.json');
  for (const record of records.slice(0, 1)) writeFileSync(source, encodeRecord(record));
  assert.equal((await home.db('import', source)).status, 0);
  assert.equal(JSON.parse((await home.db('info', '--json')).stdout).tree, null);
});

test('a directory is as good as an address', async () => {
  const tree = directory();
  publish(tree, publication(indexOf(5)));
  const home = newHome();
  assert.equal((await home.update(tree)).status, 0);
  assert.equal(home.serial(), 5);
  assert.match((await home.update(`file://${tree}/`)).stdout, /^already current/);
  const none = await home.update(dirname(tree));
  assert.equal(none.status, 4);
  assert.match(
    none.stderr,
    /^cpansec: no update: missing: \/\S+: timestamp: the mirror has no timestamp\.json; the index in use stays\n {2}give the top/,
  );
});

test('without an address there is nothing to ask', async () => {
  const { status, stderr } = await newHome().db('update');
  assert.equal(status, 4);
  assert.match(stderr, /has no address to fetch from.*\n {2}cpansec db update URL/);
});

test('an address that is none is a mistake in what was typed', async () => {
  for (const address of ['ftp://tree.example/', 'https://', 'https://me:secret@tree.example/', 'ssh:tree']) {
    const { status, stderr } = await newHome().update(address);
    assert.equal(status, 2, stderr);
    assert.doesNotMatch(stderr, /secret/);
  }
  const tree = await LoopbackTree.open();
  const { status, stderr } = await newHome().update(
    tree.url.replace('http:', 'https:'),
    '--ca',
    join(scratch, 'none'),
  );
  assert.equal(status, 2);
  assert.match(stderr, /none: cannot read: no such file.*\n {2}--ca FILE/);
});

test('what was cut off is taken up again', async () => {
  const { home, tree } = await settled();
  const bytes = indexOf(6);
  tree.publish(publication(bytes));
  const half = bytes.length >> 1;
  const path = objectOf(bytes);
  tree.answers.set(path, (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length, etag: '"six"' });
    response.write(bytes.subarray(0, half), () => response.destroy());
    tree.answers.set(path, (_, refused) => refused.destroy());
  });
  const cut = await home.update(tree.url);
  assert.equal(cut.status, 4);
  assert.match(cut.stderr, /^cpansec: no update: .*; the index in use stays\n {2}try again; HTTPS_PROXY/);
  assert.equal(home.serial(), 5);

  tree.asked.length = 0;
  tree.answers.set(path, (request, response) => {
    assert.equal(request.headers['if-range'], '"six"');
    const head = { 'content-range': `bytes ${half}-${bytes.length - 1}/${bytes.length}`, etag: '"six"' };
    response.writeHead(206, head).end(bytes.subarray(half));
  });
  const whole = await home.update(tree.url);
  assert.equal(whole.status, 0, whole.stderr);
  assert.deepEqual(tree.asked, [...TO_THE_TARGETS, ...TO_THE_HEAD, `objects/DIGEST bytes=${half}-`]);
  assert.equal(home.serial(), 6);
  assert.equal(existsSync(join(home.path, 'download')), false);
});

const TIMESTAMP = 'tuf/timestamp.json';
const PROOF = 'log/proof/manifest/1.tlog-proof';

test('every attack on a tree has its name, and changes nothing', async () => {
  const { home, tree, before } = await settled();
  const old = readFileSync(join(tree.directory, TIMESTAMP));
  const oldManifest = readFileSync(join(tree.directory, MANIFEST_PATH));
  const oldProof = readFileSync(join(tree.directory, PROOF));
  const six = publication(indexOf(6));
  const put = (path: string, bytes: string | Uint8Array): void =>
    writeFileSync(join(tree.directory, path), bytes);
  const take = (path: string): void => rmSync(join(tree.directory, path));
  let next = 2;
  const version = (): number => next - 1;
  const manifest = (): string => objectOf(readFileSync(join(tree.directory, MANIFEST_PATH)));
  const answers = (path: string, answer: Answer): void => void tree.answers.set(path, answer);
  const attacks: [attack: string, name: string, spoil: () => void, signing?: Signing][] = [
    ['a timestamp signed by a stranger', 'threshold', asIs, { by: { timestamp: 99 } }],
    ['a snapshot signed by a stranger', 'threshold', asIs, { by: { snapshot: 99 } }],
    ['targets signed by a stranger', 'threshold', asIs, { by: { advisories: 99 } }],
    ['metadata that has expired', 'freeze', asIs, { expires: '2026-01-01T00:00:00Z' }],
    ['a timestamp rolled back', 'rollback', () => put(TIMESTAMP, old)],
    [
      'the snapshot of another publication',
      'hash|length',
      () => put(`tuf/${version()}.snapshot.json`, readFileSync(join(tree.directory, 'tuf/1.snapshot.json'))),
    ],
    [
      'targets of another publication',
      'mix-and-match',
      () =>
        put(`tuf/${version()}.advisories.json`, readFileSync(join(tree.directory, 'tuf/1.advisories.json'))),
    ],
    ['no metadata', 'missing', () => take(TIMESTAMP)],
    ['a page for metadata', 'format', () => put(TIMESTAMP, '<!DOCTYPE html>')],
    ['metadata without end', 'endless', () => answers(TIMESTAMP, endless)],
    ['a tree that is older than its metadata', 'missing', () => take(manifest())],
    ['a substituted manifest', 'hash|length', () => put(manifest(), oldManifest)],
    ['a manifest without end', 'endless', () => answers(manifest(), endless)],
    ['no proof', 'not-logged', () => take(PROOF)],
    ['a page for a proof', 'not-logged', () => put(PROOF, '<!DOCTYPE html>')],
    ['a proof without end', 'too-large', () => answers(PROOF, endless)],
    ['the proof of another manifest', 'not-logged', () => put(PROOF, oldProof)],
    ['another entry', 'not-logged', asIs, { entry: { size: 1 } }],
    ['no witness', 'quorum', asIs, { unwitnessed: true }],
    ['a swapped policy', 'hash', () => put('log/policy', TREE_POLICY.replace('witness one', 'witness two'))],
    ['a policy of another log', 'not-logged', asIs, { policy: OTHER_POLICY }],
    ['a policy that is none', 'policy', asIs, { policy: 'quorum none' }],
    ['nothing signed for', 'not-offered', asIs, { empty: true }],
  ];
  for (const [attack, name, spoil, signing] of attacks) {
    tree.publish(six, { signing: { version: next++, ...signing } });
    spoil();
    const { status, stdout, stderr } = await home.update(tree.url);
    assert.match(
      stderr,
      new RegExp(`^cpansec: no update: (?:${name}): .*; the index in use stays\\n {2}\\S`),
      attack,
    );
    assert.deepEqual([status, stdout], [4, ''], attack);
    assert.deepEqual(readFileSync(home.index), before, attack);
    tree.answers.clear();
  }
  assert.equal((await home.update(tree.publish(six, { signing: { version: next } }).url)).status, 0);
  assert.equal(home.serial(), 6);
});

test('a tree that does not keep its word changes nothing', async () => {
  const { home, tree, before } = await settled();
  const six = indexOf(6);
  const odd = (change: Record<string, unknown>): Published => publication(six, change);
  const put = (path: string, text: string | Uint8Array): void =>
    writeFileSync(join(tree.directory, path), text);
  const headless = (head: string | null): Published => ({ bytes: six, head });
  const headBytes = encodeUtf8(odd({}).head ?? '');
  /** The object of the shard that lists the head. */
  const shard = (): string => {
    const { shards } = decodeManifest(readFileSync(join(tree.directory, MANIFEST_PATH)));
    return objectPath(shards[shardOf(HEAD_PATH, nodeSha256)] ?? '');
  };
  const cases: [what: string, published: Published, spoil: () => void, said: RegExp][] = [
    ['a lower serial', publication(indexOf(4)), asIs, /offers serial 4, but serial 5 was fetched before/],
    ['another index, same serial', publication(indexOf(5, 'x')), asIs, /another index under serial 5/],
    ['a size too small', odd({ size: six.length - 1 }), asIs, /more than \d+ bytes/],
    ['a size too large', odd({ size: six.length + 1 }), asIs, /hashes to|of \d+ bytes/],
    ['another serial', odd({ serial: 9 }), asIs, /the head says serial 9 .*, its index serial 6/],
    ['another build', odd({ built: '2026-11-01T00:00:00Z' }), asIs, /its index serial 6 built/],
    [
      'the serial raised over the same index',
      publication(indexOf(5), { serial: 8 }),
      asIs,
      /head says serial 8/,
    ],
    ['a path out of the tree', odd({ path: '../secret' }), asIs, / path: expected a path below the tree/],
    ['an absolute path', odd({ path: '/etc/passwd' }), asIs, / path: expected a path below/],
    ['a path elsewhere', odd({ path: 'http://127.0.0.1:1/x' }), asIs, / path: expected a path below/],
    ['another format', odd({ format: 'cpansec-head/2' }), asIs, / format: expected one of/],
    ['a page for a head', headless('<!DOCTYPE html>'), asIs, /head\.json: is no head of an index: 1:1/],
    ['an empty head', headless(''), asIs, /is no head of an index/],
    ['a huge head', headless(' '.repeat(20_000)), asIs, /head\.json: 20000 bytes, at most 16384/],
    ['no head', headless(null), asIs, /\/sub\/index\/head\.json: the tree has no such file/],
    ['control characters', headless('{"\\u001b[2J": 1, "\\u001b[2J": 1}'), asIs, /key .* twice/],
    ['a broken server', odd({}), () => tree.answers.set(TIMESTAMP, failing), /answers 500/],
    ['a redirect to a file', odd({}), () => tree.answers.set(TIMESTAMP, redirecting), /redirects/],
    ['no shard', odd({}), () => rmSync(join(tree.directory, shard())), /\/objects\/\S+: is not there;/],
    ['another shard', odd({}), () => put(shard(), '{}'), /\/objects\/\S+: holds other bytes/],
    ['an endless shard', odd({}), () => tree.answers.set(shard(), endless), /more than 33554432 bytes/],
    ['half a shard', odd({}), () => tree.answers.set(shard(), cutOff), /the connection broke/],
    [
      'a head that is gone',
      odd({}),
      () => rmSync(join(tree.directory, objectOf(headBytes))),
      /\/objects\/\S+: is not there;/,
    ],
    [
      'another head',
      odd({}),
      () => put(objectOf(headBytes), headBytes.fill(32, 0, 1)),
      /\/objects\/\S+: holds other bytes/,
    ],
    [
      'a longer head',
      odd({}),
      () => tree.answers.set(objectOf(encodeUtf8(odd({}).head ?? '')), endless),
      /gives more than \d+ bytes/,
    ],
    [
      'an index that is gone',
      odd({}),
      () => rmSync(join(tree.directory, objectOf(six))),
      /answers 404; .*\n {2}try again later; if it stays so/,
    ],
    [
      'a flipped byte',
      odd({}),
      () => put(objectOf(six), six.with(9999, (six[9999] ?? 0) ^ 4)),
      /hashes to [0-9a-f]{64}, not to/,
    ],
  ];
  for (const [what, published, spoil, said] of cases) {
    tree.publish(published);
    spoil();
    const { status, stdout, stderr } = await home.update(tree.url);
    assert.match(stderr, said, what);
    assert.deepEqual([status, stdout], [4, ''], what);
    assert.match(stderr, /^cpansec: no update: [^\n\u001b]*; the index in use stays\n {2}[^\n]+\n$/, what);
    assert.deepEqual(readFileSync(home.index), before, what);
    tree.answers.clear();
  }
  assert.equal((await home.update(tree.publish(publication(six)).url)).status, 0);
  assert.equal(home.serial(), 6);
});

const asIs = (): void => {};
const failing: Answer = (_, response) => void response.writeHead(500).end();
const redirecting: Answer = (_, response) =>
  void response.writeHead(302, { location: 'file:///etc/passwd' }).end();
const cutOff: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': 100 });
  response.write('{', () => response.destroy());
};

test('an index that is damaged under a right digest is refused', async () => {
  const { home, tree, before } = await settled();
  const broken = indexOf(6).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte));
  const foreign = new TextEncoder().encode('no index at all');
  for (const bytes of [broken, foreign]) {
    const { head } = publication(indexOf(6), { size: bytes.length, sha256: hex(bytes) });
    tree.publish({ bytes, head });
    const { status, stderr } = await home.update(tree.url);
    assert.equal(status, 4);
    assert.match(stderr, /the fetched index: .*index.*; the index in use stays/);
    assert.deepEqual(readFileSync(home.index), before);
    assert.deepEqual(readdirSync(join(home.path, 'download')), []);
  }
});

test('nobody answers', async () => {
  const tree = await LoopbackTree.open();
  tree.close();
  const { status, stderr } = await newHome().update(tree.url);
  assert.equal(status, 4);
  assert.match(
    stderr,
    /connection refused; the index in use stays\n {2}try again; HTTPS_PROXY names a proxy/,
  );
});

test('an import replaces whatever update fetched, and update begins anew after it', async () => {
  const { home, tree } = await settled();
  const source = join(directory(), 'a.json');
  for (const record of records.slice(0, 1)) writeFileSync(source, encodeRecord(record));
  assert.equal((await home.db('import', source)).status, 0);
  assert.deepEqual([home.serial(), existsSync(join(home.path, 'head.json'))], [0, false]);
  assert.equal((await home.update(tree.publish(publication(indexOf(3))).url)).status, 0);
  assert.equal(home.serial(), 3);
});

test('an index that went missing or was changed is fetched again', async () => {
  const { home, tree, before } = await settled();
  for (const spoil of [() => rmSync(home.index), () => writeFileSync(home.index, 'spoilt')]) {
    spoil();
    assert.match((await home.update(tree.url)).stdout, /^updated to serial 5 \(was 5\)/);
    assert.deepEqual(readFileSync(home.index), before);
  }
});

test('an update that was cut off between its two files ends in order', async () => {
  const { home, tree } = await settled();
  const seven = publication(indexOf(7));
  // The head is written first: the index is still the old one.
  writeFileSync(join(home.path, 'head.json'), seven.head ?? '');
  tree.publish(publication(indexOf(6)));
  const back = await home.update(tree.url);
  assert.match(back.stderr, /offers serial 6, but serial 7 was fetched before/);
  assert.equal((await home.update(tree.publish(seven).url)).status, 0);
  assert.equal(home.serial(), 7);
});

test('what the last update left is not trusted blindly', async () => {
  const { home, tree, before } = await settled();
  tree.publish(publication(indexOf(6)));
  for (const text of ['', '{', '{"serial": 0}', 'x'.repeat(100_000)]) {
    writeFileSync(join(home.path, 'head.json'), text);
    const { status, stderr } = await home.update(tree.url);
    assert.equal(status, 4, text);
    assert.match(stderr, /head\.json/);
    assert.deepEqual(readFileSync(home.index), before);
  }
});

test('updates at the same time follow each other', async () => {
  const { home, tree } = await settled();
  tree.publish(publication(indexOf(6)));
  const ran = await Promise.all([1, 2, 3].map(() => home.update(tree.url)));
  assert.deepEqual(
    ran.map(({ status, stderr }) => [status, stderr]),
    ran.map(() => [0, '']),
  );
  assert.equal(ran.filter(({ stdout }) => stdout.startsWith('updated')).length, 1);
  assert.equal(home.serial(), 6);
});

test('an update that is killed leaves the old index or the new one', async () => {
  const { home, tree } = await settled();
  const turns = rounds(6, 200);
  for (let i = 0; i < turns; i++) {
    const bytes = indexOf(6 + i);
    tree.publish(publication(bytes));
    tree.answers.set(objectOf(bytes), dripping(bytes));
    const child = start(['db', 'update', tree.url], { env: home.env });
    const kill = setTimeout(() => child.kill('SIGKILL'), 60 + (300 * i) / turns);
    await ended(child);
    clearTimeout(kill);
    const serial = home.serial();
    assert.ok(serial !== null && serial >= 5 && serial <= 6 + i);
  }
  tree.answers.clear();
  home.settledFiles();
  const { status, stderr } = await home.update(tree.url);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(home.serial(), 5 + turns);
  assert.deepEqual(home.settledFiles(), ['advisories.index', 'head.json', 'tuf']);
});

/** Sends the bytes in ten pieces, a few milliseconds apart. */
function dripping(bytes: Uint8Array): Answer {
  const piece = Math.ceil(bytes.length / 10);
  return async (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length, etag: `"${hex(bytes)}"` });
    for (let at = 0; at < bytes.length; at += piece) {
      response.write(bytes.subarray(at, at + piece));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    response.end();
  };
}

test('a full disk keeps the old index', { skip: withoutProgram('prlimit', '--version') }, async () => {
  const { home, tree, before } = await settled();
  tree.publish(publication(indexOf(6)));
  const { status, stderr } = await run(['db', 'update', tree.url], {
    env: home.env,
    under: ['prlimit', '--fsize=5000'],
  });
  assert.equal(status, 4, stderr);
  assert.match(stderr, /cannot write: .*; the index in use stays\n {2}make room/);
  assert.deepEqual(readFileSync(home.index), before);
});

const asRoot = process.getuid?.() === 0 ? 'root may do everything' : false;

test('a home that may not be written keeps its index', { skip: asRoot }, async () => {
  const { home, tree, before } = await settled();
  tree.publish(publication(indexOf(6)));
  chmodSync(home.path, 0o555);
  const { status, stderr } = await home.update(tree.url);
  assert.equal(status, 4);
  assert.match(stderr, /permission denied; the index in use stays\n {2}CPANSEC_HOME names another directory/);
  assert.deepEqual(readFileSync(home.index), before);
});
