/** Opens an audit index and answers from it, reading and checking only the blocks that a question needs. */
import { compareBytes, compareText, decodeUtf8, ShapeError, xxh32 } from '../base/index.ts';
import { buildIndex, type IndexInput } from './build.ts';
import { AdvisoryError } from './errors.ts';
import {
  headerShape,
  INDEX_FORMAT,
  MAGIC,
  MAX_BLOCK_LENGTH,
  MAX_DATA_LENGTH,
  MAX_HEADER_LENGTH,
  POINTER_LENGTH,
  type Pointer,
  PREAMBLE_LENGTH,
  readPointer,
  type StoredHeader,
  TABLES,
  type TableName,
} from './index-format.ts';
import type { AdvisoryIndex, IndexedDistribution, IndexHeader, IndexReader } from './lookup.ts';
import { Page } from './page.ts';
import { tryVersion } from './range.ts';
import { type AdvisoryRecord, decodeRecord } from './record.ts';
import { spansOf } from './spans.ts';
import { readDistribution } from './stored-distribution.ts';

/** The bytes of an index, a reader over it, or what one is built from in memory. */
export type IndexSource = Uint8Array | IndexReader | IndexInput | readonly AdvisoryRecord[];

/**
 * Opens an index. Throws `index-format` for what is none, `index-damaged` when the header or the length is not
 * what was built; every later question throws `index-damaged` when a block that it needs is not.
 */
export function openIndex(source: IndexSource): AdvisoryIndex {
  return new OpenIndex(new BlockReader(readerOf(source)));
}

function readerOf(source: IndexSource): IndexReader {
  if (source instanceof Uint8Array) return memoryReader(source);
  if ('read' in source) return source;
  return memoryReader(buildIndex('records' in source ? source : { records: source }));
}

function memoryReader(bytes: Uint8Array): IndexReader {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Pages and distributions that are kept; each store starts anew when it is full. */
const MAX_KEPT = 4096;

class OpenIndex implements AdvisoryIndex {
  readonly header: IndexHeader;
  readonly #stored: StoredHeader;
  readonly #blocks: BlockReader;
  readonly #tables: Record<TableName, Table>;
  readonly #known = new Map<string, IndexedDistribution | null>();

  constructor(blocks: BlockReader) {
    this.#blocks = blocks;
    this.#stored = blocks.header;
    this.header = publicHeader(this.#stored);
    const table = (name: TableName): Table => new Table(name, this.#stored.tables[name], blocks);
    this.#tables = {
      advisories: table('advisories'),
      aliases: table('aliases'),
      covered: table('covered'),
      modules: table('modules'),
      records: table('records'),
    };
  }

  distribution(name: string): IndexedDistribution | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const value = this.#tables.advisories.get(name);
    const found = value === null ? null : this.#distribution(value);
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    this.#known.set(name, found);
    return found;
  }

  distributionOf(module: string): string | null {
    const value = this.#tables.modules.get(module);
    return value === null ? null : decodeUtf8(value);
  }

  covers(distribution: string): boolean {
    return this.header.coverage.complete || this.#tables.covered.get(distribution) !== null;
  }

  find(idOrAlias: string): AdvisoryRecord[] {
    const aliased = this.#tables.aliases.get(idOrAlias);
    const ids = new Set([idOrAlias, ...(aliased === null ? [] : decodeUtf8(aliased).split('\n'))]);
    return [...ids].sort(compareText).flatMap((id) => {
      const value = this.#tables.records.get(id);
      return value === null ? [] : [this.#record(value)];
    });
  }

  *records(): Iterable<AdvisoryRecord> {
    for (const { value } of this.#tables.records.entries()) yield this.#record(value);
  }

  /** Every byte, and that what the bytes say agrees. */
  verify(): void {
    const pointers: Pointer[] = [];
    const counts = Object.fromEntries(TABLES.map((name) => [name, this.#tables[name].verify(pointers)]));
    for (const { value } of this.#tables.advisories.entries()) {
      pointers.push(this.#restOf(value));
      mustAgree(this.#distribution(value));
    }
    for (const { value } of this.#tables.records.entries()) {
      pointers.push(this.#blocks.pointer(value, 'records'));
      this.#record(value);
    }
    this.#blocks.mustTile(pointers);
    this.#mustCount(counts);
  }

  #mustCount(counted: Readonly<Record<string, number>>): void {
    const { counts, coverage } = this.#stored;
    const said = [counts.distributions, counts.records, counts.modules, coverage.distributions ?? 0];
    const found = [counted.advisories, counted.records, counted.modules, counted.covered];
    if (String(said) !== String(found))
      throw damaged('header', 0, `counts ${said}, the tables have ${found}`);
  }

  #distribution(value: Uint8Array): IndexedDistribution {
    const place = this.#restOf(value);
    return readable('advisories', this.#blocks.at(place), () =>
      readDistribution(value.subarray(POINTER_LENGTH), () => this.#blocks.read(place, 'advisories')),
    );
  }

  #restOf(value: Uint8Array): Pointer {
    return this.#blocks.pointer(value.subarray(0, POINTER_LENGTH), 'advisories');
  }

  #record(value: Uint8Array): AdvisoryRecord {
    const place = this.#blocks.pointer(value, 'records');
    const bytes = this.#blocks.read(place, 'records');
    return readable('records', this.#blocks.at(place), () => decodeRecord(bytes));
  }
}

/** What is prepared must be what the ranges say. */
function mustAgree({ name, advisories, releases }: IndexedDistribution): void {
  if (releases.some((version) => tryVersion(version) === null))
    throw damaged('advisories', 0, `${name}: no versions`);
  for (const advisory of advisories) {
    if (spansOf(advisory) !== advisory.spans)
      throw damaged('advisories', 0, `${advisory.id}: spans are not its ranges`);
  }
}

function publicHeader({ serial, built, source, coverage, counts }: StoredHeader): IndexHeader {
  const { complete, distributions = 0 } = coverage;
  return {
    format: INDEX_FORMAT,
    serial,
    built,
    coverage: complete ? { complete } : { complete, distributions },
    counts,
    source,
  };
}

/** One sorted table: its root page is read at the first question. */
class Table {
  readonly #name: TableName;
  readonly #rootPointer: Pointer;
  readonly #blocks: BlockReader;
  readonly #leaves = new Map<number, Page>();
  #root: Page | null = null;

  constructor(name: TableName, root: Pointer, blocks: BlockReader) {
    this.#name = name;
    this.#rootPointer = root;
    this.#blocks = blocks;
  }

  get(key: string): Uint8Array | null {
    const root = this.#rootPage();
    const i = root.floor(key);
    if (i < 0) return null;
    const leaf = this.#leaf(root, i);
    const at = leaf.floor(key);
    return at >= 0 && leaf.keys[at] === key ? this.#value(leaf, at) : null;
  }

  *entries(): Iterable<{ key: string; value: Uint8Array }> {
    const root = this.#rootPage();
    for (let i = 0; i < root.keys.length; i++) {
      const leaf = this.#leaf(root, i);
      for (const [at, key] of leaf.keys.entries()) yield { key, value: this.#value(leaf, at) };
    }
  }

  /** Checks the order of all keys, adds the blocks of the table's pages, gives the number of entries. */
  verify(pointers: Pointer[]): number {
    const root = this.#rootPage();
    pointers.push(this.#rootPointer);
    for (let i = 0; i < root.keys.length; i++) pointers.push(this.#leafPointer(root, i));
    let count = 0;
    let last: string | null = null;
    for (const { key } of this.entries()) {
      if (last !== null && last >= key) throw this.#damagedRoot('keys out of order');
      last = key;
      count++;
    }
    return count;
  }

  #rootPage(): Page {
    this.#root ??= this.#page(this.#rootPointer);
    return this.#root;
  }

  #leaf(root: Page, i: number): Page {
    const known = this.#leaves.get(i);
    if (known !== undefined) return known;
    const leaf = this.#page(this.#leafPointer(root, i));
    if (leaf.keys.length === 0 || leaf.keys[0] !== root.keys[i]) {
      throw this.#damagedRoot('a leaf out of place');
    }
    if (this.#leaves.size >= MAX_KEPT) this.#leaves.clear();
    this.#leaves.set(i, leaf);
    return leaf;
  }

  #value(page: Page, i: number): Uint8Array {
    return readable(this.#name, this.#blocks.at(this.#rootPointer), () => page.value(i));
  }

  #leafPointer(root: Page, i: number): Pointer {
    return this.#blocks.pointer(this.#value(root, i), this.#name);
  }

  #damagedRoot(problem: string): AdvisoryError {
    return damaged(this.#name, this.#blocks.at(this.#rootPointer), problem);
  }

  #page(pointer: Pointer): Page {
    const bytes = this.#blocks.read(pointer, this.#name);
    return readable(this.#name, this.#blocks.at(pointer), () => new Page(bytes));
  }
}

/** Reads blocks and lets none through whose sum differs. */
class BlockReader {
  readonly header: StoredHeader;
  readonly #reader: IndexReader;
  /** Where the data begins in the file. */
  readonly #start: number;

  constructor(reader: IndexReader) {
    this.#reader = reader;
    const { header, length } = this.#readHeader();
    this.#start = PREAMBLE_LENGTH + length;
    this.header = header;
    const expected = this.#start + header.size;
    if (header.size > MAX_DATA_LENGTH || reader.size !== expected) {
      const cut = reader.size < expected ? 'cut short' : 'followed by something else';
      throw damaged('file', 0, `${cut}: ${reader.size} bytes, ${expected} expected`);
    }
  }

  pointer(bytes: Uint8Array, block: string): Pointer {
    const pointer = readPointer(bytes);
    if (pointer === null) throw damaged(block, 0, 'no pointer');
    return pointer;
  }

  /** The offset in the file. */
  at({ offset }: Pointer): number {
    return this.#start + offset;
  }

  read({ offset, length, sum }: Pointer, block: string): Uint8Array {
    if (length > MAX_BLOCK_LENGTH || offset + length > this.header.size) {
      throw damaged(block, this.#start + offset, `${length} bytes lead out of the file`);
    }
    const bytes = this.#bytes(this.#start + offset, length, block);
    if (xxh32(bytes) !== sum) {
      throw damaged(block, this.#start + offset, `${length} bytes that differ from their checksum`);
    }
    return bytes;
  }

  /** Blocks must fill the data without gap or overlap, so that no byte escapes. */
  mustTile(pointers: readonly Pointer[]): void {
    let end = 0;
    for (const { offset, length } of pointers.toSorted(
      (a, b) => a.offset - b.offset || a.length - b.length,
    )) {
      if (offset !== end)
        throw damaged('file', this.#start + Math.min(end, offset), 'blocks that leave a gap or overlap');
      end = offset + length;
    }
    if (end !== this.header.size) throw damaged('file', this.#start + end, 'bytes that belong to no block');
  }

  #readHeader(): { header: StoredHeader; length: number } {
    const preamble = this.#preamble();
    const view = new DataView(preamble.buffer, preamble.byteOffset, preamble.byteLength);
    const length = view.getUint32(MAGIC.length);
    if (length > MAX_HEADER_LENGTH || PREAMBLE_LENGTH + length > this.#reader.size) {
      throw damaged('header', 0, `a header of ${length} bytes`);
    }
    const bytes = this.#bytes(PREAMBLE_LENGTH, length, 'header');
    if (xxh32(bytes) !== view.getUint32(MAGIC.length + 4)) {
      throw damaged('header', PREAMBLE_LENGTH, 'differs from its checksum');
    }
    return {
      header: readable('header', PREAMBLE_LENGTH, () => headerShape(JSON.parse(decodeUtf8(bytes)))),
      length,
    };
  }

  #preamble(): Uint8Array {
    const known = Math.min(PREAMBLE_LENGTH, this.#reader.size);
    const preamble = this.#bytes(0, known, 'header');
    const magic = preamble.subarray(0, MAGIC.length);
    if (compareBytes(magic, MAGIC) !== 0) throw foreign(magic);
    if (known < PREAMBLE_LENGTH) throw damaged('file', 0, `cut short: ${known} bytes`);
    return preamble;
  }

  #bytes(offset: number, length: number, block: string): Uint8Array {
    let bytes: Uint8Array;
    try {
      bytes = this.#reader.read(offset, length);
    } catch (cause) {
      throw damaged(block, offset, `${length} bytes that cannot be read`, cause);
    }
    if (bytes.length !== length) throw damaged(block, offset, `${bytes.length} bytes where ${length} belong`);
    return bytes;
  }
}

function foreign(magic: Uint8Array): AdvisoryError {
  const found = /^cpansec-index\/(\d{1,3})/.exec(String.fromCharCode(...magic))?.[1];
  const problem =
    found === undefined
      ? 'no audit index'
      : `an index of format ${found}; this version reads ${INDEX_FORMAT}`;
  return new AdvisoryError('index-format', problem);
}

/** Runs what decodes verified bytes: what it throws then is the builder's fault, and the index unusable there. */
function readable<T>(block: string, offset: number, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof AdvisoryError && cause.code === 'index-damaged' && cause.place.path !== undefined)
      throw cause;
    const problem =
      cause instanceof ShapeError || cause instanceof AdvisoryError ? cause.message : 'no readable block';
    throw damaged(block, offset, problem, cause);
  }
}

function damaged(block: string, offset: number, problem: string, cause?: unknown): AdvisoryError {
  const place = { path: `${block}@${offset}` };
  return new AdvisoryError('index-damaged', `damaged index, ${problem}`, place, { cause });
}
