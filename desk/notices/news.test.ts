/** Which act of a case tells whom, by which letter; whoever stands in no line is told nothing. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { givenCase, givenLetters, type Letters } from '../../test/given-letters.ts';
import { givenMember, givenServer } from '../../test/given-server.ts';
import type { MemberPrincipal, Principal, Role } from '../access/index.ts';
import { caseRoutes, partRoutes } from '../cases/index.ts';
import { addSignatories, changePerson, erasePerson } from '../people/index.ts';
import { followRoutes } from '../reports/index.ts';
import { mailChores } from './index.ts';

const DAY = 86_400_000;
const day = (n: number) => `2026-12-${String(n).padStart(2, '0')}T12:00:00Z`;

interface Cast extends Omit<Letters, 'act'> {
  readonly caseId: string;
  readonly people: Readonly<Record<string, Principal>>;
  /** Does it as somebody; `name: subject` of the letters that follow. */
  act(who: string, path: string, json?: object): Promise<string[]>;
  /** Somebody is asked in. */
  invite(role: string, name: string): Promise<string[]>;
  /** Everybody from outside looks at their page. */
  look(): Promise<void>;
  /** What the day's letter tells each member of news. */
  digest(): Promise<string[]>;
}

async function member(letters: Letters, role: Role, name: string): Promise<MemberPrincipal> {
  const { store, act } = letters;
  const as = await givenMember(store, role, true);
  const address = `${name}@example.com`;
  await act(async (tx) => {
    const row = tx.db.selectFrom('members').select('person_id').where('id', '=', as.id);
    const { person_id } = await row.executeTakeFirstOrThrow();
    await changePerson(tx, store.vault, person_id, () => ({ name, address }));
  });
  return as;
}

/** A report of ada's: cora and carl work on it, conny has an interest, tom came later, audrey audits. */
async function given(t: TestContext, where: Where): Promise<Cast> {
  const letters = await givenLetters(t, where);
  const people: Record<string, Principal> = {
    cora: await member(letters, 'coordinator', 'cora'),
    carl: await member(letters, 'cna', 'carl'),
    conny: await member(letters, 'coordinator', 'conny'),
  };
  const { caseId, participant } = await givenCase(letters, { name: 'Ada', address: 'ada@example.com' });
  people.ada = { kind: 'link', link: 'reporter', subject: participant, caseId };
  people.tom = await member(letters, 'triager', 'tom');
  people.glenn = await member(letters, 'coordinator', 'glenn');
  people.audrey = await member(letters, 'auditor', 'audrey');
  const { ask } = givenServer(t, letters.store, [...caseRoutes, ...partRoutes, ...followRoutes]);
  const told = async (): Promise<string[]> => {
    await letters.work();
    const sent = letters.sent.splice(0).map(({ to, text }) => {
      assert.doesNotMatch(text, /CANARY/);
      return `${to.replace('@example.com', '')}: ${/\r\nSubject: (.*)\r\n/.exec(text)?.[1]?.replace(/^\[.{9}\] /, '')}`;
    });
    return sent.sort();
  };
  const act: Cast['act'] = async (who, path, json = {}) => {
    letters.clock.now += 1000;
    const as = people[who] ?? assert.fail(who);
    const url = path.startsWith('/') ? path : `/cases/${caseId}/${path}`;
    const { status, body } = await ask('POST', url, { as, json });
    assert.equal(status, 200, `${path}: ${body}`);
    return told();
  };
  const invite: Cast['invite'] = async (role, name) => {
    const found = await act('cora', 'participants', { name, role, address: `${name}@example.com` });
    const subject = (await letters.file(caseId)).state.participants.at(-1)?.id ?? assert.fail();
    people[name] = { kind: 'link', link: 'participant', subject, caseId };
    return found;
  };
  const look = async (): Promise<void> => {
    letters.clock.now += 1000;
    for (const as of Object.values(people))
      if (as.kind === 'link') await ask('GET', as.link === 'reporter' ? '/my-report' : '/my-part', { as });
  };
  const digest = async (): Promise<string[]> => {
    letters.clock.now += DAY;
    await mailChores(letters.store, letters.config)[1]?.run();
    await letters.work();
    const told = letters.sent.splice(0).filter(({ text }) => text.includes('New from outside'));
    return told.map(({ to }) => to.replace('@example.com', '')).sort();
  };
  await act('conny', 'conflict', { why: 'CANARY: a friend.' });
  return { ...letters, caseId, people, act, invite, look, digest };
}

const NEWS = 'There is something for you';
const ALERT = 'Please look at once';
const ACCEPT = 'Please accept the embargo';
const MOVES = 'The end of the embargo moves';

for (const where of databases)
  test(`every act, and whom it tells (${where.name})`, { skip: where.skip }, async (t) => {
    const cast = await given(t, where);
    const { act, invite, caseId } = cast;
    const text = 'CANARY words';
    const signed = { name: 'Sig', address: 'signed@example.com', version: '1.1', signed: '2026-05-02' };
    await cast.act('cora', 'take');
    await cast.store.transaction((tx) => addSignatories(tx, cast.store.vault, [signed]));
    const party = async () => `maintainers:${(await cast.file(caseId)).state.participants.at(-1)?.party}`;
    const table: [what: string, does: () => Promise<string[]>, told: string[]][] = [
      ['a proof is wanted', () => act('carl', 'proof'), ['ada: We need a proof of concept']],
      ['ada shows it', () => act('ada', '/my-report/message', { text }), []],
      ['a vote', () => act('cora', 'vote', { vote: 'yes', interest: 'no', why: text }), []],
      ['another', () => act('carl', 'vote', { vote: 'yes', interest: 'no', why: text }), []],
      ['accepted', () => act('carl', 'accept'), [`ada: ${NEWS}`]],
      ['an id', () => act('cora', 'reserve', { cve: 'CVE-1900-1234' }), []],
      ['a task', () => act('cora', 'tasks', { text }), []],
      [
        'asked in, an observer',
        () => invite('observer', 'olga'),
        ['olga: Agreement before you are told, version 1.1'],
      ],
      ['asked in, who signed', () => invite('observer', 'signed'), [`signed: ${NEWS}`]],
      ['asked in, a maintainer', () => invite('maintainer', 'mia'), ['mia: CVE-1900-1234 Foo-Bar']],
      [
        'the embargo begins',
        () => act('cora', 'embargo', { end: day(20), why: text }),
        [`ada: ${NEWS}`, `mia: ${ACCEPT}`, `olga: ${ACCEPT}`, `signed: ${ACCEPT}`],
      ],
      ['a maintainer accepts', () => act('mia', '/my-part/accept'), []],
      [
        'said to the maintainers',
        async () => act('carl', 'messages', { audience: await party(), text }),
        [`mia: ${NEWS}`],
      ],
      ['said by a maintainer', () => act('mia', '/my-part/message', { text }), []],
      ['said by the reporter', () => act('ada', '/my-report/message', { text }), []],
      ['said to the team', () => act('carl', 'messages', { audience: 'team', text }), []],
      [
        'said to the reporter',
        () => act('carl', 'messages', { audience: 'reporter', text }),
        [`ada: ${NEWS}`],
      ],
      ['a wish for more time', () => act('mia', '/my-part/extend', { end: day(29), why: text }), []],
      [
        'that is refused',
        async () => act('cora', 'embargo/answer', { ...(await open()), answer: 'no' }),
        [`mia: ${NEWS}`],
      ],
      ['another end of ours', () => act('cora', 'embargo', { end: day(27), why: text }), [`mia: ${NEWS}`]],
      ['another wish', () => act('mia', '/my-part/extend', { end: day(24), why: text }), []],
      [
        'that is accepted',
        async () => act('carl', 'embargo/answer', { ...(await open()), answer: 'yes' }),
        [
          'mia: CVE-1900-1234 Foo-Bar: more time',
          ...['ada', 'olga', 'signed'].map((who) => `${who}: ${MOVES}`),
        ],
      ],
      ['a fix', () => act('mia', '/my-part/answer', { answer: 'affected' }), []],
      ['brought in', () => act('cora', 'members', { member: idOf('tom') }), [`tom: ${ALERT}`]],
      [
        'the glass is broken',
        () => act('glenn', 'break-glass', { why: text }),
        [`carl: ${ALERT}`, `cora: ${ALERT}`, `tom: ${ALERT}`],
      ],
      [
        'it is public',
        () => act('carl', 'observe', { what: 'P' }),
        [`cora: ${ALERT}`, `glenn: ${ALERT}`, `tom: ${ALERT}`, ...ended('ada', 'mia', 'olga', 'signed')],
      ],
      [
        'closed, for somebody else',
        () => act('cora', 'close', { outcome: 'out-of-scope', why: text, handler: 'perl' }),
        ['ada: Somebody else handles this', `mia: ${NEWS}`],
      ],
    ];
    const open = async (): Promise<{ proposal: string }> => {
      const last = (await cast.file(caseId)).state.embargo.proposals.at(-1);
      return { proposal: last?.id ?? assert.fail('no proposal') };
    };
    const idOf = (name: string): string => {
      const who = cast.people[name];
      return who?.kind === 'member' ? who.id : assert.fail(name);
    };
    for (const [what, does, told] of table) {
      assert.deepEqual(await does(), told.toSorted(), what);
      await cast.look();
    }
    // Tom and Glenn came when all of it had been said.
    assert.deepEqual(await cast.digest(), ['carl', 'cora']);
  });

function ended(...names: readonly string[]): string[] {
  return names.map((name) => `${name}: The embargo has ended`);
}

for (const where of databases)
  test(`news is told once until somebody looks, and a lost letter once more (${where.name})`, {
    skip: where.skip,
  }, async (t) => {
    const { act, look, clock, store, people, caseId, digest } = await given(t, where);
    const say = () => act('cora', 'messages', { audience: 'reporter', text: 'CANARY' });
    assert.deepEqual(await say(), [`ada: ${NEWS}`]);
    assert.deepEqual(await say(), []);
    await look();
    assert.deepEqual(await say(), [`ada: ${NEWS}`]);
    clock.now += 8 * DAY;
    assert.deepEqual(await say(), [`ada: ${NEWS}`]);
    // Members: until they look, and never of what they have no part in.
    await act('ada', '/my-report/message', { text: 'CANARY' });
    assert.deepEqual(await digest(), ['carl', 'cora']);
    const { ask } = givenServer(t, store, caseRoutes);
    await ask('GET', `/cases/${caseId}`, { as: people.carl ?? assert.fail() });
    assert.deepEqual(await digest(), ['cora']);
    // Spam is not answered, and whoever was erased is written to no more.
    await act('cora', 'close', { outcome: 'spam', why: 'CANARY' });
    await look();
    await store.transaction(async (tx) => {
      const row = tx.db.selectFrom('participants').select('person_id').where('case_id', '=', caseId);
      await erasePerson(tx, store.vault, (await row.executeTakeFirstOrThrow()).person_id);
    });
    assert.deepEqual(await say(), []);
  });
