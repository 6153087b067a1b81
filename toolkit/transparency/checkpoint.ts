/**
 * Checkpoints (https://c2sp.org/tlog-checkpoint): the size and root of a log, in a signed note.
 *
 *     example.org/log                                   origin, which is the name of the log's key
 *     1234                                              entries
 *     sNzF13v6GvMQH2JFPmm+Zk+a3LqOMrNOoxqKXj8DuW4=      root
 *
 *     — example.org/log base64(id of the key || signature)
 *
 * No line may follow the root: nobody can check what such lines say, and witnesses refuse them.
 */
import { quoteFound, toBase64 } from '../base/index.ts';
import { FormatError, MAX_NOTE_LENGTH, type Note, parseNote } from '../formats/index.ts';
import { TransparencyError } from './errors.ts';
import { parseDecimal, parseHash } from './lines.ts';

/** Where it stands in a log. */
export const CHECKPOINT_PATH = 'checkpoint';
/** Bytes of the file there: a note and nothing else. */
export const MAX_CHECKPOINT: number = MAX_NOTE_LENGTH;

/** What a log says of itself. */
export interface Checkpoint {
  readonly origin: string;
  /** Entries. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** The text of a note, or of one that is still to be signed. Throws `checkpoint`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', sizeLine = '', rootLine = '', end, ...more] = text.split('\n');
  if (end !== '' || more.length > 0)
    throw new TransparencyError('checkpoint', 'has not the three lines of a checkpoint');
  if (origin === '') throw new TransparencyError('checkpoint', 'has no origin');
  const size = parseDecimal(sizeLine);
  if (size === null) throw new TransparencyError('checkpoint', `has no size: ${quoteFound(sizeLine)}`);
  const root = parseHash(rootLine);
  if (root === null) throw new TransparencyError('checkpoint', `has no root: ${quoteFound(rootLine)}`);
  return { origin, size, root };
}

/** The text to sign. Throws `checkpoint` for what is none. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${toBase64(root)}\n`;
  parseCheckpoint(text);
  return text;
}

/** A signed note that says a checkpoint; who signed it is not looked at. Throws `checkpoint`, `bounds`. */
export function readCheckpoint(note: string): { checkpoint: Checkpoint; note: Note } {
  try {
    const parsed = parseNote(note);
    return { checkpoint: parseCheckpoint(parsed.text), note: parsed };
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const code = cause.code === 'bounds' ? 'bounds' : 'checkpoint';
    throw new TransparencyError(code, cause.problem, {}, { cause });
  }
}
