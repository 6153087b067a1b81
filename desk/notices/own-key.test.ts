/** An OpenPGP key is given on a page, proved by the letter that is encrypted to it, and letters then go to it alone. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { generateKey, revokeKey } from 'openpgp';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenCase, givenLetters, type Letters } from '../../test/given-letters.ts';
import {
  type Asking,
  type GivenServer,
  givenMember,
  givenServer,
  type Told,
} from '../../test/given-server.ts';
import { type GivenKey, givenKey, MADE, ops, scratch } from '../../test/mail.ts';
import type { Principal } from '../access/index.ts';
import { parsePublicKey, readMail } from '../mail/index.ts';
import { changePerson } from '../people/index.ts';
import { enqueueLetter, keyRoutes } from './index.ts';

const directory = scratch();
const [ada, other, desk] = await Promise.all(['ada', 'other', 'desk'].map((one) => givenKey(directory, one)));
assert.ok(ada !== undefined && other !== undefined && desk !== undefined);

interface Given extends Letters, GivenServer {
  readonly as: Principal;
  readonly path: string;
  /** Sends a letter; what went out since the last time. */
  letters(): Promise<string[]>;
}

async function givenOwner(t: TestContext, where: Where, kind: 'member' | 'reporter'): Promise<Given> {
  const letters = await givenLetters(t, where, { sign: desk?.desk ?? null });
  const { store, act } = letters;
  const { vault } = store;
  const server = givenServer(t, store, keyRoutes);
  const { participant, caseId } = await givenCase(letters, { name: '', address: 'ada@example.com' });
  const member = await givenMember(store, 'triager', true);
  await act(async (tx) => {
    const row = tx.db.selectFrom('members').select('person_id').where('id', '=', member.id);
    const { person_id } = await row.executeTakeFirstOrThrow();
    await changePerson(tx, vault, person_id, (person) => ({ ...person, address: 'mia@example.com' }));
  });
  const link = { kind: 'link', link: 'reporter', subject: participant, caseId } as const;
  const [as, path] = kind === 'member' ? [member, '/account/key'] : [link, '/my-report/key'];
  const send = async (): Promise<string[]> => {
    const to = kind === 'member' ? { member: member.id } : { participant };
    const link = 'https://desk.example.org/';
    const fields = { late: '1 (ABCD-EFGH)', link };
    const letter =
      kind === 'member' ? ({ letter: 'digest', fields } as const) : ({ letter: 'news', fields: {} } as const);
    await act((tx) => enqueueLetter(tx, vault, { to, ...letter }));
    await letters.work();
    return letters.sent.splice(0).map(({ text }) => text);
  };
  return { ...letters, ...server, as, path, letters: send };
}

/** What a letter says to whoever holds the key. */
async function opened(mail: string, { desk: key }: GivenKey): Promise<string> {
  const opening = { at: '2026-11-25T13:00:00Z', deskKeys: [key] };
  return (await readMail(Buffer.from(mail, 'latin1'), ops(opening))).text;
}

const post = ({ ask, as, path }: Given, rest: string, sending: Asking = {}): Promise<Told> =>
  ask('POST', `${path}${rest}`, { as, ...sending });

async function fingerprints({ ask, as, path }: Given): Promise<(string | null)[]> {
  const { body } = await ask('GET', path, { as });
  const { key, offered } = JSON.parse(body) as Record<string, { fingerprint: string } | null>;
  return [key?.fingerprint ?? null, offered?.fingerprint ?? null];
}

/** Gives the key, and the code that its holder reads. */
async function codeFor(given: Given, key: GivenKey): Promise<string> {
  const told = await post(given, '', { json: { key: key.known.armored } });
  assert.equal(told.status, 200, told.body);
  await given.work();
  const [mail = ''] = given.sent.splice(0).map(({ text }) => text);
  assert.match(mail, /^Subject: \[\.\.\.\]\r$/m);
  return /^\w{4}-\w{4}-\w{4}$/m.exec(await opened(mail, key))?.[0] ?? assert.fail('no code');
}

for (const where of databases)
  for (const kind of ['member', 'reporter'] as const)
    test(`a ${kind} gives a key, proves it, and is written to it alone (${where.name})`, {
      skip: where.skip,
    }, async (t) => {
      const given = await givenOwner(t, where, kind);
      const { known } = ada;
      assert.match((await given.letters())[0] ?? '', /\nSubject: (?!\[\.\.\.\])/, 'in clear before');
      const code = await codeFor(given, ada);
      assert.deepEqual(await fingerprints(given), [null, known.fingerprint]);
      assert.match((await given.letters())[0] ?? '', /\nSubject: (?!\[\.\.\.\])/, 'not proved yet');
      const wrong = await post(given, '/code', { json: { code: 'aaaa-bbbb-cccc' } });
      assert.equal(wrong.status, 422);
      assert.equal((await post(given, '/code', { json: { code: ` ${code.toUpperCase()} ` } })).status, 200);
      assert.deepEqual(await fingerprints(given), [known.fingerprint, null]);
      assert.equal((await post(given, '/code', { json: { code } })).status, 422, 'once');
      const [mail = ''] = await given.letters();
      assert.match(mail, /\nSubject: \[\.\.\.\]\r/);
      assert.match(await opened(mail, ada), /https:\/\/desk\.example\.org\//);

      const second = await codeFor(given, other);
      assert.match(await opened((await given.letters())[0] ?? '', ada), /https:/, 'the old one until then');
      given.clock.now += 4 * 86_400_000;
      assert.equal((await post(given, '/code', { json: { code: second } })).status, 422, 'too late');
      const third = await codeFor(given, other);
      assert.equal((await post(given, '/code', { json: { code: third } })).status, 200);
      assert.match(await opened((await given.letters())[0] ?? '', other), /https:/);

      const removed = await post(given, '/remove');
      assert.equal(removed.status, kind === 'member' ? 200 : 404);
      assert.deepEqual(await fingerprints(given), [kind === 'member' ? null : other.known.fingerprint, null]);
      const details = await given.act((tx) => tx.db.selectFrom('ledger').select('detail').execute());
      const log = details.map(({ detail }) => detail).join('\n');
      assert.equal(log.includes(`"key":"proved","fingerprint":"${known.fingerprint}"`), kind === 'member');
      assert.equal(log.includes(known.fingerprint), kind === 'member', 'a reporter has a pseudonym');
    });

const [where] = databases;

test('a key that no letter can be encrypted to is refused with its reason', async (t) => {
  assert.ok(where !== undefined);
  const given = await givenOwner(t, where, 'member');
  const about = { userIDs: [{ email: 'a@example.org' }], date: new Date(MADE) };
  const made = await generateKey({ ...about, format: 'object' });
  const revoked = await revokeKey({ key: made.privateKey, date: new Date(MADE) });
  const expired = await generateKey({ ...about, keyExpirationTime: 60 });
  const signing = await generateKey({ ...about, subkeys: [] });
  const weak = await generateKey({
    ...{ ...about, type: 'rsa', rsaBits: 1024 },
    config: { minRSABits: 1024 },
  });
  const table: [key: string, problem: RegExp][] = [
    ['', /Paste a public key/],
    ['words', /no OpenPGP public key/],
    [made.privateKey.armor(), /a private key/],
    [revoked.publicKey, /was revoked/],
    [expired.publicKey, /has expired/],
    [signing.publicKey, /no part that can be encrypted to/],
    [weak.publicKey, /not accepted/],
    [`${made.publicKey.armor()}${ada.known.armored}`, /several keys/],
  ];
  for (const [key, problem] of table) {
    const { status, body } = await post(given, '', { json: { key } });
    const { fields } = JSON.parse(body) as { fields: { key: string } };
    assert.equal(status, 422);
    assert.match(fields.key, problem);
    given.clock.now += 6000;
  }
  const page = await post(given, '', { form: { key: 'typed <b>' } });
  assert.match(page.body, /typed &lt;b>/);
  assert.deepEqual([given.sent, await given.jobs()], [[], []]);
});

test('of two keys the code of the first is worth nothing, and a file is a key as well', async (t) => {
  assert.ok(where !== undefined);
  const given = await givenOwner(t, where, 'member');
  const { known } = ada;
  await post(given, '', { json: { key: other.known.armored } });
  const form = new FormData();
  form.set('key', '');
  form.set('file', new File([new Uint8Array(known.key.write())], 'ada.pgp'));
  const sent = new Response(form);
  const type = sent.headers.get('content-type') ?? '';
  const told = await post(given, '', {
    headers: { 'content-type': type },
    payload: Buffer.from(await sent.arrayBuffer()),
  });
  assert.equal(told.status, 200, told.body);
  await given.work();
  assert.deepEqual(
    (await given.jobs()).sort(),
    ['done', 'failed: key-unverified'],
    'the first is not written',
  );
  assert.deepEqual(await fingerprints(given), [null, known.fingerprint]);
});

test('a key that ended is shown as such, and no letter is written', async (t) => {
  assert.ok(where !== undefined);
  const given = await givenOwner(t, where, 'member');
  const about = { userIDs: [{ email: 'a@example.org' }], date: new Date(MADE) };
  const { publicKey: armored } = await generateKey({ ...about, keyExpirationTime: 365 * 86_400 });
  const { fingerprint } = await parsePublicKey(armored, MADE);
  const { person_id } = await given.act((tx) =>
    tx.db.selectFrom('members').select('person_id').executeTakeFirstOrThrow(),
  );
  await given.act((tx) =>
    changePerson(tx, given.store.vault, person_id, (person) => ({
      ...person,
      key: { armored, fingerprint },
    })),
  );
  given.clock.now += 400 * 86_400_000;
  const { body } = await given.ask('GET', given.path, { as: given.as, headers: { accept: 'text/html' } });
  assert.match(body, /it has expired/);
  assert.deepEqual(await given.letters(), []);
  assert.deepEqual(await given.jobs(), ['failed: key-expired']);
});
