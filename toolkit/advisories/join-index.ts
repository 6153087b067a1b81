/**
 * Writes an audit index from what was prepared of each record and distribution; `index-format.ts` specifies it. The
 * same parts give the same bytes, so a publisher may keep the parts and prepare only what changed.
 */
import { compareText, encodeUtf8, instant, quoteFound, xxh32 } from '../base/index.ts';
import { AdvisoryError } from './errors.ts';
import {
  INDEX_FORMAT,
  LEAF_LENGTH,
  MAGIC,
  MAX_BLOCK_LENGTH,
  MAX_HEADER_LENGTH,
  POINTER_LENGTH,
  type Pointer,
  PREAMBLE_LENGTH,
  pointerBytes,
  type StoredHeader,
} from './index-format.ts';
import { entryLength, type PageEntry, pageBytes } from './page.ts';
import type { PreparedDistribution, PreparedRecord } from './prepare.ts';
import { readAs } from './read-as.ts';

/** The parts of an index, in any order. */
export interface IndexParts {
  readonly records: readonly PreparedRecord[];
  /** Those with advisories that count. */
  readonly distributions: readonly PreparedDistribution[];
  /** Module to distribution. */
  readonly modules: ReadonlyMap<string, string>;
  /** Distributions that are wholly covered; null when all are. */
  readonly covered: readonly string[] | null;
  readonly serial: number;
  /** RFC 3339 UTC to the second. */
  readonly built: string;
  /** What it is built from, in words. */
  readonly source: string;
}

/** The bytes of the index. Throws `index-input` for an id twice, a name too long or a bad instant. */
export function joinIndex(parts: IndexParts): Uint8Array {
  const records = parts.records.toSorted((a, b) => compareText(a.id, b.id));
  refuseTwice(records);
  const distributions = parts.distributions.toSorted((a, b) => compareText(a.name, b.name));
  const { modules, covered } = parts;
  const writer = new IndexWriter();
  const tables: StoredHeader['tables'] = {
    advisories: writer.table(distributions.map((one) => [one.name, writer.distribution(one)])),
    aliases: writer.table(aliasesOf(records).map(([alias, ids]) => [alias, encodeUtf8(ids.join('\n'))])),
    covered: writer.table((covered ?? []).map((name) => [name, new Uint8Array(0)])),
    modules: writer.table([...modules].map(([module, name]) => [module, encodeUtf8(name)])),
    records: writer.table(records.map(({ id, bytes }) => [id, writer.value(bytes)])),
  };
  return writer.file({
    format: INDEX_FORMAT,
    serial: parts.serial,
    built: builtAt(parts.built),
    source: parts.source,
    coverage: covered === null ? { complete: true } : { complete: false, distributions: covered.length },
    counts: {
      records: records.length,
      entries: records.reduce((sum, { entries }) => sum + entries, 0),
      distributions: distributions.length,
      modules: modules.size,
    },
    size: writer.size,
    tables,
  });
}

function refuseTwice(records: readonly PreparedRecord[]): void {
  const twice = records.find(({ id }, i) => id === records[i - 1]?.id);
  if (twice !== undefined) throw new AdvisoryError('index-input', `id ${twice.id} twice`);
}

function builtAt(text: string): string {
  if (readAs(instant, text) !== null) return text;
  throw new AdvisoryError('index-input', `built ${quoteFound(text)}: expected YYYY-MM-DDThh:mm:ssZ`);
}

function aliasesOf(records: readonly PreparedRecord[]): [alias: string, ids: string[]][] {
  const byAlias = new Map<string, string[]>();
  for (const { id, names } of records) {
    for (const name of names) {
      const ids = byAlias.get(name);
      if (ids === undefined) byAlias.set(name, [id]);
      else ids.push(id);
    }
  }
  return [...byAlias];
}

class IndexWriter {
  size = 0;
  readonly #blocks: Uint8Array[] = [];

  /** Adds a value of its own and gives its pointer as a page holds it. */
  value(bytes: Uint8Array): Uint8Array {
    return pointerBytes(this.#block(bytes));
  }

  /** Adds the rest of a distribution and gives its head. */
  distribution({ head, rest }: PreparedDistribution): Uint8Array {
    const bytes = new Uint8Array(POINTER_LENGTH + head.length);
    bytes.set(this.value(rest));
    bytes.set(head, POINTER_LENGTH);
    return bytes;
  }

  /** Adds the pages of a table and gives the pointer to its root. */
  table(entries: readonly (readonly [key: string, value: Uint8Array])[]): Pointer {
    const sorted = entries.map(([key, value]) => ({ key: lineOf(key), value }));
    sorted.sort((a, b) => compareText(a.key, b.key));
    const root = leavesOf(sorted).map((leaf) => ({
      key: leaf[0]?.key ?? '',
      value: pointerBytes(this.#block(pageBytes(leaf))),
    }));
    return this.#block(pageBytes(root));
  }

  #block(bytes: Uint8Array): Pointer {
    if (bytes.length > MAX_BLOCK_LENGTH) {
      throw new AdvisoryError('index-input', `a block of ${bytes.length} bytes, at most ${MAX_BLOCK_LENGTH}`);
    }
    const offset = this.size;
    this.size += bytes.length;
    this.#blocks.push(bytes);
    return { offset, length: bytes.length, sum: xxh32(bytes) };
  }

  file(header: StoredHeader): Uint8Array {
    const text = encodeUtf8(JSON.stringify(header));
    if (text.length > MAX_HEADER_LENGTH) throw new AdvisoryError('index-input', 'a header that is too long');
    const file = new Uint8Array(PREAMBLE_LENGTH + text.length + this.size);
    file.set(MAGIC);
    const view = new DataView(file.buffer);
    view.setUint32(MAGIC.length, text.length);
    view.setUint32(MAGIC.length + 4, xxh32(text));
    file.set(text, PREAMBLE_LENGTH);
    let at = PREAMBLE_LENGTH + text.length;
    for (const block of this.#blocks) {
      file.set(block, at);
      at += block.length;
    }
    return file;
  }
}

function lineOf(key: string): string {
  if (key !== '' && !key.includes('\n')) return key;
  throw new AdvisoryError('index-input', `name ${quoteFound(key)}: expected one line`);
}

function leavesOf(entries: readonly PageEntry[]): PageEntry[][] {
  const leaves: PageEntry[][] = [];
  let leaf: PageEntry[] = [];
  let length = 0;
  for (const entry of entries) {
    if (leaf.length > 0 && length + entryLength(entry) > LEAF_LENGTH) {
      leaves.push(leaf);
      leaf = [];
      length = 0;
    }
    leaf.push(entry);
    length += entryLength(entry);
  }
  return leaf.length > 0 ? [...leaves, leaf] : leaves;
}
