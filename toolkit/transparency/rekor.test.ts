import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { sharedJson, sharedPath, withoutShared } from '../../test/shared.ts';
import { noteVerifier } from '../formats/index.ts';
import { nodeEd25519, nodeSha256Into } from '../io/index.ts';
import { formatProof, type Policy, verifyProof } from './index.ts';

const CASES = 'tlog-vectors/sigstore-conformance';

interface Bundle {
  readonly verificationMaterial: {
    readonly tlogEntries: readonly {
      readonly canonicalizedBody: string;
      readonly inclusionProof?: {
        readonly logIndex: string;
        readonly hashes: readonly string[];
        readonly checkpoint: { readonly envelope: string };
      };
    }[];
  };
}

interface TrustedRoot {
  readonly tlogs: readonly {
    readonly baseUrl: string;
    readonly publicKey: { readonly rawBytes: string; readonly keyDetails: string };
  }[];
}

/** What is wrong with a checkpoint or its proof; of those that must fail and stand not here, something else is. */
const WRONG: Readonly<Record<string, RegExp>> = {
  'rekor2-checkpoint-missing-log-signature_fail': /^a line that is no signature: ""$/,
  'rekor2-checkpoint-missing-origin_fail': /^has not the three lines of a checkpoint$/,
  'rekor2-checkpoint-missing-root-hash_fail': /^has not the three lines of a checkpoint$/,
  'rekor2-checkpoint-missing-size_fail': /^has not the three lines of a checkpoint$/,
  'rekor2-checkpoint-no-matching-signature_fail': /^no log of the policy signed this for "\S+github\.dev"$/,
};

/** Logs with keys of Ed25519; of what Rekor calls DER the key is the end. */
function policyOf({ tlogs }: TrustedRoot): Policy {
  const logs = tlogs
    .filter(({ publicKey }) => publicKey.keyDetails === 'PKIX_ED25519')
    .map(({ baseUrl, publicKey }) => ({
      verifier: noteVerifier(new URL(baseUrl).host, decoded(publicKey.rawBytes).subarray(-32)),
      url: baseUrl,
    }));
  return { logs, witnesses: [], groups: [], quorum: null };
}

function decoded(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

test('checkpoints and proofs of Rekor 2, good and broken', { skip: withoutShared(CASES) }, async () => {
  const ops = { ...nodeEd25519, hash: nodeSha256Into };
  const seen = { proved: 0, refused: 0, without: 0 };
  for (const name of readdirSync(sharedPath(CASES)).filter((file) => file.startsWith('rekor2-'))) {
    const policy = policyOf(sharedJson(`${CASES}/${name}/trusted_root.json`));
    const bundle = sharedJson<Bundle>(`${CASES}/${name}/bundle.sigstore.json`);
    for (const { canonicalizedBody, inclusionProof } of bundle.verificationMaterial.tlogEntries) {
      if (inclusionProof === undefined) {
        assert.equal(name, 'rekor2-no-inclusion-proof_fail');
        seen.without++;
        continue;
      }
      const proved = async () => {
        const { logIndex, hashes, checkpoint } = inclusionProof;
        const parts = { extra: null, index: Number(logIndex), hashes: hashes.map(decoded) };
        const proof = formatProof({ ...parts, checkpoint: checkpoint.envelope });
        return verifyProof({ proof, entry: decoded(canonicalizedBody), policy }, ops);
      };
      const wrong = WRONG[name];
      if (wrong === undefined) assert.equal((await proved()).index, Number(inclusionProof.logIndex), name);
      else await assert.rejects(proved, { message: wrong }, name);
      seen[wrong === undefined ? 'proved' : 'refused']++;
    }
  }
  assert.deepEqual(seen, { proved: 20, refused: 5, without: 1 });
});
