/** Rows of the transparency log: growing, proofs, a whole check. Beside the bare cost of the same hashes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toHex } from '../toolkit/base/index.ts';
import { nodeSha256Into } from '../toolkit/io/index.ts';
import {
  type Edge,
  EMPTY_EDGE,
  grow,
  LogReader,
  rootOfInclusion,
  type TreeHead,
  verifyInclusion,
} from '../toolkit/transparency/index.ts';
import { checkFolder, fetchFolder } from './log-check.ts';
import { peakMegabytes } from './process.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const ROUNDS = 7;
const BATCH = 1024;
const BATCHES = 100;
/** What an entry of a release has. */
const ENTRY_BYTES = 180;
/** Releases of all of CPAN, with BackPAN. */
const RELEASES = 400_000;
const PROOF_HASHES = 19;
const PROOFS = 20_000;

/** Work done per second of wall time and of CPU time. */
interface Rate {
  readonly wall: number;
  readonly cpu: number;
}

function rate(done: number, work: () => unknown): Rate {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall: done / ((performance.now() - start) / 1000), cpu: done / ((user + system) / 1e6) };
}

function medianOf(rates: readonly Rate[], clock: keyof Rate): number {
  return median(rates.map((each) => each[clock]));
}

function entries(from: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const entry = new Uint8Array(ENTRY_BYTES).fill(97);
    new DataView(entry.buffer).setUint32(0, from + i);
    return entry;
  });
}

function growing(batch: readonly Uint8Array[]): Edge {
  let edge = EMPTY_EDGE;
  for (let i = 0; i < BATCHES; i++) edge = grow(edge, batch, nodeSha256Into).edge;
  return edge;
}

/** A hash of an entry and one of two hashes for each, and nothing else. */
function bareHashes(batch: readonly Uint8Array[]): void {
  const out = new Uint8Array(32);
  const pair = new Uint8Array(65);
  for (let i = 0; i < BATCHES; i++) {
    for (const entry of batch) {
      nodeSha256Into(out, 0, entry);
      nodeSha256Into(out, 0, pair);
    }
  }
}

function appendRows(): BenchRow[] {
  const batch = entries(0, BATCH);
  const [ours, bare]: [Rate[], Rate[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(rate(BATCHES * BATCH, () => growing(batch)));
    bare.push(rate(BATCHES * BATCH, () => bareHashes(batch)));
  }
  const what = 'log append, tiles and bundles in memory, batch 1,024';
  const row = (name: string, clock: keyof Rate): BenchRow => {
    const [value, beside] = [medianOf(ours, clock), medianOf(bare, clock)];
    return {
      what: name,
      ours: value,
      unit: 'entries/s',
      peer: { name: 'bare hashes', value: beside },
      ratio: value / beside,
    };
  };
  const wall = row(what, 'wall');
  return [
    { ...wall, target: '≥ 60 % of the bare hashes', met: (wall.ratio ?? 0) >= 0.6 },
    row(`${what}, per CPU second`, 'cpu'),
  ];
}

function proofRows(): BenchRow[] {
  const proof = Array.from({ length: PROOF_HASHES }, (_, i) => new Uint8Array(32).fill(i));
  const claim = { index: 123_456, size: RELEASES, leaf: new Uint8Array(32).fill(255), proof };
  const root = rootOfInclusion(claim, nodeSha256Into);
  const verify = (): void => {
    for (let i = 0; i < PROOFS; i++) verifyInclusion({ ...claim, root }, nodeSha256Into);
  };
  verify(); // warms up
  const rates = Array.from({ length: ROUNDS }, () => rate(PROOFS, verify));
  const ours = medianOf(rates, 'cpu');
  const what = 'proof verification, 19 hashes';
  return [
    { what: `${what}, per CPU second`, ours, unit: '/s', target: '≥ 50,000/s', met: ours >= 50_000 },
    { what, ours: medianOf(rates, 'wall'), unit: '/s' },
  ];
}

async function checkRows(dir: string): Promise<BenchRow[]> {
  let edge = EMPTY_EDGE;
  const start = performance.now();
  while (edge.size < RELEASES) {
    const count = Math.min(64 * BATCH, RELEASES - edge.size);
    const growth = grow(edge, entries(edge.size, count), nodeSha256Into);
    for (const { path, bytes } of growth.files) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), bytes);
    }
    edge = growth.edge;
  }
  const writeMs = performance.now() - start;
  const began = performance.now();
  await checkFolder(dir, edge);
  const seconds = (performance.now() - began) / 1000;
  const megabytes = peakMegabytes('bench/log-check.ts', [dir, `${edge.size}`, toHex(edge.root)]);
  const proofs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) proofs.push(await makeProofs(dir, edge));
  const log = `a log of ${RELEASES.toLocaleString('en')} entries`;
  return [
    { what: `${log}: proofs of its last 1,024, from its files`, ours: median(proofs), unit: '/s' },
    { what: `${log}: the whole check`, ours: seconds, unit: 's' },
    { what: `${log}: memory of that, a process of its own`, ours: megabytes, unit: 'MB' },
    { what: `${log}: made and written, not synced`, ours: writeMs / 1000, unit: 's' },
  ];
}

/** Proofs a second, made by a reader that has read nothing yet. */
async function makeProofs(dir: string, head: TreeHead): Promise<number> {
  const reader = new LogReader(fetchFolder(dir), nodeSha256Into);
  const start = performance.now();
  for (let i = 1; i <= BATCH; i++) await reader.inclusionProof(head.size - i, head);
  return BATCH / ((performance.now() - start) / 1000);
}

async function run(): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'cpansec-log-'));
  try {
    return [...appendRows(), ...proofRows(), ...(await checkRows(dir))];
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const bench: Bench = { name: 'log', run };
export default bench;
