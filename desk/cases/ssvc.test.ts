/** Deciding a case by SSVC: some answers, all of them, and what of it the advisory says. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import { openCase, readCase } from '../casefile/index.ts';
import { draftOf } from './draft.ts';
import { caseRoutes } from './index.ts';

async function givenCase(t: TestContext, { given }: Where) {
  const { store } = await given(t);
  const triager = await givenMember(store, 'triager');
  const content = { title: 'Reads past the end', distribution: 'Foo-Bar' };
  const { id } = await store.transaction((tx) => openCase(tx, store.vault, { content, reporter: null }));
  const { ask } = givenServer(t, store, caseRoutes);
  const file = async () => (await store.transaction((tx) => readCase(tx, store.vault, id))) ?? assert.fail();
  const form = (fields: Record<string, string>): Promise<Told> =>
    ask('POST', `/cases/${id}/ssvc`, { as: triager, form: fields });
  const page = async (path: string): Promise<string> =>
    (await ask('GET', `/cases/${id}${path}`, { as: triager, headers: { accept: 'text/html' } })).body;
  return { file, form, page };
}

const ALL = { table: 'cisa', E: 'A', A: 'Y', T: 'T', M: 'H' };

for (const where of databases) {
  const { name, skip } = where;

  test(`a case is decided by a form; what is not known stays open (${name})`, { skip }, async (t) => {
    const { form, file, page } = await givenCase(t, where);
    const empty = await page('/ssvc');
    assert.match(empty, /Track, Track\*, Attend or Act is possible/);
    assert.match(empty, /Reliable reports say that attackers use it\./);
    const some = await form({ table: 'cisa', do: 'decide', E: 'A', A: 'Y', T: 'T', M: '' });
    assert.match(some.body, /Attend or Act is possible: it depends on Mission and Well-Being Impact\./);
    assert.deepEqual((await file()).content.ssvc, []);
    assert.equal((await form({ table: 'cisa', do: 'keep', E: 'A', A: 'Y', T: 'T' })).status, 303);
    assert.match(await page(''), /CISA Coordinator: Attend or Act <code>SSVCv2\/E:A\/A:Y\/T:T\//);
    assert.equal((await form({ ...ALL, do: 'keep' })).status, 303);
    const kept = await page('/ssvc');
    assert.match(kept, /Act: Exploitation \(Active\)/);
    assert.match(kept, /name="M" value="H" checked/);
    const vector = /SSVCv2\/E:A\/A:Y\/T:T\/M:H\/D:C\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\//;
    assert.match(await page(''), vector);
    assert.equal((await form({ ...ALL, do: 'keep', E: 'X' })).status, 422);
    assert.equal((await form({ ...ALL, table: 'deployer' })).status, 422);
  });

  test(`each table is answered for itself, and forgotten when nothing is known (${name})`, {
    skip,
  }, async (t) => {
    const { form, file, page } = await givenCase(t, where);
    await form({ ...ALL, do: 'keep' });
    // The letter of another table is no answer to this one.
    await form({ table: 'publish', do: 'keep', PVA: 'P', T: 'T' });
    assert.deepEqual(
      (await file()).content.ssvc.map(({ table, answers }) => [table, answers]),
      [
        ['cisa', { 'ssvc:E:1.1.0': 'A', 'ssvc:A:2.0.0': 'Y', 'ssvc:TI:1.0.0': 'T', 'ssvc:MWI:1.0.0': 'H' }],
        ['publish', { 'ssvc:PVA:1.0.0': 'P' }],
      ],
    );
    assert.match(await page('/ssvc?table=publish'), /Publish: Public Value Added \(Precedence\) decides it/);
    await form({ table: 'cisa', do: 'keep' });
    assert.deepEqual(
      (await file()).content.ssvc.map(({ table }) => table),
      ['publish'],
    );
  });

  test(`the advisory says it when somebody chooses so, with every answer (${name})`, { skip }, async (t) => {
    const { form, file } = await givenCase(t, where);
    await form({ ...ALL, do: 'keep' });
    assert.equal(draftOf(await file()).ssvc, undefined);
    const some = await form({ table: 'cisa', do: 'keep', publish: 'yes', E: 'N', A: 'N', T: 'P' });
    assert.match(some.body, /with every answer, or not at all/);
    assert.equal((await file()).content.ssvc[0]?.answers['ssvc:E:1.1.0'], 'A');
    assert.equal((await form({ ...ALL, do: 'keep', publish: 'yes' })).status, 303);
    assert.match(draftOf(await file()).ssvc ?? '', /^SSVCv2\/E:A\/A:Y\/T:T\/M:H\/D:C\//);
    // What the group does itself is nothing for readers.
    const own = { table: 'publish', SINV: 'UU', E: 'A', PVA: 'P' };
    await form({ ...ALL, do: 'keep' });
    await form({ ...own, do: 'keep', publish: 'yes' });
    assert.equal(draftOf(await file()).ssvc, undefined);
  });
}
