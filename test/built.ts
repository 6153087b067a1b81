/** The built commands, run as their users run them: each a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
type Program = 'cpansec' | 'cpansec-desk';
const programs: Readonly<Record<Program, string>> = {
  cpansec: pathOf('toolkit/dist/cpansec.cjs'),
  'cpansec-desk': pathOf('desk/dist/cli/main.js'),
};

export interface Ran {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Default `cpansec`. */
  readonly program?: Program;
  readonly cwd?: string;
  /** The whole environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A wrapper and its arguments, which get node and the rest: `['prlimit', '--fsize=100']`. */
  readonly under?: readonly string[];
}

/** Starts it without waiting. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const { program = 'cpansec', cwd, env = {}, under = [] } = options;
  const [file = '', ...rest] = [...under, process.execPath, programs[program], ...args];
  return spawn(file, rest, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs it to its end. Servers of this process go on meanwhile. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return ended(start(args, options));
}

export function ended(child: ChildProcess): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...said }));
  });
}
