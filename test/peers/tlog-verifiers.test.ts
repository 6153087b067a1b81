/** Our logs and proofs, as two programs verify them that know nothing of our code: one of Go, one of plain Perl. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { formatNoteVerifier, type NoteSigner } from '../../toolkit/formats/index.ts';
import { nodeSha256Into } from '../../toolkit/io/index.ts';
import { formatProof, LogReader, tilePath, tilesOf } from '../../toolkit/transparency/index.ts';
import { GivenLog } from '../../toolkit/transparency/testdata/given-log.ts';
import { signedCheckpoint, signerOf } from '../../toolkit/transparency/testdata/signed.ts';
import { withoutPerl, withoutProgram } from '../peers.ts';
import { sharedPath, withoutShared } from '../shared.ts';

const GO = '../tools/verify-go';
const PERL = '../tools/verify-perl/tlog_proof.pl';
const ORIGIN = 'log.example.org/cpan';
const WITNESS = 'witness.example.org';
const SIZES = [0, 1, 2, 255, 256, 257, 1000, 65_537, 70_000];

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-verifiers-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

function goFolder(): string {
  return join(scratch, 'verify-go');
}

/** Also where Go has no network and no home. */
const goEnvironment = {
  ...process.env,
  GO111MODULE: 'off',
  GOFLAGS: '',
  GOPATH: `${goFolder()}:/usr/share/gocode`,
  GOTOOLCHAIN: 'local',
};

const missingGo =
  withoutShared(GO) ||
  withoutProgram('go', 'version') ||
  withoutProgram('test', '-d', '/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog');
const missingPerl =
  withoutShared(PERL) || withoutPerl('Math::BigInt', 'Digest::SHA', 'MIME::Base64', 'Time::HiRes');

let built = false;

/** Exit status and last line of the Go program. */
function go(...args: string[]): { status: number | null; said: string } {
  if (!built) {
    cpSync(sharedPath(GO), goFolder(), { recursive: true });
    const build = ['build', '-o', join(scratch, 'tlogverify'), './src/tlogverify'];
    const { status, stderr } = spawnSync('go', build, {
      cwd: goFolder(),
      env: goEnvironment,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    built = true;
  }
  const { status, stdout, stderr } = spawnSync(join(scratch, 'tlogverify'), args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}`.trimEnd().split('\n').at(-1) ?? '' };
}

function entry(i: number, forkAt: number): Uint8Array {
  const path = `authors/id/E/EX/EXAMPLE/Example-${i >= forkAt ? 'Forked-' : ''}${i}.tar.gz`;
  return new TextEncoder().encode(`cpan-log/v1 release\npath ${path}\nsize ${1000 + i}\n`);
}

/** A log in a folder as it is served, with its older checkpoints beside it. */
interface MadeLog {
  readonly dir: string;
  readonly log: NoteSigner;
  readonly witness: NoteSigner;
  readonly grown: GivenLog;
  /** As a checkpoint says it. */
  readonly note: string;
}

async function makeLog(name: string, size: number, step: number, forkAt = Infinity): Promise<MadeLog> {
  const [log, witness] = [await signerOf(ORIGIN, 1, 'ed25519'), await signerOf(WITNESS, 2)];
  const dir = join(scratch, name);
  const grown = new GivenLog();
  const sign = (): Promise<string> =>
    signedCheckpoint({ origin: ORIGIN, ...grown.checkpoint }, log, [[witness, 1_700_000_000]]);
  const write = (path: string, content: Uint8Array | string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  let note = await sign();
  write('checkpoints/0', note);
  while (grown.edge.size < size) {
    const from = grown.edge.size;
    const count = Math.min(step, size - from);
    for (const file of grown.add(Array.from({ length: count }, (_, i) => entry(from + i, forkAt))))
      write(file.path, file.bytes);
    note = await sign();
    write(`checkpoints/${grown.edge.size}`, note);
  }
  write('checkpoint', note);
  return { dir, log, witness, grown, note };
}

/** A proof and the entry that it is of, in two files. */
async function proofOf(
  { dir, grown, note }: MadeLog,
  index: number,
): Promise<{ proof: string; leaf: string }> {
  const reader = new LogReader(grown.fetch, nodeSha256Into);
  const [proof, leaf] = [join(dir, `${index}.tlog-proof`), join(dir, `${index}.entry`)];
  const hashes = await reader.inclusionProof(index, grown.checkpoint);
  writeFileSync(proof, formatProof({ extra: null, index, hashes, checkpoint: note }));
  writeFileSync(leaf, entry(index, Infinity));
  return { proof, leaf };
}

const stepOf = (size: number): number => (size > 5000 ? 20_011 : 97);

function keys({ log, witness }: MadeLog): { log: string; witness: string } {
  return { log: formatNoteVerifier(log.verifier), witness: formatNoteVerifier(witness.verifier) };
}

function verifyInGo(made: MadeLog, dir: string, ...more: string[]): ReturnType<typeof go> {
  const { log, witness } = keys(made);
  return go('-vkey', log, '-witness', witness, '-quorum', '1', ...more, dir);
}

function proofInGo(made: MadeLog, proof: string, leaf: string): ReturnType<typeof go> {
  const { log, witness } = keys(made);
  return go('-vkey', log, '-witness', witness, '-quorum', '1', '-tlogproof', proof, '-leaf', leaf);
}

test('Go accepts our logs of every size, with all that they began as', { skip: missingGo }, async () => {
  for (const size of SIZES) {
    const made = await makeLog(`whole-${size}`, size, stepOf(size));
    const { status, said } = verifyInGo(made, made.dir, '-old', join(made.dir, 'checkpoints'));
    assert.equal(status, 0, said);
    assert.match(said, new RegExp(`^PASS size=${size} `));
  }
});

test('Go accepts our proofs, and a log whose superseded files are gone', { skip: missingGo }, async () => {
  const made = await makeLog('kept', 1000, 97);
  for (const index of [0, 255, 256, 500, 999]) {
    const { proof, leaf } = await proofOf(made, index);
    const { status, said } = proofInGo(made, proof, leaf);
    assert.equal(status, 0, said);
    assert.match(said, new RegExp(`^PASS tlog-proof index=${index} size=1000 cosigs=1`));
  }
  const needed = new Set([...tilesOf(1000)].map(tilePath));
  for (const path of made.grown.files.keys()) if (!needed.has(path)) rmSync(join(made.dir, path));
  const { status, said } = verifyInGo(made, made.dir, '-old', join(made.dir, 'checkpoints'));
  assert.equal(status, 0, said);
});

/** What is done to a file of a log of 1,000 entries. */
const tamperings: [name: string, path: string, change: (bytes: Buffer) => Buffer | string][] = [
  ['a byte of an entry', 'tile/entries/001', (bytes) => flip(bytes, 5000)],
  ['the last byte of the last bundle', 'tile/entries/003.p/232', (bytes) => flip(bytes, bytes.length - 1)],
  ['a byte of a tile of level 0', 'tile/0/002', (bytes) => flip(bytes, 320)],
  ['a byte of a partial tile of level 0', 'tile/0/003.p/232', (bytes) => flip(bytes, 0)],
  ['a byte of a partial tile of level 1', 'tile/1/000.p/3', (bytes) => flip(bytes, 40)],
  ['the size in the checkpoint', 'checkpoint', (bytes) => `${bytes}`.replace('\n1000\n', '\n1001\n')],
  ['a bundle cut short', 'tile/entries/003.p/232', (bytes) => bytes.subarray(0, -3)],
  ['an entry too many', 'tile/entries/003.p/232', (bytes) => Buffer.concat([bytes, Buffer.alloc(2)])],
  ['a witness less', 'checkpoint', (bytes) => `${bytes}`.replace(/— witness.*\n/, '')],
  [
    'the instant of a cosignature',
    'checkpoint',
    (bytes) => `${bytes}`.replace(/(?<=— witness\S+ .{14})./, (char) => (char === 'A' ? 'B' : 'A')),
  ],
];

function flip(bytes: Buffer, at: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}

test('Go refuses whatever is done to our log', { skip: missingGo }, async () => {
  const made = await makeLog('tampered', 1000, 97);
  for (const [name, path, change] of tamperings) {
    const file = join(made.dir, path);
    const good = readFileSync(file);
    writeFileSync(file, change(good));
    assert.notDeepEqual(readFileSync(file), good, name);
    const { status, said } = verifyInGo(made, made.dir);
    assert.equal(status, 1, `${name}: ${said}`);
    writeFileSync(file, good);
  }
  const whole = verifyInGo(made, made.dir);
  assert.equal(whole.status, 0, whole.said);
  assert.equal(verifyInGo(made, made.dir, '-origin', 'other.example.org/cpan').status, 1);
});

test('Go tells our log from a fork of it by the same key', { skip: missingGo }, async () => {
  const made = await makeLog('one', 1000, 97);
  const forks = [await makeLog('fork', 900, 97, 500), await makeLog('split', 1000, 97, 999)];
  for (const fork of forks) {
    const alone = verifyInGo(fork, fork.dir);
    assert.equal(alone.status, 0, alone.said);
    const { status, said } = verifyInGo(made, made.dir, '-old', join(fork.dir, 'checkpoint'));
    assert.equal(status, 1, said);
    assert.match(said, /INCONSISTENT|SPLIT VIEW/);
  }
});

interface Changed {
  readonly name: string;
  readonly text: string;
  readonly leaf: string;
}

/** Proofs of entry 500 that prove nothing. */
async function badProofs(made: MadeLog): Promise<Changed[]> {
  const { proof, leaf } = await proofOf(made, 500);
  const text = readFileSync(proof, 'utf8');
  const { leaf: other } = await proofOf(made, 499);
  const lines = text.split('\n');
  const without = (line: number): string => lines.filter((_, i) => i !== line).join('\n');
  return [
    { name: 'another entry', text, leaf: other },
    { name: 'another index', text: text.replace('index 500', 'index 501'), leaf },
    { name: 'an index with a zero before it', text: text.replace('index 500', 'index 0500'), leaf },
    { name: 'a hash less', text: without(2), leaf },
    { name: 'a hash twice', text: text.replace(`${lines[2]}\n`, (line) => line + line), leaf },
    { name: 'a size more', text: text.replace('\n1000\n', '\n1001\n'), leaf },
    { name: 'a witness less', text: text.replace(/— witness.*\n/, ''), leaf },
  ];
}

test('Go refuses whatever is done to our proof', { skip: missingGo }, async () => {
  const made = await makeLog('proofs', 1000, 97);
  for (const { name, text, leaf } of await badProofs(made)) {
    writeFileSync(join(made.dir, 'changed'), text);
    const { status, said } = proofInGo(made, join(made.dir, 'changed'), leaf);
    assert.equal(status, 1, `${name}: ${said}`);
  }
});

function proofInPerl(made: MadeLog, proof: string, leaf: string): { status: number | null; said: string } {
  const { log, witness } = keys(made);
  const args = [sharedPath(PERL), log, '1', proof, leaf, witness];
  const { status, stdout, stderr } = spawnSync('perl', args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

test('plain Perl accepts our proofs of every size', { skip: missingPerl }, async () => {
  for (const size of SIZES.slice(1)) {
    const made = await makeLog(`perl-${size}`, size, stepOf(size));
    const { proof, leaf } = await proofOf(made, size >> 1);
    const { status, said } = proofInPerl(made, proof, leaf);
    assert.equal(status, 0, said);
    assert.match(said, new RegExp(`^PASS index=${size >> 1} size=${size} cosigs=1 `));
  }
});

test('plain Perl refuses whatever is done to our proof', { skip: missingPerl }, async () => {
  const made = await makeLog('perl-proofs', 1000, 97);
  for (const { name, text, leaf } of await badProofs(made)) {
    writeFileSync(join(made.dir, 'changed'), text);
    const { status, said } = proofInPerl(made, join(made.dir, 'changed'), leaf);
    assert.notEqual(status, 0, `${name}: ${said}`);
  }
});
