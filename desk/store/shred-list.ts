/**
 * Ids of destroyed keys, a line each, in a file that is only added to. It is kept beside the master key and not in
 * the database: a backup from before holds the keys, this list says that they are no more.
 */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { systemCode } from 'cpansec/io';
import { StoreError } from './errors.ts';

export interface ShredList {
  /** Remembers, durably and apart from the database, that keys of these ids were destroyed. */
  shred(ids: readonly string[]): Promise<void>;
  shredded(): Promise<ReadonlySet<string>>;
}

export function shredList(path: string): ShredList {
  return {
    shred: async (ids) => append(path, ids.map((id) => `${id}\n`).join('')),
    shredded: async () => new Set(read(path).match(/^[0-9a-z]{1,64}$/gm)),
  };
}

function append(path: string, lines: string): void {
  try {
    const file = openSync(path, 'a', 0o600);
    try {
      const bytes = Buffer.from(lines);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new StoreError('key', `cannot be written: ${systemCode(cause)}`, { file: path }, { cause });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return '';
    throw new StoreError('key', `cannot be read: ${systemCode(cause)}`, { file: path }, { cause });
  }
}
