/** Mirror audit: each release of a mirror is in the log with its digest, each of the log on the mirror. */
import { CpanError, distInfo, MAX_CHECKSUMS_LENGTH, parseChecksums } from '../cpan/index.ts';
import { type Finding, type Watch, watched } from './monitor.ts';
import type { LogView } from './view.ts';

/** A mirror of CPAN. Paths are below its top, `authors/id/…`. */
export interface Mirror {
  /** The files in authors' directories, `CHECKSUMS` too; who cannot list them begins with those of the log. */
  files(logged: Iterable<string>): AsyncIterable<string>;
  /** SHA-256 in small hexadecimal digits; null where nothing stands. */
  sha256(path: string): Promise<string | null>;
  /** At most `limit` bytes; null where nothing stands. */
  read(path: string, limit: number): Promise<Uint8Array | null>;
}

interface Logged {
  index: number;
  /** One, unless the log has a conflict. */
  readonly digests: Set<string>;
  removed: boolean;
}

/** Reads the log whole, whatever was looked at before. Throws what reading entries and the mirror does. */
export async function auditMirror(view: LogView, mirror: Mirror, watch: Watch): Promise<Finding[]> {
  const logged = await releasesOf(view, watch);
  const findings: Finding[] = [];
  const add = (kind: string, subject: string, words: string, index: number | null = null): void =>
    void findings.push({ kind, level: 'found', subject, index, words, at: watch.at });
  const digests = new Map<string, string>();
  const checksums: string[] = [];
  for await (const path of mirror.files(logged.keys())) {
    if (path.endsWith('/CHECKSUMS')) checksums.push(path);
    const known = logged.get(path);
    if (known === undefined && !isRelease(path)) continue;
    const sha256 = await mirror.sha256(path);
    if (sha256 === null) continue;
    digests.set(path, sha256);
    if (known === undefined) add('not-logged', path, `is on the mirror with sha256 ${sha256}`);
    else if (!known.digests.has(sha256)) {
      const words = `has sha256 ${sha256} on the mirror, ${[...known.digests].join(' and ')} in the log`;
      add('other-digest', path, words, known.index);
    }
  }
  for (const [path, { removed, index }] of logged)
    if (!removed && !digests.has(path)) add('not-on-mirror', path, 'is in the log', index);
  for (const path of checksums) findings.push(...(await compare(path, mirror, digests, watch.at)));
  return findings;
}

async function releasesOf(view: LogView, watch: Watch): Promise<Map<string, Logged>> {
  const logged = new Map<string, Logged>();
  for await (const { index, said } of watched(view, { ...watch, from: 0 })) {
    if (said?.type !== 'release' && said?.type !== 'removal') continue;
    const known = logged.get(said.path) ?? { index, digests: new Set<string>(), removed: false };
    known.removed = said.type === 'removal';
    known.index = index;
    if (said.type === 'release') known.digests.add(said.sha256);
    logged.set(said.path, known);
  }
  return logged;
}

/** What a follower logs; readmes and the like it passes over. */
function isRelease(path: string): boolean {
  return distInfo(path).extension !== null;
}

/** What `CHECKSUMS` say of the files beside it, and what these are. */
async function compare(
  path: string,
  mirror: Mirror,
  digests: ReadonlyMap<string, string>,
  at: string,
): Promise<Finding[]> {
  const about = { kind: 'checksums', index: null, at } as const;
  const bytes = await mirror.read(path, MAX_CHECKSUMS_LENGTH);
  if (bytes === null) return [];
  try {
    const { files } = parseChecksums(bytes, { path });
    return [...files].flatMap(([name, { sha256 }]) => {
      const subject = path.replace(/CHECKSUMS$/, name);
      const found = digests.get(subject);
      if (sha256 === null || found === undefined || found === sha256) return [];
      const words = `has sha256 ${found} on the mirror, ${sha256} in CHECKSUMS`;
      return [{ ...about, level: 'found', subject, words } as const];
    });
  } catch (error) {
    if (!(error instanceof CpanError)) throw error;
    return [{ ...about, level: 'unknown', subject: path, words: error.problem }];
  }
}
