import type { PerlFound } from '../inventory/index.ts';
import { runProgram } from '../io/index.ts';
import { usage } from '../terminal/index.ts';

/** A perl of which the user told the version or the path; `inc` where it was asked. */
export interface NamedPerl {
  readonly found: PerlFound;
  readonly inc?: readonly string[];
}

/** The one program that an audit starts, because the user named it: prints its version and where it looks. */
const QUESTION = 'print join("\\0", $], @INC)';

export function askPerl(path: string): NamedPerl {
  const { status, stdout } = runProgram(path, ['-e', QUESTION], { timeout: 10_000, maxBuffer: 1024 * 1024 });
  const [version = '', ...inc] = new TextDecoder().decode(stdout).split('\0');
  if (status !== 0 || !/^5\.\d{6}$/.test(version))
    throw usage(`--perl ${path}: it did not answer as a perl does`);
  return { found: { version, place: { file: path } }, inc };
}
