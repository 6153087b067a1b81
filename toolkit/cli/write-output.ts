import { encodeUtf8, PlacedError } from '../base/index.ts';
import { replaceFile } from '../io/index.ts';
import { usage } from '../terminal/index.ts';

/** Writes the whole text to the file that the user named, or leaves what was there. */
export function writeOutput(path: string, text: string): void {
  try {
    replaceFile(path, encodeUtf8(text));
  } catch (cause) {
    if (cause instanceof PlacedError) throw usage(cause.message);
    throw cause;
  }
}
