import { compareBytes, decodeLatin1 } from '../base/index.ts';
import { TransparencyError } from './errors.ts';
import { fullRows, HASH, nodeHash } from './merkle.ts';
import { type ReadOptions, readTile } from './read.ts';
import { fullSubtrees, type Span } from './subtrees.ts';
import { type TileName, tilePath, WIDTH } from './tile.ts';
import { loadTreeEdge, type TreeHead } from './tree.ts';

/** A tile and the hashes above it, by height: the tile itself first, where it is full the one above all last. */
type Rows = readonly Uint8Array[];

const KEPT_TREES = 16;

/** The tiles of a log. Those read last are kept. */
export class CheckedTiles {
  readonly #options: ReadOptions;
  readonly #trees: Kept<CheckedTree>;
  readonly #full: Kept<Rows>;

  constructor(options: ReadOptions, kept: number) {
    this.#options = options;
    this.#trees = new Kept(KEPT_TREES);
    this.#full = new Kept(kept);
  }

  /** As a checkpoint has them; the right edge is read and checked. Throws `missing`, `tile`. */
  tree(head: TreeHead): Promise<CheckedTree> {
    const { fetch, hash } = this.#options;
    return this.#trees.get(`${head.size} ${decodeLatin1(head.root)}`, async () => {
      const { size, tiles } = await loadTreeEdge(head, fetch, hash);
      const edge = tiles.map((tile) => fullRows(tile, hash));
      return new CheckedTree(size, edge, this.#full, this.#options);
    });
  }
}

/** The tiles of a tree, each checked up to its root: partial ones together, full ones by the tile above. */
export class CheckedTree {
  readonly size: number;
  /** Partial tiles, by level. */
  readonly #edge: readonly Rows[];
  readonly #full: Kept<Rows>;
  readonly #options: ReadOptions;

  constructor(size: number, edge: readonly Rows[], full: Kept<Rows>, options: ReadOptions) {
    this.size = size;
    this.#edge = edge;
    this.#full = full;
    this.#options = options;
  }

  /** The hashes of a tile that the tree has. Throws `missing`, `tile`. */
  async tile(level: number, index: number): Promise<Uint8Array> {
    const [tile] = await this.#rows(level, index);
    return tile ?? this.#outside(level);
  }

  /** The hash above the entries. Throws `missing`, `tile`. */
  async above(span: Span): Promise<Uint8Array> {
    const peaks: Uint8Array[] = [];
    for (const { start, height } of fullSubtrees(span)) {
      const level = Math.floor(height / 8);
      const first = start / WIDTH ** level;
      const rows = await this.#rows(level, Math.floor(first / WIDTH));
      const at = ((first % WIDTH) / 2 ** (height % 8)) * HASH;
      peaks.push((rows[height % 8] ?? this.#outside(level)).slice(at, at + HASH));
    }
    return peaks.reduceRight((right, left) => nodeHash(left, right, this.#options.hash));
  }

  async #rows(level: number, index: number): Promise<Rows> {
    const hashes = Math.floor(this.size / WIDTH ** level);
    if ((index + 1) * WIDTH > hashes) return this.#edge[level] ?? this.#outside(level);
    const name: TileName = { level, index, width: WIDTH };
    const above = await this.tile(level + 1, Math.floor(index / WIDTH));
    const at = (index % WIDTH) * HASH;
    const path = tilePath(name);
    const rows = await this.#full.get(path, () => this.#read(name));
    const root = rows.at(-1) ?? this.#outside(level);
    if (compareBytes(root, above.subarray(at, at + HASH)) === 0) return rows;
    this.#full.drop(path);
    throw new TransparencyError('tile', `does not lead to the root of size ${this.size}`, { file: path });
  }

  async #read(name: TileName): Promise<Rows> {
    const { bytes } = await readTile(name, this.#options.fetch);
    return fullRows(bytes, this.#options.hash);
  }

  #outside(level: number): never {
    throw new TransparencyError('bounds', `no such tile of level ${level} in a tree of size ${this.size}`);
  }
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
