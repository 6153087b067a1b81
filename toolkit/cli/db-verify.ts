import { EXIT, type ExitStatus, type Terminal, type Typed, usage } from '../terminal/index.ts';
import { openChosenIndex, unusable } from './index-place.ts';
import { contentWords } from './index-words.ts';

/** Reads the whole index: exits 0, or 4 with the block that is damaged. */
export function dbVerify(typed: Typed, terminal: Terminal): ExitStatus {
  if (typed.operands.length > 0) throw usage('db verify takes no operand', '--db PATH names another index');
  const { index, path, origin } = openChosenIndex(typed, terminal);
  terminal.progress(`reading ${path}`);
  try {
    index.verify();
  } catch (cause) {
    throw unusable(cause, path);
  }
  terminal.out(`${origin}: every block is as it was built; ${contentWords(index.header)}\n`);
  return EXIT.clean;
}
