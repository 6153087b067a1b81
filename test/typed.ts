/** The desk's command as it is typed, without a terminal. */
import { runProgram } from 'cpansec/terminal';
import { desk } from '../desk/cli/program.ts';

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export async function typed(args: readonly string[], env: Record<string, string> = {}): Promise<Said> {
  const said = { out: '', err: '' };
  const status = await runProgram(desk, args, {
    env,
    cwd: process.cwd(),
    columns: 80,
    colour: false,
    out(text) {
      said.out += text;
    },
    err(text) {
      said.err += text;
    },
    progress() {},
  });
  return { status, ...said };
}
