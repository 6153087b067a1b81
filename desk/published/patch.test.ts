/** Patches into the store: what is taken, where it goes, and that nothing is replaced. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { RECORD_FORMAT } from 'cpansec/advisories';
import { encodeUtf8 } from 'cpansec/base';
import { memoryStore } from '../blobs/index.ts';
import { addPatch, checkStore, MAX_PATCH, type PatchOf, PublishedStore } from './index.ts';
import { problemOfDiff } from './unified-diff.ts';

const AT = '2026-11-22T06:00:00Z';
const of: PatchOf = { advisory: 'CVE-2026-99991', distribution: 'Example-Dist', version: '1.6' };
const folder = 'patches/E/Example-Dist/1.6/';
const HEAD = '--- a/lib/Example.pm\n+++ b/lib/Example.pm\n';
const diff = (added: string): Uint8Array =>
  encodeUtf8(`${HEAD}@@ -1,2 +1,3 @@\n use strict;\n+${added}\n 1;\n`);
const DIFF = diff('use warnings;');

const diffs: readonly (readonly [text: string, problem: string | null])[] = [
  [`${HEAD}@@ -1 +1 @@\n-a\n+b\n`, null],
  [
    `From: someone\n\nWhy.\n---\n x | 2 +-\n\ndiff --git a/x b/x\n${HEAD}@@ -1 +1 @@ sub x\n-a\n+b\n-- \n2.1\n`,
    null,
  ],
  [`${HEAD}@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n`, null],
  [`${HEAD}@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n`, null],
  [`${HEAD}@@ -1,2 +1,2 @@\r\n a\r\n-b\r\n+c\r\n`, null],
  [`${HEAD}@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-c\n+d\n--- a/y\n+++ b/y\n@@ -1 +0,0 @@\n-e\n`, null],
  [`${HEAD}@@ -1,2 +1,2 @@\n--- x\n+++ y\n-a\n+b\n`, null],
  ['', 'is empty'],
  ['use strict;\n', 'no unified diff: it has no hunk'],
  ['*** a\n--- b\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n', 'no unified diff: it has no hunk'],
  [HEAD, 'no unified diff: it has no hunk'],
  ['@@ -1 +1 @@\n-a\n+b\n', 'line 1: a hunk of no file'],
  [`${HEAD}@@ -1,2 +1,2 @@\n-a\n+b\n`, 'line 3: the hunk is cut off or longer than it says'],
  [`${HEAD}@@ -1 +1 @@\n-a\n-b\n+c\n`, 'line 3: the hunk is cut off or longer than it says'],
  [`${HEAD}@@ -1,99 +1 @@\n-a\n`, 'line 3: the hunk is cut off or longer than it says'],
  [`${HEAD}@@ -1 +1 @@\n-\0\n+b\n`, 'holds a NUL byte: no text'],
];

for (const [text, problem] of diffs)
  test(`${JSON.stringify(text.slice(-40))} is ${problem ?? 'a diff'}`, () =>
    assert.equal(problemOfDiff(encodeUtf8(text)), problem));

test('a patch goes to the next free revision, its bytes as they are, and nothing is replaced', async () => {
  const blobs = memoryStore();
  const store = new PublishedStore(blobs);
  const latin1 = Uint8Array.from([...diff('# caf'), 0x0a].map((byte, i) => (i === 60 ? 0xe9 : byte)));
  assert.throws(() => new TextDecoder('utf-8', { fatal: true }).decode(latin1));
  assert.deepEqual(await addPatch(store, of, DIFF, AT), {
    key: `${folder}CVE-2026-99991-r1.patch`,
    change: 1,
  });
  assert.deepEqual(await addPatch(store, of, DIFF, AT), {
    key: `${folder}CVE-2026-99991-r1.patch`,
    change: null,
  });
  assert.deepEqual(await addPatch(store, of, latin1, AT), {
    key: `${folder}CVE-2026-99991-r2.patch`,
    change: 2,
  });
  assert.deepEqual(await addPatch(store, of, DIFF, AT), {
    key: `${folder}CVE-2026-99991-r3.patch`,
    change: 3,
  });
  const other = { ...of, advisory: 'CVE-2026-9999' };
  assert.equal((await addPatch(store, other, DIFF, AT)).key, `${folder}CVE-2026-9999-r1.patch`);
  assert.deepEqual(await store.patch(`${folder}CVE-2026-99991-r2.patch`), latin1);
  const changes = [];
  for await (const { patches, records, done } of store.changes.after(0))
    changes.push({ patches, records, done });
  assert.deepEqual(changes[1], { patches: [`${folder}CVE-2026-99991-r2.patch`], records: [], done: true });
  const { faults, patches, open } = await checkStore(blobs);
  assert.deepEqual([faults, patches, open], [[], 4, []]);
});

test('who was slower than somebody else is told, and leaves no open change', async () => {
  const blobs = memoryStore();
  const store = new PublishedStore(blobs);
  const two = [diff('a'), diff('b')].map((bytes) => addPatch(store, of, bytes, AT));
  const outcomes = await Promise.allSettled(two);
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const [rejected] = outcomes.filter((one) => one.status === 'rejected');
  assert.equal(rejected?.reason.code, 'busy');
  assert.deepEqual((await checkStore(blobs)).open, []);
});

test('an advisory may be named by the record that has its one CVE id', async () => {
  const store = new PublishedStore(memoryStore());
  const put = async (id: string, aliases: string[], own: string[] = []): Promise<void> => {
    const affected = [
      {
        distribution: 'Example-Dist',
        ranges: ['<1.7'],
        fixed: [],
        cause: { kind: 'own' as const },
        aliases: own,
      },
    ];
    const record = { id, aliases, affected, reported: null, summary: 'x', references: [], history: [] };
    await store.putRevision({
      published: AT,
      origin: { kind: 'own' },
      record: { format: RECORD_FORMAT, ...record },
    });
  };
  await put('CPANSA-Example-Dist-2026-01', ['CVE-2026-99991', 'GHSA-2222-3333-4444']);
  await put('CPANSA-Example-Dist-2026-02', []);
  await put('CPANSA-Example-Dist-2026-03', ['CVE-2026-99991'], ['CVE-2026-99992']);
  const added = await addPatch(store, { ...of, advisory: 'CPANSA-Example-Dist-2026-01' }, DIFF, AT);
  assert.equal(added.key, `${folder}CVE-2026-99991-r1.patch`);
  for (const [change, message] of [
    [
      { advisory: 'CPANSA-Example-Dist-2026-02' },
      /^CPANSA-Example-Dist-2026-02 has no CVE id: name the CVE id/,
    ],
    [{ advisory: 'CPANSA-Example-Dist-2026-03' }, / has CVE-2026-99991, CVE-2026-99992: name /],
    [{ advisory: 'CPANSA-Example-Dist-2026-04' }, /^the store has no record "CPANSA-Example-Dist-2026-04"/],
    [{ version: '1.x' }, /^version "1\.x": /],
    [{ version: '' }, /^version "": version required/],
    [{ distribution: '' }, /^no name for a key: ""/],
    [{ distribution: '../x' }, /^no distribution has the name "\.\.\/x"/],
  ] as const)
    await assert.rejects(addPatch(store, { ...of, ...change }, DIFF, AT), { message });
  await assert.rejects(addPatch(store, of, new Uint8Array(MAX_PATCH + 1).fill(0x61), AT), { code: 'patch' });
});
