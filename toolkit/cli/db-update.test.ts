/** `cpansec db update` against a public tree on loopback. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
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
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { ended, type Ran, run, start } from '../../test/built.ts';
import { withoutProgram } from '../../test/peers.ts';
import { rounds } from '../../test/sizes.ts';
import { type AdvisoryRecord, buildIndex, encodeRecord, openIndex } from '../advisories/index.ts';

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

class Home {
  readonly path: string = directory();
  readonly index: string = join(this.path, 'advisories.index');
  readonly env: Record<string, string> = { CPANSEC_HOME: this.path };

  /** What stands here, but for a lock that was being made or taken over when its process was killed. */
  settledFiles(): string[] {
    const lock = `${this.index}.lock`;
    // Without its owner's name nobody may take it over; the error says that it can be removed.
    if (existsSync(lock) && readFileSync(lock).length === 0) rmSync(lock);
    return readdirSync(this.path)
      .filter((name) => !name.includes('.lock.'))
      .sort();
  }

  db(...args: string[]): Promise<Ran> {
    return run(['db', ...args], { env: this.env });
  }

  /** Null without an index. */
  serial(): number | null {
    if (!existsSync(this.index)) return null;
    const index = openIndex(readFileSync(this.index));
    index.verify();
    return index.header.serial;
  }
}

const records: AdvisoryRecord[] = Array.from({ length: 40 }, (_, i) => ({
  format: 'cpansec-advisory/1',
  id: `CPANSA-Alpha-2026-${i}`,
  aliases: [],
  reported: '2026-01-02',
  summary: `Something about Alpha, number ${i}`,
  details: `${i} `.repeat(500),
  affected: [{ distribution: 'Alpha', ranges: [`<${i}`], fixed: [], cause: { kind: 'own' } }],
  references: [],
  history: [],
}));

/** An index of that serial; of another source, another index. */
function indexOf(serial: number, source = 'a test'): Uint8Array {
  return buildIndex({ records, serial, built: `2026-01-02T03:04:${10 + (serial % 50)}Z`, source });
}

const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Published {
  readonly bytes: Uint8Array;
  readonly head: Record<string, unknown>;
}

/** The index and a head of it, changed where `change` says so. */
function publication(bytes: Uint8Array, change: Record<string, unknown> = {}): Published {
  const { serial, built } = openIndex(bytes).header;
  const sha256 = hex(bytes);
  const path = `index/${sha256}.index`;
  return {
    bytes,
    head: { format: 'cpansec-head/1', serial, built, path, size: bytes.length, sha256, ...change },
  };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A tree on loopback: files, and answers of a test's own. */
class Tree {
  readonly asked: string[] = [];
  readonly files = new Map<string, Uint8Array | string>();
  readonly answers = new Map<string, Answer>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  url = '';

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.url = `http://127.0.0.1:${address.port}/sub`;
    after(() => this.close());
    return this;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  publish({ bytes, head }: Published): this {
    this.files.set('/sub/index/head.json', JSON.stringify(head));
    this.files.set(`/sub/index/${hex(bytes)}.index`, bytes);
    return this;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(`${path.replace(/[0-9a-f]{64}/, 'DIGEST')} ${request.headers.range ?? ''}`.trim());
    const answer = this.answers.get(path);
    const file = this.files.get(path);
    if (answer !== undefined) answer(request, response);
    else response.writeHead(file === undefined ? 404 : 200).end(file);
  }
}

function opened(): Promise<Tree> {
  return new Tree().open();
}

/** A home that has updated to serial 5, and its tree. */
async function settled(): Promise<{ home: Home; tree: Tree; before: Uint8Array }> {
  const home = new Home();
  const tree = (await opened()).publish(publication(indexOf(5)));
  const { status, stderr } = await home.db('update', tree.url);
  assert.equal(status, 0, stderr);
  tree.asked.length = 0;
  return { home, tree, before: readFileSync(home.index) };
}

test('an update, the same again, and the next one', async () => {
  const home = new Home();
  const tree = (await opened()).publish(publication(indexOf(5)));
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
  assert.deepEqual(tree.asked.splice(0), ['/sub/index/head.json', '/sub/index/DIGEST.index']);

  const again = await home.db('update', `${tree.url}/`);
  assert.match(again.stdout, /^already current: serial 5, /);
  assert.deepEqual(tree.asked.splice(0), ['/sub/index/head.json']);

  const next = await home.db('update', tree.publish(publication(indexOf(6))).url);
  assert.match(next.stdout, /^updated to serial 6 \(was 5\)\n/);
  assert.equal(home.serial(), 6);
  assert.equal((await home.db('verify')).status, 0);
});

test('a directory is as good as an address', async () => {
  const tree = directory();
  const { bytes, head } = publication(indexOf(5));
  mkdirSync(join(tree, 'index'));
  writeFileSync(join(tree, 'index/head.json'), JSON.stringify(head));
  writeFileSync(join(tree, `index/${hex(bytes)}.index`), bytes);
  const home = new Home();
  assert.equal((await home.db('update', tree)).status, 0);
  assert.equal(home.serial(), 5);
  assert.match((await home.db('update', `file://${tree}/`)).stdout, /^already current/);
  const none = await home.db('update', dirname(tree));
  assert.equal(none.status, 4);
  assert.match(
    none.stderr,
    /head\.json: cannot read: no such file or directory; the index in use stays\n {2}give the top/,
  );
});

test('without an address there is nothing to ask', async () => {
  const { status, stderr } = await new Home().db('update');
  assert.equal(status, 4);
  assert.match(stderr, /has no address to fetch from.*\n {2}cpansec db update URL/);
});

test('an address that is none is a mistake in what was typed', async () => {
  for (const address of ['ftp://tree.example/', 'https://', 'https://me:secret@tree.example/', 'ssh:tree']) {
    const { status, stderr } = await new Home().db('update', address);
    assert.equal(status, 2, stderr);
    assert.doesNotMatch(stderr, /secret/);
  }
  const tree = await opened();
  const { status, stderr } = await new Home().db(
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
  const path = `/sub/index/${hex(bytes)}.index`;
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
  assert.deepEqual(tree.asked, ['/sub/index/head.json', `/sub/index/DIGEST.index bytes=${half}-`]);
  assert.equal(home.serial(), 6);
  assert.equal(existsSync(join(home.path, 'download')), false);
});

test('a tree that does not keep its word changes nothing', async () => {
  const { home, tree, before } = await settled();
  const six = indexOf(6);
  const flipped = six.map((byte, i) => (i === 9999 ? byte ^ 4 : byte));
  const odd = (change: Record<string, unknown>): Published => publication(six, change);
  const cases: [what: string, publish: () => void, said: RegExp][] = [
    [
      'a lower serial',
      () => tree.publish(publication(indexOf(4))),
      /offers serial 4, but serial 5 was fetched before/,
    ],
    [
      'another index, same serial',
      () => tree.publish(publication(indexOf(5, 'x'))),
      /another index under serial 5/,
    ],
    [
      'a flipped byte',
      () => tree.publish(odd({})).files.set(`/sub/index/${hex(six)}.index`, flipped),
      /hashes to [0-9a-f]{64}, not to/,
    ],
    ['a size too small', () => tree.publish(odd({ size: six.length - 1 })), /more than \d+ bytes/],
    ['a size too large', () => tree.publish(odd({ size: six.length + 1 })), /hashes to|of \d+ bytes/],
    [
      'another serial than the index',
      () => tree.publish(odd({ serial: 9 })),
      /the head says serial 9 .*, its index serial 6/,
    ],
    [
      'another build than the index',
      () => tree.publish(odd({ built: '2026-11-01T00:00:00Z' })),
      /its index serial 6 built/,
    ],
    [
      'the serial raised over the same index',
      () => tree.publish(publication(indexOf(5), { serial: 8 })),
      /head says serial 8/,
    ],
    [
      'no index',
      () => tree.publish(odd({ path: 'index/none' })),
      /answers 404; .*\n {2}give the top of the tree/,
    ],
    [
      'a path out of the tree',
      () => tree.publish(odd({ path: '../secret' })),
      / path: expected a path below the tree/,
    ],
    ['an absolute path', () => tree.publish(odd({ path: '/etc/passwd' })), / path: expected a path below/],
    [
      'a path elsewhere',
      () => tree.publish(odd({ path: 'http://127.0.0.1:1/x' })),
      / path: expected a path below/,
    ],
    [
      'a head of another format',
      () => tree.publish(odd({ format: 'cpansec-head/2' })),
      / format: expected one of/,
    ],
    [
      'a page instead of a head',
      () => tree.files.set('/sub/index/head.json', '<!DOCTYPE html>'),
      /is no head of an index: 1:1/,
    ],
    ['an empty head', () => tree.files.set('/sub/index/head.json', ''), /is no head of an index/],
    [
      'a huge head',
      () => tree.files.set('/sub/index/head.json', ' '.repeat(20_000)),
      /more than 16384 bytes/,
    ],
    ['a head without end', () => tree.answers.set('/sub/index/head.json', endless), /more than 16384 bytes/],
    ['no head', () => tree.answers.clear() ?? tree.files.delete('/sub/index/head.json'), /answers 404/],
    [
      'control characters',
      () => tree.files.set('/sub/index/head.json', '{"\\u001b[2J": 1, "\\u001b[2J": 1}'),
      /key .* twice/,
    ],
    ['a broken server', () => tree.answers.set('/sub/index/head.json', failing), /answers 500/],
    ['a redirect to a file', () => tree.answers.set('/sub/index/head.json', redirecting), /redirects/],
  ];
  for (const [what, publish, said] of cases) {
    publish();
    const { status, stdout, stderr } = await home.db('update', tree.url);
    assert.match(stderr, said, what);
    assert.deepEqual([status, stdout], [4, ''], what);
    assert.match(stderr, /^cpansec: no update: [^\n\u001b]*; the index in use stays\n {2}[^\n]+\n$/, what);
    assert.deepEqual(readFileSync(home.index), before, what);
  }
  tree.answers.clear();
  assert.equal((await home.db('update', tree.publish(publication(six)).url)).status, 0);
  assert.equal(home.serial(), 6);
});

const endless: Answer = (_, response) => {
  const more = (): void => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
  };
  response.on('drain', more);
  more();
};
const failing: Answer = (_, response) => void response.writeHead(500).end();
const redirecting: Answer = (_, response) =>
  void response.writeHead(302, { location: 'file:///etc/passwd' }).end();

test('an index that is damaged under a right digest is refused', async () => {
  const { home, tree, before } = await settled();
  const broken = indexOf(6).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte));
  const foreign = new TextEncoder().encode('no index at all');
  for (const bytes of [broken, foreign]) {
    const head = {
      ...publication(indexOf(6)).head,
      size: bytes.length,
      sha256: hex(bytes),
      path: `index/${hex(bytes)}.index`,
    };
    tree.publish({ bytes, head });
    const { status, stderr } = await home.db('update', tree.url);
    assert.equal(status, 4);
    assert.match(stderr, /the fetched index: .*index.*; the index in use stays/);
    assert.deepEqual(readFileSync(home.index), before);
    assert.deepEqual(readdirSync(join(home.path, 'download')), []);
  }
});

test('nobody answers', async () => {
  const tree = await opened();
  tree.close();
  const { status, stderr } = await new Home().db('update', tree.url);
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
  writeFileSync(join(home.path, 'head.json'), JSON.stringify(seven.head));
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
    tree.answers.set(`/sub/index/${hex(bytes)}.index`, dripping(bytes));
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
