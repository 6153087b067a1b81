import assert from 'node:assert/strict';
import test from 'node:test';
import { type Applied, apply } from './apply.ts';
import { type CaseState, caseFaults, decodeCaseState, openCase, type Participant } from './case-state.ts';
import type { CaseEvent, Effect } from './events.ts';

type Loose<T> = T extends CaseEvent ? Omit<T, 'at' | 'by'> & { at?: string; by?: string } : never;
type Typed = Loose<CaseEvent>;

const day = (n: number): string => new Date(Date.UTC(2026, 10, n, 12)).toISOString().replace('.000Z', 'Z');

/** A case, and what is done to it one event after the other; an event that is refused fails the test. */
class Story {
  state: CaseState;
  effects: readonly Effect[] = [];

  constructor(reporter: 'r' | null = 'r') {
    this.state = openCase({
      ref: 'k7mq-2f',
      at: day(1),
      owner: 'team',
      reporter: reporter === null ? null : { id: reporter },
    });
  }

  try(event: Typed): Applied {
    const { at = this.state.last, by = 'm1' } = event;
    return apply(this.state, { ...event, at, by } as CaseEvent);
  }

  does(...events: Typed[]): this {
    for (const event of events) {
      const applied = this.try(event);
      if ('refused' in applied) assert.fail(`${event.type}: ${applied.refused}`);
      assert.deepEqual(caseFaults(applied.state), []);
      this.state = applied.state;
      this.effects = applied.effects;
    }
    return this;
  }

  refuses(event: Typed, reason: RegExp): this {
    const before = structuredClone(this.state);
    const applied = this.try(event);
    assert.match('refused' in applied ? applied.refused : 'done', reason);
    assert.deepEqual(this.state, before);
    return this;
  }

  one(id: string): Participant {
    const found = this.state.participants.find((participant) => participant.id === id);
    assert.ok(found, id);
    return found;
  }

  kinds(): string[] {
    return this.effects.map(({ type }) => type);
  }
}

const manage = (
  step: 'VALIDATE' | 'ACCEPT' | 'DEFER' | 'INVALIDATE' | 'CLOSE',
  participant = 'team',
): Typed => ({
  type: 'manage',
  participant,
  step,
});
const phase = (step: 'TRIAGE' | 'COORDINATE' | 'PREPARE' | 'RETURN' | 'FOLLOW_UP'): Typed => ({
  type: 'phase',
  step,
});
const join = (
  participant: string,
  role: 'maintainer' | 'distributor' | 'participant' = 'maintainer',
): Typed => ({
  type: 'join',
  participant,
  roles: [role],
  party: role === 'maintainer' ? 'Foo-Bar' : role,
});
const consent = (participant: string, step: 'INVITE' | 'ACCEPT' | 'DECLINE' = 'ACCEPT'): Typed => ({
  type: 'consent',
  participant,
  step,
});
const send = (participant: string, from = 'team'): Typed => ({ type: 'send-report', participant, from });
const propose = (participant: string, proposal: string, end: string): Typed => ({
  type: 'propose',
  participant,
  proposal,
  end,
  why: 'a release needs it',
});
const accepted = (participant: string, proposal: string): Typed => ({
  type: 'accept',
  participant,
  proposal,
});
const byDefault: Typed = { type: 'default-embargo', proposal: 'd', end: day(15), why: 'policy' };
const reserved: Typed = { type: 'reserve', cve: 'CVE-1900-1234' };

/** In coordination, the default embargo until the 15th, the maintainer told and at work. */
function coordinated(): Story {
  return new Story().does(
    phase('TRIAGE'),
    manage('VALIDATE'),
    manage('ACCEPT'),
    phase('COORDINATE'),
    reserved,
    byDefault,
    join('a'),
    consent('a'),
    send('a'),
    manage('VALIDATE', 'a'),
    manage('ACCEPT', 'a'),
  );
}

test('the walk of a case, from the report to its end', () => {
  const story = coordinated();
  assert.equal(story.one('a').vfd, 'Vfd');
  assert.equal(story.one('r').pec, 'SIGNATORY');
  story
    .does({ type: 'fix', participant: 'a', step: 'F' }, phase('PREPARE'))
    .refuses(
      { type: 'publish', approvedBy: 'm2', at: day(14) },
      /the embargo stands until 2026-11-15T12:00:00Z/,
    )
    .refuses({ type: 'publish', approvedBy: 'm1', at: day(15) }, /another person approves/)
    .does({ type: 'publish', approvedBy: 'm2', at: day(15) });
  assert.deepEqual(story.kinds(), ['embargo-ended', 'notice-due', 'published', 'notice-due']);
  assert.deepEqual(story.state.embargo.ended, { at: day(15), cause: 'end-reached' });
  assert.equal(story.state.pxa, 'Pxa');
  story.does(phase('FOLLOW_UP'), { type: 'close', outcome: 'published' });
  assert.equal(story.one('team').rm, 'CLOSED');
  story.refuses({ type: 'tick' }, /the case is closed/);
});

test('report management: the order is kept, and the owner closes the case', () => {
  new Story()
    .refuses(phase('COORDINATE'), /the group accepts the report first; it is RECEIVED/)
    .refuses(manage('ACCEPT'), /no ACCEPT from RECEIVED; possible: VALIDATE, INVALIDATE/)
    .refuses({ type: 'close', outcome: 'spam' }, /no CLOSE from RECEIVED/)
    .does(manage('INVALIDATE'))
    .refuses(manage('CLOSE'), /the owner closes the case/)
    .does({ type: 'close', outcome: 'spam' });
});

test('the maintainers are told after the CVE id is reserved and the embargo is accepted', () => {
  new Story()
    .does(join('a'))
    .refuses(send('a'), /may send the report once ACCEPTED, and is RECEIVED/)
    .does(manage('VALIDATE'), manage('ACCEPT'), byDefault)
    .refuses(send('a'), /a accepts the embargo first, and is INVITED/)
    .does(consent('a'))
    .refuses(send('a'), /reserve the CVE id before/)
    .does(reserved, send('a'))
    .refuses(send('a'), /no RECEIVE from RECEIVED/)
    .refuses(reserved, /the case has CVE-1900-1234, which stays/);
});

test('an id is given back until it is published', () => {
  const back: Typed = { type: 'give-back' };
  const story = new Story().refuses(back, /the case has no CVE id/).does(reserved, back);
  assert.equal(story.state.cve, null);
  story.does(reserved, manage('INVALIDATE'), { type: 'close', outcome: 'not-a-vulnerability' });
  story.refuses(phase('TRIAGE'), /the case is closed/).does(back);
  const published = coordinated()
    .does(phase('PREPARE'))
    .refuses(back, /return to the coordination first/)
    .does({ type: 'publish', approvedBy: 'm2', at: day(15) })
    .refuses(back, /published at 2026-11-15T12:00:00Z: the id stays/);
  assert.equal(published.state.cve, 'CVE-1900-1234');
});

test('everybody else signs the pre-release agreement before the embargo', () => {
  coordinated()
    .does(join('p', 'participant'))
    .refuses(consent('p'), /p signs the pre-release agreement first/)
    .refuses(propose('p', 'x', day(9)), /p signs the pre-release agreement first/)
    .does({ type: 'sign-agreement', participant: 'p', version: '1.1' })
    .refuses({ type: 'sign-agreement', participant: 'p', version: '1.1' }, /has signed version 1.1/)
    .refuses(send('p'), /p accepts the embargo first/)
    .does(consent('p'), send('p'));
});

test('who declined sees nothing until they accept', () => {
  coordinated()
    .does(join('p', 'maintainer'), consent('p', 'DECLINE'))
    .refuses(send('p'), /and is DECLINED/)
    .refuses(consent('p'), /no ACCEPT from DECLINED; possible: INVITE, RESET/)
    .does(consent('p', 'INVITE'), consent('p'), send('p'));
});

test('the reporter sends no report on before the embargo is theirs', () => {
  const story = new Story().does(reserved, propose('team', 'x', day(9)), join('a'), consent('a'));
  story.does(send('a', 'r'));
  // Sending while a proposal is open accepts it.
  assert.equal(story.state.embargo.em, 'ACTIVE');
  assert.equal(story.one('r').pec, 'SIGNATORY');
});

test('the shortest proposal wins, the longer one asks for a revision', () => {
  const story = new Story().does(join('a'), propose('team', 'long', day(20)), propose('a', 'short', day(10)));
  story
    .refuses(accepted('a', 'long'), /the shortest proposal wins: short ends 2026-11-10T12:00:00Z/)
    .refuses(accepted('a', 'short'), /accepted by somebody else/)
    .does(accepted('team', 'short'));
  assert.equal(story.state.embargo.em, 'REVISE');
  assert.equal(story.state.embargo.end, day(10));
  assert.deepEqual(
    story.state.participants.map(({ id, pec }) => [id, pec]),
    [
      ['team', 'SIGNATORY'],
      ['r', 'INVITED'],
      ['a', 'SIGNATORY'],
    ],
  );
  story.does(consent('r'), accepted('a', 'long'));
  assert.equal(story.state.embargo.end, day(20));
  assert.equal(story.one('r').pec, 'LAPSED', 'a later end needs a new consent');
  assert.deepEqual(
    story.effects.filter(({ type }) => type === 'consent-needed'),
    [{ type: 'consent-needed', participant: 'r' }],
  );
});

test('an earlier end is a revision too, and keeps the consent that was given', () => {
  const story = coordinated().does(propose('a', 'early', day(8)));
  assert.equal(story.state.embargo.em, 'REVISE');
  story.does(accepted('team', 'early'));
  assert.deepEqual(story.effects[0], { type: 'embargo-changed', from: day(15), to: day(8) });
  assert.equal(story.one('r').pec, 'SIGNATORY');
});

test('the embargo stays in force while a revision is talked about', () => {
  coordinated()
    .does(propose('a', 'later', day(29)), phase('PREPARE'))
    .refuses({ type: 'publish', approvedBy: 'm2' }, /the embargo stands/)
    .does({ type: 'reject', participant: 'team', proposal: 'later' })
    .refuses(propose('a', 'now', day(1)), /ends in the future; to end it now, terminate it/)
    .refuses(propose('a', 'soon', '2026-11-20'), /an instant in UTC, not at "2026-11-20"/);
});

test('a rejected first proposal leaves nothing', () => {
  const story = new Story().does(join('a'), propose('a', 'x', day(9)), consent('r'));
  story.does({ type: 'reject', participant: 'team', proposal: 'x' });
  assert.equal(story.state.embargo.em, 'NONE');
  assert.equal(story.one('r').pec, 'NO_EMBARGO');
  story.refuses(consent('r'), /the embargo is NONE: there is nothing to agree to/);
});

const ends: [name: string, event: Typed, pxa: string, cause: string][] = [
  ['public', { type: 'observe', what: 'P' }, 'Pxa', 'public'],
  ['an exploit is public', { type: 'observe', what: 'X' }, 'PXa', 'exploit'],
  ['attacks, confirmed', { type: 'observe', what: 'A', confirmedBy: 'm2' }, 'pxA', 'attacks'],
  ['terminated', { type: 'terminate', participant: 'a', why: 'it is fixed' }, 'pxa', 'terminated'],
  ['its end', { type: 'tick', at: day(15) }, 'pxa', 'end-reached'],
];
for (const [name, event, pxa, cause] of ends) {
  test(`what ends an embargo at once: ${name}`, () => {
    const story = coordinated().does(propose('a', 'later', day(29)), event);
    assert.equal(story.state.embargo.em, 'EXITED');
    assert.equal(story.state.pxa, pxa);
    assert.equal(story.state.embargo.ended?.cause, cause);
    assert.ok(story.state.participants.every(({ pec }) => pec === 'NO_EMBARGO'));
    assert.deepEqual(story.kinds().slice(0, 3), ['proposal-dropped', 'embargo-ended', 'notice-due']);
    assert.equal(story.state.published, null, 'to end is not to publish');
    story.refuses(propose('team', 'again', day(30)), /no embargo is agreed any more|no PROPOSE from EXITED/);
  });
}

test('a proposal that nobody answered before its end is a no', () => {
  const story = new Story().does(propose('r', 'x', day(9)), propose('r', 'y', day(20)));
  story.does({ type: 'tick', at: day(9) });
  assert.deepEqual(story.effects, [{ type: 'proposal-dropped', proposal: 'x', participant: 'r' }]);
  story.does({ type: 'tick', at: day(20) });
  assert.equal(story.state.embargo.em, 'NONE');
});

test('what is public drops a proposal', () => {
  const story = new Story().does(propose('r', 'x', day(9)), { type: 'observe', what: 'P' });
  assert.equal(story.state.embargo.em, 'NONE');
  assert.deepEqual(story.kinds(), ['proposal-dropped', 'notice-due']);
});

test('attacks wait for a person', () => {
  const story = coordinated().does({ type: 'observe', what: 'A' });
  assert.deepEqual(story.effects, [{ type: 'confirmation-wanted', what: 'A' }]);
  assert.equal(story.state.embargo.em, 'ACTIVE');
  story
    .refuses({ type: 'observe', what: 'A' }, /somebody has to confirm them/)
    .does({ type: 'dismiss-attacks', why: 'a scanner of ours' })
    .does({ type: 'observe', what: 'A' }, { type: 'observe', what: 'A', confirmedBy: 'm2' })
    .refuses({ type: 'observe', what: 'A' }, /attacks are known already/);
  assert.equal(story.state.attacksReported, null);
});

test('flags go one way', () => {
  coordinated()
    .does({ type: 'observe', what: 'X' })
    .refuses({ type: 'observe', what: 'P' }, /no P from PXa/)
    .refuses({ type: 'fix', participant: 'a', step: 'V' }, /no V from Vfd; possible: F/)
    .refuses({ type: 'fix', participant: 'a', step: 'D' }, /no D from Vfd/)
    .refuses({ type: 'fix', participant: 'r', step: 'F' }, /r is no maintainer/);
});

test('a fix is of who has taken the report on', () => {
  const story = new Story().does(join('a'), { type: 'fix', participant: 'a', step: 'V' });
  story.refuses({ type: 'fix', participant: 'a', step: 'F' }, /no fix of a report that is START/);
});

test('where a fix is ready, another embargo is advised against', () => {
  const story = coordinated().does({ type: 'fix', participant: 'a', step: 'F' });
  story.does({ type: 'fix', participant: 'a', step: 'D' });
  assert.deepEqual(story.effects, [{ type: 'advice', words: 'the fix is deployed: the embargo should end' }]);
  story.does(propose('a', 'later', day(20)));
  assert.deepEqual(story.kinds(), ['advice']);
});

test('to leave is not to end the embargo', () => {
  const story = coordinated().does({ type: 'leave', participant: 'a' });
  assert.equal(story.state.embargo.em, 'ACTIVE');
  story
    .refuses(propose('a', 'x', day(9)), /a has left the case/)
    .refuses({ type: 'leave', participant: 'team' }, /the owner of a case does not leave/)
    .refuses(join('a'), /a is or was a participant already/);
});

test('a duplicate passes through valid to deferred', () => {
  const story = new Story()
    .refuses({ type: 'duplicate', of: 'k7mq-2f' }, /no duplicate of itself/)
    .does(phase('TRIAGE'), byDefault, { type: 'duplicate', of: 'other' });
  assert.equal(story.one('team').rm, 'DEFERRED');
  story
    .refuses({ type: 'close', outcome: 'not-a-vulnerability' }, /the case is a duplicate of other/)
    .does({ type: 'close', outcome: 'duplicate' });
  assert.deepEqual(story.effects[0], { type: 'embargo-ended', cause: 'merged', goesOnIn: 'other' });
});

test('a duplicate that is none after all goes on', () => {
  const story = new Story().does({ type: 'duplicate', of: 'other' }, manage('ACCEPT'));
  assert.equal(story.state.duplicateOf, null);
  story.refuses({ type: 'close', outcome: 'duplicate' }, /link the other case first/);
});

test('a case does not close over an embargo', () => {
  new Story()
    .does(manage('INVALIDATE'), byDefault)
    .refuses({ type: 'close', outcome: 'not-a-vulnerability' }, /the embargo is in force: end it first/)
    .does({ type: 'terminate', participant: 'team', why: 'no vulnerability' })
    .does({ type: 'close', outcome: 'not-a-vulnerability' });
});

test('a merge takes the earliest end and everybody', () => {
  const other = { ...new Story().does(byDefault, join('b')).state, ref: 'other' };
  const shorter = { ...other, embargo: { ...other.embargo, end: day(9) } };
  const merged = coordinated().does({ type: 'merge', other: shorter });
  assert.equal(merged.state.embargo.end, day(9));
  assert.equal(merged.one('b').pec, 'INVITED');
  assert.ok(merged.effects.some(({ type }) => type === 'embargo-changed'));

  const longer = coordinated().does({
    type: 'merge',
    other: { ...other, embargo: { ...other.embargo, end: day(25) } },
  });
  assert.equal(longer.state.embargo.end, day(15));

  const fresh = new Story().does({ type: 'merge', other });
  assert.equal(fresh.state.embargo.em, 'ACTIVE');
  assert.equal(fresh.one('team').pec, 'INVITED', 'our own side has not agreed yet');
});

test('a merge with what is public or has ended ends the embargo', () => {
  const known = { ...new Story().does({ type: 'observe', what: 'X' }).state, ref: 'other' };
  const story = coordinated().does({ type: 'merge', other: known });
  assert.deepEqual([story.state.embargo.em, story.state.pxa], ['EXITED', 'PXa']);

  const over = { ...coordinated().does({ type: 'tick', at: day(15) }).state, ref: 'other' };
  const ended = coordinated().does({ type: 'merge', other: over });
  assert.equal(ended.state.embargo.ended?.cause, 'merged');
  coordinated().refuses({ type: 'merge', other: coordinated().state }, /not merged with itself/);
});

test('a part inherits the embargo and hears of its changes', () => {
  const story = coordinated().does(propose('a', 'later', day(29)), {
    type: 'split',
    ref: 'part',
    participants: ['a'],
  });
  const [effect] = story.effects;
  assert.ok(effect?.type === 'case-split');
  assert.deepEqual(caseFaults(effect.state), []);
  assert.deepEqual([effect.state.embargo.em, effect.state.embargo.end], ['ACTIVE', day(15)]);
  assert.deepEqual(
    effect.state.participants.map(({ id }) => id),
    ['team', 'a'],
  );
  assert.deepEqual([effect.state.cve, effect.state.kin], [null, ['k7mq-2f']]);
  story.does({ type: 'observe', what: 'P' });
  assert.ok(
    story.effects.some((e) => e.type === 'kin-notice' && e.ref === 'part' && e.about === 'embargo-ended'),
  );
});

test('events are recorded in their order and at an instant', () => {
  new Story()
    .refuses({ type: 'tick', at: '2026-11-31T00:00:00Z' }, /is no instant in UTC/)
    .refuses({ type: 'tick', at: '2026-10-31T00:00:00Z' }, /the last event was at 2026-11-01T12:00:00Z/)
    .refuses(consent('nobody'), /nothing to agree to/)
    .refuses(manage('VALIDATE', 'nobody'), /nobody is no participant/);
});

test('what is no event, or too much of one, is refused', () => {
  const story = new Story();
  for (const type of ['toString', 'archive', '']) {
    const event = { type, at: day(1), by: 'm1' } as unknown as CaseEvent; // as it might come from outside
    assert.deepEqual(apply(story.state, event), { refused: `there is no event ${JSON.stringify(type)}` });
  }
  story.refuses(join('a'.repeat(5000)), /participant is longer than 4000 characters/);
});

test('the default asks everybody but the reporter, who agreed by reporting', () => {
  const story = new Story().does(join('a'), byDefault);
  assert.deepEqual(
    story.effects.map((effect) => ('participant' in effect ? effect.participant : effect.type)),
    ['a', 'embargo-began', 'notice-due'],
  );
});

test('a maintainer who reports knows already', () => {
  const state = openCase({ ref: 'k', at: day(1), owner: 'team', reporter: { id: 'a', maintainerOf: 'Foo' } });
  assert.deepEqual(state.participants[1]?.roles, ['reporter', 'maintainer']);
  assert.deepEqual([state.participants[1]?.rm, state.participants[1]?.vfd], ['ACCEPTED', 'Vfd']);
});

test('a stored state is what it was, or is refused with its path', () => {
  const { state } = coordinated();
  assert.deepEqual(decodeCaseState(JSON.parse(JSON.stringify(state))), state);
  const bad = { ...state, embargo: { ...state.embargo, end: 'soon' } };
  assert.throws(() => decodeCaseState(bad), /^DisclosureError: embargo\.end: expected an instant/);
  assert.throws(
    () => decodeCaseState({ ...state, pxa: 'pXa' }),
    /k7mq-2f: an exploit is public and the case is not/,
  );
});

test('an incident needs no CVE id, and is taken for one before it is decided', () => {
  const taken = new Story().does({ type: 'incident' });
  taken.refuses({ type: 'incident' }, /it is taken for an incident already/);
  taken.does(phase('TRIAGE'), manage('VALIDATE'), manage('ACCEPT'), phase('COORDINATE'), phase('PREPARE'));
  assert.deepEqual([taken.state.incident, taken.state.cve], [true, null]);
  const late = new Story().does(phase('TRIAGE'), manage('VALIDATE'), manage('ACCEPT'), phase('COORDINATE'));
  late.refuses({ type: 'incident' }, /the case is in coordinate: open an incident of its own/);
  late.refuses(phase('PREPARE'), /reserve the CVE id first/);
});
