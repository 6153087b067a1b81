import { compareBytes } from '../base/index.ts';
import { readAhead } from './ahead.ts';
import { TransparencyError, type TransparencyErrorCode } from './errors.ts';
import { EMPTY_EDGE } from './grow.ts';
import { fullRows, HASH } from './merkle.ts';
import { leavesOf, type ReadOptions, readEntries, readTile } from './read.ts';
import { type TileName, tilePath, WIDTH } from './tile.ts';
import { GrowingTree, loadTreeEdge, type TreeHead } from './tree.ts';

/** A file that the log must not have so, or must have. */
export interface LogFault {
  readonly code: TransparencyErrorCode;
  /** Below the top of the log. */
  readonly file: string;
  readonly problem: string;
}

export interface CheckLogOptions extends ReadOptions {
  /** What the caller verified. */
  readonly checkpoint: TreeHead;
  /** Each entry whose bundle and tile agree, in order. They are the log's when no fault is found. */
  readonly onEntry?: (index: number, entry: Uint8Array) => void;
  /** After each bundle: how many entries of the log were looked at. */
  readonly progress?: (done: number, size: number) => void;
}

/** At so many faults it is given up: the log is not there, or none. */
const MAX_FAULTS = 100;

/**
 * Computes the whole tree from the entries alone, and compares every tile that a log of this size serves, at every
 * level, and the root. One bundle after the other, in little memory. What is served but not of this tree is not
 * looked at. Throws what `fetch`, `onEntry` and `progress` throw.
 */
export async function checkLog(options: CheckLogOptions): Promise<LogFault[]> {
  const check = new LogCheck(options);
  await check.run();
  return check.faults;
}

/** A bundle and its tile, as far as they are there. */
interface Pair {
  readonly index: number;
  readonly bundle: { readonly entries: Uint8Array[]; readonly leaves: Uint8Array } | null;
  readonly tile: Uint8Array | null;
}

class LogCheck {
  readonly faults: LogFault[] = [];
  readonly #options: CheckLogOptions;
  readonly #computed: { name: TileName; bytes: Uint8Array }[] = [];
  readonly #tree: GrowingTree;
  /** Neither the entries of some bundle nor their hashes are there, so that nothing above can be computed. */
  #lost = false;

  constructor(options: CheckLogOptions) {
    this.#options = options;
    this.#tree = new GrowingTree(EMPTY_EDGE, options.hash, (name, bytes) =>
      this.#computed.push({ name, bytes }),
    );
  }

  async run(): Promise<void> {
    const { checkpoint, progress } = this.#options;
    const bundles = Math.ceil(checkpoint.size / WIDTH);
    for await (const pair of readAhead(0, bundles, (index) => this.#readPair(index))) {
      await this.#addPair(pair);
      await this.#compareComputed();
      if (this.faults.length >= MAX_FAULTS) return;
      progress?.(Math.min((pair.index + 1) * WIDTH, checkpoint.size), checkpoint.size);
    }
    const { root } = this.#tree.end();
    await this.#compareComputed();
    if (!this.#lost && compareBytes(root, checkpoint.root) !== 0)
      this.#report('inconsistent', 'checkpoint', `the entries have another root of size ${checkpoint.size}`);
  }

  async #readPair(index: number): Promise<Pair> {
    const { hash, fetch } = this.#options;
    const name = this.#nameOf(0, index);
    const bundle = await this.#faulty(async () => {
      const { entries } = await readEntries(name, this.#options);
      return { entries, leaves: leavesOf(entries, hash) };
    });
    const tile = await this.#faulty(async () => (await readTile(name, fetch)).bytes);
    return { index, bundle, tile };
  }

  async #addPair({ index, bundle, tile }: Pair): Promise<void> {
    const agree = bundle !== null && tile !== null && compareBytes(bundle.leaves, tile) === 0;
    if (agree) this.#giveEntries(index, bundle.entries);
    const differ = bundle !== null && tile !== null && !agree;
    const bundleWrong = differ && (await this.#stands(index, tile));
    if (differ) this.#reportDifference(index, bundleWrong);
    const leaves = bundleWrong ? tile : (bundle?.leaves ?? tile);
    this.#lost ||= leaves === null;
    for (let at = 0; leaves !== null && at < leaves.length; at += HASH)
      this.#tree.addLeaf(leaves.subarray(at, at + HASH));
  }

  #giveEntries(index: number, entries: readonly Uint8Array[]): void {
    for (const [i, entry] of entries.entries()) this.#options.onEntry?.(index * WIDTH + i, entry);
  }

  #reportDifference(index: number, bundleWrong: boolean): void {
    const name = this.#nameOf(0, index);
    const path = tilePath(bundleWrong ? { ...name, level: 'entries' } : name);
    if (bundleWrong) this.#report('bundle', path, 'has other entries than its tile');
    else this.#report('tile', path, 'has other hashes than the entries');
  }

  /** Whether a tile of level 0, and not the entries that differ, is what the rest of the log says. */
  async #stands(index: number, tile: Uint8Array): Promise<boolean> {
    const { checkpoint, fetch, hash } = this.#options;
    try {
      if (tile.length < WIDTH * HASH) {
        await loadTreeEdge(checkpoint, fetch, hash);
        return true;
      }
      const above = await readTile(this.#nameOf(1, Math.floor(index / WIDTH)), fetch);
      const at = (index % WIDTH) * HASH;
      return compareBytes(fullRows(tile, hash).at(-1) ?? tile, above.bytes.subarray(at, at + HASH)) === 0;
    } catch (error) {
      if (error instanceof TransparencyError) return false;
      throw error;
    }
  }

  async #compareComputed(): Promise<void> {
    for (const { name, bytes } of this.#computed.splice(0)) {
      if (name.level === 0 || this.#lost) continue;
      const served = await this.#faulty(() => readTile(name, this.#options.fetch));
      if (served !== null && compareBytes(served.bytes, bytes) !== 0)
        this.#report('tile', served.path, 'has other hashes than the entries');
    }
  }

  #nameOf(level: number, index: number): TileName {
    const hashes = Math.floor(this.#options.checkpoint.size / WIDTH ** level);
    return { level, index, width: Math.min(WIDTH, hashes - index * WIDTH) };
  }

  /** What is read, or null and a fault. */
  async #faulty<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof TransparencyError)) throw error;
      this.#report(error.code, error.place.file ?? '', error.problem);
      return null;
    }
  }

  #report(code: TransparencyErrorCode, file: string, problem: string): void {
    this.faults.push({ code, file, problem });
  }
}
