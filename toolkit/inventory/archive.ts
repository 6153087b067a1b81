/** The archive of a distribution: what it is, by its META or else its name, and what it asks for. */
import { type Archive, type ArchiveMember, type ArchiveOps, distInfo, readArchive } from '../cpan/index.ts';
import type { Collection } from './collection.ts';
import { takeMeta } from './meta-wants.ts';
import { staticVersion } from './module-versions.ts';
import { printable } from './reasons.ts';
import { cpanfileWants, type Want } from './wants.ts';

const TOP_FILES = /^(?:[^/]+\/)?(?:META\.json|META\.yml|cpanfile|[^/]+\.pm)$/;
const MAX_REFUSED = 20;
const utf8 = new TextDecoder('utf-8');
const singleByte = new TextDecoder('latin1');

export interface ArchiveRequest {
  readonly collection: Collection;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly ops: ArchiveOps;
}

/** Null when it is no archive; throws as `readArchive` when it is a broken one. Nothing is unpacked to disk. */
export async function takeArchive({ collection, file, bytes, ops }: ArchiveRequest): Promise<Want[] | null> {
  const name = distInfo(file);
  const main = `lib/${(name.dist ?? '').replaceAll('-', '/')}.pm`;
  const wanted = (path: string): boolean => TOP_FILES.test(path) || path.endsWith(`/${main}`);
  const archive = await readArchive(bytes, file, ops, { wanted });
  if (archive === null) return null;
  noteRefused(collection, archive, file);
  return wantsOf(collection, archive, file) ?? nameless(collection, archive, file);
}

/** Members that would be written elsewhere: no program should unpack this. */
function noteRefused(collection: Collection, { refused }: Archive, file: string): void {
  for (const { name, reason } of refused.slice(0, MAX_REFUSED)) {
    const place = { file, path: printable(name) };
    collection.unexamined.push({ kind: 'unreadable', place, reason: `member refused: ${reason}` });
  }
}

function wantsOf(collection: Collection, archive: Archive, file: string): Want[] | null {
  const meta = topMember(archive, 'META.json') ?? topMember(archive, 'META.yml');
  if (meta?.bytes == null) return null;
  return takeMeta(collection, meta.bytes, `${file}/${meta.path}`);
}

/** Without META the file name says what it is, and a static cpanfile what it asks for. */
function nameless(collection: Collection, archive: Archive, file: string): Want[] {
  const { dist, version } = distInfo(file);
  const main = (dist ?? '').replaceAll('-', '::');
  const found = version ?? mainVersion(archive, main);
  collection.add({
    distribution: dist,
    module: null,
    version: found,
    ...(found === null ? { unversioned: 'absent' } : {}),
    presence: 'listed',
    place: { file },
  });
  const cpanfile = topMember(archive, 'cpanfile');
  if (cpanfile?.bytes == null) {
    const reason = 'no META.json, META.yml or cpanfile in it: its requirements are not known';
    collection.unexamined.push({ kind: 'unsupported', place: { file }, reason });
    return [];
  }
  const { wants, unexamined } = cpanfileWants(utf8.decode(cpanfile.bytes), `${file}/${cpanfile.path}`);
  collection.unexamined.push(...unexamined);
  return [...wants];
}

function topMember({ members }: Archive, name: string): ArchiveMember | undefined {
  const named = members.filter(({ path }) => path === name || path.replace(/^[^/]+\//, '') === name);
  return named.find(({ bytes }) => bytes !== null);
}

function mainVersion({ members }: Archive, main: string): string | null {
  const path = `${main.replaceAll('::', '/')}.pm`;
  const last = path.slice(path.lastIndexOf('/') + 1);
  const found = members.find((member) => member.bytes !== null && member.path.endsWith(`/${last}`));
  return found?.bytes == null ? null : staticVersion(singleByte.decode(found.bytes), main).version;
}
