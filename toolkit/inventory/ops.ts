/** The effects that taking an inventory needs. `io` has them over the disk, tests over a map. */
export interface Files {
  /** What stands at the path, symbolic links followed; `dangling` is a link that leads nowhere, null nothing at all. */
  kind(path: string): 'file' | 'directory' | 'other' | 'dangling' | null;
  /** Names in the directory, sorted; links are not followed. Throws when it cannot be read. */
  list(path: string): { name: string; kind: 'file' | 'directory' | 'link' | 'other' }[];
  /** The whole file. Throws when it is larger than `limit` bytes or cannot be read. */
  read(path: string, limit: number): Uint8Array;
  /** The path with every link resolved, or null when it leads nowhere (or out of the root). */
  real(path: string): string | null;
}

/** Gzip members to what they hold. Throws when that is more than `limit` bytes, or they are damaged. */
export type Gunzip = (bytes: Uint8Array, limit: number) => Uint8Array;
