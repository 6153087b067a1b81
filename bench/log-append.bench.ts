/**
 * The writer of a log on a real disk, beside what cannot be spared: the hashes of a tree and the syncs of the same
 * bytes, done by nothing else in the same run.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatEntry, Log, type LogEntry } from 'cpansec/transparency';
import { directoryLogStore } from '../desk/transparency/directory.ts';
import { type Disk, nodeDisk } from '../desk/transparency/disk.ts';
import { fileLock } from '../desk/transparency/file-lock.ts';
import { SeenFile } from '../desk/transparency/seen.ts';
import { givenRelease, logOptions, ORIGIN } from '../test/given-log.ts';
import { nodeSha256Into } from '../toolkit/io/index.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const ROUNDS = 9;
const BATCH = 1024;
const BATCHES = 40;
const SINGLES = 50;

/** What a writer made durable: bytes of a file, or the names in a directory. */
type Sync = { readonly bytes: Uint8Array } | 'directory';

interface Timed {
  readonly seconds: number;
  readonly cpu: number;
}

async function timed(work: () => unknown): Promise<Timed> {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 };
}

/** A disk that remembers what was synced. */
function recording(syncs: Sync[]): Disk {
  return {
    ...nodeDisk,
    async create(path, bytes, durable) {
      if (durable) syncs.push({ bytes });
      await nodeDisk.create(path, bytes, durable);
    },
    async syncDirectory(path) {
      syncs.push('directory');
      await nodeDisk.syncDirectory(path);
    },
  };
}

/** The same hashes and the same syncs, one after the other, in a directory that is there. */
async function bare(folder: string, syncs: readonly Sync[], entries: readonly Uint8Array[]): Promise<void> {
  const out = new Uint8Array(32);
  const pair = new Uint8Array(65);
  for (const entry of entries) {
    nodeSha256Into(out, 0, entry);
    nodeSha256Into(out, 0, pair);
  }
  for (const [i, sync] of syncs.entries())
    if (sync === 'directory') await nodeDisk.syncDirectory(folder);
    else await nodeDisk.create(join(folder, `${i}`), sync.bytes, true);
}

interface Pair {
  readonly ours: Timed;
  readonly bare: Timed;
  readonly syncs: number;
}

async function measured(home: string, entries: readonly LogEntry[], size: number): Promise<Pair> {
  const syncs: Sync[] = [];
  const disk = recording(syncs);
  const seen = new SeenFile(join(home, 'seen.db'), ORIGIN);
  const log = await Log.create(
    await logOptions(
      { store: directoryLogStore(join(home, 'log'), disk), lock: fileLock(join(home, 'state'), disk) },
      { seen, batch: { entries: size } },
    ),
  );
  syncs.length = 0;
  const ours = await timed(async () => {
    await log.addAll(entries);
    seen.commit();
  });
  seen.close();
  const folder = join(home, 'bare');
  mkdirSync(folder);
  const bytes = entries.map(formatEntry);
  return { ours, bare: await timed(() => bare(folder, syncs, bytes)), syncs: syncs.length };
}

async function pairs(count: number, size: number): Promise<Pair[]> {
  const entries = Array.from({ length: count }, (_, i) => givenRelease(i));
  const all: Pair[] = [];
  mkdirSync('var', { recursive: true });
  for (let round = 0; round < ROUNDS; round++) {
    // Below the working directory: a temporary one may be in memory, where a sync costs nothing.
    const home = mkdtempSync('var/log-append-');
    try {
      all.push(await measured(home, entries, size));
    } finally {
      rmSync(home, { recursive: true });
    }
  }
  return all;
}

async function run(): Promise<BenchRow[]> {
  const many = await pairs(BATCH * BATCHES, BATCH);
  const single = await pairs(SINGLES, 1);
  const rate = median(many.map(({ ours }) => (BATCH * BATCHES) / ours.seconds));
  const bareRate = median(many.map(({ bare }) => (BATCH * BATCHES) / bare.seconds));
  // Of each pair, since a disk is now faster, now slower.
  const ratio = median(many.map(({ ours, bare }) => bare.seconds / ours.seconds));
  const one = median(single.map(({ ours }) => (ours.seconds / SINGLES) * 1000));
  const bareOne = median(single.map(({ bare }) => (bare.seconds / SINGLES) * 1000));
  return [
    {
      ...{ what: 'log append, durable and published, batch 1,024', ours: rate, unit: 'entries/s' },
      ...{ target: '≥ 50,000/s', met: rate >= 50_000 },
    },
    {
      ...{ what: 'the same beside the bare hashes and syncs', ours: rate, unit: 'entries/s' },
      ...{ peer: { name: 'bare', value: bareRate }, ratio },
      ...{ target: '≥ 60 %', met: ratio >= 0.6 },
    },
    {
      what: 'the same, CPU',
      ours: median(many.map(({ ours }) => (ours.cpu * 1e6) / (BATCH * BATCHES))),
      unit: 'µs/entry',
    },
    {
      ...{ what: 'one entry, durable and published', ours: one, unit: 'ms' },
      ...{ peer: { name: 'its syncs', value: bareOne }, ratio: one / bareOne },
      ...{ target: '≤ 2 ×', met: one / bareOne <= 2 },
    },
    { what: 'syncs for one entry', ours: (single[0]?.syncs ?? 0) / SINGLES, unit: '' },
  ];
}

const bench: Bench = { name: 'log-append', run };
export default bench;
