/** The manifest of a tree, believed for two reasons that do not lean on each other. */
import { decodeUtf8, PlacedError, type Sha256Into } from '../base/index.ts';
import {
  formatEntry,
  MAX_POLICY,
  MAX_PROOF,
  type ManifestEntry,
  type Policy,
  parsePolicy,
  parseProof,
  proofPath,
  type SignatureOps,
  TransparencyError,
  verifyProof,
  type Witnessed,
} from '../transparency/index.ts';
import { decodeManifest, MANIFEST_PATH, MAX_MANIFEST, type Manifest, objectPath } from '../tree/index.ts';
import { type FetchBytes, type FoundTarget, type TufClient, TufError, type TufState } from '../tuf/index.ts';
import { UpdateError, type UpdateErrorCode } from './errors.ts';

/** Of the log of a tree, below the tree's top. */
const LOG = 'log/';
export const LOG_POLICY_PATH: string = `${LOG}policy`;

export interface UpdateOps {
  /** Of the tree's TUF repository. */
  readonly client: TufClient;
  /** Below the top of the tree. */
  readonly fetch: FetchBytes;
  readonly signatures: SignatureOps;
  readonly hash: Sha256Into;
  /** At it all signatures of witnesses must have been made. */
  readonly now: () => Date;
}

/** Where the manifest stands in the log. */
export interface Logged {
  /** Name of the log. */
  readonly origin: string;
  /** Of its entry, from 0. */
  readonly index: number;
  /** Entries of the log as its witnesses saw it. */
  readonly size: number;
  readonly witnesses: readonly Witnessed[];
}

export interface VerifiedManifest {
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
  readonly logged: Logged;
  /** Of TUF, after the refresh. */
  readonly state: TufState;
}

/**
 * Throws {@link UpdateError}; `TufError` for what the repository does wrong, `missing` for a tree that has not what
 * its repository names; `TreeError` for signed bytes that are no manifest.
 */
export async function verifiedManifest(ops: UpdateOps): Promise<VerifiedManifest> {
  // 1. What does CPAN say now?
  const state = await ops.client.refresh();
  // 2. The manifest by its digest, so that a tree that is being replaced gives the one that was signed for.
  const signed = await targetOf(ops, MANIFEST_PATH, MAX_MANIFEST);
  const bytes = await bytesOf(ops, signed, objectPath(sha256Of(signed)));
  const manifest = decodeManifest(bytes);
  // 3. Whose signatures count for the log.
  const policy = readPolicy(
    await bytesOf(ops, await targetOf(ops, LOG_POLICY_PATH, MAX_POLICY), LOG_POLICY_PATH),
  );
  // 4. Was everybody shown this manifest?
  const { serial, built } = manifest;
  const entry = { type: 'manifest', serial, sha256: sha256Of(signed), size: bytes.length, built } as const;
  return { bytes, manifest, logged: await loggedAs(entry, policy, ops), state };
}

async function targetOf({ client }: UpdateOps, path: string, limit: number): Promise<FoundTarget> {
  const target = await client.find(path);
  if (target === null) throw new UpdateError('not-offered', 'nobody has signed for it', { file: path });
  if (target.length <= limit) return target;
  throw new UpdateError('too-large', `${target.length} bytes, at most ${limit}`, { file: path });
}

/** Checked by length and digest; `path` is where they stand below the top of the tree. */
function bytesOf({ client, fetch }: UpdateOps, target: FoundTarget, path: string): Promise<Uint8Array> {
  const there: FetchBytes = async (_, limit) => {
    const bytes = await fetch(path, limit);
    if (bytes === null) throw new TufError('missing', `the tree has no ${path}`, { file: target.path });
    return bytes;
  };
  return client.download(target, { mirrors: [there], hashedNames: false });
}

/** Objects stand under it: a digest of another kind alone is not enough. */
function sha256Of({ hashes, path }: FoundTarget): string {
  const found = hashes.get('sha256');
  if (found === undefined) throw new TufError('hash', 'no SHA-256 was signed', { file: path });
  return found;
}

function readPolicy(bytes: Uint8Array): Policy {
  try {
    return parsePolicy(bytes);
  } catch (cause) {
    throw refused('policy', cause, LOG_POLICY_PATH);
  }
}

async function loggedAs(
  manifest: ManifestEntry,
  policy: Policy,
  { fetch, signatures, hash, now }: UpdateOps,
): Promise<Logged> {
  const file = `${LOG}${proofPath(manifest)}`;
  const bytes = await fetched(fetch, file);
  if (bytes === null) throw new UpdateError('not-logged', 'there is no proof', { file });
  const entry = formatEntry(manifest);
  try {
    const proof = decodeUtf8(bytes);
    const { extra } = parseProof(proof);
    if (extra === null || decodeUtf8(extra) !== decodeUtf8(entry))
      throw new UpdateError('not-logged', 'is the proof of another entry than this manifest', { file });
    const at = Math.floor(now().getTime() / 1000);
    const { checkpoint, index, witnesses } = await verifyProof(
      { proof, entry, policy, now: at },
      { ...signatures, hash },
    );
    return { origin: checkpoint.origin, index, size: checkpoint.size, witnesses };
  } catch (cause) {
    if (cause instanceof UpdateError) throw cause;
    const lacking = cause instanceof TransparencyError && cause.code === 'quorum';
    throw refused(lacking ? 'quorum' : 'not-logged', cause, file);
  }
}

async function fetched(fetch: FetchBytes, file: string): Promise<Uint8Array | null> {
  try {
    return await fetch(file, MAX_PROOF);
  } catch (cause) {
    if (!(cause instanceof PlacedError && cause.code === 'too-large')) throw cause;
    throw new UpdateError('too-large', `more than ${MAX_PROOF} bytes`, { file }, { cause });
  }
}

/** What is wrong with bytes of others; anything else is passed on as it is. */
function refused(code: UpdateErrorCode, cause: unknown, file: string): unknown {
  if (!(cause instanceof PlacedError)) return cause;
  return new UpdateError(code, cause.message, { file }, { cause });
}
