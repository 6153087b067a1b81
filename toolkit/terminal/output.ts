/**
 * Standard output. Node's stream for it takes as long to set up as a lock file takes to read, so that what is
 * certainly no terminal is written to without it.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { EXIT } from './exit.ts';

export interface Output {
  /** Undefined where there is no terminal. */
  readonly columns: number | undefined;
  /** Everything, in order; a reader who has gone away ends the process. */
  write(text: string): void;
}

const STDOUT = 1;

export function standardOutput(): Output {
  if (mayBeTerminal(STDOUT)) return throughStream();
  return { columns: undefined, write: writeDirectly };
}

/** Terminals are devices, and so is the null device. */
function mayBeTerminal(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isCharacterDevice() && stat.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

function throughStream(): Output {
  const { stdout } = process;
  stdout.on('error', leave);
  return { columns: stdout.isTTY === true ? stdout.columns : undefined, write: (text) => stdout.write(text) };
}

function writeDirectly(text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(STDOUT, bytes));
  } catch (error) {
    // A pipe that does not wait for its reader: the stream does.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN')
      leave(error as NodeJS.ErrnoException); // node:fs throws no other
    else process.stdout.on('error', leave).write(bytes);
  }
}

/** A closed pipe (`cpansec … | head`) is the reader's choice, not an error. */
function leave({ code }: NodeJS.ErrnoException): never {
  process.exit(code === 'EPIPE' ? EXIT.clean : EXIT.internal);
}
