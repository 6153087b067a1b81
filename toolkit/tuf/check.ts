/** What is checked of a role and of a file beside signatures. */
import { encodeUtf8, quoteFound } from '../base/index.ts';
import { binOf, type Delegated } from './delegation.ts';
import { TufError } from './errors.ts';
import type { Hashes, Signed, Snapshot, TargetFile, Targets, Timestamp } from './model.ts';
import type { Digest, HashAlgorithm } from './ops.ts';

const ALGORITHMS: readonly HashAlgorithm[] = ['sha256', 'sha512'];

/** Throws `freeze`. `at` is the instant at which everything of one update is judged. */
export function checkFresh({ expires }: Signed, file: string, at: Date): void {
  if (hasExpired(expires, at))
    throw new TufError('freeze', `has expired at ${expires}: nothing newer is shown`, { file });
}

export function hasExpired(expires: string, at: Date): boolean {
  return at.getTime() >= Date.parse(expires);
}

/** Throws `mix-and-match`. */
export function checkVersion({ version }: Signed, wanted: number, file: string): void {
  if (version !== wanted)
    throw new TufError('mix-and-match', `is version ${version}, not ${wanted} as was signed for`, { file });
}

/** Throws `rollback` for an older timestamp, or one of an older snapshot. */
export function checkNotOlder(old: Timestamp, timestamp: Timestamp): void {
  const file = 'timestamp';
  if (timestamp.version < old.version)
    throw new TufError('rollback', `is version ${timestamp.version}, was ${old.version} before`, { file });
  const [was, now] = [old.snapshot.version, timestamp.snapshot.version];
  // Of a version that is known already nothing is taken, so that nothing of it can be wrong.
  if (timestamp.version > old.version && now < was)
    throw new TufError('rollback', `names version ${now} of the snapshot, named ${was} before`, { file });
}

/** Throws `rollback` for a role that is gone or older. Roles that only the newer one has are new. */
export function checkNoneOlder(old: Snapshot, snapshot: Snapshot): void {
  for (const [role, { version }] of old.meta) {
    const now = snapshot.meta.get(role)?.version ?? 0;
    if (now >= version) continue;
    const found = now === 0 ? 'is gone' : `is version ${now}`;
    throw new TufError('rollback', `${quoteFound(role)} ${found}, was version ${version} before`, {
      file: 'snapshot',
    });
  }
}

/**
 * Throws `mix-and-match` for a bin in which nothing belongs there: all bins are signed by one key, and those of one
 * version could hide each other's files.
 */
export function checkBin({ targets }: Targets, { name, bin }: Delegated, digest: Digest): void {
  if (bin === undefined || targets.size === 0) return;
  for (const path of targets.keys())
    if (binOf(bin.bitLength, digest('sha256', encodeUtf8(path))) === bin.number) return;
  throw new TufError('mix-and-match', 'holds the files of another bin', { file: name });
}

interface Signature {
  readonly length?: number;
  readonly hashes?: Hashes;
}

/** Throws `length` and `hash`; a length or digest that nobody signed is not checked. */
export function checkBytes(
  bytes: Uint8Array,
  { length, hashes }: Signature,
  file: string,
  digest: Digest,
): void {
  if (length !== undefined && bytes.length !== length)
    throw new TufError('length', `has ${bytes.length} bytes, not ${length} as was signed`, { file });
  if (hashes === undefined) return;
  const known = ALGORITHMS.filter((algorithm) => hashes.has(algorithm));
  if (known.length === 0)
    throw new TufError('hash', `no digest of ${[...hashes.keys()].join(', ')} can be computed`, { file });
  for (const algorithm of known)
    if (digest(algorithm, bytes) !== hashes.get(algorithm))
      throw new TufError('hash', `has another ${algorithm} than was signed`, { file });
}

/** Whether these are the bytes of the target. */
export function isTarget(bytes: Uint8Array, target: TargetFile, digest: Digest): boolean {
  try {
    checkBytes(bytes, target, '', digest);
    return true;
  } catch (error) {
    if (error instanceof TufError) return false;
    throw error;
  }
}

/**
 * Where a target stands below the top of a mirror, as an address has it; with a digest before its name where one is
 * given. Throws `format` for a path that leads out of there.
 */
export function targetAddress(path: string, digest?: string): string {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new TufError('format', 'is no path of a file below a directory', { file: path });
  const name = encodeURIComponent(parts.pop() ?? '');
  const above = parts.map((part) => `${encodeURIComponent(part)}/`).join('');
  return `${above}${digest === undefined ? '' : `${digest}.`}${name}`;
}

/** The digest that stands before a target's name. Throws `hash` where none can be computed. */
export function nameDigest({ hashes }: TargetFile, file: string): string {
  const found = ALGORITHMS.map((algorithm) => hashes.get(algorithm)).find((digest) => digest !== undefined);
  if (found !== undefined) return found;
  throw new TufError('hash', 'no digest that can be computed was signed', { file });
}
