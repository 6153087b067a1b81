/** A mirror in a directory, followed from nothing, beside the bare hash of the same files. */
import { createHash, hash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followOnce, openMirror, State } from '../desk/follower/index.ts';
import { LogTwin } from '../test/log-twin.ts';
import { type Bench, type BenchRow, median } from './rows.ts';

const AUTHORS = 100;
const RELEASES = 3000;
/** An archive of CPAN has 60 kB or so. */
const SIZE = 60_000;
const RUNS = 3;

async function run(): Promise<BenchRow[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-follow-'));
  try {
    const files = givenMirror(join(home, 'cpan'));
    const bare: number[] = [];
    const followed: number[] = [];
    const again: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      bare.push(await timed(() => hashAll(files)));
      const state = new State(join(home, `state-${i}.db`));
      followed.push(await timed(() => follow(join(home, 'cpan'), state)));
      again.push(await timed(() => follow(join(home, 'cpan'), state)));
      state.close();
    }
    const [ours, peer] = [RELEASES / median(followed), RELEASES / median(bare)];
    return [
      {
        what: `${RELEASES.toLocaleString('en')} releases of ${SIZE / 1000} kB in a directory, followed from nothing`,
        ours,
        unit: 'releases/s',
        peer: { name: 'bare SHA-256', value: peer },
        ratio: ours / peer,
      },
      { what: 'the same again, nothing new', ours: median(again) * 1000, unit: 'ms' },
    ];
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function follow(top: string, state: State): Promise<void> {
  const { signal } = new AbortController();
  const mirror = openMirror(top, {
    ...{ net: { env: {} }, userAgent: 'bench', connections: 2, pause: 0, patience: 60_000 },
    signal,
  });
  await followOnce({
    ...{
      mirror,
      state,
      log: new LogTwin(),
      store: null,
      connections: 2,
      maxSize: 1 << 30,
      everything: true,
      signal,
    },
    ...{ now: () => new Date(), progress: () => {}, onProblem: () => {} },
  });
}

/** Author's directories with their CHECKSUMS; paths of the archives. */
function givenMirror(top: string): string[] {
  const files: string[] = [];
  for (let a = 0; a < AUTHORS; a++) {
    const id = `AB${String.fromCharCode(65 + (a % 26), 65 + Math.floor(a / 26))}`;
    const directory = join(top, `authors/id/A/AB/${id}`);
    mkdirSync(directory, { recursive: true });
    const listed: string[] = [];
    for (let r = 0; r < RELEASES / AUTHORS; r++) {
      const bytes = randomBytes(SIZE);
      const name = `Some-Dist-1.${r}.tar.gz`;
      writeFileSync(join(directory, name), bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      listed.push(`  '${name}' => {\n    'sha256' => '${sha256}',\n    'size' => ${SIZE}\n  }`);
      files.push(join(directory, name));
    }
    writeFileSync(join(directory, 'CHECKSUMS'), `$cksum = {\n${listed.join(',\n')}\n};\n`);
  }
  return files;
}

function hashAll(files: readonly string[]): Promise<void> {
  for (const file of files) hash('sha256', readFileSync(file), 'hex');
  return Promise.resolve();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const bench: Bench = { name: 'follow', run };
export default bench;
