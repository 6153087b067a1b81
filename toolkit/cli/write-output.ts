import { encodeUtf8, PlacedError } from '../base/index.ts';
import { replaceFile, replaceName } from '../io/index.ts';
import { usage } from '../terminal/index.ts';

/** Writes the whole text to the file that the user named, or leaves what was there. */
export function writeOutput(path: string, text: string): void {
  write(() => replaceFile(path, encodeUtf8(text)));
}

/** The same to a file that the program named: where others may write, a link there is none of the user's. */
export function writeBeside(path: string, text: string): void {
  write(() => replaceName(path, encodeUtf8(text)));
}

function write(replace: () => void): void {
  try {
    replace();
  } catch (cause) {
    if (cause instanceof PlacedError) throw usage(cause.message);
    throw cause;
  }
}
