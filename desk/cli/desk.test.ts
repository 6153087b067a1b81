/** The commands of the private database, as they are typed. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenMember } from '../../test/given-server.ts';
import { typed } from '../../test/typed.ts';
import type { Role } from '../access/index.ts';
import { changePerson, changeState, createPerson, linkOf, memberOf } from '../people/index.ts';
import { fileHeadSigner, readHeads, type Store, signHeadWhenDue } from '../store/index.ts';

const [sqlite] = databases;

test('a desk is copied, verified and restored by its commands', async (t) => {
  const { store, address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  await store.transaction(async (tx) => tx.record({ actor: 'desk', act: 'test', subject: '', detail: {} }));
  const home = dirname(address);
  const file = join(home, 'desk.backup');
  const where = ['--database', address, '--master-key', masterKey];
  const first = await typed(['backup', file, ...where]);
  assert.match(first.out, /rows +\d+ rows\n/);
  assert.equal(first.status, 0);
  const verified = await typed(['backup', file, '--verify', '--master-key', masterKey]);
  assert.deepEqual([verified.status, verified.out], [0, first.out]);
  assert.equal((await typed(['backup', file, ...where])).status, 2, 'it stands there already');
  const restored = join(home, 'restored.db');
  assert.equal((await typed(['restore', file, '--database', restored, '--master-key', masterKey])).status, 0);
  assert.ok(existsSync(restored));
  const full = await typed(['restore', file, ...where]);
  assert.deepEqual([full.status, /holds rows in keys/.test(full.err)], [2, true]);
  writeFileSync(file, readFileSync(file).subarray(0, -1));
  const cut = await typed(['backup', file, '--verify', '--master-key', masterKey]);
  assert.deepEqual([cut.status, /is cut off/.test(cut.err)], [1, true]);
  assert.equal((await typed(['backup', file, '--verify', '--master-key', `${masterKey}.none`])).status, 4);
});

test('the audit log is exported, and verified without the database', async (t) => {
  const { store, address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  const home = dirname(address);
  const act = () =>
    store.transaction(async (tx) => tx.record({ actor: 'desk', act: 'test', subject: '', detail: {} }));
  for (let n = 0; n < 5; n++) await act();
  const ledgerKey = ['--ledger-key', join(home, 'ledger.key')];
  const where = ['--database', address, '--master-key', masterKey];
  const made = await typed(['ledger', 'key', 'desk.example.org/ledger', ...ledgerKey]);
  const key = made.out.trim();
  assert.match(key, /^desk\.example\.org\/ledger\+[0-9a-f]{8}\+\S+$/);
  const file = join(home, 'ledger.jsonl');
  assert.equal((await typed(['ledger', 'export', file, ...where, ...ledgerKey])).status, 0);
  assert.equal((await typed(['ledger', 'export', file, ...where, ...ledgerKey])).status, 2);
  const here = await typed(['ledger', 'verify', '--key', key, ...where]);
  assert.match(here.out, /entries +5 entries\nheads +1 head\n/);
  assert.equal(here.status, 0);
  await act();
  await signHeadWhenDue(store, await fileHeadSigner(join(home, 'ledger.key'), ''), { entries: 1 });
  const kept = join(home, 'kept.note');
  writeFileSync(kept, (await readHeads(store)).at(-1) ?? '');
  await store.close();
  rmSync(address);
  const alone = await typed(['ledger', 'verify', '--export', file, '--key', key]);
  assert.deepEqual([alone.status, alone.out], [0, here.out]);
  const cut = await typed(['ledger', 'verify', '--export', file, '--key', key, '--head', kept]);
  assert.match(cut.out, /^entry 6 is not there, and was when a head was signed/);
  assert.equal(cut.status, 1);
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"seq":3,', '"seq":3,"x":1,').replace('"act":"test"', '"act":"tost"'),
  );
  assert.equal((await typed(['ledger', 'verify', '--export', file, '--key', key])).status, 1);
  assert.equal((await typed(['ledger', 'verify', ...where, '--key', key])).status, 2, 'no such database');
  assert.equal((await typed(['ledger', 'verify', '--export', file])).status, 2);
  assert.equal((await typed(['ledger', 'verify', '--export', home, '--key', key])).status, 2);
  assert.equal(
    (await typed(['ledger', 'verify', '--export', file, '--key', key, '--head', 'none'])).status,
    2,
  );
  assert.equal((await typed(['ledger', 'verify', '--export', file, '--key', 'none'])).status, 2);
});

test('what is held of a person is given, and destroyed, by command', async (t) => {
  const { store, address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  const person = { name: 'A. Finder', address: 'finder@example.org' };
  const id = await store.transaction((tx) => createPerson(tx, store.vault, person));
  const where = ['--database', address, '--master-key', masterKey];
  const given = await typed(['person', 'export', id, ...where]);
  assert.deepEqual(JSON.parse(given.out).person, { id, ...person });
  assert.equal((await typed(['person', 'erase', id, ...where])).status, 0);
  const again = await typed(['person', 'export', id, ...where]);
  assert.deepEqual([again.status, again.out], [2, '']);
  assert.match(again.err, /There is no such person/);
  assert.equal((await typed(['person', 'forget', id, ...where])).status, 2);
});

test('a policy is checked, put in force for every process, and shown', async (t) => {
  const { address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  const where = ['--database', address, '--master-key', masterKey];
  const file = join(dirname(address), 'policy.json');
  const shown = async (): Promise<string> => {
    const { status, out } = await typed(['policy', ...where]);
    assert.equal(status, 0);
    return (JSON.parse(out) as { hold: { planned: string } }).hold.planned;
  };
  assert.equal(await shown(), '14 days');
  for (const wrong of ['{"hold":{"planed":"1 day"}}', '{"hold":{"planned":"soon"}}', '{']) {
    writeFileSync(file, wrong);
    const { status, err } = await typed(['policy', file, ...where]);
    assert.deepEqual([status, /nothing was changed/.test(err)], [2, true], err);
  }
  assert.equal((await typed(['policy', join(dirname(address), 'none'), ...where])).status, 2);
  assert.equal(await shown(), '14 days');
  writeFileSync(file, '{"hold":{"planned":"28 days"}}');
  assert.equal((await typed(['policy', file, ...where])).status, 0);
  assert.equal(await shown(), '28 days');
});

test('a member whom no two others can help comes in again, by a link that is printed once', async (t) => {
  const { store, address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  const where = ['--database', address, '--master-key', masterKey, '--origin', 'https://desk.example.org'];
  const recover = (...more: string[]) => typed(['person', 'recover', ...more, ...where]);
  assert.match((await recover()).err, /there is no coordinator/);
  const ada = await memberIn(store, 'coordinator');
  const mia = await memberIn(store, 'triager');
  const first = await recover();
  assert.equal(first.status, 0, first.err);
  const [, secret = ''] = /^https:\/\/desk\.example\.org\/l\/([\w-]{43})\n$/.exec(first.out) ?? [];
  const linkNow = (one: string) => store.transaction((tx) => linkOf(tx, one));
  assert.deepEqual((await linkNow(secret))?.subject, ada);
  const second = await recover(ada);
  assert.equal(second.status, 0);
  assert.equal(await linkNow(secret), null, 'the last one alone is good');
  const kept = await store.transaction(async (tx) => ({
    acts: await tx.db.selectFrom('ledger').select(['actor', 'act', 'subject']).orderBy('seq').execute(),
    letters: await tx.db.selectFrom('outbox').select('kind').execute(),
  }));
  const entry = { actor: 'desk', act: 'member.recover-by-hand', subject: `member:${ada}` };
  assert.deepEqual(
    kept.acts.slice(-2).map((row) => ({ ...row })),
    [entry, entry],
  );
  assert.deepEqual(
    kept.letters.map(({ kind }) => kind),
    ['mail.send', 'mail.send'],
    'to the other member',
  );
  const bob = await memberIn(store, 'coordinator');
  await memberIn(store, 'cna');
  const refused = await recover(ada);
  assert.deepEqual([refused.status, refused.out], [2, '']);
  assert.match(refused.err, /Two other members can do it/);
  assert.match((await recover()).err, new RegExp(`${ada} coordinator, ${bob} coordinator`));
  await store.transaction((tx) => tx.db.deleteFrom('credentials').where('member_id', '=', bob).execute());
  assert.equal((await recover(ada)).status, 0, 'who has no passkey helps nobody');
  assert.match((await recover('6bq0v3w1n8r2x5t7k9m4c0d1ef')).err, /nothing here/);
  await store.transaction((tx) => changeState(tx, mia, 'suspended'));
  assert.match((await recover(mia)).err, /They are suspended/);
});

/** With a passkey and an address. */
async function memberIn(store: Store, role: Role): Promise<string> {
  const { id } = await givenMember(store, role);
  await store.transaction(async (tx) => {
    const { person } = await memberOf(tx, id);
    await changePerson(tx, store.vault, person, (one) => ({ ...one, address: 'somebody@example.org' }));
    const bytes = new Uint8Array();
    const row = { id, member_id: id, public_key: bytes, counter: 0, transports: '[]', sealed: bytes };
    await tx.db
      .insertInto('credentials')
      .values({ ...row, created_at: tx.now })
      .execute();
  });
  return id;
}

test('findings of a scanner are taken in from a file, once', async (t) => {
  const { address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  const file = join(dirname(address), 'scan.sarif');
  const place = { physicalLocation: { artifactLocation: { uri: 'lib/Foo.pm' } } };
  const results = [{ ruleId: 'EX1', message: { text: 'Reads too far' }, locations: [place] }];
  writeFileSync(
    file,
    JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results }] }),
  );
  const where = ['--database', address, '--master-key', masterKey];
  const unknown = await typed(['findings', file, ...where]);
  assert.match(unknown.out, /not imported +1\n {2}result 1: it does not say of which distribution/);
  const first = await typed(['findings', file, '--distribution', 'Foo', '--release', '1.0', ...where]);
  assert.match(first.out, /^new cases +1\n/);
  const again = await typed(['findings', file, '--distribution', 'Foo', '--json', ...where]);
  assert.equal(JSON.parse(again.out).findings[0].became, 'here');
  writeFileSync(file, '{');
  assert.equal((await typed(['findings', file, ...where])).status, 3);
  assert.equal((await typed(['findings', ...where])).status, 2);
});

test('the cases of today move in: on trial, then for good', async (t) => {
  const { address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  const home = dirname(address);
  const issues = join(home, 'issues.json');
  const ticket = {
    number: 1,
    title: 'Foo::Bar: reads too far',
    labels: ['blue'],
    createdAt: '2026-09-01T08:00:00Z',
  };
  writeFileSync(issues, JSON.stringify([ticket]));
  const where = ['--database', address, '--master-key', masterKey];
  const trial = await typed(['move-in', '--issues', issues, '--dry-run', ...where]);
  assert.match(trial.out, /^cases +1 new, 0 of them closed, 0 here already\n/);
  assert.match(trial.out, /written +nothing: it was a trial\n/);
  assert.ok(
    trial.out.endsWith(`had no place in ${issues}\n  #1: the label "blue" is not known\n`),
    trial.out,
  );
  const done = await typed(['move-in', '--issues', issues, '--cna', home, '--json', ...where]);
  const { counts, dryRun } = JSON.parse(done.out) as { counts: Record<string, number>; dryRun: boolean };
  assert.deepEqual([counts.cases, dryRun], [1, false]);
  assert.match((await typed(['move-in', '--issues', issues, ...where])).out, /1 here already/);
  assert.equal((await typed(['move-in', ...where])).status, 2);
  assert.equal((await typed(['move-in', '--cna', join(home, 'none'), ...where])).status, 3);
  writeFileSync(issues, '[');
  assert.equal((await typed(['move-in', '--issues', issues, ...where])).status, 3);
});

test('a graph that is none is told before the desk is opened', async (t) => {
  const { address, masterKey } = await (sqlite ?? assert.fail()).given(t);
  const graph = join(dirname(address), 'cpan.graph');
  const where = ['--database', address, '--master-key', masterKey];
  assert.equal((await typed(['desk', '--graph', graph, ...where])).status, 3);
  writeFileSync(graph, 'cpansec-dependants/1\n');
  const { status, err } = await typed(['desk', '--graph', graph, ...where]);
  assert.equal(status, 3);
  assert.match(err, /cpan\.graph: .*\n {2}make it anew, or open without it/);
});
