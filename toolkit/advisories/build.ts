/** Writes an audit index; `index-format.ts` specifies it. The same input gives the same bytes. */
import {
  compareText,
  encodeUtf8,
  sha256 as portableSha256,
  quoteFound,
  type Sha256,
  ShapeError,
  toHex,
} from '../base/index.ts';
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
  type StoredPointer,
} from './index-format.ts';
import type { IndexedAdvisory, IndexedDistribution } from './lookup.ts';
import { entryLength, type PageEntry, pageBytes } from './page.ts';
import { type AdvisoryRecord, type AffectedEntry, compactRecord, recordShape } from './record.ts';
import { type DistributionReleases, inVersionOrder } from './releases.ts';
import { distributionBytes } from './stored-distribution.ts';

type Named<T> = ReadonlyMap<string, T> | Readonly<Record<string, T>>;

/** What an index is built from; what `importCpansa` gives fits. */
export interface IndexInput {
  readonly records: readonly AdvisoryRecord[];
  /** Module to distribution. */
  readonly modules?: Named<string>;
  /** Releases by distribution: with the main module, or the versions alone. */
  readonly releases?: Named<DistributionReleases | readonly string[]>;
  /** Default 0. */
  readonly serial?: number;
  /** RFC 3339 UTC to the second; default the epoch. */
  readonly built?: string | null;
  /** Default: partial, covering the distributions that the records name. */
  readonly coverage?:
    | { readonly complete: true }
    | { readonly complete: false; readonly distributions: readonly string[] };
  /** What it is built from, in words. */
  readonly source?: string;
}

/** The bytes of the index. Throws `index-input` for an id twice, a name too long or a bad instant. */
export function buildIndex(input: IndexInput, sha256: Sha256 = portableSha256): Uint8Array {
  const records = input.records.toSorted((a, b) => compareText(a.id, b.id));
  refuseBad(records);
  const distributions = distributionsOf(records, input);
  const modules = modulesOf(distributions, input);
  const covered = coveredNames(records, input);
  const writer = new IndexWriter(sha256);
  const tables: StoredHeader['tables'] = {
    advisories: writer.table(distributions.map((one) => [one.name, writer.distribution(one)])),
    aliases: writer.table(aliasesOf(records).map(([alias, ids]) => [alias, encodeUtf8(ids.join('\n'))])),
    covered: writer.table((covered ?? []).map((name) => [name, new Uint8Array(0)])),
    modules: writer.table([...modules].map(([module, name]) => [module, encodeUtf8(name)])),
    records: writer.table(
      records.map((record) => [record.id, writer.value(encodeUtf8(compactRecord(record)))]),
    ),
  };
  return writer.file({
    format: INDEX_FORMAT,
    serial: input.serial ?? 0,
    built: instant(input.built ?? '1970-01-01T00:00:00Z'),
    source: input.source ?? 'advisory records',
    coverage: covered === null ? { complete: true } : { complete: false, distributions: covered.length },
    counts: {
      records: records.length,
      entries: records.reduce((sum, { affected }) => sum + affected.length, 0),
      distributions: distributions.length,
      modules: modules.size,
    },
    size: writer.size,
    tables,
  });
}

/** What could not be read back must not be written. */
function refuseBad(records: readonly AdvisoryRecord[]): void {
  records.forEach((record, i) => {
    if (record.id === records[i - 1]?.id) throw new AdvisoryError('index-input', `id ${record.id} twice`);
    try {
      recordShape(record);
    } catch (cause) {
      if (!(cause instanceof ShapeError)) throw cause;
      throw new AdvisoryError(
        'index-input',
        `record ${quoteFound(record.id)}: ${cause.problem}`,
        cause.place,
        { cause },
      );
    }
  });
}

function instant(text: string): string {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new AdvisoryError('index-input', `built ${quoteFound(text)}: expected YYYY-MM-DDThh:mm:ssZ`);
}

/** Null when the index is complete. */
function coveredNames(records: readonly AdvisoryRecord[], { coverage }: IndexInput): string[] | null {
  if (coverage?.complete === true) return null;
  const names =
    coverage?.distributions ?? records.flatMap(({ affected }) => affected.map((one) => one.distribution));
  return [...new Set(names)];
}

function aliasesOf(records: readonly AdvisoryRecord[]): [alias: string, ids: string[]][] {
  const byAlias = new Map<string, string[]>();
  for (const { id, aliases, affected } of records) {
    for (const alias of new Set([...aliases, ...affected.flatMap((entry) => entry.aliases ?? [])])) {
      const ids = byAlias.get(alias);
      if (ids === undefined) byAlias.set(alias, [id]);
      else ids.push(id);
    }
  }
  return [...byAlias];
}

/** The modules given, and the main modules of distributions whose modules nobody gave. */
function modulesOf(distributions: readonly IndexedDistribution[], input: IndexInput): Map<string, string> {
  const mains = distributions.flatMap(({ name, mainModule }): [string, string][] =>
    mainModule === null ? [] : [[mainModule, name]],
  );
  return new Map([...mains, ...members(input.modules)]);
}

function members<T>(named: Named<T> | undefined): [string, T][] {
  return named instanceof Map ? [...named] : Object.entries(named ?? {});
}

function distributionsOf(records: readonly AdvisoryRecord[], input: IndexInput): IndexedDistribution[] {
  const releases = new Map(members(input.releases));
  const modules = new Map(members(input.modules));
  const advisories = new Map<string, IndexedAdvisory[]>();
  for (const record of records.filter(({ withdrawn }) => withdrawn === undefined)) {
    for (const entry of record.affected) {
      const rows = advisories.get(entry.distribution);
      if (rows === undefined) advisories.set(entry.distribution, [indexedAdvisory(record, entry)]);
      else rows.push(indexedAdvisory(record, entry));
    }
  }
  return [...advisories].map(([name, rows]) => ({
    name,
    ...mainModuleAndReleases(name, releases.get(name), modules),
    advisories: rows,
  }));
}

function mainModuleAndReleases(
  name: string,
  known: DistributionReleases | readonly string[] | undefined,
  modules: ReadonlyMap<string, string>,
): Pick<IndexedDistribution, 'mainModule' | 'releases'> {
  const likely = name.replaceAll('-', '::');
  const given =
    known !== undefined && 'versions' in known ? known : { mainModule: null, versions: known ?? [] };
  const versions = given.versions.filter((version) => !/\s/.test(version));
  return {
    mainModule: given.mainModule ?? (modules.get(likely) === name ? likely : null),
    releases: inVersionOrder(versions),
  };
}

function indexedAdvisory(record: AdvisoryRecord, entry: AffectedEntry): IndexedAdvisory {
  const { references } = record;
  const page = references.find(({ type }) => type === 'advisory') ?? references[0];
  return {
    id: record.id,
    aliases: [...record.aliases, ...(entry.aliases ?? [])].sort(compareText),
    summary: record.summary,
    rating: record.severity?.rating ?? null,
    reported: record.reported,
    ranges: entry.ranges,
    fixed: entry.fixed,
    cause: entry.cause,
    url: page?.url ?? null,
    patch: references.find(({ type }) => type === 'patch')?.url ?? null,
  };
}

class IndexWriter {
  size = 0;
  readonly #blocks: Uint8Array[] = [];
  readonly #sha256: Sha256;

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** Adds a value of its own and gives its pointer as a page holds it. */
  value(bytes: Uint8Array): Uint8Array {
    return pointerBytes(this.#block(bytes));
  }

  /** Adds the rest of a distribution and gives its head. */
  distribution(one: IndexedDistribution): Uint8Array {
    const { head, rest } = distributionBytes(one);
    const bytes = new Uint8Array(POINTER_LENGTH + head.length);
    bytes.set(this.value(rest));
    bytes.set(head, POINTER_LENGTH);
    return bytes;
  }

  /** Adds the pages of a table and gives the pointer to its root. */
  table(entries: readonly (readonly [key: string, value: Uint8Array])[]): StoredPointer {
    const sorted = entries.map(([key, value]) => ({ key: lineOf(key), value }));
    sorted.sort((a, b) => compareText(a.key, b.key));
    const root = leavesOf(sorted).map((leaf) => ({
      key: leaf[0]?.key ?? '',
      value: pointerBytes(this.#block(pageBytes(leaf))),
    }));
    const { offset, length, sha256 } = this.#block(pageBytes(root));
    return { offset, length, sha256: toHex(sha256) };
  }

  #block(bytes: Uint8Array): Pointer {
    if (bytes.length > MAX_BLOCK_LENGTH) {
      throw new AdvisoryError('index-input', `a block of ${bytes.length} bytes, at most ${MAX_BLOCK_LENGTH}`);
    }
    const offset = this.size;
    this.size += bytes.length;
    this.#blocks.push(bytes);
    return { offset, length: bytes.length, sha256: this.#sha256(bytes) };
  }

  file(header: StoredHeader): Uint8Array {
    const text = encodeUtf8(JSON.stringify(header));
    if (text.length > MAX_HEADER_LENGTH) throw new AdvisoryError('index-input', 'a header that is too long');
    const file = new Uint8Array(PREAMBLE_LENGTH + text.length + this.size);
    file.set(MAGIC);
    new DataView(file.buffer).setUint32(MAGIC.length, text.length);
    file.set(this.#sha256(text), MAGIC.length + 4);
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
