import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { type Store, StoreError, type Transaction } from '../store/index.ts';
import {
  addEntry,
  addFile,
  type CaseFile,
  CaseFileError,
  casesLike,
  casesWith,
  changeCase,
  entriesOf,
  filesOf,
  happen,
  indexFacets,
  MAX_FILE,
  openCase,
  readCase,
  readCaseFile,
  shredCase,
  wordsOf,
  wordTokens,
} from './index.ts';

/** Ids of the cases that a text finds; null where it asks for no word. */
async function foundBy(tx: Transaction, { vault }: Store, text: string): Promise<string[] | null> {
  const tokens = await wordTokens(tx, vault, text);
  if (tokens.length === 0) return null;
  return (await casesWith(tx, tokens).execute()).map(({ case_id }) => case_id);
}

const content = {
  title: 'Überlauf in parse_header',
  distribution: 'Foo-Bar',
  modules: ['Foo::Bar'],
  summary: 'It *overflows*.',
};
const by = 'member:m';

async function opened(store: Store): Promise<CaseFile> {
  return store.transaction((tx) => openCase(tx, store.vault, { content, reporter: 'r' }));
}

for (const { name, skip, given } of databases) {
  test(`a case is read as it was written, and nothing of it stands in clear (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const file = await opened(store);
    const read = await store.transaction((tx) => readCase(tx, store.vault, file.id));
    assert.deepEqual(read, file);
    const rows = await store.transaction(async (tx) => [
      await tx.db.selectFrom('cases').selectAll().execute(),
      await tx.db.selectFrom('words').selectAll().execute(),
    ]);
    const clear = JSON.stringify(rows, (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
    );
    for (const word of ['berlauf', 'parse_header', 'Foo', 'overflows'])
      assert.ok(!clear.includes(word), word);
    assert.equal(await store.transaction((tx) => readCase(tx, store.vault, 'none')), null);
  });

  test(`of two changes to what both have read one is told to look again (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const file = await opened(store);
    const change = (title: string) => (tx: Transaction) =>
      changeCase(tx, store.vault, file, { content: { title } });
    const first = await store.transaction(change('First'));
    assert.equal(first.revision, 2);
    assert.equal(first.content.distribution, 'Foo-Bar');
    await assert.rejects(
      store.transaction(change('Second')),
      (error) => error instanceof StoreError && error.code === 'conflict',
    );
  });

  test(`what happens to a case follows its machines, or is refused with the reason (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const file = await opened(store);
    const triaged = await store.transaction((tx) =>
      happen(tx, store.vault, file, { type: 'phase', step: 'TRIAGE', by }),
    );
    assert.equal(triaged.file.state.phase, 'triage');
    const early = store.transaction((tx) =>
      happen(tx, store.vault, triaged.file, { type: 'phase', step: 'FOLLOW_UP', by }),
    );
    await assert.rejects(
      early,
      (error) => error instanceof CaseFileError && error.code === 'refused' && error.problem !== '',
    );
    const read = await store.transaction((tx) => readCase(tx, store.vault, file.id));
    assert.equal(read?.state.phase, 'triage');
  });

  test(`entries are numbered without a gap, and each is for whom it is for (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const file = await opened(store);
    const say = (audience: string, text: string) =>
      store.transaction((tx) =>
        addEntry(tx, store.vault, file, { kind: 'message', actor: by, audience, body: { text } }),
      );
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => say('team', text)));
    await say('reporter', 'hello');
    const read = (audiences?: string[]) =>
      store.transaction((tx) => entriesOf(tx, store.vault, file, audiences));
    assert.deepEqual(
      (await read()).map(({ number }) => number),
      [1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual(
      (await read(['reporter'])).map(({ body }) => body),
      [{ text: 'hello' }],
    );
    assert.deepEqual(await read([]), []);
  });

  test(`files come back byte for byte, to whom they are for, under harmless names (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const file = await opened(store);
    const bytes = new Uint8Array(600_000).map((_, i) => i * 31);
    const names: [given: string, kept: string][] = [
      ['fix.patch', 'fix.patch'],
      ['../../etc/passwd', 'passwd'],
      ['C:\\evil\\a.exe', 'a.exe'],
      ['.htaccess', '_htaccess'],
      ['a"\r\nX: y', 'a___X_ y'],
      ['\u202egpj.exe', '_gpj.exe'],
      ['', 'file'],
      ['x'.repeat(300), 'x'.repeat(120)],
    ];
    for (const [name, kept] of names) {
      const facts = await store.transaction((tx) =>
        addFile(tx, store.vault, file, { name, bytes, audience: 'team' }),
      );
      assert.equal(facts.name, kept);
    }
    const [one] = await store.transaction((tx) => filesOf(tx, store.vault, file));
    const id = one?.id ?? assert.fail();
    const read = (audiences?: string[]) =>
      store.transaction((tx) => readCaseFile(tx, store.vault, file, id, audiences));
    assert.deepEqual(new Uint8Array((await read())?.bytes ?? []), bytes);
    assert.equal(await read(['reporter']), null);
    const large = { name: 'a', bytes: new Uint8Array(MAX_FILE + 1), audience: 'team' };
    await assert.rejects(
      store.transaction((tx) => addFile(tx, store.vault, file, large)),
      /may have 10 MB/,
    );
  });

  test(`cases are found by all of their words, and likeness by shared facets (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    const file = await opened(store);
    const other = await store.transaction((tx) =>
      openCase(tx, store.vault, { content: { title: 'Overflow elsewhere' }, reporter: null }),
    );
    const found = (text: string) => store.transaction((tx) => foundBy(tx, store, text));
    const table: [text: string, ids: string[] | null][] = [
      ['uberlauf', [file.id]],
      ['ÜBERLAUF foo-bar', [file.id]],
      ['bar', [file.id]],
      ['Foo::Bar', [file.id]],
      ['overflow', [other.id]],
      ['uberlauf overflow', []],
      ['*', null],
      ['', null],
    ];
    for (const [text, ids] of table) assert.deepEqual(await found(text), ids, text);
    await store.transaction(async (tx) => {
      await indexFacets(tx, store.vault, file.id, ['dist:foo-bar', 'file:lib/foo/bar.pm', 'word:a']);
      await indexFacets(tx, store.vault, other.id, ['dist:foo-bar', 'file:lib/other.pm', 'word:z']);
    });
    const like = await store.transaction((tx) =>
      casesLike(tx, store.vault, ['dist:foo-bar', 'file:lib/foo/bar.pm', 'word:a']),
    );
    assert.deepEqual(like[0], { caseId: file.id, score: 100, likely: true });
    assert.ok(like.every(({ score }, i) => score <= (like[i - 1]?.score ?? 100)));
    assert.deepEqual(
      await store.transaction((tx) => casesLike(tx, store.vault, ['dist:elsewhere', 'word:a'])),
      [],
    );
  });

  test(`a shredded case is read by nobody and found by nothing (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const file = await opened(store);
    await store.transaction((tx) => shredCase(tx, store.vault, file));
    const read = store.transaction((tx) => readCase(tx, store.vault, file.id));
    await assert.rejects(read, (error) => error instanceof StoreError && error.code === 'destroyed');
    assert.deepEqual(await store.transaction((tx) => foundBy(tx, store, 'uberlauf')), []);
  });
}

test('words as they are looked for', () => {
  const table: [text: string, words: string[]][] = [
    ['Größe', ['große']],
    ['naïve', ['naive']],
    ['CVE-2026-1234', ['cve-2026-1234', 'cve', '2026', '1234']],
    ['Foo::Bar 1.23', ['foo::bar', 'foo', 'bar', '1.23', '23']],
    ['a', []],
  ];
  for (const [text, words] of table) assert.deepEqual(wordsOf(text), words);
});
