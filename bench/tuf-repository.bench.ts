/** Rows of TUF's repository: all of CPAN in 4,096 bins, on this disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logStore } from '../desk/transparency/index.ts';
import { givenLayout, givenRoot, onlineSigners } from '../test/given-repository.ts';
import { nodeDigest, nodeTufVerifier } from '../toolkit/io/index.ts';
import { type TargetChange, TufRepository } from '../toolkit/tuf/index.ts';
import type { Bench, BenchRow } from './rows.ts';

/** Files of CPAN. */
const TARGETS = 250_000;
const BIT_LENGTH = 12;
const UPLOADS = 200;

async function run(): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-tuf-bench-'));
  try {
    return await rows(home);
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function rows(home: string): Promise<BenchRow[]> {
  const repository = await TufRepository.open({
    ...{ store: logStore({ store: home }, {}), root: await givenRoot(), signers: onlineSigners },
    ...{ verifier: nodeTufVerifier, digest: nodeDigest, now: () => new Date() },
  });
  await repository.install({ roles: await givenLayout(1, onlineSigners, BIT_LENGTH) });
  const added = await seconds(() => repository.change(uploads(0, TARGETS)));
  const each: number[] = [];
  for (let i = 0; i < UPLOADS; i++)
    each.push(1000 * (await seconds(() => repository.change(uploads(TARGETS + i, 1)))));
  const resigned = await seconds(() => repository.resignAll());
  return [
    { what: '250,000 targets into 4,096 bins', ours: added, unit: 's' },
    { what: 'publish one upload, median', ours: quantile(each, 0.5), unit: 'ms' },
    limited('publish one upload, p95', quantile(each, 0.95), 'ms', 50),
    limited('re-sign all', resigned, 's', 5),
  ];
}

function uploads(from: number, count: number): TargetChange[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `${from + i}`.padStart(6, '0');
    const author = `A${name.slice(0, 3)}`;
    const path = `authors/id/A/A${name.slice(0, 1)}/${author}/Distribution-Name-${name}-1.02.tar.gz`;
    const hashes = new Map([['sha256', nodeDigest('sha256', Buffer.from(path))]]);
    return { path, target: { length: 100_000 + i, hashes } };
  });
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

function limited(what: string, ours: number, unit: string, most: number): BenchRow {
  return { what, ours, unit, target: `< ${most} ${unit}`, met: ours < most };
}

const bench: Bench = { name: 'tuf-repository', run };
export default bench;
