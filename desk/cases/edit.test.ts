/** What a case says of itself: details, score, label, draft, patches. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import { addFile, openCase, readCase } from '../casefile/index.ts';
import { filesOf } from './diff-page.tsx';
import { caseRoutes } from './index.ts';

async function givenCase(t: TestContext, { given }: Where) {
  const { store } = await given(t);
  const cna = await givenMember(store, 'cna');
  const triager = await givenMember(store, 'triager');
  const content = { title: 'Reads past the end', distribution: 'Foo-Bar' };
  const { id } = await store.transaction((tx) => openCase(tx, store.vault, { content, reporter: null }));
  const { ask } = givenServer(t, store, caseRoutes);
  const file = async () => (await store.transaction((tx) => readCase(tx, store.vault, id))) ?? assert.fail();
  const form = (path: string, fields: Record<string, string>, as = triager): Promise<Told> =>
    ask('POST', `/cases/${id}/${path}`, { as, form: fields });
  const page = (path: string): Promise<Told> =>
    ask('GET', `/cases/${id}/${path}`, { as: triager, headers: { accept: 'text/html' } });
  return { store, cna, id, ask, file, form, page };
}

const LOG4 = {
  AV: 'N',
  AC: 'L',
  AT: 'N',
  PR: 'N',
  UI: 'N',
  VC: 'H',
  VI: 'H',
  VA: 'H',
  SC: 'N',
  SI: 'N',
  SA: 'N',
};

for (const where of databases) {
  const { name, skip } = where;

  test(`a case is scored by a form, in 3.1 and in 4.0 (${name})`, { skip }, async (t) => {
    const { form, file, page, ask } = await givenCase(t, where);
    assert.match((await page('cvss')).body, /Choose one of each\./);
    const some = await form('cvss', { version: '4.0', do: 'keep', AV: 'N' });
    assert.match(some.body, /<h1>CVSS 4\.0<\/h1>.*Choose one of each\./s);
    const scored = await form('cvss', { version: '4.0', do: 'score', ...LOG4 });
    assert.match(scored.body, /9\.3, critical/);
    assert.equal((await file()).content.severity.cvss, null);
    assert.equal((await form('cvss', { version: '4.0', do: 'keep', ...LOG4 })).status, 303);
    assert.equal(
      (await file()).content.severity.cvss,
      'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
    );
    assert.match((await page('cvss')).body, /9\.3, critical/);
    assert.match((await page('cvss?version=3.1')).body, /<h1>CVSS 3\.1<\/h1>.*Choose one of each\./s);
    const all31 = { AV: 'N', AC: 'L', PR: 'N', UI: 'N', S: 'U', C: 'H', I: 'H', A: 'H' };
    assert.match((await form('cvss', { version: '3.1', do: 'score', ...all31 })).body, /9\.8, critical/);
    assert.equal((await form('cvss', { version: '3.1', do: 'score', ...all31, AV: 'Q' })).status, 422);
    const live = await ask('POST', '/cvss', {
      json: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    });
    assert.deepEqual(JSON.parse(live.body), { score: 9.8, rating: 'critical' });
    assert.equal((await ask('POST', '/cvss', { json: { vector: 'CVSS:3.1/x' } })).status, 422);
  });

  test(`a label is changed by whoever answers for the embargo, and says why (${name})`, {
    skip,
  }, async (t) => {
    const { form, file, cna, page } = await givenCase(t, where);
    assert.equal((await form('tlp', { tlp: 'TLP:GREEN', why: 'It is out.' })).status, 404);
    assert.equal((await form('tlp', { tlp: 'TLP:BLUE', why: 'x' }, cna)).status, 422);
    assert.equal((await form('tlp', { tlp: 'TLP:GREEN', why: 'It is out.' }, cna)).status, 303);
    assert.equal((await form('tlp', { tlp: 'TLP:GREEN', why: 'Again.' }, cna)).status, 409);
    assert.equal((await file()).tlp, 'TLP:GREEN');
    assert.match((await page('details')).body, /tag-good">TLP:GREEN/);
    assert.match((await page('')).body, /<h1>|Nothing here/);
  });

  test(`of two editors the second sees both versions, and keeps theirs if they want (${name})`, {
    skip,
  }, async (t) => {
    const { form, file } = await givenCase(t, where);
    const { revision } = await file();
    const edit = (more: Record<string, string>) =>
      form('details', { revision: `${revision}`, title: 'Reads past the end', ...more });
    assert.equal(
      (await edit({ summary: 'One of them writes this.', references: 'fix https://example.org/1' })).status,
      303,
    );
    const late = await edit({ summary: 'The other writes that.', title: 'Mine <b>' });
    assert.equal(late.status, 422);
    assert.match(late.body, /<del>One of them<\/del><ins>The other<\/ins> writes/);
    assert.match(late.body, /value="Mine &lt;b>"/);
    const now = Number(/name="revision" value="(\d+)"/.exec(late.body)?.[1]);
    assert.equal(now, (await file()).revision);
    assert.equal((await edit({ revision: `${now}`, title: 'Mine', summary: 'Both.' })).status, 303);
    const { content } = await file();
    assert.deepEqual([content.title, content.summary], ['Mine', 'Both.']);
    assert.deepEqual(content.references, [{ kind: 'fix', url: 'https://example.org/1' }]);
  });

  test(`what is wrong with a detail stands beside it (${name})`, { skip }, async (t) => {
    const { form, file } = await givenCase(t, where);
    const { revision } = await file();
    const table: [more: Record<string, string>, words: RegExp][] = [
      [{ references: 'javascript:alert(1)' }, /id="references-problem">javascript:alert\(1\): advisory/],
      [{ references: 'patch ftp://example.org/x' }, /references-problem/],
      [{ references: 'see https://example.org/' }, /references-problem/],
      [{ ranges: '>=1.0', fixed: 'soon' }, /id="fixed-problem">soon is no range\./],
    ];
    for (const [more, words] of table) {
      const told = await form('details', { revision: `${revision}`, title: 'T', ...more });
      assert.equal(told.status, 422);
      assert.match(told.body, words);
    }
  });

  test(`the advisory so far has what the case says, and the lint of it (${name})`, { skip }, async (t) => {
    const { form, file, page } = await givenCase(t, where);
    const { revision } = await file();
    const before = await page('draft');
    assert.match(before.body, /nothing is affected|affected-absent/);
    await form('details', {
      revision: `${revision}`,
      title: 'Reads past the end of a header',
      distribution: 'Foo-Bar',
      ranges: '<1.24',
      fixed: '>=1.24',
      weaknesses: 'CWE-125 CWE-20',
      references: 'https://example.org/',
    });
    const { body } = await page('draft');
    const text = body.replaceAll('&quot;', '"');
    assert.match(text, /"summary": "Reads past the end of a header"/);
    assert.match(text, /"ranges": \[\s*"&lt;1\.24"\s*\]/);
    assert.match(text, /"CWE-20",\s*"CWE-125"/);
    assert.doesNotMatch(body, /affected-absent/);
  });

  test(`a patch is read on a page, whatever is in it (${name})`, { skip }, async (t) => {
    const { store, file, page } = await givenCase(t, where);
    const given = async (text: string): Promise<string> => {
      const bytes = new TextEncoder().encode(text);
      const owner = await file();
      const { id } = await store.transaction((tx) =>
        addFile(tx, store.vault, owner, { name: 'a.patch', bytes, audience: 'team' }),
      );
      return (await page(`files/${id}/diff`)).body;
    };
    const good = await given('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n same\n-<script>old\n+<b>new\n');
    assert.match(good, /<del>-&lt;script>old\n<\/del><ins>\+&lt;b>new\n<\/ins>/);
    assert.match(await given('<img src=x> no patch'), /<code>&lt;img src=x> no patch<\/code>/);
    assert.match(await given('x'.repeat(300_001)), /too long to be shown here/);
  });
}

test('what is no unified diff is null, and so is one that nobody reads to its end', () => {
  assert.equal(filesOf('hello\n'), null);
  assert.equal(filesOf('@@ -1,9 +1,9 @@\n x\n'), null);
  assert.equal(filesOf(`--- a\n+++ b\n@@ -1,0 +1,6000 @@\n${'+x\n'.repeat(6000)}`), null);
  assert.equal(filesOf('--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n')?.length, 1);
});
