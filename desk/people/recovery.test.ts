import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databases } from '../../test/given-desk.ts';
import { givenPeople, type PeopleDesk, type Visitor } from '../../test/given-people.ts';

const HOUR = 3600;

interface Four {
  readonly ada: Visitor;
  readonly bob: Visitor;
  readonly cleo: Visitor;
  /** Who lost every passkey. */
  readonly dan: Visitor;
}

async function four({ first, member }: PeopleDesk): Promise<Four> {
  const ada = await first();
  const [bob, cleo] = [await member(ada, 'cna', 'Bob'), await member(ada, 'coordinator', 'Cleo')];
  return { ada, bob, cleo, dan: await member(ada, 'triager', 'Dan') };
}

const ask = (by: Visitor, { id }: Visitor) => by.post(`/people/${id}/recovery`);
const answer = (by: Visitor, { id }: Visitor, answered = 'confirm') =>
  by.post(`/people/${id}/recovery/answer`, { answer: answered });

for (const where of databases) {
  const { name, skip } = where;

  test(`two members together give a third a new way in, and the old ones end (${name})`, {
    skip,
  }, async (t) => {
    const desk = await givenPeople(t, where);
    const { ada, bob, cleo, dan } = await four(desk);
    const token = (await dan.post('/account/tokens', { name: 'n', scopes: ['read'], days: 1 })).body.token;
    assert.equal((await ask(ada, dan)).status, 200);
    const { body } = await answer(bob, dan);
    assert.equal((await dan.get('/account')).status, 200, 'nothing ends before the link is used');
    const found = desk.visitor();
    await found.enter(String(body.link));
    assert.equal((await dan.get('/account')).status, 404);
    assert.equal((await dan.use('/sign-in')).status, 422);
    const bearer = { authorization: `Bearer ${String(token)}` };
    assert.equal((await desk.visitor().get('/people', bearer)).status, 404);
    assert.equal((await found.get('/account')).status, 200);
    assert.deepEqual(
      desk.notices
        .filter(({ about }) => about !== 'invited')
        .map(({ about, subject, to }) => [about, subject, to]),
      [
        ['recovery-asked', dan.id, [cleo.id]],
        ['recovery-confirmed', dan.id, [ada.id, cleo.id].sort()],
        ['recovery-used', dan.id, [ada.id, cleo.id].sort()],
      ],
    );
    const acts = (await desk.acts()).filter(({ act }) => act.startsWith('member.'));
    const told = acts.map(({ actor, act, detail }) => [actor, act, detail.member, detail.answer]);
    assert.deepEqual(told.slice(-2), [
      [`member:${ada.id}`, 'member.recover', dan.id, undefined],
      [`member:${bob.id}`, 'member.confirm', dan.id, 'confirm'],
    ]);
  });

  test(`nobody recovers alone, for themselves, unasked or too late (${name})`, { skip }, async (t) => {
    const desk = await givenPeople(t, where);
    const { ada, bob, cleo, dan } = await four(desk);
    const steps: [what: string, act: () => Promise<{ status: number }>, status: number][] = [
      ['confirmed what nobody asked', () => answer(bob, dan), 409],
      ['asked by a CNA member', () => ask(bob, dan), 404],
      ['asked by the subject', () => ask(ada, ada), 409],
      ['asked', () => ask(ada, dan), 200],
      ['asked twice', () => ask(cleo, dan), 409],
      ['confirmed by whoever asked', () => answer(ada, dan), 409],
      ['confirmed by the subject', () => answer(dan, dan), 404],
      ['refused by another', () => answer(cleo, dan, 'refuse'), 303],
      ['confirmed after it was refused', () => answer(bob, dan), 409],
      ['asked for a coordinator', () => ask(ada, cleo), 200],
      ['confirmed by that coordinator', () => answer(cleo, cleo), 409],
      ['asked once more', () => ask(ada, dan), 200],
    ];
    for (const [what, act, status] of steps) assert.equal((await act()).status, status, what);
    desk.pass(24 * HOUR - 1);
    for (const one of [ada, bob]) await signIn(one);
    desk.pass(1);
    assert.equal((await answer(bob, dan)).status, 409, 'too late');
    assert.equal((await ask(ada, dan)).status, 200);
    const { body } = await answer(bob, dan);
    desk.pass(24 * HOUR);
    assert.equal((await desk.visitor().get(new URL(String(body.link)).pathname)).status, 404);
  });

  test(`of two who confirm at the same time one gets a link (${name})`, { skip }, async (t) => {
    const desk = await givenPeople(t, where);
    const { ada, bob, cleo, dan } = await four(desk);
    await ask(ada, dan);
    const told = await Promise.all([answer(bob, dan), answer(cleo, dan)]);
    assert.deepEqual(told.map(({ status }) => status).sort(), [200, 409]);
  });

  test(`whoever asked must still be a coordinator when it is confirmed (${name})`, { skip }, async (t) => {
    const desk = await givenPeople(t, where);
    const { ada, bob, cleo, dan } = await four(desk);
    await ask(cleo, dan);
    await ada.post(`/people/${cleo.id}/state`, { state: 'suspended' });
    assert.equal((await answer(bob, dan)).status, 409);
    await answer(bob, dan, 'refuse');
    await ask(ada, dan);
    const { body } = await answer(bob, dan);
    await ada.post(`/people/${dan.id}/state`, { state: 'suspended' });
    assert.equal((await desk.visitor().get(new URL(String(body.link)).pathname)).status, 404);
  });
}

async function signIn(visitor: Visitor): Promise<void> {
  assert.equal((await visitor.use('/sign-in')).status, 200);
}
