/** What this user has seen of a log: each command that asks one holds it to that. */

import { join } from 'node:path';
import { compareBytes, encodeUtf8, PlacedError, toHex } from '../base/index.ts';
import { parseNote } from '../formats/index.ts';
import { dataHome, diskFiles, IoError, nodeSha256, readFile, replaceFile } from '../io/index.ts';
import { EXIT, Stop, type Terminal } from '../terminal/index.ts';
import {
  CHECKPOINT_PATH,
  type Checkpoint,
  type Continuity,
  compareCheckpoints,
  encodeSplitView,
  type LogView,
  MAX_CHECKPOINT,
  readCheckpoint,
  type SplitView,
} from '../transparency/index.ts';
import { asOnlyWriter, WHEN_NOT_PLACED } from './own-index.ts';

export interface RememberedCheckpoint {
  /** The newest checkpoint that was seen before; null for the first one. */
  readonly before: Checkpoint | null;
  /** Where what belongs to this log is kept. */
  readonly directory: string;
}

/**
 * Compares the view with what was seen before, and keeps its checkpoint in place of that. Null where the view is
 * of a smaller tree. Ends the command where the log took something back.
 */
export async function remember(view: LogView, terminal: Terminal): Promise<RememberedCheckpoint | null> {
  const { directory, path } = placeOf(view.checkpoint.origin, terminal);
  // Another process may see the log meanwhile: what it kept is compared too.
  for (;;) {
    const seen = seenAt(path);
    const { kind } = seen === null ? FIRST : await compared(view, seen, directory);
    if (kind === 'older') return null;
    if (await placed(path, seen, view.note))
      return { before: seen === null ? null : readCheckpoint(seen).checkpoint, directory };
  }
}

/**
 * Compares a checkpoint that was verified, and of which there is no log to ask, with what was seen before: of two
 * trees of one size the roots alone tell. Ends the command where they contradict each other.
 */
export function holdToSeen(note: string, terminal: Terminal): void {
  const { checkpoint } = readCheckpoint(note);
  const { directory, path } = placeOf(checkpoint.origin, terminal);
  const seen = seenAt(path);
  if (seen === null) return;
  const { size, root } = readCheckpoint(seen).checkpoint;
  if (size !== checkpoint.size || compareBytes(root, checkpoint.root) === 0) return;
  throw contradicted(checkpoint.origin, { smaller: seen, larger: note, next: null }, directory);
}

function placeOf(origin: string, { env }: Terminal): { directory: string; path: string } {
  const name = toHex(nodeSha256(encodeUtf8(origin))).slice(0, 16);
  const directory = join(dataHome(env), 'logs', name);
  return { directory, path: join(directory, CHECKPOINT_PATH) };
}

const FIRST: Continuity = { kind: 'grown' };

function seenAt(path: string): string | null {
  if (diskFiles().kind(path) === null) return null;
  try {
    const note = new TextDecoder().decode(readFile(path, MAX_CHECKPOINT));
    readCheckpoint(note);
    return note;
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const problem = `what was kept of the log is damaged: ${path}: ${cause.problem}`;
    throw new Stop(EXIT.index, problem, 'remove that file to believe what the log shows now', { cause });
  }
}

async function placed(path: string, seen: string | null, note: string): Promise<boolean> {
  try {
    return await asOnlyWriter({ path, lock: `${path}.lock` }, () => {
      if (seenAt(path) !== seen) return false;
      if (seen !== note) replaceFile(path, encodeUtf8(note));
      return true;
    });
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    const next = WHEN_NOT_PLACED[cause.code] ?? 'CPANSEC_HOME names another directory';
    throw new Stop(EXIT.index, `cannot keep what was seen of the log: ${cause.message}`, next, { cause });
  }
}

async function compared(view: LogView, seen: string, directory: string): Promise<Continuity> {
  const continuity = await compareCheckpoints(view, seen);
  if (continuity.kind === 'split') throw contradicted(view.checkpoint.origin, continuity.evidence, directory);
  return continuity;
}

function contradicted(origin: string, evidence: SplitView, directory: string): Stop {
  if (!signedAlike(origin, evidence))
    return new Stop(
      EXIT.finding,
      `${origin} is another log than the one of that name that was seen here: another key signs it, and it does not go on from that`,
      `ask those who keep it; to believe this one alone, remove ${join(directory, CHECKPOINT_PATH)}`,
    );
  return new Stop(
    EXIT.finding,
    `${origin} signed two trees that contradict each other: it took something back, or shows you what it shows nobody else`,
    `keep ${keepEvidence(evidence, directory)} and publish it: cpansec log verify --evidence FILE checks it anywhere`,
  );
}

/** Whether one key of the log is said to have signed both: only then is it the log that contradicts itself. */
function signedAlike(origin: string, { smaller, larger }: SplitView): boolean {
  const keysOf = (note: string): string[] =>
    parseNote(note).signatures.flatMap(({ name, id }) => (name === origin ? [id] : []));
  const known = new Set(keysOf(smaller));
  return keysOf(larger).some((id) => known.has(id));
}

/** The path of the file. */
export function keepEvidence(evidence: SplitView, directory: string): string {
  const bytes = encodeSplitView(evidence);
  const path = join(directory, `split-view-${toHex(nodeSha256(bytes)).slice(0, 12)}.json`);
  replaceFile(path, bytes);
  return path;
}
