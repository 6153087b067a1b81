import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNoteSigner, noteVerifier, parseNoteSigner, signNote } from 'cpansec/formats';
import { nodeEd25519, nodeSha256 } from 'cpansec/io';
import {
  chained,
  type Entry,
  exportLedger,
  GENESIS,
  LedgerError,
  openHead,
  signHead,
  verifyExport,
  verifyLedger,
} from './index.ts';

const AT = '2026-11-25T12:00:00.000Z';

async function signerOf(origin: string, fill: number) {
  const seed = new Uint8Array(32).fill(fill);
  const verifier = noteVerifier(origin, await nodeEd25519.publicKey(seed));
  return parseNoteSigner(formatNoteSigner(verifier, seed), nodeEd25519);
}

const signer = await signerOf('desk.example.org/ledger', 1);
const trust = { verifier: signer.verifier, ed25519: nodeEd25519, sha256: nodeSha256 };

/** Twenty entries; `act` makes another log of the same length. */
function log(act = 'test'): Entry[] {
  const entries: Entry[] = [];
  for (let n = 1; n <= 20; n++)
    entries.push(
      chained(
        entries.at(-1) ?? GENESIS,
        { actor: 'desk', act: n > 10 ? act : 'test', subject: '', detail: { n } },
        AT,
        nodeSha256,
      ),
    );
  return entries;
}

const head = (entries: readonly Entry[], seq: number): Promise<string> =>
  signHead({ seq, hash: entries[seq - 1]?.hash ?? '', at: AT }, signer);

test('a head says what the log ended with, and its text never changes', async () => {
  const note = await head(log(), 20);
  const opened = await openHead(note, signer.verifier, nodeEd25519);
  assert.deepEqual(opened, { origin: 'desk.example.org/ledger', seq: 20, hash: log()[19]?.hash, at: AT });
  assert.match(
    note,
    /^desk\.example\.org\/ledger\n20\n[A-Za-z0-9+/]{43}=\n2026-11-25T12:00:00\.000Z\n\n— desk\.example\.org\/ledger \S+\n$/,
  );
});

test('a signed note that is no head is refused', async () => {
  const hash = Buffer.alloc(32).toString('base64');
  const good = `desk.example.org/ledger\n1\n${hash}\n${AT}\n`;
  const cases: [name: string, text: string][] = [
    ['another log', good.replace('desk', 'task')],
    ['entry 0', good.replace('\n1\n', '\n0\n')],
    ['entry 01', good.replace('\n1\n', '\n01\n')],
    ['a short hash', good.replace(hash, Buffer.alloc(31).toString('base64'))],
    ['a hash in another alphabet', good.replace(hash, '_'.repeat(43))],
    ['no instant', good.replace(AT, '')],
    ['more', `${good}more\n`],
    ['nothing', '\n'],
  ];
  for (const [name, text] of cases) {
    const note = await signNote(text, [signer]);
    await assert.rejects(openHead(note, signer.verifier, nodeEd25519), LedgerError, name);
  }
});

test('a log is held against its heads', async () => {
  const entries = log();
  const other = log('other');
  const forger = await signerOf('desk.example.org/ledger', 2);
  const [at5, at15, at20] = [await head(entries, 5), await head(entries, 15), await head(entries, 20)];
  const forged = await signHead({ seq: 20, hash: other[19]?.hash ?? '', at: AT }, forger);
  const changed = entries.map((entry) => (entry.seq === 7 ? { ...entry, actor: 'member:z' } : entry));
  const cases: [name: string, entries: Entry[], heads: string[], faults: string[], unsigned?: number][] = [
    ['whole', entries, [at5, at15, at20], [], 0],
    ['with entries after the last head', entries, [at5, at15], [], 5],
    ['without heads', entries, [], [], 20],
    [
      'cut off',
      entries.slice(0, 12),
      [at5, at15],
      [`15 is not there, and was when a head was signed at ${AT}`],
      7,
    ],
    ['emptied', [], [at5], [`5 is not there, and was when a head was signed at ${AT}`]],
    [
      'written another way from entry 11, with hashes that follow',
      other,
      [at5, at15],
      [`15 another entry stood here when a head was signed at ${AT}`],
    ],
    [
      'a fork: two heads of one place',
      entries,
      [at20, await head(other, 20)],
      [`20 another entry stood here when a head was signed at ${AT}`],
    ],
    ['an entry changed', changed, [at20], ['7 was changed, or the one before it']],
    ['one left out', entries.filter(({ seq }) => seq !== 7), [at20], ['7 entry 8 stands in its place']],
    ['the head of another key', entries, [forged], ['null a head: no known key signed this note']],
  ];
  for (const [name, found, heads, faults, unsigned] of cases) {
    const checked = await verifyLedger(found, heads, trust);
    assert.deepEqual(
      checked.faults.map(({ seq, problem }) => `${seq} ${problem}`),
      faults,
      name,
    );
    if (unsigned !== undefined) assert.equal(checked.unsigned, unsigned, name);
    assert.equal(checked.entries, found.length, name);
  }
});

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

test('an export is checked by itself; one that was changed or cut off is found', async () => {
  const entries = log();
  const heads = [await head(entries, 15)];
  const lines: string[] = [];
  for await (const line of exportLedger(each(entries), heads)) lines.push(line.trimEnd());
  const whole = await verifyExport(each(lines), [], trust);
  assert.deepEqual(whole, { entries: 20, heads: 1, unsigned: 5, faults: [] });
  const swap = (from: string, to: string) => lines.map((line) => line.replace(from, to));
  const broken: [name: string, lines: string[]][] = [
    ['nothing', []],
    ['no beginning', lines.slice(1)],
    ['cut off', lines.slice(0, -1)],
    ['a line left out', lines.filter((_, i) => i !== 8)],
    ['a head left out', lines.filter((_, i) => i !== 1)],
    ['more', [...lines, '{}']],
    ['no JSON', swap('{"entry":{"seq":9,', '{"entry":')],
    ['no hash', swap('"hash":"', '"hash":"z')],
  ];
  for (const [name, found] of broken)
    await assert.rejects(verifyExport(each(found), [], trust), LedgerError, name);
  const rewritten = await verifyExport(each(swap('"detail":{"n":9}', '"detail":{"n":8}')), [], trust);
  assert.deepEqual(
    rewritten.faults.map(({ seq }) => seq),
    [9],
  );
  // Cut off together with its heads and counts: only a head that was kept elsewhere tells.
  const short: string[] = [];
  for await (const line of exportLedger(each(entries.slice(0, 12)), [])) short.push(line);
  assert.deepEqual((await verifyExport(each(short), [], trust)).faults, []);
  assert.equal((await verifyExport(each(short), heads, trust)).faults[0]?.seq, 15);
});
