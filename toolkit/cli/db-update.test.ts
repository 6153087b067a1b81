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
  const { status, stderr } = await home.db('update', tree.url);
  assert.equal(status, 0, stderr);
  tree.asked.length = 0;
  return { home, tree, before: readFileSync(home.index) };
}

/** The manifest, the shard that lists the head, the head. */
const TO_THE_HEAD = ['manifest.json', 'objects/DIGEST', 'objects/DIGEST'];

test('an update, the same again, and the next one', async () => {
  const home = newHome();
  const tree = (await LoopbackTree.open()).publish(publication(indexOf(5)));
  const first = await home.db('update', tree.url);
  assert.equal(
    first.stdout.replaceAll(home.path, '$HOME').replace(/built today|[\d,]+ days? old/, 'AGE'),
    `updated to serial 5
index   $HOME/advisories.index
built   2026-01-02T03:04:15Z, AGE
covers  partial: 1 distribution; of others it cannot tell
holds   40 records, 40 entries, 1 distribution, 0 modules
`,
  );
  assert.deepEqual([first.status, first.stderr], [0, '']);
  assert.deepEqual(readFileSync(home.index), Buffer.from(indexOf(5)));
  assert.deepEqual(readdirSync(home.path).sort(), ['advisories.index', 'head.json']);
  assert.deepEqual(tree.asked.splice(0), [...TO_THE_HEAD, 'objects/DIGEST']);

  const again = await home.db('update', `${tree.url}/`);
  assert.match(again.stdout, /^already current: serial 5, /);
  assert.deepEqual(tree.asked.splice(0), TO_THE_HEAD);

  const next = await home.db('update', tree.publish(publication(indexOf(6))).url);
  assert.match(next.stdout, /^updated to serial 6 \(was 5\)\n/);
  assert.equal(home.serial(), 6);
  assert.equal((await home.db('verify')).status, 0);
});

test('a directory is as good as an address', async () => {
  const tree = directory();
  publish(tree, publication(indexOf(5)));
  const home = newHome();
  assert.equal((await home.db('update', tree)).status, 0);
  assert.equal(home.serial(), 5);
  assert.match((await home.db('update', `file://${tree}/`)).stdout, /^already current/);
  const none = await home.db('update', dirname(tree));
  assert.equal(none.status, 4);
  assert.match(
    none.stderr,
    /^cpansec: no update: \/\S+\/manifest\.json: there is no manifest; the index in use stays\n {2}give the top/,
  );
});

test('without an address there is nothing to ask', async () => {
  const { status, stderr } = await newHome().db('update');
  assert.equal(status, 4);
  assert.match(stderr, /has no address to fetch from.*\n {2}cpansec db update URL/);
});

test('an address that is none is a mistake in what was typed', async () => {
  for (const address of ['ftp://tree.example/', 'https://', 'https://me:secret@tree.example/', 'ssh:tree']) {
    const { status, stderr } = await newHome().db('update', address);
    assert.equal(status, 2, stderr);
    assert.doesNotMatch(stderr, /secret/);
  }
  const tree = await LoopbackTree.open();
  const { status, stderr } = await newHome().db(
    'update',
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
  const cut = await home.db('update', tree.url);
  assert.equal(cut.status, 4);
  assert.match(cut.stderr, /^cpansec: no update: .*; the index in use stays\n {2}try again; HTTPS_PROXY/);
  assert.equal(home.serial(), 5);

  tree.asked.length = 0;
  tree.answers.set(path, (request, response) => {
    assert.equal(request.headers['if-range'], '"six"');
    const head = { 'content-range': `bytes ${half}-${bytes.length - 1}/${bytes.length}`, etag: '"six"' };
    response.writeHead(206, head).end(bytes.subarray(half));
  });
  const whole = await home.db('update', tree.url);
  assert.equal(whole.status, 0, whole.stderr);
  assert.deepEqual(tree.asked, [...TO_THE_HEAD, `objects/DIGEST bytes=${half}-`]);
  assert.equal(home.serial(), 6);
  assert.equal(existsSync(join(home.path, 'download')), false);
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
    [
      'a head, and no manifest',
      odd({}),
      () => rmSync(join(tree.directory, MANIFEST_PATH)),
      /\/sub\/manifest\.json: there is no manifest; .*\n {2}give the top of a public tree, where manifest\.json/,
    ],
    [
      'a page for a manifest',
      odd({}),
      () => put(MANIFEST_PATH, '<!DOCTYPE html>'),
      /manifest\.json:1:1: .*\n {2}give the top/,
    ],
    ['an empty manifest', odd({}), () => put(MANIFEST_PATH, ''), /manifest\.json:1:1: /],
    ['a huge manifest', odd({}), () => put(MANIFEST_PATH, ' '.repeat(70_000)), /more than 65536 bytes/],
    ['an endless one', odd({}), () => tree.answers.set(MANIFEST_PATH, endless), /more than 65536 bytes/],
    ['a broken server', odd({}), () => tree.answers.set(MANIFEST_PATH, failing), /answers 500/],
    ['a redirect to a file', odd({}), () => tree.answers.set(MANIFEST_PATH, redirecting), /redirects/],
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
    const { status, stdout, stderr } = await home.db('update', tree.url);
    assert.match(stderr, said, what);
    assert.deepEqual([status, stdout], [4, ''], what);
    assert.match(stderr, /^cpansec: no update: [^\n\u001b]*; the index in use stays\n {2}[^\n]+\n$/, what);
    assert.deepEqual(readFileSync(home.index), before, what);
    tree.answers.clear();
  }
  assert.equal((await home.db('update', tree.publish(publication(six)).url)).status, 0);
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
    const { status, stderr } = await home.db('update', tree.url);
    assert.equal(status, 4);
    assert.match(stderr, /the fetched index: .*index.*; the index in use stays/);
    assert.deepEqual(readFileSync(home.index), before);
    assert.deepEqual(readdirSync(join(home.path, 'download')), []);
  }
});

test('nobody answers', async () => {
  const tree = await LoopbackTree.open();
  tree.close();
  const { status, stderr } = await newHome().db('update', tree.url);
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
  assert.equal((await home.db('update', tree.publish(publication(indexOf(3))).url)).status, 0);
  assert.equal(home.serial(), 3);
});

test('an index that went missing or was changed is fetched again', async () => {
  const { home, tree, before } = await settled();
  for (const spoil of [() => rmSync(home.index), () => writeFileSync(home.index, 'spoilt')]) {
    spoil();
    assert.match((await home.db('update', tree.url)).stdout, /^updated to serial 5 \(was 5\)/);
    assert.deepEqual(readFileSync(home.index), before);
  }
});

test('an update that was cut off between its two files ends in order', async () => {
  const { home, tree } = await settled();
  const seven = publication(indexOf(7));
  // The head is written first: the index is still the old one.
  writeFileSync(join(home.path, 'head.json'), seven.head ?? '');
  tree.publish(publication(indexOf(6)));
  const back = await home.db('update', tree.url);
  assert.match(back.stderr, /offers serial 6, but serial 7 was fetched before/);
  assert.equal((await home.db('update', tree.publish(seven).url)).status, 0);
  assert.equal(home.serial(), 7);
});

test('what the last update left is not trusted blindly', async () => {
  const { home, tree, before } = await settled();
  tree.publish(publication(indexOf(6)));
  for (const text of ['', '{', '{"serial": 0}', 'x'.repeat(100_000)]) {
    writeFileSync(join(home.path, 'head.json'), text);
    const { status, stderr } = await home.db('update', tree.url);
    assert.equal(status, 4, text);
    assert.match(stderr, /head\.json/);
    assert.deepEqual(readFileSync(home.index), before);
  }
});

test('updates at the same time follow each other', async () => {
  const { home, tree } = await settled();
  tree.publish(publication(indexOf(6)));
  const ran = await Promise.all([1, 2, 3].map(() => home.db('update', tree.url)));
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
  const { status, stderr } = await home.db('update', tree.url);
  assert.deepEqual([status, stderr], [0, '']);
  assert.equal(home.serial(), 5 + turns);
  assert.deepEqual(home.settledFiles(), ['advisories.index', 'head.json']);
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
  const { status, stderr } = await home.db('update', tree.url);
  assert.equal(status, 4);
  assert.match(stderr, /permission denied; the index in use stays\n {2}CPANSEC_HOME names another directory/);
  assert.deepEqual(readFileSync(home.index), before);
});
