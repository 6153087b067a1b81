/** Whole processes, timed from outside: wall and CPU seconds of each, side by side in turn. */
import { spawnSync } from 'node:child_process';
import { median } from './rows.ts';

export interface Timed {
  /** Seconds; medians. */
  readonly wall: number;
  /** User and system seconds; medians. */
  readonly cpu: number;
}

export interface Program {
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs each program once to warm the disk, then all of them in turn, so that each meets the same machine. */
export function timeInTurn(programs: readonly Program[], runs: number): Timed[] {
  for (const program of programs) timeOnce(program);
  const rounds = Array.from({ length: runs }, () => programs.map(timeOnce));
  return programs.map((_, i) => ({
    wall: median(rounds.map((round) => round[i]?.wall ?? 0)),
    cpu: median(rounds.map((round) => round[i]?.cpu ?? 0)),
  }));
}

/** The time keyword of bash has milliseconds, and children's CPU, which Node does not tell. */
function timeOnce({ command, cwd, env }: Program): Timed {
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null 2>/dev/null; } 2>&1';
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...command], {
    cwd: cwd ?? process.cwd(),
    env: environment(env),
    encoding: 'utf8',
  });
  const [wall = 0, user = 0, system = 0] = stdout.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

/** The largest resident size of a Node program in MB, as the kernel has it (VmHWM) when the program ends. */
export function peakMegabytes(script: string, args: readonly string[]): number {
  const report = `import fs from 'node:fs';
    process.on('exit', () => process.stderr.write(fs.readFileSync('/proc/self/status', 'utf8')));`;
  const preload = `data:text/javascript,${encodeURIComponent(report)}`;
  const { stderr } = spawnSync(process.execPath, ['--import', preload, script, ...args], {
    env: environment({}),
    encoding: 'utf8',
  });
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(stderr)?.[1] ?? Number.NaN) / 1024;
}

/** Where it is set, this variable adds tens of milliseconds to every start of older Nodes. */
function environment(env: Program['env']): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env;
  return { ...rest, ...env };
}
