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
  /** Whether nothing that was written is still on its way. */
  settled(): boolean;
}

const STDOUT = 1;

export function standardOutput(): Output {
  return mayBeTerminal(STDOUT) ? throughStream() : direct();
}

/** Terminals are devices, and so is the null device. */
function mayBeTerminal(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isCharacterDevice() && stat.rdev !== statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

function throughStream(): Output {
  const { stdout } = process;
  stdout.on('error', leave);
  return {
    columns: stdout.isTTY === true ? stdout.columns : undefined,
    write: (text) => stdout.write(text),
    settled: () => stdout.writableLength === 0,
  };
}

function direct(): Output {
  let settled = (): boolean => true;
  return {
    columns: undefined,
    write(text) {
      let bytes = new TextEncoder().encode(text);
      try {
        while (bytes.length > 0) bytes = bytes.subarray(writeSync(STDOUT, bytes));
      } catch (error) {
        // A pipe that does not wait for its reader: the stream does.
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN')
          leave(error as NodeJS.ErrnoException); // node:fs throws no other
        else process.stdout.on('error', leave).write(bytes);
        settled = () => process.stdout.writableLength === 0;
      }
    },
    settled: () => settled(),
  };
}

/** A closed pipe (`cpansec … | head`) is the reader's choice, not an error. */
function leave({ code }: NodeJS.ErrnoException): never {
  process.exit(code === 'EPIPE' ? EXIT.clean : EXIT.internal);
}
