/** Authors who sign what they release: what they draft, and what is said of them until people meet. */
import { basename, join } from 'node:path';
import { authorFile } from 'cpansec/cpan';
import { IoError, nodeDigest, now, readFile } from 'cpansec/io';
import {
  authorDirectory,
  authorRole,
  type Claim,
  type Delegations,
  draftTargets,
  parseMetadata,
  type TargetFile,
  type TufPublication,
  withClaim,
  withoutClaim,
} from 'cpansec/tuf';
import type { Environment } from '../blobs/index.ts';
import { finalizedRoles, LAYOUT, writeDraft } from './ceremony.ts';
import type { TufConfig } from './config.ts';
import { TufKeepingError } from './errors.ts';
import { readLayout } from './layout-file.ts';
import { withRepository } from './open.ts';

const MAX_ARCHIVE = 1024 ** 3;
const RECENTLY_CLAIMED = 'recently-claimed';

/**
 * Drafts what an author signs: all that they signed before in this directory, and these files. Gives the paths that
 * were added. Throws `ceremony`.
 */
export function draftAuthor(directory: string, author: string, files: readonly string[]): string[] {
  claimOf(directory, author);
  const role = authorRole(author);
  const before = finalizedRoles(directory).get(role);
  const old = before === undefined ? null : parseMetadata(before.bytes, 'targets', role).signed;
  const added = files.map((file): [string, TargetFile] => [pathOf(author, file), targetOf(file)]);
  writeDraft(directory, role, draftTargets(old, new Map(added), now()));
  return added.map(([path]) => path);
}

/**
 * From now on the author signs for themselves: the claim of `layout.json` is told on line, with what they have signed.
 * The next ceremony moves it into `claimed`. Throws `ceremony`, TufError; IoError `locked`.
 */
export async function claimOnLine(
  config: TufConfig,
  env: Environment,
  { directory, author }: { readonly directory: string; readonly author: string },
): Promise<TufPublication> {
  const claim = claimOf(directory, author);
  const role = authorRole(author);
  const signed = finalizedRoles(directory).get(role);
  return changeClaims(config, env, {
    change: (old) => withClaim(old, claim),
    given: ({ version }) =>
      signed !== undefined && signed.version > version(role) ? new Map([[role, signed.bytes]]) : new Map(),
  });
}

/** What was told on line of the author is taken back: their releases are found in bins again. Throws as above. */
export async function unclaimOnLine(
  config: TufConfig,
  env: Environment,
  author: string,
): Promise<TufPublication> {
  return changeClaims(config, env, { change: (old) => withoutClaim(old, author), given: () => new Map() });
}

interface ClaimChange {
  change(old: Delegations | null): Delegations;
  given(stands: { version(role: string): number }): ReadonlyMap<string, Uint8Array>;
}

function changeClaims(
  config: TufConfig,
  env: Environment,
  { change, given }: ClaimChange,
): Promise<TufPublication> {
  return withRepository(config, env, (repository) => {
    const { named, meta } = repository.standing;
    const delegations = change(named.get(RECENTLY_CLAIMED)?.delegations ?? null);
    const version = (role: string): number => meta.get(role)?.version ?? 0;
    return repository.installRecentClaims(delegations, given({ version }));
  });
}

function claimOf(directory: string, author: string): Claim {
  const file = join(directory, LAYOUT);
  const claim = readLayout(file).claims.find((one) => one.author === author);
  if (claim !== undefined) return claim;
  throw new TufKeepingError('ceremony', `claims nothing for ${author}`, { file });
}

function pathOf(author: string, file: string): string {
  const path = `${authorDirectory(author)}/${basename(file)}`;
  if (authorFile(path) !== null) return path;
  throw new TufKeepingError('ceremony', 'has no name that a file of an author may have', { file });
}

function targetOf(file: string): TargetFile {
  try {
    const bytes = readFile(file, MAX_ARCHIVE);
    return { length: bytes.length, hashes: new Map([['sha256', nodeDigest('sha256', bytes)]]) };
  } catch (cause) {
    if (!(cause instanceof IoError)) throw cause;
    throw new TufKeepingError('ceremony', cause.problem, { file }, { cause });
  }
}
