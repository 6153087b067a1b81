import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { nodeEd25519, nodePost, nodeSha256Into } from '../io/index.ts';
import { checkSplitView, decodeSplitView, openCheckpoint, verifySignatures } from '../transparency/index.ts';
import { signedCheckpoint, signerOf } from '../transparency/testdata/signed.ts';
import { checkpointOf, forkedEntries, requestOf } from '../transparency/testdata/witnessed.ts';
import { beginState, type FollowedLog, openWitness, originHash, type WitnessOptions } from './index.ts';

const log = await signerOf('example.org/log', 1, 'ed25519');
const rare = await signerOf('example.org/rare', 2, 'ed25519');
const signer = await signerOf('witness.example.org', 4);
const logs: readonly FollowedLog[] = [
  { origin: 'example.org/log', verifier: log.verifier, perDay: 86_400 },
  { origin: 'example.org/rare', verifier: rare.verifier, perDay: 24 },
];
const HASH = originHash('example.org/log');

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-witness-'));
const stops: (() => Promise<void>)[] = [];
after(async () => {
  for (const stop of stops) await stop();
  rmSync(scratch, { recursive: true });
});

interface Given {
  readonly at: string;
  readonly directory: string;
  readonly reports: string[];
  readonly failures: unknown[];
  close(): Promise<void>;
}

function begun(): string {
  const directory = mkdtempSync(join(scratch, 'kept-'));
  beginState(directory);
  return directory;
}

/** A witness on a free port; what it kept stays when it is closed. */
async function given(directory = begun(), more: Partial<WitnessOptions> = {}): Promise<Given> {
  const reports: string[] = [];
  const failures: unknown[] = [];
  const report = (line: string) => void reports.push(line);
  const failed = (error: unknown) => void failures.push(error);
  const witness = await openWitness({ signer, logs, directory, report, failed, ...more });
  stops.push(() => witness.close());
  return {
    at: await witness.listen('127.0.0.1', 0),
    directory,
    reports,
    failures,
    close: () => witness.close(),
  };
}

/** The file with what is kept of the log. */
function keptIn(directory: string): string {
  const [number = ''] = readdirSync(join(directory, 'checkpoints'));
  return join(directory, 'checkpoints', number, HASH);
}

const post = nodePost({ env: {} });
const add = ({ at }: Given, body: string) =>
  post(`${at}/add-checkpoint`, body, { timeoutMs: 10_000, limit: 10_000 });

async function get({ at }: Given, path: string, method = 'GET') {
  const answer = await fetch(`${at}${path}`, { method });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: await answer.text(),
    answer,
  };
}

test('it cosigns, keeps and shows what it cosigned, also after it was stopped', async () => {
  const first = await given();
  assert.equal((await get(first, `/${HASH}/checkpoint`)).status, 404);
  const { status, contentType, body } = await add(first, await requestOf(0, forkedEntries(5), log));
  assert.deepEqual([status, contentType], [200, 'text/plain; charset=utf-8']);
  const shown = await get(first, `/${HASH}/checkpoint`);
  assert.deepEqual([shown.status, shown.type], [200, 'text/plain; charset=utf-8']);
  assert.ok(shown.body.endsWith(body));
  const { checkpoint, note } = await openCheckpoint(shown.body, log.verifier, nodeEd25519);
  assert.equal(checkpoint.size, 5);
  assert.equal((await verifySignatures(note, signer.verifier, nodeEd25519)).length, 1);
  await first.close();

  const second = await given(first.directory);
  assert.equal((await get(second, `/${HASH}/checkpoint`)).body, shown.body);
  const conflict = await add(second, await requestOf(0, forkedEntries(8), log));
  assert.deepEqual(conflict, { status: 409, contentType: 'text/x.tlog.size', body: '5\n' });
  assert.equal((await add(second, await requestOf(5, forkedEntries(8), log))).status, 200);
  assert.deepEqual(second.failures, []);
});

test('what stands where, and how it may be asked', async () => {
  const witness = await given();
  await add(witness, await requestOf(0, forkedEntries(5), log));
  const cases: [method: string, path: string, status: number, allow?: string][] = [
    ['GET', `/${HASH}/checkpoint`, 200],
    ['HEAD', `/${HASH}/checkpoint`, 200],
    ['POST', `/${HASH}/checkpoint`, 405, 'GET, HEAD'],
    ['GET', `/${HASH.toUpperCase()}/checkpoint`, 404],
    ['GET', `/${originHash('example.org/rare')}/checkpoint`, 404],
    ['GET', `/${'0'.repeat(64)}/checkpoint`, 404],
    ['GET', `/${HASH}`, 404],
    ['GET', `/../${HASH}/checkpoint`, 200],
    ['GET', `/${HASH}/..%2fcheckpoint`, 404],
    ['GET', '/add-checkpoint', 405, 'POST'],
    ['DELETE', '/add-checkpoint', 405, 'POST'],
    ['PUT', '/metrics', 405, 'GET, HEAD'],
    ['GET', '/', 404],
    ['POST', '/add-checkpoint?x', 404],
    ['POST', '/sign-subtree', 404],
  ];
  for (const [method, path, status, allow] of cases) {
    const { answer, body } = await get(witness, path, method);
    assert.equal(answer.status, status, `${method} ${path}`);
    assert.equal(answer.headers.get('allow'), allow ?? null, path);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    if (method === 'HEAD') assert.equal(body, '');
  }
});

test('its figures', async () => {
  const witness = await given();
  await add(witness, await requestOf(0, forkedEntries(5), log));
  await add(witness, await requestOf(5, forkedEntries(5, 2), log));
  await add(witness, 'nothing');
  const { body } = await get(witness, '/metrics');
  assert.deepEqual(body.replace(/seconds 1\d{9}\n/, 'seconds NOW\n').split('\n'), [
    '# TYPE cpansec_witness_answers_total counter',
    'cpansec_witness_answers_total{status="200"} 1',
    'cpansec_witness_answers_total{status="400"} 1',
    'cpansec_witness_answers_total{status="422"} 1',
    '# TYPE cpansec_witness_logs gauge',
    'cpansec_witness_logs 2',
    '# TYPE cpansec_witness_split_views_total counter',
    'cpansec_witness_split_views_total 1',
    '# TYPE cpansec_witness_last_cosignature_seconds gauge',
    'cpansec_witness_last_cosignature_seconds NOW',
    '',
  ]);
});

test('two trees of one size are kept as evidence, once', async () => {
  const witness = await given();
  await add(witness, await requestOf(0, forkedEntries(5), log));
  for (const from of [0, 5, 5])
    assert.equal(
      (await add(witness, await requestOf(from, forkedEntries(5, 2), log))).status,
      from === 0 ? 409 : 422,
    );
  const [file = '', ...more] = readdirSync(witness.directory).filter((name) =>
    name.startsWith('split-view-'),
  );
  assert.deepEqual(more, []);
  assert.deepEqual(witness.reports, [`"example.org/log" signed two trees of one size: evidence in ${file}`]);
  const evidence = decodeSplitView(readFileSync(join(witness.directory, file)));
  const known = [{ verifier: log.verifier, url: null }];
  const { smaller, larger } = await checkSplitView(evidence, known, { ...nodeEd25519, hash: nodeSha256Into });
  assert.deepEqual([smaller.size, larger.size], [5, 5]);
});

test('a log gets the rate that the list gives it, whatever others send again', async () => {
  const witness = await given();
  for (let size = 1; size <= 10; size++) {
    assert.equal(
      (await add(witness, await requestOf(size - 1, forkedEntries(size), rare))).status,
      200,
      `${size}`,
    );
    assert.equal((await add(witness, await requestOf(size - 1, forkedEntries(size), rare))).status, 409);
  }
  const refused = await add(witness, await requestOf(10, forkedEntries(11), rare));
  assert.deepEqual([refused.status, refused.body], [429, 'too many checkpoints of this log\n']);
  assert.equal((await add(witness, await requestOf(0, forkedEntries(5), log))).status, 200);
});

test('it starts only with what is its own', async () => {
  await assert.rejects(given(mkdtempSync(join(scratch, 'lost-'))), {
    code: 'kept',
    message: /checkpoints: is not there, and may have been lost/,
  });
  const witness = await given();
  await add(witness, await requestOf(0, forkedEntries(5), log));
  await witness.close();
  const good = readFileSync(keptIn(witness.directory), 'utf8');
  const other = await signerOf('witness.example.org', 5);
  await assert.rejects(given(witness.directory, { signer: other }), {
    code: 'kept',
    message: /is not cosigned by witness/,
  });
  const cases: [name: string, kept: string][] = [
    ['nothing', ''],
    ['cut short', good.slice(0, -10)],
    ['changed', good.replace('\n5\n', '\n4\n')],
    [
      'of another log',
      await signedCheckpoint(checkpointOf(forkedEntries(5), 'example.org/rare'), rare, [[signer, 1]]),
    ],
  ];
  for (const [name, kept] of cases) {
    writeFileSync(keptIn(witness.directory), kept);
    await assert.rejects(given(witness.directory), { code: 'kept' }, name);
  }
  writeFileSync(keptIn(witness.directory), good);
  await given(witness.directory);
  cpSync(dirname(keptIn(witness.directory)), join(witness.directory, 'checkpoints/copy'), {
    recursive: true,
  });
  await assert.rejects(given(witness.directory), {
    code: 'kept',
    message: /checkpoints: has not one directory/,
  });
});

test('what it cannot keep it does not cosign, and it ends', async () => {
  const witness = await given();
  await add(witness, await requestOf(0, forkedEntries(5), log));
  const file = keptIn(witness.directory);
  rmSync(file);
  mkdirSync(file);
  const answer = await add(witness, await requestOf(0, forkedEntries(8), log));
  assert.deepEqual([answer.status, answer.body], [500, 'this witness cannot keep what it cosigns\n']);
  assert.equal(witness.failures.length, 1);
  assert.match(witness.reports.join(), /is no regular file/);
});

/** Bytes to a witness as they are; what came back before the connection ended. */
function raw({ at }: Given, bytes: (string | Uint8Array)[], pause = 0): Promise<string> {
  const { hostname, port } = new URL(at);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let back = '';
    socket.on('data', (chunk) => (back += chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(back));
    const next = (index: number): void => {
      const part = bytes[index];
      if (part === undefined || socket.destroyed) return;
      socket.write(part, () => setTimeout(() => next(index + 1), pause));
    };
    next(0);
  });
}

const HEAD = 'POST /add-checkpoint HTTP/1.1\r\nhost: w\r\n';

test('a witness whose state another has by now cosigns nothing, shows nothing, and ends', async () => {
  for (const began of [true, false]) {
    const first = await given();
    if (began) assert.equal((await add(first, await requestOf(0, forkedEntries(5), log))).status, 200);
    const second = await given(first.directory);
    assert.equal((await add(first, await requestOf(began ? 5 : 0, forkedEntries(8), log))).status, 500);
    assert.equal((await get(first, `/${HASH}/checkpoint`)).status, 500);
    assert.match(String(first.failures), /another process has taken it over/);
    assert.equal(
      (await add(second, await requestOf(began ? 5 : 0, forkedEntries(9, 2), log))).status,
      began ? 422 : 200,
    );
    assert.equal((await get(second, `/${HASH}/checkpoint`)).body.split('\n')[1], began ? '5' : '9');
    assert.deepEqual(second.failures, []);
  }
});

test('bodies that are too long, never end, come in drops, are none, or follow each other', async () => {
  const witness = await given(undefined, { limits: { arrival: 1000 } });
  const good = await requestOf(0, forkedEntries(5), log);
  const framed = `${HEAD}content-length: ${Buffer.byteLength(good)}\r\n\r\n${good}`;
  // Whoever goes on sending may never see the answer: the connection is closed behind it.
  const cutOff = /^(?:HTTP\/1\.1 (?:408|413|431) |$)/;
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const cases: [name: string, bytes: (string | Uint8Array)[], pause: number, wanted: RegExp][] = [
    ['long by its own word', [`${HEAD}content-length: 10000000000\r\n\r\n`], 0, /^HTTP\/1\.1 413 /],
    ['long', [`${HEAD}content-length: 131073\r\n\r\n`, 'x'.repeat(131_073)], 0, cutOff],
    ['endless', [`${HEAD}transfer-encoding: chunked\r\n\r\n`, ...Array(40).fill(chunk)], 1, cutOff],
    ['a head in drops', [...HEAD, ...'x-slow: 1\r\n'.repeat(10_000)], 20, cutOff],
    ['a body in drops', [`${HEAD}content-length: 1000\r\n\r\n`, ...'x'.repeat(1000)], 20, cutOff],
    ['a head that is too long', [HEAD, `x: ${'x'.repeat(20_000)}\r\n\r\n`], 0, cutOff],
    ['two lengths', [`${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nx`], 0, /^HTTP\/1\.1 400 /],
    [
      'a length and chunks',
      [`${HEAD}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
      0,
      /^HTTP\/1\.1 400 /,
    ],
    ['no HTTP', [Uint8Array.of(0x16, 3, 1, 0, 0xa5)], 0, /^HTTP\/1\.1 400 /],
    ['a tunnel', ['CONNECT example.org:443 HTTP/1.1\r\nhost: w\r\n\r\n'], 0, /^$/],
    [
      'another protocol',
      [
        `${HEAD.replace('\r\n', '\r\nupgrade: websocket\r\nconnection: upgrade, close\r\n')}content-length: 0\r\n\r\n`,
      ],
      0,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'bytes',
      [
        Buffer.concat([
          Buffer.from(`${HEAD}connection: close\r\ncontent-length: 256\r\n\r\n`),
          Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
        ]),
      ],
      0,
      /^HTTP\/1\.1 400 /,
    ],
  ];
  await Promise.all(
    cases.map(async ([name, bytes, pause, wanted]) =>
      assert.match(await raw(witness, bytes, pause), wanted, name),
    ),
  );
  const many = await raw(witness, [
    framed.repeat(20) + framed.replace('host: w', 'host: w\r\nconnection: close'),
  ]);
  const statuses = many.match(/^HTTP\/1\.1 \d+/gm)?.map((line) => line.slice(-3)) ?? [];
  assert.deepEqual(statuses, ['200', ...Array(20).fill('409')]);
  assert.equal((await add(witness, await requestOf(5, forkedEntries(8), log))).status, 200);
  assert.deepEqual([witness.reports, witness.failures], [[], []]);
});

test('more connections than it takes are closed, and those that it has are answered', async () => {
  const witness = await given(undefined, { limits: { connections: 3, arrival: 1000 } });
  const idle = Array.from({ length: 6 }, () => raw(witness, [HEAD]));
  await Promise.all(idle);
  assert.equal((await add(witness, await requestOf(0, forkedEntries(5), log))).status, 200);
});

test('of many at once, one tree is cosigned', async () => {
  const witness = await given();
  await add(witness, await requestOf(0, forkedEntries(5), log));
  const bodies: string[] = [];
  for (const fork of [5, 6, 7, 8])
    for (const size of [8, 9, 10]) bodies.push(await requestOf(5, forkedEntries(size, fork), log));
  const answers = await Promise.all(bodies.map((body) => add(witness, body)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(11).fill(409)]);
});

/** A request that has begun, and of which the last byte is still to come; then what came back. */
async function open(
  { at }: Given,
  body: string,
): Promise<{ finish(): void; readonly back: Promise<string> }> {
  const { hostname, port } = new URL(at);
  const socket = connect(Number(port), hostname);
  let all = '';
  const back = new Promise<string>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve(all));
  });
  const head = `${HEAD}connection: close\r\nexpect: 100-continue\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.write(`${head}\r\n\r\n${body.slice(0, -1)}`);
  const [continued] = await once(socket, 'data');
  assert.equal(String(continued), 'HTTP/1.1 100 Continue\r\n\r\n');
  socket.on('data', (chunk) => {
    all += chunk;
  });
  return { finish: () => void socket.write(body.slice(-1)), back };
}

test('those who are slow keep nobody else out', async () => {
  const witness = await given();
  const slow = await Promise.all(
    Array.from({ length: 200 }, async () => open(witness, await requestOf(0, forkedEntries(8), log))),
  );
  assert.equal((await add(witness, await requestOf(0, forkedEntries(5), log))).status, 200);
  for (const { finish } of slow) finish();
  for (const { back } of slow) assert.match(await back, /^HTTP\/1\.1 409 .*\r\n5\n$/s);
});

test('what has begun is answered when it stops, and what does not end is cut off', async () => {
  const body = await requestOf(0, forkedEntries(5), log);
  for (const finished of [true, false]) {
    const witness = await given(undefined, { limits: { patience: 500 } });
    const request = await open(witness, body);
    const closed = witness.close();
    if (finished) request.finish();
    await closed;
    assert.match(await request.back, finished ? /^HTTP\/1\.1 200 / : /^$/);
    await assert.rejects(add(witness, body), { code: 'no-connection' });
  }
});
