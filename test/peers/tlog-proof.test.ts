/** A proof that brings its entry along and has two witnesses, as plain Perl verifies it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { formatNoteVerifier } from '../../toolkit/formats/index.ts';
import { formatProof, type Proof } from '../../toolkit/transparency/index.ts';
import { givenEntries, givenEntry } from '../../toolkit/transparency/testdata/given-log.ts';
import { naivePath, naiveRoot } from '../../toolkit/transparency/testdata/naive.ts';
import { signedCheckpoint, signerOf } from '../../toolkit/transparency/testdata/signed.ts';
import { withoutPerl } from '../peers.ts';
import { sharedPath, withoutShared } from '../shared.ts';

const VERIFIER = '../tools/verify-perl/tlog_proof.pl';
const missing = withoutShared(VERIFIER) || withoutPerl('Math::BigInt', 'Digest::SHA', 'MIME::Base64');

test('what a proof carries is passed over, and each witness counts', { skip: missing }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'cpansec-proof-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const log = await signerOf('example.org/log', 1, 'ed25519');
  const witnesses = [await signerOf('w1.example.org', 2), await signerOf('w2.example.org', 3)];
  const entries = givenEntries(0, 13);
  const checkpoint = await signedCheckpoint(
    { origin: 'example.org/log', size: 13, root: naiveRoot(entries) },
    log,
    witnesses.map((witness) => [witness, 1700000000] as const),
  );
  const proof: Proof = { extra: givenEntry(5), index: 5, hashes: naivePath(5, entries), checkpoint };
  const verify = (text: string, entry: Uint8Array): string => {
    const [proofFile, entryFile] = [join(dir, 'proof'), join(dir, 'entry')];
    writeFileSync(proofFile, text);
    writeFileSync(entryFile, entry);
    const keys = witnesses.map(({ verifier }) => formatNoteVerifier(verifier));
    const args = [formatNoteVerifier(log.verifier), '2', proofFile, entryFile, ...keys];
    const { status, stdout, stderr } = spawnSync('perl', [sharedPath(VERIFIER), ...args], {
      encoding: 'utf8',
    });
    return status === 0 ? stdout : `refused: ${stderr}`;
  };
  const good = formatProof(proof);
  const cases: [name: string, text: string, wanted: RegExp][] = [
    ['as it is', good, /^PASS index=5 size=13 cosigs=2 /],
    ['a witness less', good.replace(/— w2.*\n/, ''), /^refused: quorum 1<2 /],
  ];
  for (const [name, text, wanted] of cases) assert.match(verify(text, givenEntry(5)), wanted, name);
});
