/** After the publication: products, the patch upstream, lessons; then the case is closed, and not before. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenMember, givenServer, type Told } from '../../test/given-server.ts';
import {
  type CaseFile,
  changeCase,
  happen,
  openCase,
  readCase,
  TEAM,
  wantAmendment,
} from '../casefile/index.ts';
import { caseRoutes } from '../cases/index.ts';
import { followUpRoutes } from './index.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');

async function given(t: TestContext, where: Where) {
  const { store } = await where.given(t, () => new Date(NOW));
  const { vault, transaction } = store;
  const cna = await givenMember(store, 'cna', true);
  const triager = await givenMember(store, 'triager');
  const content = { title: 'CANARY title', distribution: 'Foo-Bar' };
  const { id } = await transaction(async (tx) =>
    published(tx, await openCase(tx, vault, { content, reporter: null })),
  );
  const { ask } = givenServer(t, store, [...caseRoutes, ...followUpRoutes]);
  const post = (path: string, json: object, as = triager): Promise<Told> =>
    ask('POST', `/cases/${id}/${path}`, { as, json });
  const page = async (path: string): Promise<string> =>
    (await ask('GET', path, { as: triager, headers: { accept: 'text/html' } })).body;
  const file = async () => (await transaction((tx) => readCase(tx, vault, id))) ?? assert.fail();
  const left = async (): Promise<string[]> =>
    JSON.parse((await ask('GET', `/cases/${id}/follow-up`, { as: triager })).body).left;
  return { store, cna, id, post, page, file, left };

  async function published(tx: Parameters<typeof happen>[0], opened: CaseFile): Promise<CaseFile> {
    const by = 'member:a';
    let now = opened;
    for (const happening of [
      { type: 'phase', step: 'TRIAGE', by },
      { type: 'manage', participant: TEAM, step: 'VALIDATE', by },
      { type: 'manage', participant: TEAM, step: 'ACCEPT', by },
      { type: 'phase', step: 'COORDINATE', by },
      { type: 'reserve', cve: 'CVE-2026-0001', by },
      { type: 'phase', step: 'PREPARE', by },
      { type: 'publish', approvedBy: 'member:b', by },
      { type: 'phase', step: 'FOLLOW_UP', by },
    ] as const)
      now = (await happen(tx, vault, now, happening)).file;
    return changeCase(tx, vault, now, { facts: { disclosed: '2026-11-25T12:00:00Z' } });
  }
}

const DEBIAN = { name: 'libfoo-bar-perl', by: 'The Debian Perl Group', on: '2026-11-20' };

for (const where of databases) {
  const { name, skip } = where;

  test(`a case is closed when nothing is left to do (${name})`, { skip }, async (t) => {
    const { store, cna, post, page, file, left, id } = await given(t, where);
    await post('products', { ...DEBIAN, status: 'under_investigation' });
    await post('products', { ...DEBIAN, name: 'Example OS', status: 'under_investigation' });
    const [first, second] = (await file()).content.products.map(({ id: product }) => product);
    assert.deepEqual(await left(), [
      'libfoo-bar-perl: not answered, and not given up.',
      'Example OS: not answered, and not given up.',
      'What became of the patch is not final.',
      'Lessons are neither written nor declined.',
    ]);
    assert.equal((await post('follow-up/close', {}, cna)).status, 409);
    await post('follow-up/asked', { product: first });
    assert.equal((await post('follow-up/asked', { product: 'none' })).status, 404);
    const { dueAt, facts } = await file();
    assert.deepEqual([facts.downstream.length, facts.downstream[0]?.ended, dueAt !== null], [1, null, true]);
    const fixed = { ...DEBIAN, product: first, status: 'fixed', version: '1.24-1' };
    await post('products', fixed);
    assert.equal(
      (await file()).facts.downstream[0]?.ended,
      '2026-11-25T12:00:00Z',
      'who says so has answered',
    );
    await post('follow-up/give-up', { product: second, why: 'No answer to three mails.' });
    assert.match(await page(`/cases/${id}/follow-up`), /given up: No answer to three mails\./);
    await post('follow-up/upstream', { state: 'offered', address: 'https://example.org/pull/1' });
    assert.equal((await left())[0], 'What became of the patch is not final.');
    assert.equal(
      (await post('follow-up/upstream', { state: 'offered', address: 'javascript:x' })).status,
      422,
    );
    assert.equal((await post('follow-up/upstream', { state: 'released' })).status, 422, 'in which release');
    await post('follow-up/upstream', { state: 'released', version: '1.24' });
    assert.equal((await file()).facts.fixAvailable, '2026-11-25T12:00:00Z');
    assert.equal((await post('follow-up/lessons', {})).status, 422);
    assert.equal((await post('follow-up/lessons', { well: 'x', declined: 'y' })).status, 422);
    await post('follow-up/lessons', { well: 'The patch came <b>quickly</b>.', change: 'Ask earlier.' });
    assert.deepEqual(await left(), []);
    await store.transaction(async (tx) => {
      const wanted = { kind: 'correct', cve: null, why: 'A typo.' } as const;
      await wantAmendment(tx, store.vault, await fileIn(tx), wanted);
    });
    assert.deepEqual(await left(), ['The record has to change.']);
    const amendment = (await file()).facts.amendments[0]?.id ?? '';
    await post('amendments/done', { amendment }, cna);
    assert.equal((await post('follow-up/close', {})).status, 404, 'a triager closes nothing');
    assert.equal((await post('follow-up/close', {}, cna)).status, 200);
    const { state } = await file();
    assert.deepEqual([state.phase, state.outcome], ['closed', 'published']);
    assert.match(await page(`/cases/${id}/follow-up`), /It is closed\..*|The patch came/s);

    async function fileIn(tx: Parameters<typeof readCase>[0]): Promise<CaseFile> {
      return (await readCase(tx, store.vault, id)) ?? assert.fail();
    }
  });

  test(`lessons are read over all cases of a member, and sealed (${name})`, { skip }, async (t) => {
    const { store, post, page } = await given(t, where);
    assert.match(await page('/lessons'), /None yet/);
    await post('follow-up/lessons', { declined: 'Nothing new.' });
    assert.match(await page('/lessons'), /None yet/);
    await post('follow-up/lessons', { badly: 'LESSON: nobody answered.' });
    assert.match(await page('/lessons'), /Went badly.*LESSON: nobody answered/s);
    const rows = await store.transaction((tx) => tx.db.selectFrom('cases').selectAll().execute());
    assert.doesNotMatch(JSON.stringify(rows), /LESSON/);
  });
}
