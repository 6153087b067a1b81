/** A private link is ended by a coordinator: what was opened by it ends at once, and a new one goes by letter. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenLetters } from '../../test/given-letters.ts';
import {
  givenCase,
  memberOf,
  NOBODY,
  serving,
  sessionOf,
  signedIn,
  type Who,
} from '../../test/private/given.ts';

const idOf = ({ principal }: Who): string => (principal.kind === 'link' ? principal.subject : assert.fail());
const secretOf = ({ headers }: Who): string => /=(.+)$/.exec(headers.cookie ?? '')?.[1] ?? assert.fail();

for (const where of databases)
  test(`a link ends at once, and another goes by letter or not at all (${where.name})`, {
    skip: where.skip,
  }, async (t) => {
    const letters = await givenLetters(t, where);
    const { store, act } = letters;
    const { ask } = serving(t, store);
    const coordinator = await signedIn(store, 'coordinator', { proved: true });
    const cna = await signedIn(store, 'cna', { proved: true });
    const { id, reporter, agreed, invited } = await givenCase(store, ask, { coordinator, cna });
    const other = await givenCase(
      store,
      ask,
      { coordinator, cna },
      {
        what: 'Another thing',
        cve: 'CVE-2999-0003',
      },
    );
    const mails = async (): Promise<string[]> => {
      await letters.work();
      return letters.sent.splice(0).map(({ to, text }) => `${to} ${text}`);
    };
    await mails();
    const end = (who: Who, of: Who, instead: string) =>
      ask(who, 'POST', `/cases/${id}/links/end`, { json: { participant: idOf(of), instead } });
    const open = async (secret: string): Promise<Who> => {
      const { status, headers } = await ask(NOBODY, 'GET', `/l/${secret}`);
      assert.equal(status, 303);
      return { ...reporter, headers: { cookie: String(headers['set-cookie']).split(';')[0] ?? '' } };
    };
    const linkIn = (mail = ''): string => /\/l\/([\w-]{43})/.exec(mail)?.[1] ?? assert.fail(mail);
    const unknown = async (path: string, who: Who) => {
      const told = await ask(who, 'GET', path);
      assert.deepEqual(
        [told.status, told.body],
        [404, (await ask(NOBODY, 'GET', `/l/${'A'.repeat(43)}`)).body],
      );
    };

    const once = await sessionOf(store, memberOf(coordinator));
    assert.equal((await end(once, reporter, 'letter')).status, 403, 'without a passkey just now');
    assert.equal((await end(cna, reporter, 'letter')).status, 404, 'who does not coordinate');
    assert.equal((await end(coordinator, other.reporter, 'letter')).status, 404, 'of another case');
    assert.equal((await ask(reporter, 'GET', '/my-report')).status, 200);

    assert.equal((await end(coordinator, reporter, 'letter')).status, 200);
    await unknown('/my-report', reporter);
    await unknown(`/l/${secretOf(reporter)}`, NOBODY);
    const [mail, ...more] = await mails();
    assert.deepEqual(more, []);
    assert.match(mail ?? '', /^finder@example\.org [\s\S]*A new link in place of the old one/);
    const again = await open(linkIn(mail));
    assert.match((await ask(again, 'GET', '/my-report')).body, /"reference"/);

    assert.equal((await end(coordinator, reporter, 'nothing')).status, 200);
    await unknown('/my-report', again);
    const say = () =>
      ask(coordinator, 'POST', `/cases/${id}/messages`, { json: { audience: 'reporter', text: 'Hello' } });
    assert.equal((await say()).status, 200);
    assert.deepEqual([await mails(), new Set(await letters.jobs())], [[], new Set(['done'])]);
    assert.equal((await end(coordinator, reporter, 'letter')).status, 200);
    await open(linkIn((await mails())[0]));
    await say();
    assert.equal((await mails()).length, 1, 'they are written to again');

    assert.equal((await end(coordinator, agreed, 'letter')).status, 409, 'without an address');
    assert.equal((await ask(agreed, 'GET', '/my-part')).status, 200);
    assert.equal((await end(coordinator, agreed, 'nothing')).status, 200);
    await unknown('/my-part', agreed);
    assert.equal((await ask(invited, 'GET', '/my-part')).status, 200, 'of another participant');
    const log = await act((tx) =>
      tx.db
        .selectFrom('ledger')
        .select(['actor', 'subject', 'detail'])
        .where('act', '=', 'case.links')
        .execute(),
    );
    const entry = (of: Who, instead: string) => ({
      actor: `member:${memberOf(coordinator).id}`,
      subject: `case:${id}`,
      detail: JSON.stringify({ participant: idOf(of), instead }),
    });
    assert.deepEqual(
      log.map((row) => ({ ...row })),
      [
        entry(reporter, 'letter'),
        entry(reporter, 'nothing'),
        entry(reporter, 'letter'),
        entry(agreed, 'nothing'),
      ],
    );
  });
