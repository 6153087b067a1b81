import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { parseNoteVerifier } from '../formats/index.ts';
import {
  checkSplitView,
  compareCheckpoints,
  decodeSplitView,
  encodeSplitView,
  type SplitView,
  TransparencyError,
} from './index.ts';
import { GivenCpanLog, LOG_KEY, ops, others, release } from './testdata/given-cpan-log.ts';
import { signedCheckpoint, signerOf } from './testdata/signed.ts';

const logs = [{ verifier: parseNoteVerifier(LOG_KEY), url: null }];
const log = await signerOf('example.org/log', 1, 'ed25519');

/** What a log of so many entries shows to somebody who has seen another tree of that size. */
async function splitOf(seen: number, shown: number): Promise<SplitView> {
  const first = await new GivenCpanLog().publish([...others(0, seen - 1), release('A.tar.gz', 'a')]);
  const second = await new GivenCpanLog().publish(others(0, shown));
  const found = await compareCheckpoints(await second.view(), first.note);
  assert.equal(found.kind, 'split');
  return found.kind === 'split' ? found.evidence : assert.fail();
}

const sizes: [seen: number, shown: number][] = [
  [1, 1],
  [1, 2],
  [2, 3],
  [3, 7],
  [4, 5],
  [7, 300],
  [255, 256],
  [256, 257],
  [256, 256],
  [300, 1000],
];
for (const [seen, shown] of sizes) {
  test(`two trees of sizes ${seen} and ${shown} that contradict each other are proved to`, async () => {
    const evidence = decodeSplitView(encodeSplitView(await splitOf(seen, shown)));
    assert.equal(evidence.next === null, seen === shown);
    const { smaller, larger } = await checkSplitView(evidence, logs, ops);
    assert.deepEqual([smaller.size, larger.size], [seen, shown]);
  });
}

test('what a log that is behind shows is no contradiction, and what it has shown before is', async () => {
  const log = await new GivenCpanLog().publish(others(0, 300));
  const ahead = (await log.publish(others(300, 310))).note;
  const behind = await new GivenCpanLog().publish(others(0, 300));
  assert.deepEqual(await compareCheckpoints(await behind.view(), ahead), { kind: 'older' });
  assert.deepEqual(await compareCheckpoints(await log.view(), behind.note), { kind: 'grown' });
  assert.deepEqual(await compareCheckpoints(await log.view(), ahead), { kind: 'grown' });
  // It shows a smaller tree than before, of other entries, and still has the larger one's tiles.
  const other = await new GivenCpanLog().publish([...others(0, 299), release('A.tar.gz', 'a')]);
  for (const [path, bytes] of log.files) if (path.startsWith('tile/')) other.files.set(path, bytes);
  const { kind } = await compareCheckpoints(await other.view(), ahead);
  assert.equal(kind, 'split');
});

test('what does not prove a contradiction is refused', async () => {
  const good = await splitOf(300, 310);
  const grown = await new GivenCpanLog().publish(others(0, 5));
  const older = grown.note;
  await grown.publish(others(5, 9));
  const { reader, checkpoint } = await grown.view();
  const next = { leaf: await reader.leaf(5, checkpoint), proof: await reader.inclusionProof(5, checkpoint) };
  const empty = await signedCheckpoint({ origin: 'example.org/log', size: 0, root: new Uint8Array(32) }, log);
  const cases: [what: string, view: SplitView, code: string, problem: RegExp][] = [
    ['trees that agree', { smaller: older, larger: grown.note, next }, 'evidence', /agree/],
    ['the same one twice', { smaller: older, larger: older, next: null }, 'evidence', /agree/],
    ['no proof', { ...good, next: null }, 'evidence', /no proof/],
    ['the larger first', { ...good, smaller: good.larger, larger: good.smaller }, 'evidence', /is larger/],
    ['a proof of another tree', { ...good, next }, 'proof', /./],
    ['no signature', { ...good, smaller: good.smaller.replace(/— .*\n/g, '') }, 'checkpoint', /./],
    ['other bytes', { ...good, smaller: good.smaller.replace('300', '299') }, 'signature', /did not sign/],
  ];
  for (const [what, view, code, problem] of cases)
    await assert.rejects(checkSplitView(view, logs, ops), { code, message: problem }, what);
  const first = { leaf: await reader.leaf(0, checkpoint), proof: await reader.inclusionProof(0, checkpoint) };
  const zero = await checkSplitView({ smaller: empty, larger: grown.note, next: first }, logs, ops);
  assert.equal(zero.smaller.size, 0, 'a signed empty tree with another root than it has');
});

test('trees that agree are no evidence, whatever their sizes', async () => {
  const log = new GivenCpanLog();
  const notes = [(await log.publish([])).note];
  for (let shown = 1; shown <= 18; shown++) {
    const { reader, checkpoint, note } = await (await log.publish(others(shown - 1, shown))).view();
    for (const [seen, smaller] of notes.entries()) {
      const next = {
        leaf: await reader.leaf(seen, checkpoint),
        proof: await reader.inclusionProof(seen, checkpoint),
      };
      const checked = checkSplitView({ smaller, larger: note, next }, logs, ops);
      await assert.rejects(checked, { code: 'evidence', message: /agree/ }, `${seen} and ${shown}`);
    }
    notes.push(note);
  }
});

test('no byte of the evidence can be changed', async () => {
  const bytes = encodeSplitView(await splitOf(5, 300));
  const property = fc.asyncProperty(
    fc.nat(bytes.length - 1),
    fc.integer({ min: 1, max: 255 }),
    async (at, by) => {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ by;
      await assert.rejects(async () => {
        const { smaller } = await checkSplitView(decodeSplitView(changed), logs, ops);
        // Of a line of a witness that nobody asks about, or of white space, bytes may be others.
        assert.equal(smaller.size, 5);
        throw new TransparencyError('evidence', 'proves the same');
      }, TransparencyError);
    },
  );
  await fc.assert(property, { seed, numRuns: rounds(60, 5000) });
});

const broken: [text: string, problem: RegExp][] = [
  ['', /is no split view/],
  ['[]', /is no split view/],
  ['{"format":"cpansec-split-view/2","smaller":"","larger":""}', /format: expected one of/],
  ['{"format":"cpansec-split-view/1","smaller":""}', /larger: expected a string/],
  ['{"format":"cpansec-split-view/1","smaller":"","larger":"","leaf":"AA=="}', /a leaf without its proof/],
  ['{"format":"cpansec-split-view/1","smaller":"","larger":"","leaf":"!","proof":[]}', /base64/],
];
for (const [text, problem] of broken) {
  test(`no evidence: ${text.slice(0, 70)}`, () =>
    assert.throws(() => decodeSplitView(encodeUtf8(text)), { code: 'evidence', message: problem }));
}
