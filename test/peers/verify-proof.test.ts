/** The program of the site that verifies a proof with nothing but perl. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeUtf8 } from '../../toolkit/base/index.ts';
import { formatNoteVerifier } from '../../toolkit/formats/index.ts';
import {
  checkPolicy,
  formatEntry,
  formatProof,
  type LogEntry,
  LogReader,
  parsePolicy,
} from '../../toolkit/transparency/index.ts';
import {
  GivenCpanLog,
  LOG_KEY,
  ops,
  others,
  POLICY_TEXT,
  release,
  TIME,
  witnesses,
} from '../../toolkit/transparency/testdata/given-cpan-log.ts';
import { withoutProgram } from '../peers.ts';

const program = fileURLToPath(new URL('../../desk/site/verify-proof.pl', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'cpansec-proof-'));
after(() => rmSync(scratch, { recursive: true }));
const file = join(scratch, 'Foo-1.0.tar.gz');

/** A proof of entry `index`, with whatever stands in `extra`. */
async function proofOf(log: GivenCpanLog, index: number, extra?: Uint8Array | null): Promise<string> {
  const reader = new LogReader(log.fetch, ops.hash);
  const { entry } = await reader.entry(index, log.checkpoint);
  const hashes = await reader.inclusionProof(index, log.checkpoint);
  return formatProof({ extra: extra === undefined ? entry : extra, index, hashes, checkpoint: log.note });
}

/** Of w2. */
const WITNESS_KEY = witnesses.slice(1).map(({ verifier }) => formatNoteVerifier(verifier))[0];
const PATH = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';

function perl(
  proof: string,
  policy = POLICY_TEXT,
  text = 'foo',
  from: readonly string[] = [PATH],
): { status: number | null; said: string } {
  writeFileSync(file, text);
  writeFileSync(join(scratch, 'proof'), proof);
  writeFileSync(join(scratch, 'policy'), policy);
  const { status, stdout, stderr } = spawnSync('perl', [program, file, 'proof', 'policy', ...from], {
    cwd: scratch,
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}`.replaceAll(`${scratch}/`, '') };
}

describe('verify-proof.pl', { skip: withoutProgram('perl') }, () => {
  const foo = release('Foo-1.0.tar.gz', 'foo');

  test('takes the proofs of logs of many sizes, wherever the entry stands', async () => {
    for (const [size, index] of [
      [1, 0],
      [2, 1],
      [3, 2],
      [7, 3],
      [256, 255],
      [257, 256],
      [1000, 777],
    ] as const) {
      const log = await new GivenCpanLog().publish([...others(0, index), foo, ...others(index + 1, size)]);
      const { status, said } = perl(await proofOf(log, index));
      const words = `Foo-1.0.tar.gz is what was logged
  logged     ${foo.path}, as entry ${index} of example.org/log
  witnesses  w1 2026-11-20T10:00:00Z, w2 2026-11-20T10:00:00Z\n`;
      assert.deepEqual({ status, said }, { status: 0, said: words });
    }
  });

  test('counts witnesses as the policy says', async () => {
    const log = await new GivenCpanLog().publish([foo], TIME, witnesses.slice(1));
    const proof = await proofOf(log, 0);
    assert.match(perl(proof).said, /too few witnesses cosigned it: w2/);
    const groups: [lines: string, status: number][] = [
      ['group g any w1 w2\nquorum g\n', 0],
      ['group g 1 w1 w2\nquorum g\n', 0],
      ['group g 2 w1 w2\nquorum g\n', 1],
      ['group a all w1\ngroup g 1 a w2\nquorum g\n', 0],
      ['group a all w1\ngroup g 2 a w2\nquorum g\n', 1],
      ['quorum w2\n', 0],
      ['quorum w1\n', 1],
      ['quorum none\n', 0],
      ['', 1],
      ['group g 3 w1 w2\nquorum g\n', 1],
      // What could make it weaker than it reads.
      ['group g 2 w2 w2\nquorum g\n', 1],
      ['group a any w2\ngroup b any w2\ngroup g all a b\nquorum g\n', 1],
      ['group g any w2 w3\nquorum g\n', 1],
      ['group w1 any w2\nquorum w1\n', 1],
      ['group g all w1 w2\nquorum g\nquorum none\n', 1],
      ['quorum w2', 1],
      ['quorum w2 \nwitness', 1],
      ['quorum g\n', 1],
      [`witness w3 ${WITNESS_KEY}\nquorum w3\n`, 1],
      [`witness w3 ${LOG_KEY}\nquorum w3\n`, 1],
      [`log ${WITNESS_KEY}\nquorum none\n`, 1],
    ];
    const keys = POLICY_TEXT.replace(/^group[\s\S]*/m, '');
    for (const [lines, status] of groups) {
      assert.equal(perl(proof, `${keys}${lines}`).status, status, lines);
      // As the library says.
      const checked = async () => checkPolicy(parsePolicy(`${keys}${lines}`), log.note, ops);
      if (status === 0) await checked();
      else await assert.rejects(checked, { name: 'TransparencyError' }, lines);
    }
    assert.equal(perl(proof, `# comment\n\nlog  ${LOG_KEY}\tx\nquorum none\n`).status, 0);
  });

  test('a witness whose clock is an hour ahead does not count yet', async () => {
    const soon = Math.floor(Date.now() / 1000);
    for (const [ahead, status] of [
      [0, 0],
      [3600, 1],
    ] as const) {
      const log = await new GivenCpanLog().publish([foo], soon + ahead);
      assert.equal(perl(await proofOf(log, 0)).status, status);
    }
  });

  test('refuses what is not proved', async () => {
    const log = await new GivenCpanLog().publish([foo, ...others(1, 6)]);
    const proof = await proofOf(log, 0);
    const removal: LogEntry = { type: 'removal', path: foo.path, removed: null, source: 'mirror' };
    const other = formatEntry({ ...foo, path: foo.path.replace('Foo', 'Bar') });
    const noDigest = await new GivenCpanLog().publish([removal]);
    const changed = (at: RegExp, to: string): string => proof.replace(at, to);
    const cases: [what: string, proof: string, said: RegExp][] = [
      ['another index', changed(/index 0/, 'index 1'), /not in the tree/],
      ['an index beyond', changed(/index 0/, 'index 6'), /not in a tree of that size/],
      ['a hash too few', changed(/\n[^\n]{44}\n\n/, '\n\n'), /not in the tree/],
      ['a hash too many', changed(/\n\n/, `\n${'A'.repeat(43)}=\n\n`), /too many/],
      ['other base64', changed(/=\n\n/, '\n\n'), /no base64/],
      ['another size', changed(/\n6\n/, '\n7\n'), /./],
      ['another origin', changed(/\nexample\.org\/log\n/, '\nexample.org/other\n'), /no log of the policy/],
      ['no signature of the log', changed(/— example.*\n/, ''), /no log of the policy/],
      ['no checkpoint', proof.slice(0, proof.indexOf('\n\n') + 2), /no signatures/],
      ['an extension line', changed(/=\n\n— /, '=\nmore\n\n— '), /the checkpoint is none/],
      ['no entry', await proofOf(log, 0, null), /no entry/],
      ['another entry', await proofOf(log, 0, other), /was logged as|not in the tree/],
      ['an entry without a digest', await proofOf(noDigest, 0), /no digest/],
      ['nothing', '', /the proof is cut off, or none/],
    ];
    for (const [what, bad, words] of cases) {
      const { status, said } = perl(bad);
      assert.equal(status, 1, `${what}: ${said}`);
      assert.match(said, words, what);
    }
    const hostile = encodeUtf8(`cpan-log/v1 release\npath a\u001b]0;x\nsha256 ${foo.sha256}\n`);
    const { status, said } = perl(await proofOf(log, 0, hostile));
    assert.deepEqual([status, said.includes('a?]0;x'), said.includes('\u001b')], [1, true, false], said);
    assert.match(perl(proof, POLICY_TEXT, 'evil').said, /has the SHA-256 .*, logged is /);
    mkdirSync(join(scratch, 'sub'));
    assert.match(perl(proof, POLICY_TEXT.replace(/\+[0-9a-f]{8}\+/, '+00000000+')).said, /no verifier key/);
  });

  test('refuses what was logged elsewhere, or as something else', async () => {
    const sha256 = foo.sha256;
    const advisory: LogEntry = {
      type: 'advisory',
      id: 'Foo-1.0.tar.gz',
      revision: 1,
      sha256,
      published: null,
      source: 'publisher',
    };
    const log = await new GivenCpanLog().publish([
      foo,
      advisory,
      {
        type: 'attestation',
        subject: sha256,
        kind: 'vex',
        predicate: 'https://example.org/x',
        sha256,
        size: 3,
      },
      { type: 'tuf', role: 'root', version: 1, sha256, size: 3 },
      { type: 'audit-head', origin: 'example.org/x', sha256, at: '2026-11-20T09:30:00Z' },
      { type: 'manifest', serial: 1, sha256, size: 3, built: '2026-11-20T09:30:00Z' },
    ]);
    const ways: [from: string[], said: RegExp][] = [
      [[], /could not be verified: it was logged as authors|was logged as/],
      [[PATH.replace('EXAMPLE', 'OTHER')], /was logged as/],
      [['attestation'], /was logged as/],
    ];
    for (const index of [0, 1, 2, 3, 4, 5])
      for (const [from, words] of ways) {
        const { status, said } = perl(await proofOf(log, index), POLICY_TEXT, 'foo', from);
        assert.equal(status, 1, said);
        assert.match(said, words);
      }
    for (const index of [1, 2, 3, 4, 5]) assert.equal(perl(await proofOf(log, index)).status, 1);
  });

  test('what cannot be read, or is too long, is named', async () => {
    perl(await proofOf(await new GivenCpanLog().publish([foo]), 0));
    const cases: [args: string[], status: number, said: RegExp][] = [
      [[], 2, /^usage: /],
      [[scratch, 'proof', 'policy', PATH], 1, /no such file that can be read/],
      [['nothing', 'proof', 'policy', PATH], 1, /no such file that can be read/],
      [[file, 'nothing', 'policy', PATH], 1, /nothing: No such file/],
      [[file, scratch, 'policy', PATH], 1, /Is a directory/],
      [[file, '/dev/zero', 'policy', PATH], 1, /\/dev\/zero is too long/],
    ];
    for (const [args, status, said] of cases) {
      const ran = spawnSync('perl', [program, ...args], { cwd: scratch, encoding: 'utf8' });
      assert.equal(ran.status, status, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
      assert.match(`${ran.stdout}${ran.stderr}`, said);
    }
  });

  test('no signature whose bytes were changed is taken', async () => {
    const log = await new GivenCpanLog().publish([foo]);
    const proof = await proofOf(log, 0);
    for (const name of ['example.org/log', 'one.example.org'])
      for (const at of [10, 40, 80]) {
        const bad = proof.replace(
          new RegExp(`(— ${name} .{${at}})(.)`),
          (_, before: string, char: string) => before + (char === 'A' ? 'B' : 'A'),
        );
        assert.match(perl(bad).said, /did not sign this/, `${name} ${at}`);
      }
  });
});
