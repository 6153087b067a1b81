/** Mirror audit: each release of a mirror is in the log with its digest, each of the log on the mirror. */
import { CpanError, isArchiveName, MAX_CHECKSUMS_LENGTH, parseChecksums } from '../cpan/index.ts';
import { TransparencyError } from './errors.ts';
import { type Finding, unreadable, type Watch, watched } from './monitor.ts';
import type { LogView } from './view.ts';

/**
 * A mirror of CPAN. Paths are below its top, `authors/id/…`. Throws `missing` for what cannot be had now, `mirror` when
 * nothing can any more.
 */
export interface Mirror {
  /**
   * The files in authors' directories, `CHECKSUMS` too; who cannot list them begins with those of the log. A directory
   * that cannot be looked into goes to `unread`, with a slash at its end.
   */
  files(logged: Iterable<string>, unread: (path: string, words: string) => void): AsyncIterable<string>;
  /** SHA-256 in small hexadecimal digits; null where nothing stands. */
  sha256(path: string): Promise<string | null>;
  /** At most `limit` bytes; null where nothing stands. */
  read(path: string, limit: number): Promise<Uint8Array | null>;
}

/** What the log says of a path. */
export interface LoggedRelease {
  /** Of the newest entry. */
  readonly index: number;
  /** One, unless the log has a conflict. */
  readonly digests: readonly string[];
  /** Whether the newest entry says that it was taken away. */
  readonly removed: boolean;
}

export interface MirrorWatch extends Watch {
  readonly mirror: Mirror;
  /** Releases of the entries before `from`, by path. */
  readonly logged: ReadonlyMap<string, LoggedRelease>;
  /** Told how many files have been looked at. */
  readonly compared?: (files: number) => void;
}

export interface MirrorReport {
  readonly findings: readonly Finding[];
  /** What the next run begins with. */
  readonly logged: ReadonlyMap<string, LoggedRelease>;
}

/** Throws what reading entries does. */
export async function auditMirror(view: LogView, watch: MirrorWatch): Promise<MirrorReport> {
  const unread: number[] = [];
  const logged = await releasesOf(view, watch, unread);
  const audit = new Audit(logged, watch);
  try {
    await audit.files();
    audit.absent();
    await audit.checksums();
  } catch (error) {
    if (!(error instanceof TransparencyError) || error.code !== 'mirror') throw error;
    audit.unread('authors/id/', `${error.message}; the rest was not looked at`);
  }
  return { findings: [...unreadable(unread, view, watch.at), ...audit.findings], logged };
}

async function releasesOf(
  view: LogView,
  watch: MirrorWatch,
  unread: number[],
): Promise<Map<string, LoggedRelease>> {
  const logged = new Map(watch.logged);
  for await (const { index, said } of watched(view, watch)) {
    if (said === null) unread.push(index);
    if (said?.type !== 'release' && said?.type !== 'removal') continue;
    const digests = new Set(logged.get(said.path)?.digests);
    if (said.type === 'release') digests.add(said.sha256);
    logged.set(said.path, { index, digests: [...digests], removed: said.type === 'removal' });
  }
  return logged;
}

class Audit {
  readonly findings: Finding[] = [];
  readonly #logged: ReadonlyMap<string, LoggedRelease>;
  readonly #watch: MirrorWatch;
  /** By path, of what stands on the mirror. */
  readonly #digests = new Map<string, string>();
  readonly #checksums: string[] = [];
  readonly #unread = new Set<string>();

  constructor(logged: ReadonlyMap<string, LoggedRelease>, watch: MirrorWatch) {
    this.#logged = logged;
    this.#watch = watch;
  }

  async files(): Promise<void> {
    const { mirror, compared } = this.#watch;
    const unread = (path: string, words: string): void => this.unread(path, words);
    for await (const path of mirror.files(this.#logged.keys(), unread)) {
      if (path.endsWith('/CHECKSUMS')) this.#checksums.push(path);
      else if (this.#logged.has(path) || isArchiveName(path)) await this.#file(path);
      compared?.(this.#digests.size);
    }
  }

  async #file(path: string): Promise<void> {
    const sha256 = await this.#had(path, () => this.#watch.mirror.sha256(path));
    if (sha256 === null) return;
    this.#digests.set(path, sha256);
    const known = this.#logged.get(path);
    if (known === undefined) this.#add('not-logged', path, `is on the mirror with sha256 ${sha256}`);
    else this.#known(path, sha256, known);
  }

  #known(path: string, sha256: string, { index, digests, removed }: LoggedRelease): void {
    const words = `has sha256 ${sha256} on the mirror, ${digests.join(' and ') || 'none'} in the log`;
    if (!digests.includes(sha256)) this.#add('other-digest', path, words, index);
    else if (digests.length > 1) this.#add('conflict', path, words, index);
    // The same bytes again are no new entry, so that this is all that tells of them.
    if (removed) this.#add('removed', path, `is on the mirror with sha256 ${sha256}, and was removed`, index);
  }

  absent(): void {
    const directories = [...this.#unread].filter((path) => path.endsWith('/'));
    for (const [path, { removed, index }] of this.#logged) {
      if (removed || this.#digests.has(path) || this.#unread.has(path)) continue;
      if (!directories.some((directory) => path.startsWith(directory)))
        this.#add('not-on-mirror', path, 'is in the log', index);
    }
  }

  /** What `CHECKSUMS` say of the files beside them, and what these are. */
  async checksums(): Promise<void> {
    for (const path of this.#checksums) {
      const bytes = await this.#had(path, () => this.#watch.mirror.read(path, MAX_CHECKSUMS_LENGTH));
      if (bytes !== null) this.#compare(path, bytes);
    }
  }

  #compare(path: string, bytes: Uint8Array): void {
    try {
      for (const [name, { sha256 }] of parseChecksums(bytes, { path }).files) {
        const subject = path.replace(/CHECKSUMS$/, name);
        const found = this.#digests.get(subject);
        if (sha256 === null || found === undefined || found === sha256) continue;
        this.#add('checksums', subject, `has sha256 ${found} on the mirror, ${sha256} in CHECKSUMS`);
      }
    } catch (error) {
      if (!(error instanceof CpanError)) throw error;
      this.#add('checksums', path, error.problem, null, 'unknown');
    }
  }

  async #had<T>(path: string, work: () => Promise<T | null>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransparencyError) || error.code !== 'missing') throw error;
      this.unread(path, error.message);
      return null;
    }
  }

  unread(path: string, words: string): void {
    this.#unread.add(path);
    this.#add('unread', path, words, null, 'unknown');
  }

  #add(
    kind: string,
    subject: string,
    words: string,
    index: number | null = null,
    level: Finding['level'] = 'found',
  ): void {
    this.findings.push({ kind, level, subject, index, words, at: this.#watch.at });
  }
}
