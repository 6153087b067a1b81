/** One tree, opened for questions. */
import { type AdvisoryIndex, openIndex } from 'cpansec/advisories';
import { decodeUtf8 } from 'cpansec/base';
import { nodeSha256, openIndexFile } from 'cpansec/io';
import {
  decodeIndexHead,
  HEAD_PATH,
  MANIFEST_PATH,
  MAX_HEAD_LENGTH,
  openTree,
  type Tree,
} from 'cpansec/tree';
import { pathPart } from '../site/index.ts';
import { Cache } from './cache.ts';
import { Distributions } from './distributions.ts';
import { ApiError } from './errors.ts';
import { gone, type LocalFile, type TreeSource } from './source.ts';

export interface View {
  readonly tree: Tree;
  /** `manifest.json` as it stands. */
  readonly manifest: Uint8Array;
  readonly index: AdvisoryIndex;
  /** When the document of an id last changed, RFC 3339 UTC; ids without a document are not here. */
  readonly modified: ReadonlyMap<string, string>;
  readonly distributions: Distributions;
  readonly documents: Documents;
  /** Gives back what is open. */
  close(): void;
}

const MODIFIED_PATH = 'osv/CPAN/modified_id.csv';
const MAX_MODIFIED = 256 * 1024 * 1024;

/** Throws the tree's errors, the index's, and `index` where the tree lacks what questions need. */
export async function openView(source: TreeSource, manifest: Uint8Array, cacheBytes: number): Promise<View> {
  const tree = await openTree(
    async (path, limit) => (path === MANIFEST_PATH ? manifest : source.fetch(path, limit)),
    { sha256: nodeSha256 },
  );
  const modified = modifiedOf(decodeUtf8(await required(tree, MODIFIED_PATH, MAX_MODIFIED), MODIFIED_PATH));
  const head = decodeIndexHead(await required(tree, HEAD_PATH, MAX_HEAD_LENGTH));
  const file = openIndexFile((await present(source, head.sha256)).path);
  try {
    const index = openIndex(file);
    const documents = new Documents(tree, cacheBytes);
    const distributions = new Distributions(index);
    return { tree, manifest, index, modified, distributions, documents, close: () => file.close() };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function present(source: TreeSource, sha256: string): Promise<LocalFile> {
  const file = await source.file(sha256);
  if (file === null) throw gone(sha256);
  return file;
}

async function required(tree: Tree, path: string, limit: number): Promise<Uint8Array> {
  const bytes = await tree.read(path, limit);
  if (bytes === null) throw new ApiError('index', 'the tree has no such file', { file: path });
  return bytes;
}

/** Lines of `INSTANT,ID`. */
function modifiedOf(text: string): Map<string, string> {
  const modified = new Map<string, string>();
  for (const [i, line] of text.split('\n').entries()) {
    const row = /^([0-9TZ:.+-]{1,40}),(.{1,200}?)\r?$/.exec(line);
    if (row !== null) modified.set(row[2] ?? '', row[1] ?? '');
    else if (line !== '')
      throw new ApiError('index', 'no instant and id', { file: MODIFIED_PATH, line: i + 1 });
  }
  return modified;
}

/** Where a tree has the document of an id. */
export function documentPath(id: string): string {
  return `osv/CPAN/${pathPart(id)}.json`;
}

/** JSON whose characters are bytes: one that is not doubles a whole answer in memory and time. */
function asciiJson(value: unknown): string {
  const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped);
}

/** OSV documents as JSON without white space, the most wanted kept. */
export class Documents {
  readonly #tree: Tree;
  readonly #cache: Cache<string>;

  constructor(tree: Tree, cacheBytes: number) {
    this.#tree = tree;
    this.#cache = new Cache(cacheBytes, (text) => text.length);
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /** When it is at hand. */
  known(id: string): string | undefined {
    return this.#cache.get(id);
  }

  /** Throws `index` where the tree has none. */
  read(id: string): Promise<string> {
    return this.#cache.load(id, async () => {
      const bytes = await this.#tree.read(documentPath(id));
      if (bytes === null) throw new ApiError('index', 'has no document', { path: id });
      return asciiJson(JSON.parse(decodeUtf8(bytes)));
    });
  }
}
