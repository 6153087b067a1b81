import type { ExitStatus } from './exit.ts';
import { standardOutput } from './output.ts';

/** Where a command reads and speaks: results on `out`, talk on `err`, progress on one line that goes away. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Columns to write for: of the terminal, 80 in a pipe. */
  readonly columns: number;
  readonly colour: boolean;
  out(text: string): void;
  err(text: string): void;
  /** Replaces the progress line; does nothing when `err` is no terminal. */
  progress(text: string): void;
}

export interface ProcessTerminal extends Terminal {
  /** Ends the process: at once where nothing is still being written, as giving back the heap takes a millisecond. */
  end(status: ExitStatus): void;
}

/** Columns where the terminal does not say it, as undefined or 0. */
const USUAL = 80;

/** The process's own. `--no-color` is looked for here because it holds for every command. */
export function processTerminal(args: readonly string[]): ProcessTerminal {
  const { env } = process;
  const output = standardOutput();
  let shown = false;
  let spoken = false;
  const clear = (): void => {
    if (shown) process.stderr.write('\r\u001b[K');
    shown = false;
  };
  return {
    env,
    cwd: process.cwd(),
    columns: output.columns || USUAL,
    colour: wantsColour(output.columns !== undefined, env, args),
    out(text) {
      clear();
      output.write(text);
    },
    err(text) {
      clear();
      process.stderr.write(text);
      spoken = true;
    },
    progress(text) {
      const { stderr } = process;
      if (stderr.isTTY !== true || env.TERM === 'dumb') return;
      stderr.write(`\r\u001b[K${text.slice(0, (stderr.columns || USUAL) - 1)}`);
      shown = true;
    },
    end(status) {
      process.exitCode = status;
      if (output.settled() && !spoken) process.exit();
    },
  };
}

/** NO_COLOR (no-color.org) and TERM=dumb win over a terminal; FORCE_COLOR over a pipe. */
function wantsColour(terminal: boolean, env: Terminal['env'], args: readonly string[]): boolean {
  if (args.includes('--no-color') || (env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0') return true;
  return terminal && env.TERM !== 'dumb';
}
