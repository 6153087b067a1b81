/**
 * A hostile directory and the built command let loose on it. Whatever stands there, the command ends by itself
 * within bounds, says what is wrong in plain words, and changes nothing: `attack` checks that each time.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  type Dirent,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import test, { suite } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type AdvisoryRecord, buildIndex } from '../../toolkit/advisories/index.ts';
import { record } from '../given.ts';

const program = fileURLToPath(new URL('../../toolkit/dist/cpansec.cjs', import.meta.url));

/** Most that a process may have resident at any time, in MB; Node alone has about 45. */
export const USUAL_MEMORY = 256;
/** Only a guard: nothing here should need a second. */
const TIMEOUT = 120_000;

export interface Attack {
  /** Paths in the directory and what they hold. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Makes what is no plain file. */
  readonly prepare?: (directory: string) => void;
  /** What is typed after `cpansec`, in that directory. */
  readonly typed: readonly string[];
  /** The command reads it from a descriptor of this path. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It runs without the rights of root, who may read everything. */
  readonly unprivileged?: true;
  readonly status: number;
  /** What is said, on standard output or standard error. */
  readonly says: RegExp;
  readonly saysNot?: RegExp;
  /** MB. */
  readonly memory?: number;
}

export interface Survived {
  readonly stdout: string;
  readonly stderr: string;
  /** MB. */
  readonly memory: number;
  readonly seconds: number;
}

/** An index of one advisory, with more where told. It is complete. */
export function smallIndex(more: readonly AdvisoryRecord[] = []): Uint8Array {
  const parser = record('CPANSA-Example-Parser-2026-0001', [{ ranges: ['<1.20'], fixed: ['>=1.20'] }]);
  return buildIndex({
    records: [parser, ...more],
    modules: { 'Example::Parser': 'Example-Parser' },
    releases: { 'Example-Parser': { mainModule: 'Example::Parser', versions: ['1.10', '1.20'] } },
    serial: 1,
    built: '2026-04-01T00:00:00Z',
    coverage: { complete: true },
  });
}

/** Sets the directory up, runs the command in it and checks what holds for every attack. */
export async function attack(given: Attack): Promise<Survived> {
  const scratch = mkdtempSync(join(tmpdir(), 'cpansec-hostile-'));
  try {
    chmodSync(scratch, 0o755);
    for (const name of ['here', 'home', 'tmp']) mkdirSync(join(scratch, name));
    writeFileSync(join(scratch, 'home/advisories.index'), smallIndex());
    setUp(join(scratch, 'here'), given);
    const before = listing(scratch);
    const ended = await run(given, scratch);
    check(given, ended);
    assert.deepEqual(listing(scratch), before, 'something was written');
    return ended;
  } finally {
    if (given.unprivileged === true) execFileSync('chmod', ['-R', 'u+rwX', scratch]);
    rmSync(scratch, { recursive: true, force: true });
  }
}

const isRoot = process.getuid?.() === 0;
const NOBODY = { uid: 65_534, gid: 65_534 };

/** For a test's `skip`: false when the command can be run without the rights of root, else the reason. */
export function withoutNobody(): false | string {
  if (!isRoot) return false;
  const { status } = spawnSync(process.execPath, [program, '--version'], { ...NOBODY, cwd: '/', env: {} });
  return status === 0 ? false : 'needs a checkout that nobody may read';
}

function setUp(here: string, { files = {}, prepare }: Attack): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(here, name)), { recursive: true });
    writeFileSync(join(here, name), content);
  }
  prepare?.(here);
}

/** Everything below the directory with its size and time of change; links are not followed. */
function listing(directory: string): string[] {
  const found: string[] = [];
  const ahead: Buffer[] = [Buffer.from(directory)];
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    for (const entry of entriesOf(at)) {
      const path = Buffer.concat([at, Buffer.from('/'), entry.name]);
      if (entry.isDirectory()) ahead.push(path);
      if (found.length < MAX_LISTED) found.push(`${path.toString('latin1')} ${lstatSync(path).mtimeMs}`);
    }
  }
  return found.sort();
}

/** None where this user may not look. */
function entriesOf(directory: Buffer): Dirent<Buffer>[] {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    if (isRoot) throw error;
    return [];
  }
}

const MAX_LISTED = 20_000;

/**
 * Tells the peak at the end of the process through a descriptor of its own, so that no output is touched. In kB,
 * VmHWM of /proc: what `resourceUsage` gives begins with the size of the process that started this one.
 */
const PEAK = `process.on('exit', () => {
  const fs = require('node:fs');
  const status = fs.existsSync('/proc/self/status') ? fs.readFileSync('/proc/self/status', 'utf8') : '';
  const peak = /VmHWM:\\s+(\\d+) kB/.exec(status);
  fs.writeSync(3, peak === null ? String(process.resourceUsage().maxRSS) : peak[1]);
})`;

async function run(
  { typed, stdin, env = {}, unprivileged }: Attack,
  scratch: string,
): Promise<Survived & { status: number | null }> {
  const hook = `data:text/javascript,import{createRequire}from'node:module';const require=createRequire('file:///');${encodeURIComponent(PEAK)}`;
  const input = stdin === undefined ? 'ignore' : openSync(join(scratch, 'here', stdin), 'r');
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', hook, program, ...typed], {
    cwd: join(scratch, 'here'),
    env: {
      PATH: process.env.PATH,
      CPANSEC_HOME: join(scratch, 'home'),
      HOME: scratch,
      TMPDIR: join(scratch, 'tmp'),
      // What it keeps for the next audit is its own affair: test/kept-code.test.ts.
      NODE_DISABLE_COMPILE_CACHE: '1',
      ...env,
    },
    stdio: [input, 'pipe', 'pipe', 'pipe'],
    ...(unprivileged === true && isRoot ? NOBODY : {}),
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  });
  if (typeof input === 'number') closeSync(input);
  const [stdout, stderr, peak] = await Promise.all([1, 2, 3].map((fd) => text(child.stdio[fd])));
  const status = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('close', resolve);
  });
  const seconds = (performance.now() - began) / 1000;
  return { status, stdout: stdout ?? '', stderr: stderr ?? '', memory: Number(peak) / 1024, seconds };
}

async function text(stream: unknown): Promise<string> {
  assert.ok(stream instanceof Readable);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function check(given: Attack, ended: Survived & { status: number | null }): void {
  const { stdout, stderr, status, memory, seconds } = ended;
  const said = `${stdout}${stderr}`;
  const shown = `\n${said.slice(0, 2000)}\n(status ${status}, ${memory.toFixed(0)} MB, ${seconds.toFixed(1)} s)`;
  assert.equal(status, given.status, `cpansec ${given.typed.join(' ')}${shown}`);
  assert.match(said, given.says, shown);
  if (given.saysNot !== undefined) assert.doesNotMatch(said, given.saysNot, shown);
  assert.doesNotMatch(said, /internal error|^ {4}at |node:internal/m, shown);
  assert.doesNotMatch(said, CONTROL, `raw control character${shown}`);
  const longest = Math.max(...stderr.split('\n').map((line) => line.length));
  assert.ok(longest <= 2000, `a line of ${longest} characters on standard error`);
  const bound = given.memory ?? USUAL_MEMORY;
  assert.ok(memory <= bound, `${memory.toFixed(0)} MB, more than ${bound}`);
}

/** What moves cursors, hides text or turns its direction. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

export interface Named extends Attack {
  readonly name: string;
  readonly skip?: false | string;
}

/** One test for each; those that need as much memory as a machine may have run one after the other. */
export function attacks(title: string, list: readonly Named[]): void {
  suite(title, { concurrency: 2 }, () => {
    for (const { name, skip = false, ...given } of list) {
      test(name, { skip }, async () => {
        const { memory, seconds } = await attack(given);
        if (process.env.CPANSEC_FIGURES === '1')
          console.log(`${seconds.toFixed(2)} s ${memory.toFixed(0)} MB  ${name}`);
      });
    }
  });
}
