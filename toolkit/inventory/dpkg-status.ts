/** dpkg's database of packages, `var/lib/dpkg/status` (dpkg(1); deb822(5) for its stanzas). */
import { InventoryError } from './errors.ts';

/** A package whose files are on the disk. */
export interface DebianPackage {
  readonly name: string;
  readonly architecture: string;
  readonly version: string;
  /** The source package that it was built from, and the version of that. */
  readonly source: string;
  readonly sourceVersion: string;
  readonly homepage: string | null;
  /** Names of the packages that it depends on, alternatives included. */
  readonly depends: readonly string[];
}

/** Third words of `Status` with which files are on the disk. */
const PRESENT = new Set(['installed', 'unpacked', 'half-configured', 'triggers-awaited', 'triggers-pending']);

/** Packages that are on the disk, in the order of the file. Throws `dpkg-syntax` on a stanza without a name. */
export function parseDpkgStatus(text: string, file: string): DebianPackage[] {
  const packages: DebianPackage[] = [];
  let line = 1;
  for (const stanza of text.split('\n\n')) {
    const fields = parseStanza(stanza);
    const status = (fields.get('status') ?? '').split(' ')[2] ?? '';
    if (PRESENT.has(status)) packages.push(toPackage(fields, { file, line }));
    line += countLines(stanza) + 1;
  }
  return packages;
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Field names in lower case; a continued value is kept with its line breaks. */
export function parseStanza(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of stanza.split('\n')) {
    const colon = line.indexOf(':');
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (WANTED.has(name)) fields.set(name, `${fields.get(name) ?? ''}\n${line.trim()}`);
    } else if (colon > 0) {
      name = line.slice(0, colon).toLowerCase();
      if (WANTED.has(name)) fields.set(name, line.slice(colon + 1).trim());
    }
  }
  return fields;
}

/** Descriptions and conffiles are most of the database and nothing to us. */
const WANTED = new Set([
  'package',
  'status',
  'architecture',
  'version',
  'source',
  'homepage',
  'depends',
  'pre-depends',
  // of debian/copyright
  'upstream-name',
]);

function toPackage(fields: Map<string, string>, place: { file: string; line: number }): DebianPackage {
  const name = fields.get('package');
  const version = fields.get('version');
  if (name === undefined || version === undefined) {
    throw new InventoryError('dpkg-syntax', 'package without name or version', place);
  }
  const [, source = name, sourceVersion = version] =
    /^(\S+)(?: \(([^()]*)\))?$/.exec(fields.get('source') ?? '') ?? [];
  return {
    name,
    architecture: fields.get('architecture') ?? '',
    version,
    source,
    sourceVersion,
    homepage: fields.get('homepage') ?? null,
    depends: dependsOn(`${fields.get('pre-depends') ?? ''},${fields.get('depends') ?? ''}`),
  };
}

function dependsOn(relations: string): string[] {
  const names = relations.split(/[,|]/).map((relation) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(relation)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
