/** The verification of files, by the toolkit's own code and the log of the site. Loaded on first use. */
import { runningSha256, sha256Into, toHex } from 'cpansec/base';
import {
  type FileInHand,
  type FileVerdict,
  judgeByLog,
  judgeByProof,
  type LogView,
  MAX_POLICY,
  MAX_PROOF,
  parsePolicy,
  type SignatureOps,
  TransparencyError,
  viewLog,
} from 'cpansec/transparency';
import { hrefBelow, logPaths } from '../paths.ts';
import type { VerifiedFile } from '../verify-result.tsx';

export interface GivenFiles {
  /** With their proofs. */
  readonly files: readonly File[];
  /** Where the one file is from, `authors/id/…`; null when nobody said it. */
  readonly path: string | null;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** How much of a file was read, of 1. */
  readonly progress: (part: number) => void;
}

const PROOF = '.tlog-proof';

/** What becomes of each file but the proofs. Rejects with an error whose message is fit to be shown. */
export async function verifyFiles(base: string, given: GivenFiles): Promise<VerifiedFile[]> {
  const pairs = pairsOf(given.files);
  if (given.path !== null && pairs.length > 1)
    throw new Error('a path is of one file: verify the others without it, or one after the other');
  const judge = await judgeBy(base);
  const files: VerifiedFile[] = [];
  for (const { file, proof } of pairs) {
    const hand = { name: file.name, sha256: await digestOf(file, given), path: given.path };
    const bytes = proof === null ? null : await proofBytes(proof);
    files.push({ ...hand, by: bytes === null ? 'log' : 'proof', verdict: await judge(hand, bytes) });
  }
  return files;
}

interface Pair {
  readonly file: File;
  readonly proof: File | null;
}

/** A proof is of a file by its name; the one proof that was given beside the one file, whatever its name. */
function pairsOf(given: readonly File[]): Pair[] {
  const proofs = given.filter(({ name }) => name.endsWith(PROOF));
  const files = given.filter(({ name }) => !name.endsWith(PROOF));
  if (files.length === 0) throw new Error('a proof alone proves nothing: give the file that it is of too');
  if (files.length === 1 && proofs.length === 1)
    return files.map((file) => ({ file, proof: proofs[0] ?? null }));
  const own = (file: File) => proofs.find(({ name }) => name === `${file.name}${PROOF}`) ?? null;
  const pairs = files.map((file) => ({ file, proof: own(file) }));
  const left = proofs.find((one) => pairs.every(({ proof }) => proof !== one));
  if (left !== undefined)
    throw new Error(`${left.name} is of none of these files: a proof has the name of its file`);
  return pairs;
}

type Judge = (file: FileInHand, proof: Uint8Array | null) => Promise<FileVerdict>;

async function judgeBy(base: string): Promise<Judge> {
  const signatures = await browserSignatures();
  const bytes = await readBytes(hrefBelow(base, logPaths.policy), MAX_POLICY);
  if (bytes === null) throw new Error('this site has no log');
  const policy = parsePolicy(bytes);
  const common = { hash: sha256Into, now: Math.floor(Date.now() / 1000) };
  const fetch = (path: string, limit: number): Promise<Uint8Array | null> =>
    readBytes(hrefBelow(base, `${logPaths.top}${path}`), limit);
  let view: Promise<LogView> | null = null;
  return (file, proof) => {
    if (proof !== null) return judgeByProof(file, proof, policy, { ...signatures, ...common });
    view ??= viewLog({ signatures, policy, fetch, ...common });
    return judgedByLog(file, view);
  };
}

async function judgedByLog(file: FileInHand, view: Promise<LogView>): Promise<FileVerdict> {
  try {
    return await judgeByLog(file, await view);
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return { verdict: 'unproved', code: error.code, problem: error.message };
  }
}

/** Piece by piece: of a file of any size, no more than a piece is in memory. */
async function digestOf(file: File, { signal, progress }: GivenFiles): Promise<string> {
  const hash = runningSha256();
  const reader = file.stream().getReader();
  for (let read = 0; ; ) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw unreadable(file, cause);
    });
    if (done) return toHex(hash.digest());
    hash.update(value);
    read += value.length;
    progress(read / file.size);
    if (signal.aborted) await reader.cancel();
    signal.throwIfAborted();
  }
}

async function proofBytes(file: File): Promise<Uint8Array> {
  if (file.size > MAX_PROOF) throw new Error(`${file.name} is too long to be a proof`);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable({ name }: File, cause: unknown): Error {
  return new Error(`${name} cannot be read: it is a directory, or was changed or moved since it was chosen`, {
    cause,
  });
}

/** Throws where the browser has no Ed25519. */
async function browserSignatures(): Promise<SignatureOps> {
  if (globalThis.crypto?.subtle === undefined)
    throw new Error('this browser verifies signatures on pages that are reached by https only');
  const algorithm = 'Ed25519';
  const keyOf = (bytes: Uint8Array): Promise<CryptoKey> =>
    crypto.subtle.importKey('raw', new Uint8Array(bytes), algorithm, false, ['verify']);
  try {
    // The base point, which is a key as any other.
    await keyOf(new Uint8Array(32).fill(0x66).fill(0x58, 0, 1));
  } catch {
    throw new Error(
      'this browser knows no Ed25519: Chrome since 137, Firefox since 129 and Safari since 17 do',
    );
  }
  return {
    async verify(publicKey, message, signature) {
      if (publicKey.length !== 32 || signature.length !== 64) return false;
      const key = await keyOf(publicKey);
      return crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(message));
    },
  };
}

/** Null where nothing stands. Throws `missing` where nobody answers. */
async function readBytes(url: string, limit: number): Promise<Uint8Array | null> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new TransparencyError('missing', `${url} did not answer`, {}, { cause });
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new TransparencyError('missing', `${url} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > limit) throw new TransparencyError('bounds', `${url} is longer than ${limit} bytes`);
  return bytes;
}
