/** A log's lock in a file, for one machine: apart from the log, best on another disk, and in no backup. */
import { dirname, resolve } from 'node:path';
import type { CheckpointLock } from 'cpansec/transparency';
import { directoryLogStore } from './directory.ts';
import { type Disk, keepingError, privateDisk } from './disk.ts';

const NAME = 'lock';
const MAX_LOCK = 1_000_000;

/** In the directory, of which this process has to be the one writer. */
export function fileLock(directory: string, disk: Disk = privateDisk): CheckpointLock {
  const top = resolve(directory);
  const store = directoryLogStore(top, disk);
  const read = async (): Promise<string | null> => {
    const bytes = await store.read(NAME, MAX_LOCK);
    return bytes === null ? null : Buffer.from(bytes).toString();
  };
  return {
    async load() {
      const text = await read();
      // A writer that was killed may have left it seen and not durable; what follows rests on it.
      if (text !== null) await syncs(top, disk);
      return text;
    },
    async swap(old, next) {
      if ((await read()) !== old) return false;
      await store.replace(NAME, Buffer.from(next));
      return true;
    },
    async hold(text, work) {
      if ((await read()) !== text) return false;
      await work();
      return true;
    },
  };
}

async function syncs(folder: string, disk: Disk): Promise<void> {
  try {
    for (const one of [folder, dirname(folder)]) await disk.syncDirectory(one);
  } catch (error) {
    throw keepingError(error, 'sync', folder);
  }
}
