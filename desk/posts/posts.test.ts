import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { freePort } from '../../test/port.ts';
import {
  blueskyServer,
  type Fault,
  mastodonServer,
  matrixServer,
  SECRET,
  type SocialServer,
} from '../../test/social.ts';
import { readSecretLine } from '../mail/index.ts';
import {
  bluesky,
  mastodon,
  matrix,
  type NetworkName,
  PostError,
  type Poster,
  type PostOps,
  readPosters,
} from './index.ts';
import { recordKey } from './record-key.ts';

const OPS: PostOps = { fetch, now: () => new Date('2026-11-26T12:00:00Z'), timeout: 400 };
const TEXT =
  "CVE-1900-1234 (Foo-Bar): Foo's “parser” – reads < 1 & more https://example.org/advisories/CPANSA-Foo-Bar-1900-1234.";
const KEY = 'case-1900.post-0001';
const ADDRESSES: Readonly<Record<NetworkName, RegExp>> = {
  mastodon: /^https:\/\/social\.example\.org\/@desk\/1$/,
  bluesky: /^https:\/\/bsky\.app\/profile\/did:plc:[a-z0-9]+\/post\/[a-z2-7]{13}$/,
  matrix: /^https:\/\/matrix\.to\/#\/!security%3Aexample\.org\/%241$/,
};

const NETWORKS: readonly {
  readonly name: NetworkName;
  serve(): Promise<SocialServer>;
  poster(server: string, secret: () => string, ops: PostOps): Poster;
}[] = [
  {
    name: 'mastodon',
    serve: mastodonServer,
    poster: (server, token, ops) => mastodon({ server, token }, ops),
  },
  {
    name: 'bluesky',
    serve: blueskyServer,
    poster: (server, password, ops) => bluesky({ server, handle: 'desk.example.org', password }, ops),
  },
  {
    name: 'matrix',
    serve: matrixServer,
    poster: (server, token, ops) => matrix({ server, room: '!security:example.org', token }, ops),
  },
];

for (const { name, serve, poster: posterAt } of NETWORKS) {
  const given = async (t: TestContext, secret: () => string = () => SECRET) => {
    const server = await serve();
    t.after(() => server.close());
    return { server, poster: posterAt(server.base, secret, OPS) };
  };

  test(`${name}: a post is made once, whatever becomes of the answers`, async (t) => {
    const { server, poster } = await given(t);
    const address = await poster.post(TEXT, KEY);
    assert.match(address, ADDRESSES[name]);
    assert.equal(await poster.post(TEXT, KEY), address);
    // A day later, when the other side remembers no request.
    server.forget();
    assert.equal(await poster.post(TEXT, KEY), address);
    assert.deepEqual(
      server.posts.map(({ text }) => text),
      [TEXT],
    );
    await poster.post(`Another: ${TEXT}`, `${KEY}-2`);
    assert.equal(server.posts.length, 2);
  });

  for (const fault of ['lost', 'silent'] as const)
    test(`${name}: an answer that is ${fault} after the work is told as such, and nothing is posted twice`, async (t) => {
      const { server, poster } = await given(t);
      server.faults.push(fault);
      const code = fault === 'lost' ? 'broken' : 'timeout';
      await assert.rejects(poster.post(TEXT, KEY), { code, mayHaveHappened: true, after: 30 });
      server.forget();
      assert.match(await poster.post(TEXT, KEY), ADDRESSES[name]);
      assert.equal(server.posts.length, 1);
    });

  const refused: [fault: Fault, code: string, mayHaveHappened: boolean, after: number | null][] = [
    ['cut', 'broken', true, 30],
    [500, 'failing', true, 60],
    [{ status: 503, headers: { 'retry-after': '7' } }, 'failing', true, 7],
    [{ status: 429, headers: { 'retry-after': '999999999' } }, 'limited', false, 86_400],
    [403, 'credentials', false, null],
    [422, 'refused', false, null],
    [{ status: 307, headers: { location: 'http://127.0.0.1:9/' } }, 'reply', true, null],
    [{ status: 200, body: 'not json' }, 'reply', true, null],
    [{ status: 200, body: [] }, 'reply', true, null],
    [{ status: 200, body: `"${'x'.repeat(5_000_000)}"` }, 'reply', true, null],
  ];
  for (const [fault, code, mayHaveHappened, after] of refused)
    test(`${name}: ${JSON.stringify(fault).slice(0, 60)} is ${code}`, async (t) => {
      const { server, poster } = await given(t);
      server.faults.push(fault);
      await assert.rejects(poster.post(TEXT, KEY), (error: unknown) => {
        assert.ok(error instanceof PostError);
        assert.deepEqual(
          { code: error.code, may: error.mayHaveHappened, after: error.after },
          { code, may: mayHaveHappened, after },
        );
        assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)}`, new RegExp(SECRET));
        return true;
      });
      assert.equal(server.posts.length, 0);
      assert.match(await poster.post(TEXT, KEY), ADDRESSES[name]);
    });

  test(`${name}: what is asked before has happened to nobody`, async (t) => {
    const { server, poster } = await given(t);
    for (const fault of [
      500,
      'cut',
      { status: 302, headers: { location: '/' } },
      { status: 200, body: 1 },
    ] as const) {
      server.first.push(fault);
      await assert.rejects(poster.post(TEXT, KEY), { mayHaveHappened: false });
    }
    assert.equal(server.posts.length, 0);
  });

  test(`${name}: a wrong token, an absent one, and nobody there`, async (t) => {
    await assert.rejects((await given(t, () => 'another')).poster.post(TEXT, KEY), { code: 'credentials' });
    for (const secret of [() => '', () => 'a\r\nb', () => assert.fail(`no file of ${SECRET}`)])
      await assert.rejects((await given(t, secret)).poster.post(TEXT, KEY), {
        code: 'token',
        mayHaveHappened: false,
      });
    await assert.rejects(
      posterAt(`http://127.0.0.1:${await freePort()}`, () => SECRET, OPS).post(TEXT, KEY),
      {
        code: 'unreachable',
        mayHaveHappened: false,
      },
    );
  });

  test(`${name}: texts and keys that are none are not sent`, async (t) => {
    const { server, poster } = await given(t);
    for (const [text, key] of [
      ['', KEY],
      [' \n', KEY],
      ['a\u0000b', KEY],
      ['a\u202eb', KEY],
      ['word '.repeat(100_000), KEY],
      ['w'.repeat(poster.longest + 1), KEY],
      [TEXT, ''],
      [TEXT, '../../admin'],
    ] as const)
      await assert.rejects(poster.post(text, key), { code: 'bad-post' });
    assert.deepEqual(server.requests, []);
    assert.equal(poster.at, new URL(server.base).host);
  });

  for (const server of [
    'http://social.example.org',
    'nothing',
    'https://a:b@example.org',
    'https://example.org/?x=1',
    'file:///etc',
  ])
    test(`${name}: no server at ${server}`, () => {
      assert.throws(() => posterAt(server, () => SECRET, OPS), { code: 'bad-config' });
    });
}

test('bluesky: a link is marked by its bytes, without the full stop behind it', async (t) => {
  const server = await blueskyServer();
  t.after(() => server.close());
  await bluesky({ server: server.base, handle: 'desk.example.org', password: () => SECRET }, OPS).post(
    TEXT,
    KEY,
  );
  const { facets, createdAt, text } = server.posts[0]?.body ?? {};
  const [{ index }] = facets as [{ index: { byteStart: number; byteEnd: number } }]; // what was sent
  assert.equal(
    Buffer.from(String(text)).subarray(index.byteStart, index.byteEnd).toString(),
    'https://example.org/advisories/CPANSA-Foo-Bar-1900-1234',
  );
  assert.equal(createdAt, '2026-11-26T12:00:00.000Z');
});

test('bluesky: whoever posts the same at the same time posts it once', async (t) => {
  const server = await blueskyServer();
  t.after(() => server.close());
  const poster = bluesky({ server: server.base, handle: 'desk.example.org', password: () => SECRET }, OPS);
  const addresses = await Promise.all([1, 2, 3].map(() => poster.post(TEXT, KEY)));
  assert.equal(new Set(addresses).size, 1);
  assert.equal(server.posts.length, 1);
});

test('keys of records are TIDs, and differ', () => {
  const keys = Array.from({ length: 2000 }, (_, i) => recordKey(`key-${i}`));
  for (const key of keys) assert.match(key, /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(recordKey(KEY), recordKey(KEY));
});

const page = readFileSync(new URL('../../docs/formats/posts-config.md', import.meta.url), 'utf8');
const [, example = ''] = /```json\n([^`]+)```/.exec(page) ?? [];

test('a configuration names an account for each network; tokens are read when they are needed', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-posts-'));
  t.after(() => rmSync(home, { recursive: true }));
  const server = await mastodonServer();
  t.after(() => server.close());
  const path = join(home, 'posts.json');
  const read = (text: string) => {
    writeFileSync(path, text);
    return readPosters(path, { ...OPS, secret: readSecretLine });
  };
  assert.deepEqual(
    read(example).map(({ network, at }) => `${network} ${at}`),
    ['mastodon social.example.org', 'bluesky pds.example.org', 'matrix matrix.example.org'],
  );
  assert.deepEqual(read('{}'), []);
  const [poster] = read(example.replace('https://social.example.org', server.base));
  assert.ok(poster !== undefined);
  await assert.rejects(poster.post(TEXT, KEY), { code: 'token' });
  writeFileSync(join(home, 'mastodon.token'), `${SECRET}\n`, { mode: 0o644 });
  await assert.rejects(poster.post(TEXT, KEY), { code: 'token' });
  rmSync(join(home, 'mastodon.token'));
  writeFileSync(join(home, 'mastodon.token'), `${SECRET}\n`, { mode: 0o600 });
  assert.match(await poster.post(TEXT, KEY), ADDRESSES.mastodon);
  for (const text of [
    '',
    '[]',
    '{"mastodon":{"server":"https://a.example.org"}}',
    '{"x":1}',
    '{"mastodon":{"server":"http://a.example.org","tokenFile":"a"}}',
    '{"matrix":{"server":"https://a.example.org","room":"#x:example.org","tokenFile":"a"}}',
  ])
    assert.throws(() => read(text), { code: 'bad-config' }, text);
  assert.throws(() => readPosters(join(home, 'none.json'), { ...OPS, secret: readSecretLine }), {
    code: 'bad-config',
  });
});

test('every error code is documented, once', () => {
  const lines = readFileSync(new URL('errors.ts', import.meta.url), 'utf8').split('\n');
  const codes = lines.flatMap((line, i) => (/^ {2}\| '([a-z-]+)';?$/.test(line) ? [lines[i - 1] ?? ''] : []));
  assert.ok(codes.length > 5);
  for (const above of codes) assert.match(above, /^ {2}\/\*\* .+ \*\/$/);
});
