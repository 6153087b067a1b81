/** The draft of an advisory is begun from the template of a weakness, and nothing is kept by that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { openCase, readCase } from '../casefile/index.ts';
import { wordingRoutes } from '../wording/index.ts';
import { caseRoutes } from './index.ts';

for (const { name, skip, given } of databases)
  test(`a draft begins with the words for its weakness, the group's own (${name})`, { skip }, async (t) => {
    const { store } = await given(t);
    const as = await givenMember(store, 'cna', true);
    const { ask } = givenServer(t, store, [...caseRoutes, ...wordingRoutes]);
    const content = {
      title: 'ids can be guessed',
      distribution: 'Foo-Bar',
      summary: 'REPORTED words',
      weaknesses: ['CWE-20'],
    };
    const { id } = await store.transaction((tx) => openCase(tx, store.vault, { content, reporter: null }));
    const read = async (path: string): Promise<string> =>
      (await ask('GET', `/cases/${id}/${path}`, { as, headers: { accept: 'text/html' } })).body;
    assert.match(await read('begin'), /CWE-338 Use of Cryptographically Weak Pseudo-Random/);
    const begun = await read('details?weakness=CWE-338');
    assert.match(
      begun,
      /value="Foo::Bar versions TODO for Perl make secrets of numbers that can be guessed"/,
    );
    assert.match(begun, /value="CWE-20 CWE-338"/);
    assert.match(
      begun,
      /<textarea id="summary"[^>]*>Foo::Bar makes them of Perl.*TODO: What does somebody gain.*REPORTED words/s,
    );
    const file = () => store.transaction((tx) => readCase(tx, store.vault, id));
    assert.equal((await file())?.content.title, 'ids can be guessed');

    const fields = {
      title: 'x',
      distribution: 'Foo-Bar',
      modules: 'Foo::Bar::Session',
      ranges: '<1.42',
      summary: 'REPORTED words',
    };
    assert.equal(
      (await ask('POST', `/cases/${id}/details`, { as, form: { revision: '1', ...fields } })).status,
      303,
    );
    const template = 'Title: {{module}} versions {{versions}} for Perl guess\n\nIn {{distribution}}.\n';
    await ask('POST', '/weaknesses/CWE-338', { as, form: { template, revision: '0' } });
    const own = await read('details?weakness=CWE-338');
    assert.match(own, /value="Foo::Bar::Session versions before 1\.42 for Perl guess"/);
    assert.match(own, />In Foo-Bar\.\n\nREPORTED words<\/textarea>/);
    assert.equal((await ask('GET', `/cases/${id}/details?weakness=CWE-1`, { as })).status, 404);
    const stranger = await givenMember(store, 'triager');
    assert.equal((await ask('GET', `/cases/${id}/begin`, { as: stranger })).status, 404);
  });
