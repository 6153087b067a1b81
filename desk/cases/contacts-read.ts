/** What members give to find contacts in: each file by its name, whatever they uploaded or pasted. */
import { encodeUtf8, PlacedError, printable } from 'cpansec/base';
import { parseMeta } from 'cpansec/cpan';
import { unpackers } from 'cpansec/io';
import {
  type ContactDocument,
  type ContactSources,
  readPeople,
  readPermissions,
  readRelease,
} from '../contacts/index.ts';

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Pasted text is a file as well. */
export function pasted(name: string, text: string): GivenFile {
  return { name, bytes: encodeUtf8(text) };
}

export interface ReadFiles {
  readonly sources: Partial<ContactSources> & { readonly documents: readonly ContactDocument[] };
  /** What could not be read, in words. */
  readonly notes: readonly string[];
}

/** Never throws: a file that cannot be read is noted. */
export async function readGiven(files: readonly GivenFile[]): Promise<ReadFiles> {
  let read: ReadFiles = { sources: { documents: [] }, notes: [] };
  for (const file of files) {
    const found = await readOne(file).catch((cause: unknown) => noteOf(file, cause));
    read = {
      sources: {
        ...read.sources,
        ...found.sources,
        documents: [...read.sources.documents, ...found.sources.documents],
      },
      notes: [...read.notes, ...found.notes],
    };
  }
  return read;
}

function noteOf({ name }: GivenFile, cause: unknown): ReadFiles {
  if (!(cause instanceof PlacedError)) throw cause;
  const { problem }: PlacedError<string> = cause;
  return { sources: { documents: [] }, notes: [printable(`${name}: ${problem}`)] };
}

async function readOne({ name, bytes }: GivenFile): Promise<ReadFiles> {
  const nothing = { documents: [] };
  if (/06perms\.txt(?:\.gz)?$/i.test(name))
    return { sources: { ...nothing, permissions: readPermissions(bytes, name) }, notes: [] };
  if (/01mailrc\.txt(?:\.gz)?$/i.test(name))
    return { sources: { ...nothing, people: readPeople(bytes, name) }, notes: [] };
  const meta = /(META\.(?:json|yml))$/i.exec(name)?.[1];
  if (meta !== undefined) return { sources: { ...nothing, meta: metaOf(bytes, meta) }, notes: [] };
  const release = /\.(?:tar\.(?:gz|bz2|xz)|tgz|zip)$/i.test(name)
    ? await readRelease(bytes, name, unpackers)
    : null;
  if (release === null) return { sources: { documents: [{ path: name, bytes }] }, notes: [] };
  const { documents, meta: inside, modules, notes } = release;
  return { sources: { documents, modules, ...(inside === null ? {} : { meta: inside }) }, notes };
}

function metaOf(bytes: Uint8Array, file: string): NonNullable<ContactSources['meta']> {
  return { meta: parseMeta(bytes, file === 'META.json' ? 'META.json' : 'META.yml'), file };
}
