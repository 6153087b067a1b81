/**
 * What a witness keeps: a file for each log, `<SHA-256 of its origin>`, with the checkpoint that was cosigned last. It
 * must never be put back to an older state: the witness would sign what is inconsistent with what it signed.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUtf8, encodeUtf8, toHex } from '../base/index.ts';
import { MAX_NOTE_LENGTH } from '../formats/index.ts';
import { type HeldLock, IoError, makeDirectory, nodeSha256, readFile, replaceFile } from '../io/index.ts';
import { encodeSplitView, type WitnessStore } from '../transparency/index.ts';

/** Pairs of checkpoints that are kept as evidence; a log that signs more of them is known by then. */
const MAX_EVIDENCE = 100;

export interface FileStore extends WitnessStore {
  /** The signed note of the log whose origin has that SHA-256, 64 hexadecimal digits; null where there is none. */
  read(hash: string): string | null;
  /** Keeps two checkpoints of one size that a log signed; the name of their file, or null when it was there. */
  keepSplitView(cosigned: string, offered: string): string | null;
}

export function originHash(origin: string): string {
  return toHex(nodeSha256(encodeUtf8(origin)));
}

/** The directory is made where it is not there. Throws IoError, and what the lock's check does before each write. */
export function fileStore(directory: string, lock?: HeldLock): FileStore {
  makeDirectory(directory);
  const read = (hash: string): string | null => kept(join(directory, hash));
  return {
    read,
    async load(origin) {
      return read(originHash(origin));
    },
    // Nothing waits between the look and the write, so that no other request comes between.
    async swap(origin, old, next) {
      const hash = originHash(origin);
      if (read(hash) !== old) return false;
      lock?.check();
      replaceFile(join(directory, hash), encodeUtf8(next));
      return true;
    },
    keepSplitView(cosigned, offered) {
      const name = `split-view-${originHash(cosigned + offered).slice(0, 16)}.json`;
      const path = join(directory, name);
      const evidence = readdirSync(directory).filter((file) => file.startsWith('split-view-'));
      if (existsSync(path) || evidence.length >= MAX_EVIDENCE) return null;
      replaceFile(path, encodeSplitView({ smaller: cosigned, larger: offered, next: null }));
      return name;
    },
  };
}

function kept(path: string): string | null {
  try {
    return decodeUtf8(readFile(path, 4 * MAX_NOTE_LENGTH), path);
  } catch (error) {
    if (error instanceof IoError && error.code === 'not-found') return null;
    throw error;
  }
}
