import { compareBytes } from '../base/index.ts';
import { TransparencyError } from './errors.ts';
import { EMPTY_ROOT, HASH, nodeHashInto, subtreeRoot } from './merkle.ts';
import { type ReadOptions, readTile } from './read.ts';
import { fullSubtrees, type Span } from './subtrees.ts';
import { type TileName, tilePath, WIDTH } from './tile.ts';
import { loadTreeEdge, type TreeEdge, type TreeHead } from './tree.ts';

/** A full tile, and the hash above it, by which it stands in the level above. */
interface FullTile {
  readonly bytes: Uint8Array;
  readonly root: Uint8Array;
}

const KEPT_EDGES = 16;

/**
 * The tiles of a log, each checked up to the root of the tree that it is asked for: partial ones together, full
 * ones by the tile above. Those read last are kept.
 */
export class CheckedTiles {
  readonly #options: ReadOptions;
  readonly #edges: Kept<TreeEdge>;
  readonly #full: Kept<FullTile>;

  constructor(options: ReadOptions, kept: number) {
    this.#options = options;
    this.#edges = new Kept(KEPT_EDGES);
    this.#full = new Kept(kept);
  }

  /** The hashes of a tile that the tree has. Throws `missing`, `tile`. */
  async tile(level: number, index: number, head: TreeHead): Promise<Uint8Array> {
    const hashes = Math.floor(head.size / WIDTH ** level);
    if ((index + 1) * WIDTH > hashes) return (await this.#edge(head)).tiles[level] ?? outside(level, head);
    const above = await this.tile(level + 1, Math.floor(index / WIDTH), head);
    const at = (index % WIDTH) * HASH;
    const path = tilePath({ level, index, width: WIDTH });
    const { bytes, root } = await this.#full.get(path, () => this.#read({ level, index, width: WIDTH }));
    if (compareBytes(root, above.subarray(at, at + HASH)) === 0) return bytes;
    this.#full.drop(path);
    throw new TransparencyError('tile', `does not lead to the root of size ${head.size}`, { file: path });
  }

  /** The hash above the entries. Throws `missing`, `tile`. */
  async above(span: Span, head: TreeHead): Promise<Uint8Array> {
    const peaks: Uint8Array[] = [];
    for (const { start, height } of fullSubtrees(span)) {
      const level = Math.floor(height / 8);
      const first = start / WIDTH ** level;
      const tile = await this.tile(level, Math.floor(first / WIDTH), head);
      peaks.push(subtreeRoot(tile, first % WIDTH, 2 ** (height % 8), this.#options.hash));
    }
    return this.#joined(peaks);
  }

  #joined(peaks: readonly Uint8Array[]): Uint8Array {
    const sides = new Uint8Array(2 * HASH);
    let root = peaks.at(-1) ?? EMPTY_ROOT;
    for (const left of peaks.slice(0, -1).reverse()) {
      sides.set(left);
      sides.set(root, HASH);
      nodeHashInto(sides, 0, sides, 0, this.#options.hash);
      root = sides.slice(0, HASH);
    }
    return root;
  }

  #edge(head: TreeHead): Promise<TreeEdge> {
    const { fetch, hash } = this.#options;
    return this.#edges.get(`${head.size} ${head.root.join()}`, () => loadTreeEdge(head, fetch, hash));
  }

  async #read(name: TileName): Promise<FullTile> {
    const { bytes } = await readTile(name, this.#options.fetch);
    return { bytes, root: subtreeRoot(bytes, 0, WIDTH, this.#options.hash) };
  }
}

function outside(level: number, { size }: TreeHead): never {
  throw new TransparencyError('bounds', `no such tile of level ${level} in a tree of size ${size}`);
}

/** What was asked for last, at most so many; what is asked for twice at once is made once. */
class Kept<T> {
  readonly #most: number;
  readonly #values = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  async get(key: string, make: () => Promise<T>): Promise<T> {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const [oldest] of this.#values) {
      if (this.#values.size <= this.#most) break;
      this.#values.delete(oldest);
    }
    try {
      return await value;
    } catch (error) {
      if (this.#values.get(key) === value) this.#values.delete(key);
      throw error;
    }
  }

  drop(key: string): void {
    this.#values.delete(key);
  }
}
