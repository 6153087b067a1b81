/** What a release holds that may name contacts, out of its archive. Nothing is unpacked to disk, nothing is run. */
import { printable } from 'cpansec/base';
import { type ArchiveOps, CpanError, distInfo, type Meta, parseMeta, readArchive } from 'cpansec/cpan';
import { type ContactDocument, isSecurityPolicy } from './sections.ts';

export interface Release {
  readonly distribution: string | null;
  readonly uploader: string | null;
  /** The main module, by the name of the distribution. */
  readonly modules: readonly string[];
  readonly meta: { readonly meta: Meta; readonly file: string } | null;
  readonly documents: readonly ContactDocument[];
  readonly notes: readonly string[];
}

const LIMITS = { member: 16 << 20, kept: 64 << 20 };
const MAX_DOCUMENTS = 50;

/**
 * Reads an archive; `path` is where it stands below `authors/id/`, of which uploader and distribution are read.
 * `unpackers` of cpansec/io are the ops. Null when it is no archive. Throws what `readArchive` does.
 */
export async function readRelease(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  path: string,
  ops: ArchiveOps,
): Promise<Release | null> {
  const { dist, cpanid } = distInfo(path);
  const last = dist?.split('-').at(-1) ?? '';
  const wanted = (member: string): boolean => isWanted(member, last);
  const archive = await readArchive(source, path, ops, { wanted, limits: LIMITS });
  if (archive === null) return null;
  const members = archive.members.flatMap(({ path, bytes }) => (bytes === null ? [] : [{ path, bytes }]));
  const withheld = archive.members.filter((member) => member.withheld === true);
  const meta = metaOf(members);
  const documents = members.filter((member) => !isMeta(member.path));
  return {
    distribution: dist ?? meta.found?.meta.name ?? null,
    uploader: cpanid,
    modules: dist === null ? [] : [dist.replaceAll('-', '::')],
    meta: meta.found,
    documents: documents.slice(0, MAX_DOCUMENTS),
    notes: [
      ...withheld.map((member) => `${printable(member.path)}: ${member.size} bytes, not read`),
      ...(documents.length > MAX_DOCUMENTS
        ? [`only ${MAX_DOCUMENTS} of ${documents.length} documents were read`]
        : []),
      ...meta.notes,
    ],
  };
}

/** At the top, below `.github` or `docs`, and the main module wherever it stands. */
function isWanted(member: string, last: string): boolean {
  const depth = member.split('/').length;
  if (depth <= 3 && isSecurityPolicy(member)) return true;
  if (depth === 2 && /\/README(?:\.(?:md|pod|txt|mkdn|markdown))?$/i.test(member)) return true;
  if (isMeta(member)) return true;
  return last !== '' && (member.endsWith(`/${last}.pm`) || member.endsWith(`/${last}.pod`));
}

function isMeta(member: string): boolean {
  return /^[^/]+\/META\.(?:json|yml)$/.test(member);
}

function metaOf(members: readonly ContactDocument[]): { found: Release['meta']; notes: string[] } {
  const notes: string[] = [];
  for (const name of ['META.json', 'META.yml']) {
    const member = members.find(({ path }) => isMeta(path) && path.endsWith(name));
    if (member === undefined) continue;
    try {
      return { found: { meta: parseMeta(member.bytes, name), file: member.path }, notes };
    } catch (error) {
      if (!(error instanceof CpanError)) throw error;
      notes.push(printable(`${member.path}: ${error.problem}`));
    }
  }
  return { found: null, notes };
}
