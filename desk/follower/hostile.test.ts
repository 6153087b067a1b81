/** Mirrors that are broken or lie: each is named, and everything else goes on. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Answering, type GivenCpan, serveCpan } from '../../test/given-cpan.ts';
import { openMirror, State } from './index.ts';
import { ALL, EXAMPLE, exampleCpan, Following, http, OTHER, scratch } from './testdata/following.ts';

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
  [
    'bytes that end with the connection',
    (response) => response.socket?.end('HTTP/1.1 200 OK\r\n\r\nhalf'),
    /does not say how long its answer is$/,
  ],
  ['less than it says', (response) => cutShort(response), /the connection broke|no connection/],
  ['an encoding', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'), /encoding/],
  ['no change of what it was not told of', (response) => response.writeHead(304).end(), /answers 304$/],
  ['an error', (response) => response.writeHead(500).end(), /answers 500$/],
  [
    'something else each time',
    (response, times) => response.writeHead(200).end(`${times}`),
    /CHECKSUMS says SHA-256/,
  ],
  ['slowly', (response) => slowly(response), /took more than 0.3 s$/],
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
  await assert.rejects(following.round(), { name: 'FollowError', code: 'mirror' });
  assert.deepEqual(following.problems(), []);
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

/** A mirror that tells of its files by what stands there, or by CHECKSUMS. */
function withoutRecent(): GivenCpan {
  const cpan = exampleCpan();
  for (const interval of ['1h', '6h', 'Z']) rmSync(cpan.at(`authors/RECENT-${interval}.json`));
  return cpan;
}

test('what has the name of a release in a directory, and is none', async () => {
  const cpan = withoutRecent();
  const at = (name: string): string => cpan.at(`authors/id/${EXAMPLE}/${name}`);
  execFileSync('mkfifo', [at('Pipe-1.0.tar.gz')]);
  symlinkSync(at('Example-Dist-1.0.tar.gz'), at('Linked-1.0.tar.gz'));
  symlinkSync(cpan.at(`authors/id/${OTHER}`), at('elsewhere'));
  writeFileSync(Buffer.concat([Buffer.from(at('Caf')), Buffer.from([0xe9]), Buffer.from('-1.0.zip')]), '');
  cpan.put('authors/id/E/EX/Nobody-1.0.tar.gz', '');
  cpan.put(`authors/id/${EXAMPLE}/Folder-1.0.tar.gz/Inner-1.0.tar.gz`, 'inner');
  const deep = Array.from({ length: 8 }, (_, i) => `d${i}`).join('/');
  cpan.put(`authors/id/${EXAMPLE}/${deep}/Deep-1.0.tar.gz`, 'deep');
  const following = new Following(cpan.top);
  await following.round();
  assert.deepEqual(following.of('release').sort(), [
    ...ALL.slice(0, 3),
    `${EXAMPLE}/Folder-1.0.tar.gz/Inner-1.0.tar.gz`,
    ...ALL.slice(3),
  ]);
  assert.deepEqual(following.problems(), [
    '"E/EX/EXAMPLE/Caf\ufffd-1.0.zip": path: is no path that can be followed',
    '"E/EX/Nobody-1.0.tar.gz": path: is no path that can be followed',
    `${EXAMPLE}/Linked-1.0.tar.gz: file: is a link, or behind one`,
    `${EXAMPLE}/Pipe-1.0.tar.gz: file: is no regular file`,
    `${EXAMPLE}/d0/d1/d2/d3/d4/d5/d6/: file: is deeper than is looked at`,
  ]);
  rmSync(at('Pipe-1.0.tar.gz'));
  const { waiting } = await following.round({ everything: true });
  assert.equal(waiting, 1, 'the link');
  assert.equal(following.problems().length, 4);
});

test('a directory and a file that may not be read: nothing there is taken for removed', async () => {
  const cpan = withoutRecent();
  chmodSync(cpan.top, 0o755);
  const following = new Following(cpan.top);
  await following.round();
  const [hidden, file] = [cpan.at(`authors/id/${OTHER}`), `${EXAMPLE}/Secret-1.0.tar.gz`];
  cpan.put(`authors/id/${file}`, 'secret');
  chmodSync(cpan.at(`authors/id/${file}`), 0);
  chmodSync(hidden, 0);
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    await following.round({ everything: true });
  } finally {
    if (root) process.seteuid?.(0);
    chmodSync(hidden, 0o755);
  }
  assert.deepEqual(following.of('removal'), []);
  assert.deepEqual(following.problems(), [
    `${EXAMPLE}/Secret-1.0.tar.gz: file: cannot read: permission denied`,
    `${OTHER}/: file: cannot list: permission denied`,
  ]);
  chmodSync(cpan.at(`authors/id/${file}`), 0o644);
  await following.round({ everything: true }, 5);
  assert.deepEqual(following.problems(), []);
  assert.equal(following.of('release').at(-1), file);
});

test('a file that changes while it is read, with its date set back', async () => {
  const cpan = exampleCpan();
  const path = `authors/id/${EXAMPLE}/Large-1.0.tar.gz`;
  cpan.put(path, Buffer.alloc(3 << 20));
  const mirror = openMirror(cpan.top, http);
  const file = await mirror.open(path);
  assert.ok(typeof file !== 'string');
  const date = new Date(file.modified ?? 0);
  for await (const chunk of file.body) {
    assert.ok(chunk.length <= 1 << 20);
    writeFileSync(cpan.at(path), Buffer.alloc(3 << 20, 1), { flag: 'r+' });
    utimesSync(cpan.at(path), date, date);
  }
  assert.throws(() => file.check(), { code: 'file', problem: 'changes while it is read' });
  file.close();
});

test('CHECKSUMS that cannot be had: one that is none hides no release, one that is late is waited for', async () => {
  const cpan = exampleCpan();
  const path = `authors/id/${EXAMPLE}/CHECKSUMS`;
  const outside = join(scratch(), 'CHECKSUMS');
  writeFileSync(outside, '');
  rmSync(cpan.at(path));
  symlinkSync(outside, cpan.at(path));
  const linked = new Following(cpan.top);
  await linked.round();
  assert.deepEqual(linked.of('release').sort(), ALL);
  assert.deepEqual(linked.problems(), [`${EXAMPLE}/CHECKSUMS: checksums: is a link, or behind one`]);

  rmSync(cpan.at(path));
  cpan.checksums(EXAMPLE);
  cpan.recent();
  let isLate = true;
  const { address } = await serveCpan(cpan.top, (request, response) => {
    if (!isLate || request.url !== `/${path}`) return false;
    response.writeHead(500).end();
    return true;
  });
  const late = new Following(address);
  assert.equal((await late.round()).waiting, 4);
  assert.match(
    late.problems()[1] ?? '',
    /Example-Dist-1\.0\.tar\.gz: file: its CHECKSUMS: 127\.0\.0\.1:\d+ answers 500$/,
  );
  isLate = false;
  await late.round({}, 2);
  assert.deepEqual([late.of('release').sort(), late.problems()], [ALL, []]);
});

test('indexes that cannot be had are told, and the news is read', async () => {
  const cpan = exampleCpan();
  const index = 'authors/01mailrc.txt.gz';
  rmSync(cpan.at(index));
  symlinkSync(cpan.at('modules/02packages.details.txt.gz'), cpan.at(index));
  const following = new Following(cpan.top);
  await following.round();
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.deepEqual(following.problems(), [`${index}: file: is a link, or behind one`]);
  rmSync(cpan.at(index));
  cpan.put(index, 'mailrc');
  await following.round();
  assert.deepEqual(following.problems(), []);

  let isDown = false;
  const { address } = await serveCpan(cpan.top, (request, response) => {
    if (!isDown || request.url !== `/${index}`) return false;
    response.writeHead(500).end();
    return true;
  });
  const remote = new Following(address);
  await remote.round();
  isDown = true;
  await remote.round();
  assert.match(remote.problems().join(), /^authors\/01mailrc\.txt\.gz: file: 127\.0\.0\.1:\d+ answers 500$/);
});

/** What cannot be 02packages. */
const NO_INDEX: [name: string, bytes: () => Buffer, words: RegExp][] = [
  ['a page', () => Buffer.from('<html>'), /gzip data is damaged$/],
  ['no index', () => gzipSync('no index'), /expected/],
  ['a bomb', () => gzipSync(Buffer.alloc((1 << 28) + 1)), /unpacks to more than 268435456 bytes$/],
  ['half an index', () => gzipSync('Line-Count: 9\n\nA 1 E/EX/EXAMPLE/A-1.tar.gz\n'), /9/],
];

for (const [name, bytes, words] of NO_INDEX)
  test(`02packages that is ${name}: told, and what is known already goes on`, async () => {
    const cpan = withoutRecent();
    let isDown = true;
    const { address } = await serveCpan(cpan.top, (request, response) => {
      if (!isDown || !(request.url ?? '').includes('Example-Dist-1.1')) return false;
      response.writeHead(500).end();
      return true;
    });
    const following = new Following(address);
    assert.equal((await following.round()).waiting, 1);
    isDown = false;
    cpan.put('modules/02packages.details.txt.gz', bytes());
    await following.round({}, 2);
    assert.deepEqual(following.of('release').sort(), ALL);
    const [problem = '', ...more] = following.problems();
    assert.deepEqual(more, []);
    assert.ok(problem.startsWith(`${address}: file: modules/02packages.details.txt.gz: `), problem);
    assert.match(problem, words);
    cpan.release(`${EXAMPLE}/Example-Dist-1.3.tar.gz`, 'dist 1.3');
    cpan.packages();
    await following.round();
    assert.equal(following.of('release').at(-1), `${EXAMPLE}/Example-Dist-1.3.tar.gz`);
    assert.deepEqual(following.problems(), []);
  });

test('an index that was logged and could not be read again is read in the next round', async () => {
  const cpan = withoutRecent();
  let asked = 0;
  const { address } = await serveCpan(cpan.top, (request, response) => {
    if (!(request.url ?? '').includes('02packages') || ++asked !== 4) return false;
    response.writeHead(500).end();
    return true;
  });
  const following = new Following(address);
  await following.round();
  cpan.release(`${EXAMPLE}/Example-Dist-1.3.tar.gz`, 'dist 1.3');
  cpan.packages();
  await assert.rejects(following.round(), { code: 'bad-answer' });
  await following.round();
  assert.equal(following.of('release').at(-1), `${EXAMPLE}/Example-Dist-1.3.tar.gz`);
});

test('RECENT files that name each other, and one in an encoding', async () => {
  const cpan = exampleCpan();
  const aggregator = ['1h', '6h', '1h', '6h', '1h', 'Z', 'Z', '../../Z', '1h'];
  cpan.recent({ aggregator });
  const { address, asked } = await serveCpan(cpan.top, (request, response) => {
    if (request.url !== '/authors/RECENT-Z.json') return false;
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'));
    return true;
  });
  const following = new Following(address);
  await following.round();
  assert.deepEqual(following.of('release').sort(), ALL);
  assert.deepEqual(following.problems(), [
    'authors/RECENT-Z.json: file: comes in an encoding that was not asked for',
  ]);
  const recent = asked.filter(({ path }) => path.startsWith('authors/RECENT'));
  assert.deepEqual(
    recent.map(({ path }) => path.slice('authors/RECENT-'.length)),
    ['1h.json', '1h.json', '6h.json', 'Z.json'],
  );
});

test('a mirror that makes up any number of paths is told so', async () => {
  const cpan = exampleCpan();
  for (let i = 0; i < 1200; i++) cpan.event(`E/EX/EXAMPLE/a b ${i}.tar.gz`, 'new');
  cpan.recent();
  const following = new Following(cpan.top);
  const { raised } = await following.round();
  assert.equal(raised.length, 1001);
  assert.equal(following.problems().at(-1), ': path: more than 1000 paths that cannot be followed');
  assert.deepEqual(following.of('release').sort(), ALL);
});

test('a mirror that names more than there is room for', async () => {
  const cpan = exampleCpan();
  const small = new State(join(scratch(), 'state.db'), 10);
  after(() => small.close());
  for (let i = 0; i < 12; i++) cpan.event(`${EXAMPLE}/Invented-1.${i}.tar.gz`, 'new');
  cpan.recent();
  const following = new Following(cpan.top);
  await following.round({ state: small });
  assert.equal(small.workCount(), 0);
  assert.deepEqual(
    small.problems().map(({ path, words }) => [path, words]),
    [[cpan.top, 'names more files than there is room for']],
  );
});

test('directories without an end', async () => {
  const cpan = withoutRecent();
  const { address, asked } = await serveCpan(cpan.top, (request, response) => {
    if (!/OTHER\/(?!old).*CHECKSUMS$/.test(request.url ?? '')) return false;
    response.end("$cksum = {'a' => {'isdir' => 1}, 'b' => {'isdir' => 1}};\n");
    return true;
  });
  const following = new Following(address);
  await following.round();
  assert.equal(asked.filter(({ path }) => /\/[ab]\/CHECKSUMS$/.test(path)).length, 2 ** 7 - 2);
  assert.equal(
    following.problems().filter((line) => line.endsWith('path: is no path that can be followed')).length,
    2 ** 7,
  );
});

test('a mirror of which many files are late is left alone', async () => {
  const cpan = exampleCpan();
  const { address, asked } = await serveCpan(cpan.top, (request, response) => {
    if (!/\.(?:tar\.gz|zip|tgz)$/.test(request.url ?? '')) return false;
    slowly(response);
    return true;
  });
  const mirror = openMirror(address, { ...http, patience: 100 });
  after(() => mirror.close());
  const following = new Following(address);
  await assert.rejects(following.round({ mirror }), {
    code: 'mirror',
    problem: /^does not answer: 127\.0\.0\.1:\d+ took more than 0\.1 s$/,
  });
  assert.deepEqual(following.of('release'), []);
  assert.ok(asked.length < 20);
});
