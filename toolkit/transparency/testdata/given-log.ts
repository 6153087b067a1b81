/** Logs in memory. */
import { nodeSha256Into } from '../../io/index.ts';
import { type Edge, EMPTY_EDGE, type FetchBytes, grow, type LogFile } from '../index.ts';

/** Entry `i` of all logs here; of lengths from 0 bytes on. */
export function givenEntry(i: number): Uint8Array {
  return new TextEncoder().encode(i === 0 ? '' : `entry ${i} ${'.'.repeat(i % 50)}`);
}

export function givenEntries(from: number, to: number): Uint8Array[] {
  return Array.from({ length: to - from }, (_, i) => givenEntry(from + i));
}

export class GivenLog {
  edge: Edge = EMPTY_EDGE;
  readonly files: Map<string, Uint8Array> = new Map();

  /** Adds entries, and keeps what was there. */
  add(entries: readonly Uint8Array[]): readonly LogFile[] {
    const { edge, files } = grow(this.edge, entries, nodeSha256Into);
    this.edge = edge;
    for (const { path, bytes } of files) this.files.set(path, bytes);
    return files;
  }

  get checkpoint(): { size: number; root: Uint8Array } {
    return { size: this.edge.size, root: this.edge.root };
  }

  readonly fetch: FetchBytes = async (path, limit) => {
    const bytes = this.files.get(path) ?? null;
    if (bytes !== null && bytes.length > limit) throw new Error(`${path} has more than ${limit} bytes`);
    return bytes;
  };
}

/** A log of the given entries that grew to each of the sizes in turn. */
export function givenLog(...sizes: number[]): GivenLog {
  const log = new GivenLog();
  for (const size of sizes) log.add(givenEntries(log.edge.size, size));
  return log;
}
