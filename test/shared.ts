/** Real inputs that stand beside the repository, where they are at hand. Nothing of them is in it. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../shared/data/', import.meta.url));

/** The path of a shared file or folder; it need not exist. */
export function sharedPath(path: string): string {
  return root + path;
}

/** For a test's `skip`: false when the shared path is there, else the reason. */
export function withoutShared(path: string): false | string {
  return existsSync(root + path) ? false : `needs shared/data/${path}`;
}

export function sharedBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(root + path));
}

export function sharedText(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** JSON of a file that we trust; the caller states its type. */
export function sharedJson<T>(path: string): T {
  return JSON.parse(sharedText(path)) as T;
}
