/**
 * The graph file, `cpansec-dependants/1`. The same graph gives the same bytes.
 *
 *     file    = magic headerLength headerDigest header data
 *     magic   = "cpansec-dependants/1" LF
 *     headerLength                       ; 4 bytes, big endian, as all numbers
 *     headerDigest                       ; SHA-256 of the header
 *     header                             ; JSON, see {@link StoredHeader}; it has the digest of the data
 *     data    = names versions *described *degree *end *relations
 *     names, versions                    ; UTF-8, one a line, without a line break after the last
 *     described                          ; 1 byte for each distribution, 0 or 1
 *     degree                             ; 4 bytes each: how many distributions it asks for
 *     end                                ; 4 bytes each, ascending within a distribution
 *     relations                          ; 2 bytes each, a mask
 */
import {
  canonicalJson,
  compareBytes,
  compareText,
  decodeUtf8,
  encodeUtf8,
  instant,
  matching,
  object,
  oneOf,
  PlacedError,
  parseJson,
  sha256 as portableSha256,
  type Sha256,
  type Shape,
  toHex,
  whole,
} from '../base/index.ts';
import { DependantsError } from './errors.ts';
import {
  type DependencyGraph,
  type Edges,
  isGraphName,
  MAX_DISTRIBUTIONS,
  MAX_EDGES,
  reversed,
} from './graph.ts';
import { RANKS } from './relation.ts';

const GRAPH_FORMAT = 'cpansec-dependants/1';
const MAGIC = encodeUtf8(`${GRAPH_FORMAT}\n`);
const PREAMBLE_LENGTH = MAGIC.length + 36;
const MAX_HEADER_LENGTH = 4096;
/** Most bytes of all names together, and of all versions. */
const MAX_TEXT_LENGTH = 1 << 28;

/** The header as JSON holds it. */
interface StoredHeader {
  format: typeof GRAPH_FORMAT;
  asOf: string;
  distributions: number;
  /** Pairs of a distribution and one that it asks for. */
  edges: number;
  unresolved: number;
  /** Lengths in bytes. */
  names: number;
  versions: number;
  /** Of the data. */
  sha256: string;
}

const headerShape: Shape<StoredHeader> = object({
  format: oneOf(GRAPH_FORMAT),
  asOf: instant,
  distributions: whole(0, MAX_DISTRIBUTIONS),
  edges: whole(0, MAX_EDGES),
  unresolved: whole(),
  names: whole(0, MAX_TEXT_LENGTH),
  versions: whole(0, MAX_TEXT_LENGTH),
  sha256: matching(/^[0-9a-f]{64}$/, 'a SHA-256'),
});

/** The largest file that is read, in bytes: what the bounds of its parts add up to. */
export const MAX_GRAPH_FILE: number = 2 * MAX_TEXT_LENGTH + 5 * MAX_DISTRIBUTIONS + 6 * MAX_EDGES + 8192;

/** The bytes of a graph file. */
export function encodeGraph(graph: DependencyGraph, sha256: Sha256 = portableSha256): Uint8Array {
  const names = encodeUtf8(graph.names.join('\n'));
  const versions = encodeUtf8(graph.versions.map((version) => version ?? '').join('\n'));
  const data = joined([names, versions, graph.described, ...numbersOf(graph)]);
  const stored: StoredHeader = {
    format: GRAPH_FORMAT,
    asOf: graph.asOf,
    distributions: graph.names.length,
    edges: graph.asks.ends.length,
    unresolved: graph.unresolved,
    names: names.length,
    versions: versions.length,
    sha256: toHex(sha256(data)),
  };
  const header = encodeUtf8(canonicalJson(stored));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, header.length);
  return joined([MAGIC, length, sha256(header), header, data]);
}

function numbersOf({ asks: { starts, ends, relations } }: DependencyGraph): Uint8Array[] {
  const numbers = new DataView(new ArrayBuffer(4 * (starts.length - 1 + ends.length)));
  const masks = new DataView(new ArrayBuffer(2 * ends.length));
  let at = 0;
  for (let i = 0; i + 1 < starts.length; i++, at += 4)
    numbers.setUint32(at, (starts[i + 1] ?? 0) - (starts[i] ?? 0));
  for (const end of ends) {
    numbers.setUint32(at, end);
    at += 4;
  }
  for (const [i, mask] of relations.entries()) masks.setUint16(2 * i, mask);
  return [new Uint8Array(numbers.buffer), new Uint8Array(masks.buffer)];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Reads a graph file; `sha256` may be a faster one than the portable one. Throws `graph-format` for what is none,
 * `graph-damaged` for one that is not as it was written or that contradicts itself. Nothing is made room for
 * that the bytes do not hold.
 */
export function decodeGraph(bytes: Uint8Array, sha256: Sha256 = portableSha256): DependencyGraph {
  const { header, data } = opened(bytes, sha256);
  const { distributions: count, edges, names, versions } = header;
  const size = names + versions + 5 * count + 6 * edges;
  if (data.length !== size) throw damaged(`${data.length} bytes of data, its header counts ${size}`);
  if (toHex(sha256(data)) !== header.sha256) throw damaged('the data has another digest');
  const numbersAt = names + versions + count;
  const asks = readEdges(data.subarray(numbersAt), count, edges);
  return {
    asOf: header.asOf,
    names: readNames(data.subarray(0, names), count),
    versions: readVersions(data.subarray(names, names + versions), count),
    described: readDescribed(data.subarray(names + versions, numbersAt)),
    asks,
    askedBy: reversed(asks),
    unresolved: header.unresolved,
  };
}

function opened(bytes: Uint8Array, sha256: Sha256): { header: StoredHeader; data: Uint8Array } {
  if (compareBytes(bytes.subarray(0, MAGIC.length), MAGIC) !== 0)
    throw new DependantsError('graph-format', `does not begin with ${GRAPH_FORMAT}`);
  if (bytes.length < PREAMBLE_LENGTH) throw damaged('ends within its preamble');
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(MAGIC.length);
  const end = PREAMBLE_LENGTH + length;
  if (length > MAX_HEADER_LENGTH || end > bytes.length) throw damaged(`a header of ${length} bytes`);
  const header = bytes.subarray(PREAMBLE_LENGTH, end);
  if (compareBytes(sha256(header), bytes.subarray(MAGIC.length + 4, PREAMBLE_LENGTH)) !== 0)
    throw damaged('the header has another digest');
  return { header: readable(() => headerShape(parseJson(decodeUtf8(header)))), data: bytes.subarray(end) };
}

/** What base says of text, JSON and shapes, as damage of the file. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof DependantsError || !(cause instanceof PlacedError)) throw cause;
    throw new DependantsError('graph-damaged', cause.message, {}, { cause });
  }
}

function damaged(problem: string): DependantsError {
  return new DependantsError('graph-damaged', problem);
}

function readNames(bytes: Uint8Array, count: number): string[] {
  const names = linesOf(bytes, count, 'names');
  for (const [i, name] of names.entries()) {
    if (!isGraphName(name)) throw damaged(`name ${i} is none`);
    if (i > 0 && compareText(names[i - 1] ?? '', name) >= 0) throw damaged(`name ${i} is out of order`);
  }
  return names;
}

function readVersions(bytes: Uint8Array, count: number): (string | null)[] {
  return linesOf(bytes, count, 'versions').map((version, i) => {
    if (version === '') return null;
    if (!isGraphName(version)) throw damaged(`version ${i} is none`);
    return version;
  });
}

function linesOf(bytes: Uint8Array, count: number, what: string): string[] {
  const text = readable(() => decodeUtf8(bytes));
  const lines = count === 0 && text === '' ? [] : text.split('\n');
  if (lines.length !== count) throw damaged(`${lines.length} ${what} for ${count} distributions`);
  return lines;
}

function readDescribed(bytes: Uint8Array): Uint8Array {
  if (bytes.some((byte) => byte > 1)) throw damaged('a distribution neither described nor not');
  return bytes.slice();
}

function readEdges(bytes: Uint8Array, count: number, edges: number): Edges {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = new Uint32Array(count + 1);
  let total = 0;
  for (let i = 0; i < count; i++) {
    total += view.getUint32(4 * i);
    if (total > edges) break;
    starts[i + 1] = total;
  }
  if (total !== edges) throw damaged(`degrees that do not add up to ${edges}`);
  const ends = Uint32Array.from({ length: edges }, (_, i) => view.getUint32(4 * (count + i)));
  const masksAt = 4 * (count + edges);
  const relations = Uint16Array.from({ length: edges }, (_, i) => view.getUint16(masksAt + 2 * i));
  const read = { starts, ends, relations };
  mustHold(read);
  return read;
}

/** Ends are other distributions, each once and ascending, by relations that there are. */
function mustHold({ starts, ends, relations }: Edges): void {
  const count = starts.length - 1;
  for (let from = 0; from < count; from++) {
    let last = -1;
    for (let at = starts[from] ?? 0; at < (starts[from + 1] ?? 0); at++) {
      const end = ends[at] ?? 0;
      if (end <= last || end >= count || end === from) throw damaged(`distribution ${from} asks for ${end}`);
      last = end;
    }
  }
  if (relations.some((mask) => mask === 0 || mask >= 1 << RANKS))
    throw damaged('a relation that there is not');
}
