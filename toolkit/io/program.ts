import { spawnSync } from 'node:child_process';
import { IoError, systemCode } from './errors.ts';
import type { Environment } from './home.ts';

export interface ProgramOptions {
  /** Milliseconds; the program is killed after them. Default 30,000. */
  readonly timeout?: number;
  /** Bytes of each of its outputs; the program is killed beyond them. Default 16 MiB. */
  readonly maxBuffer?: number;
  /** Its whole environment. Default: ours. */
  readonly env?: Environment;
  readonly cwd?: string;
  readonly input?: Uint8Array;
}

export interface ProgramResult {
  /** The exit status; null when a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/**
 * Runs a program that the user named and waits for it; no shell sees the arguments. An exit status other than 0
 * is a result. Throws `bad-program` when it does not start, or is ended for its time or its output.
 */
export function runProgram(
  file: string,
  args: readonly string[],
  options: ProgramOptions = {},
): ProgramResult {
  const { timeout = 30_000, maxBuffer = 16 << 20, env, cwd, input } = options;
  const found = spawnSync(file, args, {
    timeout,
    maxBuffer,
    killSignal: 'SIGKILL',
    shell: false,
    windowsHide: true,
    input: input ?? new Uint8Array(),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A program may end before it has read everything: its status says why.
  if (found.error !== undefined && systemCode(found.error) !== 'EPIPE')
    throw programError(found.error, file, timeout, maxBuffer);
  const { status, signal, stdout, stderr } = found;
  return { status, signal, stdout: new Uint8Array(stdout), stderr: new Uint8Array(stderr) };
}

function programError(cause: Error, file: string, timeout: number, maxBuffer: number): IoError {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such program, or no such directory to run it in',
    EACCES: 'cannot be run: permission denied',
    ETIMEDOUT: `did not end within ${timeout / 1000} s`,
    ENOBUFS: `wrote more than ${maxBuffer} bytes`,
  };
  const code = systemCode(cause);
  return new IoError('bad-program', words[code] ?? `cannot be run: ${code}`, { file }, { cause });
}
