/** The reporter is asked for a proof of concept: clocks stand still until they answer, by words or a file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenCase, givenLetters } from '../../test/given-letters.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import { upload } from '../../test/private/given.ts';
import type { Principal } from '../access/index.ts';
import { followRoutes } from '../reports/index.ts';
import { caseRoutes } from './index.ts';

interface Model {
  readonly clocks: readonly { readonly what: string; readonly state: string }[];
}

for (const where of databases)
  test(`the decision waits for the reporter, once at a time (${where.name})`, {
    skip: where.skip,
  }, async (t) => {
    const letters = await givenLetters(t, where);
    const { ask } = givenServer(t, letters.store, [...caseRoutes, ...followRoutes]);
    const triager = await givenMember(letters.store, 'triager');
    const { caseId: id, participant } = await givenCase(letters, { name: 'Ada', address: null });
    const reporter: Principal = { kind: 'link', link: 'reporter', subject: participant, caseId: id };
    const act = async (path: string) => {
      const { status, body } = await ask('POST', `/cases/${id}/${path}`, { as: triager, json: {} });
      return status === 200 ? 'done' : (JSON.parse(body) as { message: string }).message;
    };
    const decision = async (): Promise<string | undefined> => {
      const { body } = await ask('GET', `/cases/${id}`, { as: triager });
      const { clocks } = JSON.parse(body) as Model;
      return clocks.find(({ what }) => what.startsWith('decide'))?.state;
    };
    assert.equal(await act('proof'), 'A proof is asked for while it is not decided.');
    assert.equal(await act('take'), 'done');
    assert.equal(await decision(), 'running');
    for (const answer of [
      () => ask('POST', '/my-report/message', { as: reporter, json: { text: 'perl -MFoo::Bar -e 1' } }),
      () => ask('POST', '/my-report/files', { as: reporter, ...upload('proof.pl', 'parse_header(1)') }),
    ]) {
      assert.equal(await act('proof'), 'done');
      assert.equal(await decision(), 'paused');
      assert.equal(await act('proof'), 'The reporter was asked, and has not answered yet.');
      assert.equal((await answer()).status, 200);
      assert.equal(await decision(), 'running');
    }
  });
