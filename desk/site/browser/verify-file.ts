/** The verification of files, by the toolkit's own code and the log of the site. Loaded on first use. */
import { sha256Into, toHex } from 'cpansec/base';
import {
  type FileInHand,
  judgeByLog,
  judgeByProof,
  MAX_POLICY,
  parsePolicy,
  type SignatureOps,
  viewLog,
} from 'cpansec/transparency';
import { hrefBelow, logPaths } from '../paths.ts';
import type { VerifiedFile } from '../verify-result.tsx';

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const PROOF = '.tlog-proof';

/** What becomes of each file but the proofs. Rejects with an error whose message is fit to be shown. */
export async function verifyFiles(base: string, given: readonly GivenFile[]): Promise<VerifiedFile[]> {
  const asked = given.filter(({ name }) => !name.endsWith(PROOF));
  if (asked.length === 0) throw new Error('a proof alone proves nothing: give the file that it is of too');
  const signatures = await browserSignatures();
  const policy = await readBytes(hrefBelow(base, logPaths.policy), MAX_POLICY);
  if (policy === null) throw new Error('this site has no log');
  const ops: JudgeOps = {
    signatures,
    hash: sha256Into,
    policy: parsePolicy(policy),
    now: Math.floor(Date.now() / 1000),
    fetch: (path, limit) => readBytes(hrefBelow(base, `${logPaths.top}${path}`), limit),
  };
  const files: VerifiedFile[] = [];
  for (const { name, bytes } of asked) {
    const sha256 = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    files.push(await judged({ name, sha256, path: null }, proofOf(name, given), ops));
  }
  return files;
}

type JudgeOps = Parameters<typeof viewLog>[0];

async function judged(file: FileInHand, proof: Uint8Array | null, ops: JudgeOps): Promise<VerifiedFile> {
  const { name, sha256 } = file;
  if (proof === null) return { name, sha256, by: 'log', verdict: await judgeByLog(file, await viewLog(ops)) };
  const { signatures, hash, now, policy } = ops;
  const known = { ...signatures, hash, ...(now === undefined ? {} : { now }) };
  return { name, sha256, by: 'proof', verdict: await judgeByProof(file, proof, policy, known) };
}

/** Its own by name; the one proof that was given beside the one file. */
function proofOf(name: string, given: readonly GivenFile[]): Uint8Array | null {
  const proofs = given.filter((file) => file.name.endsWith(PROOF));
  const own = proofs.find((proof) => proof.name === `${name}${PROOF}`);
  const only = proofs.length === 1 && given.length === 2 ? proofs[0] : undefined;
  return (own ?? only)?.bytes ?? null;
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

/** Null where nothing stands. */
async function readBytes(url: string, limit: number): Promise<Uint8Array | null> {
  const response = await fetch(url);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > limit) throw new Error(`${url} is longer than ${limit} bytes`);
  return bytes;
}
