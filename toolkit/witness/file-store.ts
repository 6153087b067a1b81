/**
 * What a witness keeps, in `checkpoints/NUMBER/`: a file for each log, `<SHA-256 of its origin>`, with the checkpoint
 * that was cosigned last. It must never be put back to an older state: the witness would sign what is inconsistent
 * with what it signed.
 *
 * Whoever opens it moves the directory to the next number. Every path that the one before writes to is gone with that,
 * wherever in its work it was stopped: what it has kept by then is seen by the next, and it keeps nothing more.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { decodeUtf8, encodeUtf8, toHex } from '../base/index.ts';
import { MAX_NOTE_LENGTH } from '../formats/index.ts';
import {
  IoError,
  ioError,
  makeDirectory,
  moveIntoPlace,
  nodeSha256,
  readFile,
  replaceFile,
  syncDirectory,
} from '../io/index.ts';
import { encodeSplitView, type WitnessStore } from '../transparency/index.ts';
import { WitnessError } from './errors.ts';

/** Pairs of checkpoints of a log that are kept as evidence; one that signs more of them is known by then. */
const MAX_EVIDENCE = 10;

export interface FileStore extends WitnessStore {
  /** The signed note of the log whose origin has that SHA-256, 64 hexadecimal digits; null where there is none. */
  read(hash: string): string | null;
  /** Of the file with it. */
  pathOf(hash: string): string;
  /** Keeps two checkpoints of one size that a log signed; the name of their file, or null when it was there. */
  keepSplitView(cosigned: string, offered: string): string | null;
}

export function originHash(origin: string): string {
  return sha256Of(origin);
}

function sha256Of(text: string): string {
  return toHex(nodeSha256(encodeUtf8(text)));
}

/**
 * Makes the directory where a new witness is to keep what it cosigns: once, with its key. It appears with its first
 * number in it, and is never without one. Throws `kept` where one was begun, IoError.
 */
export function beginState(directory: string): void {
  const top = join(directory, 'checkpoints');
  makeDirectory(directory);
  if (existsSync(top)) throw new WitnessError('kept', 'was begun already', { file: top });
  let fresh = '';
  try {
    fresh = mkdtempSync(`${top}.`);
    mkdirSync(join(fresh, '0'));
    moveIntoPlace(fresh, top);
  } catch (error) {
    throw ioError(error, 'begin', top);
  } finally {
    if (fresh !== '') rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * Takes over what `beginState` made; who had it before can keep nothing more in it. Throws IoError; `kept` where it is
 * not there, as that may have been lost; `locked` from each method once another one has taken it over.
 */
export function fileStore(directory: string): FileStore {
  const own = takenOver(directory);
  const checkOwn = (): void => {
    if (!existsSync(own)) throw new IoError('locked', 'another process has taken it over', { file: own });
  };
  const pathOf = (hash: string): string => join(own, hash);
  const read = (hash: string): string | null => {
    const note = noteAt(pathOf(hash));
    if (note === null) checkOwn();
    return note;
  };
  return {
    read,
    pathOf,
    async load(origin) {
      return read(originHash(origin));
    },
    // Nothing waits between the look and the write, so that no other request comes between.
    async swap(origin, old, next) {
      const hash = originHash(origin);
      if (read(hash) !== old) return false;
      try {
        replaceFile(pathOf(hash), encodeUtf8(next));
      } catch (error) {
        checkOwn();
        throw error;
      }
      return true;
    },
    keepSplitView: (cosigned, offered) => keepSplitView(directory, cosigned, offered),
  };
}

/** The directory under its new number, durable with all that is in it. */
function takenOver(directory: string): string {
  const top = join(directory, 'checkpoints');
  if (!existsSync(top)) throw new WitnessError('kept', 'is not there, and may have been lost', { file: top });
  try {
    const number = numberIn(top);
    const own = join(top, `${number + 1}`);
    moveIntoPlace(join(top, `${number}`), own);
    for (const name of readdirSync(own)) if (name.endsWith('.new')) rmSync(join(own, name));
    for (const path of [own, directory, dirname(resolve(directory))]) syncDirectory(path);
    return own;
  } catch (error) {
    throw error instanceof WitnessError ? error : ioError(error, 'take over', top);
  }
}

function numberIn(top: string): number {
  const [name = '', ...more] = readdirSync(top);
  if (/^(?:0|[1-9][0-9]{0,14})$/.test(name) && more.length === 0) return Number(name);
  throw new WitnessError('kept', 'has not one directory with a number: was a copy put back into it?', {
    file: top,
  });
}

function keepSplitView(directory: string, cosigned: string, offered: string): string | null {
  const [text = ''] = offered.split('\n\n');
  const [origin = ''] = text.split('\n');
  const ofLog = `split-view-${originHash(origin).slice(0, 16)}-`;
  const name = `${ofLog}${sha256Of(text).slice(0, 16)}.json`;
  const evidence = readdirSync(directory).filter((file) => file.startsWith(ofLog));
  if (evidence.includes(name) || evidence.length >= MAX_EVIDENCE) return null;
  replaceFile(join(directory, name), encodeSplitView({ smaller: cosigned, larger: offered, next: null }));
  return name;
}

function noteAt(path: string): string | null {
  try {
    return decodeUtf8(readFile(path, 4 * MAX_NOTE_LENGTH), path);
  } catch (error) {
    if (error instanceof IoError && error.code === 'not-found') return null;
    throw error;
  }
}
