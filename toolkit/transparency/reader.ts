import type { Sha256Into } from '../base/index.ts';
import { readAhead } from './ahead.ts';
import { CheckedTiles, type CheckedTree } from './checked-tiles.ts';
import { TransparencyError } from './errors.ts';
import { EMPTY_ROOT, HASH } from './merkle.ts';
import type { FetchBytes } from './ops.ts';
import { type ReadOptions, readBundle } from './read.ts';
import { consistencySpans, inclusionSpans, type Span } from './subtrees.ts';
import { WIDTH } from './tile.ts';
import type { TreeHead } from './tree.ts';

export interface LogReaderOptions extends Pick<ReadOptions, 'gunzip'> {
  /** How many full tiles are kept, of 16 KiB each with the hashes above them. */
  readonly kept?: number;
}

/** An entry where it stands in the log. */
export interface PlacedEntry {
  readonly index: number;
  readonly entry: Uint8Array;
  /** Its hash. */
  readonly leaf: Uint8Array;
}

const KEPT = 512;

/**
 * Reads a log, and believes nothing but the size and root that the caller gives, who verified them: every hash is
 * checked up to the root and every entry against its hash before it is given on.
 *
 * All throw `missing` for a file that the log must have, `tile` and `bundle` for one that is not of this tree,
 * `bounds` for what the tree does not have, and what `fetch` throws.
 */
export class LogReader {
  readonly #options: ReadOptions;
  readonly #tiles: CheckedTiles;

  constructor(fetch: FetchBytes, hash: Sha256Into, { kept = KEPT, ...options }: LogReaderOptions = {}) {
    this.#options = { fetch, hash, ...options };
    this.#tiles = new CheckedTiles(this.#options, kept);
  }

  async entry(index: number, head: TreeHead): Promise<PlacedEntry> {
    checkSpan({ start: index, end: index + 1 }, head);
    const bundle = await this.#bundle(Math.floor(index / WIDTH), await this.#tiles.tree(head));
    return bundle[index % WIDTH] ?? outside(index, head);
  }

  /** The hash of an entry, which need not be read for it. */
  async leaf(index: number, head: TreeHead): Promise<Uint8Array> {
    const [leaf] = await this.#above([{ start: index, end: index + 1 }], head);
    return leaf ?? outside(index, head);
  }

  /** Entries from `start` on, before `end`, in order. */
  async *entries(start: number, end: number, head: TreeHead): AsyncGenerator<PlacedEntry, void> {
    checkSpan({ start, end }, head);
    if (start === end) return;
    const tree = await this.#tiles.tree(head);
    const bundles = readAhead(Math.floor(start / WIDTH), Math.ceil(end / WIDTH), (index) =>
      this.#bundle(index, tree),
    );
    for await (const bundle of bundles)
      for (const placed of bundle) if (placed.index >= start && placed.index < end) yield placed;
  }

  /** The sibling of the entry first. */
  async inclusionProof(index: number, head: TreeHead): Promise<Uint8Array[]> {
    checkSpan({ start: index, end: index + 1 }, head);
    return this.#above(inclusionSpans(index, head.size), head);
  }

  /** That the tree begins with its first `from` entries; empty for none and for all of them. */
  async consistencyProof(from: number, head: TreeHead): Promise<Uint8Array[]> {
    checkSpan({ start: 0, end: from }, head);
    return this.#above(from === 0 ? [] : consistencySpans(from, head.size), head);
  }

  /** The root of its first `size` entries. */
  async root(size: number, head: TreeHead): Promise<Uint8Array> {
    const spans = size === 0 ? [] : [{ start: 0, end: size }];
    const [root = EMPTY_ROOT] = await this.#above(spans, head);
    return root;
  }

  async #above(spans: readonly Span[], head: TreeHead): Promise<Uint8Array[]> {
    for (const span of spans) checkSpan(span, head);
    const tree = await this.#tiles.tree(head);
    const hashes: Uint8Array[] = [];
    for (const span of spans) hashes.push(await tree.above(span));
    return hashes;
  }

  async #bundle(index: number, tree: CheckedTree): Promise<PlacedEntry[]> {
    const leaves = await tree.tile(0, index);
    const entries = await readBundle({ index, width: leaves.length / HASH, leaves }, this.#options);
    return entries.map((entry, i) => ({
      index: index * WIDTH + i,
      entry,
      leaf: leaves.slice(i * HASH, (i + 1) * HASH),
    }));
  }
}

function checkSpan({ start, end }: Span, { size }: TreeHead): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || start > end || end > size)
    throw new TransparencyError('bounds', `no entries ${start} to ${end} in a tree of size ${size}`);
}

function outside(index: number, { size }: TreeHead): never {
  throw new TransparencyError('bounds', `no entry ${index} in a tree of size ${size}`);
}
