/** The files of a tree, by their paths in the manifest, and those of its log and its TUF metadata; no others. */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { toHex } from 'cpansec/base';
import { nodeSha256 } from 'cpansec/io';
import { HEAD_PATH, MANIFEST_PATH, type TreeFile } from 'cpansec/tree';
import { Cache } from './cache.ts';
import { acceptedCoding, type Coding, pack } from './encoding.ts';
import { ApiError } from './errors.ts';
import { DATA_HEADERS, PAGE_HEADERS } from './headers.ts';
import { logFileOf } from './log-paths.ts';
import { isText, mediaType } from './media-types.ts';
import { type ByteRange, readRange } from './range.ts';
import { gone, type TreeSource } from './source.ts';
import { tufFileOf } from './tuf-paths.ts';
import type { View } from './view.ts';

/** What a request for a file says, header names in small letters. */
export interface FileRequest {
  /** As it was sent, with its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Only the headers are wanted. */
  readonly headOnly: boolean;
}

export interface FileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | Readable | null;
}

/** Larger files go out of the disk in pieces, smaller ones are kept in memory and packed. */
const LARGE = 4 * 1024 * 1024;
/** Smaller ones gain nothing by packing. */
export const WORTH_PACKING = 1024;
const DIGEST = /^objects\/([0-9a-f]{2})\/(\1[0-9a-f]{62})$/;
const HASHED = /^assets\/.*[.-][0-9a-zA-Z]{8,}\.\w+$|^index\/[0-9a-f]{64}\.index$/;
const TILE = /^log\/tile\//;
const METADATA = /^tuf\/\d/;
const BUNDLE = /^log\/tile\/entries\//;

export class Files {
  readonly #source: TreeSource;
  readonly #cache: Cache<Uint8Array>;

  constructor(source: TreeSource, cacheBytes: number) {
    this.#source = source;
    this.#cache = new Cache(cacheBytes, (bytes) => bytes.length);
  }

  /** Bytes that are held. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /** Null where the tree has nothing. Throws the tree's `digest` where what it has is gone. */
  async answer(view: View, request: FileRequest): Promise<FileAnswer | null> {
    const path = pathOf(request.url);
    if (path === null) return null;
    if (path === MANIFEST_PATH) return this.#manifest(view, request);
    if (DIGEST.test(path)) return this.#object(path, request);
    const name = path === '' || path.endsWith('/') ? `${path}index.html` : path;
    const file = await view.tree.find(name);
    if (file !== null) return this.send(view, name, file, request);
    const below = name === path ? await view.tree.find(`${path}/index.html`) : null;
    return below === null ? null : toSlash(path, request.url);
  }

  /** A file beside the tree, of its log or metadata: what never changes is kept, the rest for a second. Throws `not-found`. */
  async beside(request: FileRequest): Promise<FileAnswer> {
    const path = pathOf(request.url);
    const file = path === null ? null : (logFileOf(path) ?? tufFileOf(path));
    if (path === null || file === null) throw new ApiError('not-found', 'Not Found');
    const key = file.stays ? path : `${path} ${Math.floor(performance.now() / 1000)}`;
    const bytes = await this.#cache.load(key, async () => {
      const found = await this.#source.fetch(path, file.limit);
      if (found === null) throw new ApiError('not-found', 'Not Found');
      return found;
    });
    const known = { sha256: toHex(nodeSha256(bytes)), size: bytes.length };
    return this.#conditionally(path, known, request, async () => bytes);
  }

  /** Bytes that are no file, packed as the client takes them. */
  async pack(bytes: Uint8Array, coding: Exclude<Coding, 'identity'>): Promise<Uint8Array> {
    const key = `${toHex(nodeSha256(bytes))}-${coding}`;
    return this.#cache.load(key, () => pack(bytes, coding));
  }

  /** A page that was made for this request. */
  async page(html: string, request: FileRequest): Promise<FileAnswer> {
    const bytes = Buffer.from(html);
    const headers = { 'content-type': mediaType('.html'), 'cache-control': 'no-cache', ...PAGE_HEADERS };
    const coding = acceptedCoding(headerOf(request, 'accept-encoding'));
    const body = coding === 'identity' ? bytes : await this.pack(bytes, coding);
    const said: Record<string, string> = { ...headers, vary: 'accept-encoding' };
    if (coding !== 'identity') said['content-encoding'] = coding;
    said['content-length'] = String(body.length);
    return { status: 200, headers: said, body: request.headOnly ? null : body };
  }

  /** The tree's own page for what is not there; null where it has none. */
  async notFound(view: View, request: FileRequest): Promise<FileAnswer | null> {
    const file = await view.tree.find('404.html');
    if (file === null) return null;
    const plain = { ...request, headers: { 'accept-encoding': request.headers['accept-encoding'] } };
    const { headers, body } = await this.send(view, '404.html', file, plain);
    const { etag: _, 'accept-ranges': __, ...rest } = headers;
    return { status: 404, headers: { ...rest, 'cache-control': 'no-cache' }, body };
  }

  /** A file of the tree under the name that says what it is. */
  async send(view: View, name: string, file: TreeFile, request: FileRequest): Promise<FileAnswer> {
    const small = file.size <= LARGE;
    const bytes = (): Promise<Uint8Array> => this.#cache.load(file.sha256, () => view.tree.bytes(file));
    return this.#conditionally(name, file, request, small ? bytes : null);
  }

  #manifest(view: View, request: FileRequest): Promise<FileAnswer> {
    const { manifest } = view;
    const file = { sha256: toHex(nodeSha256(manifest)), size: manifest.length };
    return this.#conditionally(MANIFEST_PATH, file, request, async () => manifest);
  }

  /** Of this tree, or of one before or after it: what it is stands in its name. */
  async #object(path: string, request: FileRequest): Promise<FileAnswer | null> {
    const sha256 = path.slice(-64);
    const file = await this.#source.file(sha256);
    return file === null ? null : this.#conditionally(path, { sha256, size: file.size }, request, null);
  }

  /** `bytes` null: in pieces. */
  async #conditionally(
    name: string,
    file: TreeFile,
    request: FileRequest,
    bytes: (() => Promise<Uint8Array>) | null,
  ): Promise<FileAnswer> {
    const type = mediaType(name);
    const loose = isText(type) || BUNDLE.test(name);
    const packable = bytes !== null && loose && file.size >= WORTH_PACKING;
    const ranged = request.headers.range !== undefined;
    const coding = packable && !ranged ? acceptedCoding(headerOf(request, 'accept-encoding')) : 'identity';
    const etag = `"${file.sha256}${coding === 'identity' ? '' : `-${coding}`}"`;
    const headers: Record<string, string> = {
      'content-type': type,
      etag,
      'cache-control': freshness(name),
      'accept-ranges': 'bytes',
      ...(packable ? { vary: 'accept-encoding' } : {}),
      ...(type.startsWith('text/html') ? PAGE_HEADERS : DATA_HEADERS),
    };
    if (isKnown(headerOf(request, 'if-none-match'), etag)) return { status: 304, headers, body: null };
    if (coding !== 'identity' && bytes !== null)
      return this.#packed(file, coding, bytes, { headers, headOnly: request.headOnly });
    const range = rangeOf(request, file.size, etag);
    if (range === 'unsatisfiable')
      return { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}` }, body: null };
    return this.#plain(file, range, bytes, { headers, headOnly: request.headOnly });
  }

  async #packed(
    { sha256 }: TreeFile,
    coding: Exclude<Coding, 'identity'>,
    bytes: () => Promise<Uint8Array>,
    { headers, headOnly }: Prepared,
  ): Promise<FileAnswer> {
    const packed = await this.#cache.load(`${sha256}-${coding}`, async () => pack(await bytes(), coding));
    const length = String(packed.length);
    return {
      status: 200,
      headers: { ...headers, 'content-encoding': coding, 'content-length': length },
      body: headOnly ? null : packed,
    };
  }

  async #plain(
    file: TreeFile,
    range: ByteRange | null,
    bytes: (() => Promise<Uint8Array>) | null,
    { headers, headOnly }: Prepared,
  ): Promise<FileAnswer> {
    const { start, end } = range ?? { start: 0, end: file.size - 1 };
    const said = { ...headers, 'content-length': String(end - start + 1) };
    const status = range === null ? 200 : 206;
    const all = range === null ? said : { ...said, 'content-range': `bytes ${start}-${end}/${file.size}` };
    if (headOnly) return { status, headers: all, body: null };
    if (bytes !== null) return { status, headers: all, body: (await bytes()).subarray(start, end + 1) };
    return { status, headers: all, body: await this.#stream(file, start, end) };
  }

  /** Opened before anything is said, so that it stays whatever becomes of the tree. */
  async #stream({ sha256, size }: TreeFile, start: number, end: number): Promise<Readable | null> {
    if (size === 0) return null;
    const found = await this.#source.file(sha256);
    const file = found === null ? null : await open(found.path).catch(() => null);
    if (file === null) throw gone(sha256);
    return file.createReadStream({ start, end });
  }
}

interface Prepared {
  readonly headers: Readonly<Record<string, string>>;
  readonly headOnly: boolean;
}

/** The path that was asked for, without the slash at its beginning; null for what can be none. */
function pathOf(url: string): string | null {
  const [path = ''] = url.split('?', 1);
  if (!path.startsWith('/') || /%2f|%5c|%00|\\/i.test(path)) return null;
  try {
    return decodeURIComponent(path.slice(1));
  } catch {
    return null;
  }
}

/** Only to what the tree has, so never to another host. */
function toSlash(path: string, url: string): FileAnswer {
  const query = url.indexOf('?');
  const location = `/${path.split('/').map(encodeURIComponent).join('/')}/${query < 0 ? '' : url.slice(query)}`;
  return { status: 301, headers: { location, 'cache-control': 'no-cache' }, body: null };
}

/** What has its digest or version in its name stays, and so do tiles of a log; the rest is asked after again. */
function freshness(name: string): string {
  const stays = [DIGEST, HASHED, TILE, METADATA].some((pattern) => pattern.test(name));
  if (stays) return 'public, max-age=31536000, immutable';
  return AT_ONCE.has(name) ? 'no-cache' : 'public, max-age=60';
}

const AT_ONCE: ReadonlySet<string> = new Set([
  MANIFEST_PATH,
  HEAD_PATH,
  'log/checkpoint',
  'tuf/timestamp.json',
]);

function headerOf({ headers }: FileRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** The weak comparison of RFC 9110 section 13.1.2. */
function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => {
    const tag = one.trim();
    return tag === '*' || (tag.startsWith('W/') ? tag.slice(2) : tag) === etag;
  });
}

/** A range of another version of the file than ours is none (`If-Range`, RFC 9110 section 13.1.5). */
function rangeOf(request: FileRequest, size: number, etag: string): ByteRange | null | 'unsatisfiable' {
  const ours = headerOf(request, 'if-range') ?? etag;
  return ours === etag ? readRange(headerOf(request, 'range'), size) : null;
}
