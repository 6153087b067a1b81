/** Mirrors that are broken or lie: each is named, and everything else goes on. */
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { type Answering, serveCpan } from '../../test/given-cpan.ts';
import { openMirror } from './index.ts';
import { ALL, EXAMPLE, exampleCpan, Following, http, scratch } from './testdata/following.ts';

test('paths that lead elsewhere are told and never opened', async () => {
  const cpan = exampleCpan();
  const outside = join(scratch(), 'outside.tar.gz');
  writeFileSync(outside, 'outside');
  for (const path of [
    '../../../../outside.tar.gz',
    'E/EX/EXAMPLE/../../../../x.tar.gz',
    'E/EX/EXAMPLE/a b.tar.gz',
    'E/EX/EXAMPLE/%2e%2e.zip',
    'E/EX/ALIEN\n/x.tgz',
  ])
    cpan.event(path, 'new');
  cpan.recent();
  const { address, asked } = await serveCpan(cpan.top);
  const following = new Following(address);
  await following.round();
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.equal(
    following.problems().filter((line) => line.endsWith('path: is no path that can be followed')).length,
    5,
  );
  assert.ok(asked.every(({ path }) => !path.includes('..') && !path.includes(' ')));
});

test('links of a directory are not followed, and pipes not waited for', async () => {
  const cpan = exampleCpan();
  const outside = scratch();
  writeFileSync(join(outside, 'Linked-Dist-1.0.tar.gz'), 'outside');
  symlinkSync(
    join(outside, 'Linked-Dist-1.0.tar.gz'),
    cpan.at(`authors/id/${EXAMPLE}/Linked-Dist-1.0.tar.gz`),
  );
  symlinkSync(outside, cpan.at(`authors/id/${EXAMPLE}/linked`));
  cpan.put(`authors/id/${EXAMPLE}/Folder-1.0.tar.gz/x`, '');
  for (const path of ['Linked-Dist-1.0.tar.gz', 'linked/Linked-Dist-1.0.tar.gz', 'Folder-1.0.tar.gz'])
    cpan.event(`${EXAMPLE}/${path}`, 'new');
  cpan.recent();
  const following = new Following(cpan.top);
  await following.round();
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.deepEqual(following.problems(), [
    `${EXAMPLE}/Folder-1.0.tar.gz: file: is no regular file`,
    `${EXAMPLE}/Linked-Dist-1.0.tar.gz: file: is a link, or behind one`,
    `${EXAMPLE}/linked/Linked-Dist-1.0.tar.gz: file: is a link, or behind one`,
  ]);
});

/** What a mirror may answer for one release instead of its bytes. */
const LIES: [name: string, lie: (response: ServerResponse, times: number) => void, words: RegExp][] = [
  ['nothing', (response) => response.writeHead(404).end(), /is not there$/],
  [
    'another place',
    (response) => response.writeHead(302, { location: 'http://192.0.2.1/x' }).end(),
    /leads elsewhere, to "http:\/\/192/,
  ],
  [
    'too much, as it says',
    (response) => response.writeHead(200, { 'content-length': 1 << 21 }).end(),
    /has more than 1048576 bytes$/,
  ],
  ['bytes without an end', (response) => endless(response), /has more than 1048576 bytes$/],
  ['less than it says', (response) => cutShort(response), /the connection broke|no connection/],
  ['an encoding', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'), /encoding/],
  ['an error', (response) => response.writeHead(500).end(), /answers 500$/],
  [
    'something else each time',
    (response, times) => response.writeHead(200).end(`${times}`),
    /CHECKSUMS says SHA-256/,
  ],
  ['slowly', (response) => slowly(response), /was not here after 0.3 s$/],
];

function endless(response: ServerResponse): void {
  response.writeHead(200);
  const chunk = Buffer.alloc(1 << 16);
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
}

function cutShort(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 100 });
  response.write('half', () => response.destroy());
}

function slowly(response: ServerResponse): void {
  response.writeHead(200);
  const timer = setInterval(() => response.write('x'), 20);
  response.on('close', () => clearInterval(timer));
}

for (const [name, lie, words] of LIES) {
  test(`a mirror that gives ${name}`, async () => {
    const cpan = exampleCpan();
    const path = `${EXAMPLE}/Example-Dist-1.1.tar.gz`;
    let times = 0;
    let lying = true;
    const answering: Answering = (request, response) => {
      if (!lying || request.url !== `/authors/id/${path}`) return false;
      lie(response, ++times);
      return true;
    };
    const { address } = await serveCpan(cpan.top, answering);
    const following = new Following(address);
    const patient = openMirror(address, { ...http, patience: name === 'slowly' ? 300 : 5000 });
    const { waiting } = await following.round({ mirror: patient });
    patient.close();
    assert.deepEqual(
      following.of('release').sort(),
      ALL.filter((one) => one !== path),
    );
    assert.equal(waiting, 1);
    assert.match(following.problems().join(), words);
    lying = false;
    // Not before a minute has gone by, twice as long after each failure.
    assert.equal((await following.round({}, 0)).waiting, 1);
    await following.round({}, 2);
    assert.deepEqual(following.of('release').sort(), ALL);
    assert.deepEqual(following.problems(), []);
  });
}

test('a mirror that is down, or asks for patience, is left alone', async () => {
  const cpan = exampleCpan();
  const { address, close } = await serveCpan(cpan.top);
  const following = new Following(address);
  await following.round();
  await close();
  await assert.rejects(following.round(), { code: 'no-connection' });
  const busy = await serveCpan(cpan.top, (request, response) => {
    if (!(request.url ?? '').includes('Example-Dist')) return false;
    response.writeHead(503).end();
    return true;
  });
  const other = new Following(busy.address);
  await assert.rejects(other.round(), { name: 'FollowError', code: 'mirror' });
  assert.ok(busy.asked.filter(({ status }) => status === 503).length <= 2);
});

test('RECENT files that cannot be read', async () => {
  const cpan = exampleCpan();
  cpan.put('authors/RECENT-Z.json', '{"recent": [{"epoch": "soon"}]}');
  const following = new Following(cpan.top);
  await following.round({ everything: true });
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.match(following.problems().join(), /^authors\/RECENT-Z.json: file: expected an event/);
  cpan.put('authors/RECENT-1h.json', '<html>');
  await assert.rejects(following.round(), { name: 'FollowError', code: 'mirror' });
});

test('what is no mirror', async () => {
  assert.throws(() => openMirror(join(scratch(), 'none'), http), { code: 'mirror' });
  assert.throws(() => openMirror('ftp://cpan.example.org/', http), { code: 'mirror' });
  const empty = scratch();
  await assert.rejects(new Following(empty).round(), { code: 'mirror' });
  mkdirSync(join(empty, 'authors'));
  const { address } = await serveCpan(empty);
  await assert.rejects(new Following(address).round(), { code: 'mirror' });
});
