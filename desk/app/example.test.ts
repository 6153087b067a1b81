import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { listCases } from '../cases/index.ts';
import { addMember, createPerson } from '../people/index.ts';
import { newId } from '../store/index.ts';
import { openExample } from './index.ts';

for (const { name, skip, given } of databases)
  test(`the example is there once, says what it is, and is the first member's (${name})`, {
    skip,
  }, async (t) => {
    const { store } = await given(t);
    await openExample(store);
    await openExample(store);
    const member = newId();
    const { lines, total } = await store.transaction(async (tx) => {
      const person = await createPerson(tx, store.vault, { name: 'First', address: null });
      await addMember(tx, { id: member, person, role: 'coordinator', state: 'active' });
      return listCases(tx, store.vault, member, {
        q: 'fiction',
        phase: 'all',
        sort: 'due',
        product: null,
        mine: false,
        page: 1,
      });
    });
    assert.equal(total, 1);
    assert.match(lines[0]?.title ?? '', /^EXAMPLE, not a real report/);
    assert.deepEqual(lines[0]?.labels, ['example']);
    const later = newId();
    const theirs = await store.transaction(async (tx) => {
      const person = await createPerson(tx, store.vault, { name: 'Second', address: null });
      await addMember(tx, { id: later, person, role: 'triager', state: 'active' });
      return listCases(tx, store.vault, later, {
        q: '',
        phase: 'all',
        sort: 'due',
        product: null,
        mine: false,
        page: 1,
      });
    });
    assert.equal(theirs.total, 0);
  });
