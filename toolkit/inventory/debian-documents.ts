/** What a Debian package documents of itself below `usr/share/doc`: changelog and copyright file. */
import { changelogFixes } from './debian-changelog.ts';
import type { DebianPackage } from './dpkg-status.ts';
import { parseStanza } from './dpkg-status.ts';
import type { Distributor, Unexamined } from './inventory.ts';
import type { Files, Gunzip } from './ops.ts';
import { unreadable } from './reasons.ts';

const MAX_DOCUMENT = 16 * 1024 * 1024;
const utf8 = new TextDecoder('utf-8');

type Changelog = Pick<Distributor, 'changelog' | 'fixes'>;
const NO_CHANGELOG: Changelog = { changelog: null, fixes: [] };

export class DebianDocuments {
  readonly unexamined: Unexamined[] = [];
  readonly #files: Files;
  readonly #gunzip: Gunzip | undefined;
  readonly #siblings: readonly DebianPackage[];
  readonly #distributors = new Map<DebianPackage, Distributor>();

  /** Without `gunzip` only what is not compressed can be read. `siblings`: packages of the same database. */
  constructor(files: Files, siblings: readonly DebianPackage[], gunzip?: Gunzip) {
    this.#files = files;
    this.#gunzip = gunzip;
    this.#siblings = siblings;
  }

  /** The package as a distributor, with what its changelog names as fixed. */
  distributor(entry: DebianPackage): Distributor {
    const known = this.#distributors.get(entry);
    if (known !== undefined) return known;
    const distributor: Distributor = {
      vendor: 'debian',
      package: entry.name,
      packageVersion: entry.version,
      ...this.#changelog(entry),
    };
    this.#distributors.set(entry, distributor);
    return distributor;
  }

  /** The page that `debian/copyright` gives as the source (DEP-5), or null. */
  source(entry: DebianPackage): string | null {
    const text = this.#read(`/usr/share/doc/${entry.name}/copyright`);
    if (text === null) return null;
    const source = parseStanza(text.split('\n\n', 1)[0] ?? '').get('source') ?? '';
    return source.split(/\s/, 1)[0] || null;
  }

  /** Its own; else that of another package built from the same source, which has the same. */
  #changelog(entry: DebianPackage): Changelog {
    const { source, sourceVersion } = entry;
    const same = this.#siblings.filter(
      (other) => other !== entry && other.source === source && other.sourceVersion === sourceVersion,
    );
    for (const { name, version } of [entry, ...same]) {
      for (const path of changelogPaths(name, version)) {
        const text = this.#read(path);
        if (text !== null) return { changelog: path, fixes: changelogFixes(text, sourceVersion) };
      }
    }
    return NO_CHANGELOG;
  }

  #read(path: string): string | null {
    try {
      if (this.#files.kind(path) !== 'file') return null;
      const bytes = this.#files.read(path, MAX_DOCUMENT);
      if (!path.endsWith('.gz')) return utf8.decode(bytes);
      return this.#gunzip === undefined ? null : utf8.decode(this.#gunzip(bytes, MAX_DOCUMENT));
    } catch (error) {
      this.unexamined.push(unreadable(path, error));
      return null;
    }
  }
}

/** Of a native package, one without a revision, the only changelog is Debian's (policy 4.4, 12.7). */
function changelogPaths(name: string, version: string): string[] {
  const directory = `/usr/share/doc/${name}`;
  const debian = [`${directory}/changelog.Debian.gz`, `${directory}/changelog.Debian`];
  return version.includes('-') ? debian : [...debian, `${directory}/changelog.gz`, `${directory}/changelog`];
}
