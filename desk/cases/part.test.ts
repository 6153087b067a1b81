import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { databases, type Where } from '../../test/given-desk.ts';
import { type GivenServer, givenMember, givenServer, ORIGIN } from '../../test/given-server.ts';
import type { MemberPrincipal, Principal } from '../access/index.ts';
import { addSignatories, erasePerson, linkOf, readPerson } from '../people/index.ts';
import { EMPTY_REPORT, followRoutes, takeReport } from '../reports/index.ts';
import type { Store } from '../store/index.ts';
import { caseRoutes, partRoutes } from './index.ts';

interface GivenPart extends GivenServer {
  readonly store: Store;
  readonly caseId: string;
  readonly cna: MemberPrincipal;
  readonly reporter: Principal;
  /** Somebody who was asked in. */
  invited(role: 'maintainer' | 'observer', address?: string): Promise<Principal>;
}

/** A case that is coordinated under an embargo, with its CVE id. */
async function givenPart(t: TestContext, { given }: Where): Promise<GivenPart> {
  const { store } = await given(t);
  const cna = await givenMember(store, 'cna', true);
  const other = await givenMember(store, 'coordinator');
  const server = givenServer(t, store, [...caseRoutes, ...partRoutes, ...followRoutes]);
  const report = { ...EMPTY_REPORT, where: 'Foo-Bar', what: 'SECRET overflow' };
  const { caseId, participant } = await store.transaction((tx) =>
    takeReport(tx, store.vault, { channel: 'form', report, person: null, files: [] }),
  );
  const post = async (act: string, json: unknown, as: Principal = cna): Promise<string> => {
    const told = await server.ask('POST', `/cases/${caseId}/${act}`, { as, json });
    assert.equal(told.status, 200, `${act}: ${told.body}`);
    return told.body;
  };
  await post('take', {});
  await post('vote', { vote: 'yes', interest: 'no', why: 'so' });
  await post('vote', { vote: 'yes', interest: 'no', why: 'so' }, other);
  await post('accept', {});
  await post('embargo', { end: '2999-12-09T12:00:00Z', why: 'default' });
  await post('reserve', { cve: 'CVE-2999-0001' });
  const invited = async (role: string, address = ''): Promise<Principal> => {
    const told = await post('participants', { name: 'An Author', role, address });
    const { link } = JSON.parse(told) as { link: string };
    const found = await store.transaction((tx) => linkOf(tx, link.replace(`${ORIGIN}/l/`, '')));
    return { kind: 'link', link: 'participant', subject: found?.subject ?? '', caseId };
  };
  const reporter = { kind: 'link', link: 'reporter', subject: participant, caseId } as const;
  return { store, caseId, cna, reporter, invited, ...server };
}

for (const where of databases) {
  const { name, skip } = where;

  test(`nothing of a case is shown before they agreed (${name})`, { skip }, async (t) => {
    const { ask, invited } = await givenPart(t, where);
    const as = await invited('maintainer');
    const before = await ask('GET', '/my-part', { as });
    assert.doesNotMatch(before.body, /SECRET/);
    assert.deepEqual(JSON.parse(before.body), {
      reference: JSON.parse(before.body).reference,
      inside: null,
      cve: 'CVE-2999-0001',
      distribution: 'Foo-Bar',
      embargoEnd: '2999-12-09T12:00:00Z',
      agreement: null,
      declined: false,
      signed: null,
    });
    for (const [path, json] of [
      ['/my-part/message', { text: 'hello' }],
      ['/my-part/extend', { end: '2999-12-10T12:00:00Z', why: 'x' }],
      ['/my-part/answer', { answer: 'affected' }],
    ] as const)
      assert.equal((await ask('POST', path, { as, json })).status, 404, path);
    const after = await ask('POST', '/my-part/accept', { as, json: {} });
    assert.match(after.body, /SECRET overflow/);
  });

  test(`who signed before there was a desk is not asked again for the same version (${name})`, {
    skip,
  }, async (t) => {
    const { ask, invited, store, caseId, cna } = await givenPart(t, where);
    const signed = (address: string, version: string, day: string) => ({
      name: 'A',
      address,
      version,
      signed: day,
    });
    const added = await store.transaction((tx) =>
      addSignatories(tx, store.vault, [
        signed('now@example.org', '1.0', '2024-01-01'),
        signed('now@example.org', '1.1', '2026-05-02'),
        signed('old@example.org', '1.0', '2025-03-04'),
        signed('gone@example.org', '1.1', '2026-05-02'),
      ]),
    );
    assert.equal(added, 4);
    const gone = await store.transaction((tx) => tx.db.selectFrom('persons').select('id').execute());
    for (const { id } of gone)
      await store.transaction(async (tx) => {
        const person = await readPerson(tx, store.vault, id);
        if (person?.address === 'gone@example.org') await erasePerson(tx, store.vault, id);
      });
    const table: [address: string, says: RegExp, asks: boolean][] = [
      [
        'NOW@example.org',
        /You signed version 1\.1 of the agreement on 2026-05-02, moved in\. It holds/,
        false,
      ],
      [
        'old@example.org',
        /You signed version 1\.0 .* on 2025-03-04, moved in\. Another version is asked/,
        true,
      ],
      ['gone@example.org', /Agreement before you are told/, true],
      ['somebody@example.org', /Agreement before you are told/, true],
    ];
    for (const [address, says, asks] of table) {
      const as = await invited('observer', address);
      const { body } = await ask('GET', '/my-part', { as, headers: { accept: 'text/html' } });
      assert.match(body, says, address);
      assert.doesNotMatch(body, /SECRET/);
      assert.equal(/Agreement before you are told/.test(body), asks, address);
      const told = await ask('POST', '/my-part/accept', { as, json: {} });
      assert.match(told.body, /SECRET overflow/, address);
    }
    // An author need not sign, and is not said to have.
    const author = await invited('maintainer', 'now@example.org');
    assert.match((await ask('GET', '/my-part', { as: author })).body, /"signed":null/);
    const page = await ask('GET', `/cases/${caseId}`, { as: cna, headers: { accept: 'text/html' } });
    assert.match(page.body, /observer, signed version 1\.1 of the agreement on 2026-05-02, moved in/);
    assert.doesNotMatch(page.body, /example\.org/);
  });

  test(`an observer signs the agreement first; a maintainer need not (${name})`, { skip }, async (t) => {
    const { ask, invited, store } = await givenPart(t, where);
    const observer = await invited('observer');
    const page = await ask('GET', '/my-part', { as: observer, headers: { accept: 'text/html' } });
    assert.match(page.body, /Agreement before you are told/);
    assert.match(page.body, /I sign and accept/);
    await ask('POST', '/my-part/accept', { as: observer, json: {} });
    const rows = await store.transaction((tx) =>
      tx.db
        .selectFrom('participants')
        .select(['role', 'agreement'])
        .where('agreed_at', 'is not', null)
        .execute(),
    );
    assert.deepEqual(
      rows.map(({ role }) => role),
      ['observer'],
    );
    assert.ok(rows[0]?.agreement);
  });

  test(`whoever declines sees nothing, and may still accept (${name})`, { skip }, async (t) => {
    const { ask, invited } = await givenPart(t, where);
    const as = await invited('observer');
    const declined = await ask('POST', '/my-part/decline', { as, json: {} });
    const { declined: said, inside } = JSON.parse(declined.body) as { declined: boolean; inside: null };
    assert.deepEqual([said, inside], [true, null]);
    assert.match((await ask('POST', '/my-part/accept', { as, json: {} })).body, /SECRET overflow/);
    assert.equal((await ask('POST', '/my-part/decline', { as, json: {} })).status, 409);
  });

  test(`whoever agreed to an earlier end is asked anew, the reporter too (${name})`, { skip }, async (t) => {
    const { ask, invited, cna, caseId, reporter } = await givenPart(t, where);
    const [maintainer, observer] = [await invited('maintainer'), await invited('observer')];
    for (const as of [maintainer, observer]) await ask('POST', '/my-part/accept', { as, json: {} });
    await ask('POST', '/my-part/extend', {
      as: maintainer,
      json: { end: '2999-12-20T12:00:00Z', why: 'So.' },
    });
    const { embargo } = JSON.parse((await ask('GET', `/cases/${caseId}`, { as: cna })).body) as {
      embargo: { proposals: { id: string }[] };
    };
    const proposal = embargo.proposals[0]?.id ?? assert.fail();
    await ask('POST', `/cases/${caseId}/embargo/answer`, { as: cna, json: { proposal, answer: 'yes' } });
    const inside = async (path: string): Promise<{ lapsed: boolean }> =>
      (
        JSON.parse((await ask('POST', path, { as: observer, json: {} })).body) as {
          inside: { lapsed: boolean };
        }
      ).inside;
    assert.match((await ask('GET', '/my-part', { as: observer })).body, /"lapsed":true/);
    assert.equal((await inside('/my-part/accept')).lapsed, false);
    const end = '2999-12-20T12:00:00Z';
    const asked = await ask('GET', '/my-report', { as: reporter });
    assert.ok(asked.body.includes(JSON.stringify({ end, asks: true }).slice(1, -1)), asked.body);
    assert.match(asked.body, /SECRET overflow/, 'what they reported');
    const accepted = await ask('POST', '/my-report/accept', { as: reporter, json: {} });
    assert.ok(accepted.body.includes(JSON.stringify({ end, asks: false }).slice(1, -1)), accepted.body);
  });

  test(`a maintainer answers, asks for more time, sends a patch, has a fix (${name})`, {
    skip,
  }, async (t) => {
    const { ask, invited, cna, caseId } = await givenPart(t, where);
    const as = await invited('maintainer');
    const post = async (path: string, json: unknown) => {
      const told = await ask('POST', `/my-part/${path}`, { as, json });
      assert.equal(told.status, 200, `${path}: ${told.body}`);
      return JSON.parse(told.body) as {
        inside: { asked: string[]; fix: string; proposals: { own: boolean }[]; messages: { text: string }[] };
      };
    };
    const begun = await post('accept', {});
    assert.deepEqual(begun.inside.asked, [
      'Say whether you are affected, or need help.',
      'Say in which version it will be fixed, or send a patch.',
    ]);
    await post('answer', { answer: 'affected', version: '1.24' });
    const asked = await post('extend', { end: '2999-12-20T12:00:00Z', why: 'A holiday.' });
    assert.deepEqual(
      asked.inside.proposals.map(({ own }) => own),
      [true],
    );
    const fixed = await post('fix', { version: '1.24' });
    assert.equal(fixed.inside.fix, 'VFd');
    const team = await ask('GET', `/cases/${caseId}`, { as: cna });
    assert.match(team.body, /A holiday\./);
    const { embargo } = JSON.parse(team.body) as { embargo: { proposals: { id: string; own: boolean }[] } };
    const proposal = embargo.proposals[0]?.id ?? assert.fail();
    const accepted = await ask('POST', `/cases/${caseId}/embargo/answer`, {
      as: cna,
      json: { proposal, answer: 'yes' },
    });
    assert.equal(
      (JSON.parse(accepted.body) as { embargo: { end: string } }).embargo.end,
      '2999-12-20T12:00:00Z',
    );
  });

  test(`parties do not see each other (${name})`, { skip }, async (t) => {
    const { ask, invited, cna, caseId } = await givenPart(t, where);
    const [first, second] = [await invited('maintainer'), await invited('maintainer')];
    for (const as of [first, second]) await ask('POST', '/my-part/accept', { as, json: {} });
    await ask('POST', '/my-part/message', { as: first, json: { text: 'FROM-FIRST' } });
    await ask('POST', `/cases/${caseId}/messages`, {
      as: cna,
      json: { audience: 'team', text: 'TEAM-ONLY' },
    });
    const seen = async (as: Principal) => (await ask('GET', '/my-part', { as })).body;
    assert.match(await seen(first), /FROM-FIRST/);
    assert.doesNotMatch(await seen(second), /FROM-FIRST|TEAM-ONLY/);
    assert.doesNotMatch(await seen(first), /TEAM-ONLY/);
    assert.match((await ask('GET', `/cases/${caseId}`, { as: cna })).body, /FROM-FIRST/);
  });
}
