/** Peers that a test can ask: programs of the machine, skipped by name where they are missing. */
import { spawnSync } from 'node:child_process';

/** For a test's `skip`: false when the program runs, else the reason. */
export function withoutProgram(program: string, ...args: string[]): false | string {
  const { error, status } = spawnSync(program, args.length === 0 ? ['--version'] : args, { stdio: 'ignore' });
  return error === undefined && status === 0 ? false : `needs ${program}`;
}

/** For a test's `skip`: false when perl has the modules, else the reason. */
export function withoutPerl(...modules: string[]): false | string {
  const args = modules.map((module) => `-M${module}`);
  const missing = withoutProgram('perl', ...args, '-e', '1');
  return missing === false ? false : `needs perl with ${modules.join(', ') || 'nothing more'}`;
}

/** Runs a perl program on lines of input, gives its output lines. Throws when perl fails. */
export function askPerl(program: string, lines: readonly string[], ...args: string[]): string[] {
  // Each line has its end: the last one may be empty.
  const input = lines.map((line) => `${line}\n`).join('');
  const { status, stdout, stderr } = spawnSync('perl', [...args, '-e', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`perl exited ${status}: ${stderr}`);
  return stdout.replace(/\n$/, '').split('\n');
}
