/**
 * One file that the user names, of whatever kind: told by its name where that says it, else by its content. A
 * file of no kind that is known is unexamined; it is never an empty inventory.
 */
import { decodeUtf8, parseJson } from '../base/index.ts';
import type { ArchiveOps } from '../cpan/index.ts';
import { takeArchive } from './archive.ts';
import { Collection, type Draft } from './collection.ts';
import { addCore, anyCore } from './core.ts';
import { addWants } from './declared.ts';
import { InventoryError } from './errors.ts';
import type { InputKind, Inventory } from './inventory.ts';
import { addLocked } from './lock.ts';
import { takeMeta } from './meta-wants.ts';
import { staticVersion } from './module-versions.ts';
import type { Files } from './ops.ts';
import type { ProjectOptions } from './project.ts';
import { addPurls } from './purls.ts';
import { printable, unreadable } from './reasons.ts';
import { addSbom, readSbom } from './sbom.ts';
import { cpanfileWants, type Want } from './wants.ts';

/** Largest file that is read whole. */
const MAX_FILE = 512 * 1024 * 1024;

export interface FileOptions extends ProjectOptions {
  /** Without them archives are unexamined. */
  readonly archives?: ArchiveOps;
}

interface Request {
  readonly collection: Collection;
  /** The path, fit to be shown. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly options: FileOptions;
}

/** A kind of file: how it is told, and what it asks for once it is read. */
interface Reader {
  readonly kind: InputKind;
  readonly name?: RegExp;
  readonly content?: RegExp;
  read(request: Request): readonly Want[];
}

const NOTHING: readonly Want[] = [];

const READERS: readonly Reader[] = [
  {
    kind: 'snapshot',
    name: /\.snapshot$/,
    content: /^# carton snapshot format/,
    read: ({ collection, file, bytes, options }) => {
      const lock = addLocked(collection, decodeUtf8(bytes, file), file);
      if (options.links !== 'asked') lock.link();
      return NOTHING;
    },
  },
  {
    kind: 'mymeta',
    name: /(?:^|\/)MYMETA\.(?:json|yml)$/,
    read: ({ collection, file, bytes }) => takeMeta(collection, bytes, file),
  },
  {
    kind: 'meta',
    name: /(?:^|\/)META\.(?:json|yml)$/,
    content: /^meta-spec:/m,
    read: ({ collection, file, bytes }) => takeMeta(collection, bytes, file),
  },
  {
    kind: 'installed-tree',
    name: /\.pm$/,
    read: addModule,
  },
  {
    kind: 'purls',
    content: /^(?:\s|#.*\n)*pkg:/i,
    read: ({ collection, file, bytes }) => {
      addPurls(collection, decodeUtf8(bytes, file), file);
      return NOTHING;
    },
  },
  {
    kind: 'cpanfile',
    name: /(?:^|\/)cpanfile$|\.cpanfile$|(?:^|\/)cpanfile\.\w+$/,
    content:
      /^[ \t]*(?:(?:test_|author_|build_|configure_)?requires|recommends|suggests|on|feature)[ \t(]+['"]/m,
    read: ({ collection, file, bytes }) => {
      const { wants, unexamined } = cpanfileWants(decodeUtf8(bytes, file), file);
      collection.unexamined.push(...unexamined);
      return wants;
    },
  },
];

/** Takes the inventory of one file. Throws `not-found` when the path is no file. */
export async function inventoryFile(
  path: string,
  files: Files,
  options: FileOptions = {},
): Promise<Inventory> {
  const file = printable(path);
  if (files.kind(path) !== 'file') throw new InventoryError('not-found', 'there is no such file', { file });
  const collection = new Collection();
  try {
    const request = { collection, file, bytes: files.read(path, MAX_FILE), options };
    finishWants(request, await readAny(request));
  } catch (error) {
    collection.unexamined.push(unreadable(file, error));
  }
  return collection.finish(file);
}

function finishWants({ collection, options }: Request, wants: readonly Want[]): void {
  const providers = new Map<string, Draft>();
  const core = options.perl === undefined ? anyCore() : addCore(collection, options.perl, providers);
  const distributionOf = options.distributionOf ?? (() => null);
  addWants(collection, wants, { providers, core, complete: false, distributionOf });
}

async function readAny(request: Request): Promise<readonly Want[]> {
  const { collection, file } = request;
  const named = READERS.find(({ name }) => name?.test(file) === true);
  if (named !== undefined) return readAs(named, request);
  const wants = (await readArchived(request)) ?? readJsonFile(request);
  if (wants !== null) return wants;
  const head = headOf(request.bytes);
  const told = READERS.find(({ content }) => content?.test(head) === true);
  if (told !== undefined) return readAs(told, request);
  collection.unexamined.push({ kind: 'unsupported', place: { file }, reason: unknownKind(head) });
  return NOTHING;
}

function readAs({ kind, read }: Reader, request: Request): readonly Want[] {
  request.collection.inputs.push({ kind, path: request.file });
  return read(request);
}

/** What tells a text's kind is near its beginning. */
const HEAD = 65_536;

function headOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes.subarray(0, HEAD));
}

const ARCHIVE_NAME = /\.(?:tar(?:\.(?:gz|bz2|xz))?|tgz|tbz2?|txz|zip|gz|bz2|xz)$/i;
/** gzip, bzip2, xz, zip: no text begins like this. */
const ARCHIVE_HEAD = /^(?:\x1f\ufffd|BZh[1-9]|\ufffd7zXZ|PK[\x03\x05])/;

async function readArchived(request: Request): Promise<readonly Want[] | null> {
  const { collection, file, bytes, options } = request;
  if (!ARCHIVE_NAME.test(file) && !ARCHIVE_HEAD.test(headOf(bytes.subarray(0, 16)))) return null;
  collection.inputs.push({ kind: 'archive', path: file });
  const ops = options.archives;
  const wants = ops === undefined ? null : await takeArchive({ collection, file, bytes, ops });
  if (wants !== null) return wants;
  const reason = ops === undefined ? 'archives are not read here' : 'no archive that can be read';
  collection.unexamined.push({ kind: 'unsupported', place: { file }, reason });
  return NOTHING;
}

/** JSON of any kind: a bill of materials, a META under another name. */
function readJsonFile(request: Request): readonly Want[] | null {
  const { collection, file, bytes } = request;
  if (!/^\ufeff?\s*\{/.test(headOf(bytes.subarray(0, 1024)))) return null;
  const value = parseJson(decodeUtf8(bytes, file), { file });
  const found = typeof value === 'object' && value !== null ? readSbom(value, file) : null;
  if (found !== null) {
    collection.inputs.push({ kind: found.kind, path: file });
    addSbom(collection, found.sbom, file);
    return NOTHING;
  }
  if (!isMeta(value)) return null;
  collection.inputs.push({ kind: 'meta', path: file });
  return takeMeta(collection, bytes, file);
}

function isMeta(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('meta-spec' in value || 'prereqs' in value);
}

function unknownKind(head: string): string {
  if (/^\s*</.test(head)) return 'XML is not read; a bill of materials is read as JSON';
  return 'no kind of file that is known: lock file, cpanfile, META, bill of materials, archive, list of package URLs';
}

/** A module on its own. */
function addModule({ collection, file, bytes }: Request): readonly Want[] {
  const text = new TextDecoder('latin1').decode(bytes);
  const name = file.replace(/^.*\//, '').replace(/\.pm$/, '');
  const found = staticVersion(text, name);
  collection.add({
    distribution: null,
    module: found.module,
    version: found.version,
    ...(found.version === null ? { unversioned: found.unversioned ?? 'absent' } : {}),
    presence: 'installed',
    place: { file },
  });
  return NOTHING;
}
