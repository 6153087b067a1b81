/** Row 3 of the figures to reach: all of CPAN asked of a whole index; and what an index weighs and costs to ask. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedText, withoutShared } from '../test/shared.ts';
import {
  affects,
  buildIndex,
  type ImportedAdvisories,
  importCpansa,
  openIndex,
} from '../toolkit/advisories/index.ts';
import { parseVersion } from '../toolkit/cpan/index.ts';
import { openIndexFile } from '../toolkit/io/index.ts';
import { invented } from './invented.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const RUNS = 5;
const DISTRIBUTIONS = 44_000;
const RELEASES = 400_000;
const DATABASE = 'cpansa/cpan-security-advisory.json';

type Question = readonly [distribution: string, version: string];
type Input = Pick<ImportedAdvisories, 'records' | 'modules' | 'releases'>;

async function run(): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-index-'));
  try {
    const large = invented(100_000);
    const files = { large: writeIndex(home, 'large', large) };
    const real = withoutShared(DATABASE) === false ? importCpansa(sharedText(DATABASE)) : null;
    const rows = [
      ...wholeCpan(files.large, large, '100,000 advisories'),
      ...costs(files.large, '100,000 advisories'),
    ];
    if (real === null) return rows;
    const small = writeIndex(home, 'cpansa', real);
    return [...wholeCpan(small, real, 'CPANSA'), ...costs(small, 'CPANSA'), ...rows];
  } finally {
    rmSync(home, { recursive: true });
  }
}

interface IndexFile {
  readonly path: string;
  readonly bytes: number;
  readonly buildMs: number;
}

function writeIndex(home: string, name: string, input: Input): IndexFile {
  const path = join(home, `${name}.index`);
  const start = performance.now();
  const bytes = buildIndex({ ...input, coverage: { complete: true } });
  const buildMs = performance.now() - start;
  writeFileSync(path, bytes);
  return { path, bytes: bytes.length, buildMs };
}

function wholeCpan(file: IndexFile, input: Input, name: string): BenchRow[] {
  const known = [
    ...new Set(input.records.flatMap(({ affected }) => affected.map((one) => one.distribution))),
  ];
  const ask = (count: number, target: number): BenchRow => {
    const questions = questionsOver(known, count);
    const ours = median(Array.from({ length: RUNS }, () => millisecondsOf(() => answer(file, questions))));
    const what = `${count.toLocaleString('en')} versions of ${DISTRIBUTIONS.toLocaleString('en')} distributions, ${name}`;
    return { what, ours, unit: 'ms', target: `≤ ${target} ms`, met: ours <= target };
  };
  return [ask(DISTRIBUTIONS, 1000), ask(RELEASES, 5000)];
}

/** All of CPAN: every distribution that the index knows, the rest unknown to it; versions spread over them. */
function questionsOver(known: readonly string[], count: number): Question[] {
  const names = Array.from({ length: DISTRIBUTIONS }, (_, i) => known[i] ?? `Some-Other-Distribution${i}`);
  return Array.from({ length: count }, (_, i) => {
    const name = names[Math.floor((i * DISTRIBUTIONS) / count)] ?? '';
    return [name, `${i % 9}.${String((i * 7919) % 997).padStart(3, '0')}`];
  });
}

function answer({ path }: IndexFile, questions: readonly Question[]): number {
  const file = openIndexFile(path);
  const index = openIndex(file);
  let hits = 0;
  for (const [distribution, text] of questions) {
    const known = index.distribution(distribution);
    if (known === null) continue;
    const version = parseVersion(text);
    for (const advisory of known.advisories) if (affects(advisory, version) === true) hits++;
  }
  file.close();
  return hits;
}

function costs({ path, bytes, buildMs }: IndexFile, name: string): BenchRow[] {
  const withIndex = (use: (index: ReturnType<typeof openIndex>) => unknown): number => {
    const file = openIndexFile(path);
    const ms = millisecondsOf(() => use(openIndex(file)));
    file.close();
    return ms;
  };
  const typical = (use: (index: ReturnType<typeof openIndex>) => unknown, runs: number): number =>
    median(Array.from({ length: runs }, () => withIndex(use)));
  return [
    { what: `size of the index, ${name}`, ours: bytes / 1e6, unit: 'MB' },
    { what: `building it, ${name}`, ours: buildMs, unit: 'ms' },
    {
      what: `opening it and asking one distribution, ${name}`,
      ours: typical((index) => index.distribution('perl'), 50),
      unit: 'ms',
    },
    {
      what: `opening it and finding one CVE, ${name}`,
      ours: typical((index) => index.find('CVE-2016-1238'), 50),
      unit: 'ms',
    },
    { what: `verifying it whole, ${name}`, ours: typical((index) => index.verify(), 1), unit: 'ms' },
  ];
}

function millisecondsOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const bench: Bench = { name: 'index', run };
export default bench;
