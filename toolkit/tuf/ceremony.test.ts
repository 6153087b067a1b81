import assert from 'node:assert/strict';
import test from 'node:test';
import { named, onlineSigners, quorum, rootSigners, targetsSigners } from '../../test/given-repository.ts';
import { nodeTufVerifier } from '../io/index.ts';
import {
  approversOf,
  draftsOf,
  type Editions,
  finalizeDraft,
  parseMetadata,
  progressOf,
  type Root,
  signDraft,
  type Targets,
  type TufLayout,
  type TufSigner,
} from './index.ts';

const now = new Date('2026-11-26T12:00:00Z');
const author = named('author')[0] ?? assert.fail();
const layout: TufLayout = {
  roles: {
    root: quorum(rootSigners, 3),
    targets: quorum(targetsSigners, 2),
    timestamp: quorum(onlineSigners.timestamp, 1),
    snapshot: quorum(onlineSigners.snapshot, 1),
    'pause-index': quorum(onlineSigners['pause-index'], 1),
    advisories: quorum(onlineSigners.advisories, 1),
    'recently-claimed': quorum(onlineSigners['recently-claimed'], 1),
    bins: quorum(onlineSigners.bins, 1),
  },
  claims: [],
  binBits: 12,
};
const first = draftsOf(layout, new Map(), { now });
const names = (drafts: Editions): string[] => [...drafts.keys()];
const signed = (draft: Root | Targets, ...signers: TufSigner[]): ReturnType<typeof signDraft>[] =>
  signers.map((signer) => signDraft(draft, signer));

test('a ceremony begins with drafts of all that people sign', () => {
  assert.deepEqual(names(first), ['root', 'targets', 'claimed', 'releases']);
  for (const { version, expires } of first.values())
    assert.deepEqual({ version, expires }, { version: 1, expires: '2027-11-26T12:00:00Z' });
});

test('what the layout says otherwise is drafted again, and nothing else', () => {
  const { roles } = layout;
  const with_ = (changed: Partial<TufLayout['roles']>): TufLayout => ({
    ...layout,
    roles: { ...roles, ...changed },
  });
  const newKey = quorum(named('new'), 1);
  const cases: [what: string, layout: TufLayout, drafts: string[]][] = [
    ['nothing', layout, []],
    ['a stolen timestamp key', with_({ timestamp: newKey }), ['root']],
    ['a stolen snapshot key', with_({ snapshot: newKey }), ['root']],
    ['a stolen key of bins', with_({ bins: newKey }), ['releases']],
    ['a stolen key of an online role', with_({ advisories: newKey }), ['targets']],
    ['a lost root key', with_({ root: quorum([...rootSigners.slice(1), ...named('new')], 3) }), ['root']],
    ['a raised threshold of root', with_({ root: quorum(rootSigners, 4) }), ['root']],
    ['a raised threshold of targets', with_({ targets: quorum(targetsSigners, 3) }), ['root', 'targets']],
    ['an author', { ...layout, claims: [{ author: 'ABC', keys: [author.key], threshold: 1 }] }, ['claimed']],
  ];
  for (const [what, next, drafts] of cases) {
    const found = draftsOf(next, first, { now });
    assert.deepEqual(names(found), drafts, what);
    for (const { version } of found.values()) assert.equal(version, 2, what);
  }
});

test('what runs out is drafted again, and what is asked for', () => {
  assert.deepEqual(names(draftsOf(layout, first, { now: new Date('2027-09-26T00:00:00Z') })), []);
  assert.equal(draftsOf(layout, first, { now: new Date('2027-09-28T00:00:00Z') }).size, 4);
  assert.deepEqual(names(draftsOf(layout, first, { now, anew: ['claimed'] })), ['claimed']);
});

test('who has to sign follows from the layout', () => {
  const shown = (role: string, editions: Editions, before: Editions): unknown =>
    approversOf(role, editions, before).map(({ name, threshold, keyids }) => [
      name,
      threshold,
      keyids.length,
    ]);
  const before = new Map();
  assert.deepEqual(shown('root', first, before), [['root 1', 3, 5]]);
  for (const role of ['targets', 'claimed', 'releases'])
    assert.deepEqual(shown(role, first, before), [[role, 2, 3]]);
  const raised = { ...layout, roles: { ...layout.roles, root: quorum(rootSigners, 4) } };
  const next = new Map([...first, ...draftsOf(raised, first, { now })]);
  assert.deepEqual(shown('root', next, first), [
    ['root 1', 3, 5],
    ['root 2', 4, 5],
  ]);
  const claimed = { ...layout, claims: [{ author: 'ABC', keys: [author.key], threshold: 1 }] };
  const editions = new Map([...first, ...draftsOf(claimed, first, { now })]);
  assert.deepEqual(shown('author-ABC', editions, first), [['author-ABC', 1, 1]]);
  assert.throws(() => shown('author-XYZ', editions, first), { code: 'missing' });
  assert.throws(() => shown('targets', new Map(), before), { code: 'missing' });
});

test('signatures come one by one, and count when they hold', async () => {
  const root = first.get('root') ?? assert.fail();
  const approvers = approversOf('root', first, new Map());
  const [one, two, three] = await Promise.all(signed(root, ...rootSigners.slice(0, 3)));
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  const [stranger] = await Promise.all(signed(root, author));
  assert.ok(stranger !== undefined);
  const forged = { keyid: three.keyid, sig: two.sig };
  const [progress] = await progressOf(root, [one, two, stranger, forged], approvers, nodeTufVerifier);
  assert.deepEqual(progress?.signed, [one.keyid, two.keyid]);
  assert.equal(progress?.missing.length, 3);
  await assert.rejects(finalizeDraft(root, [one, two, stranger, forged], approvers, nodeTufVerifier), {
    code: 'threshold',
    message: 'root 1: signed by 2 of the 3 keys that it needs',
  });
  const bytes = await finalizeDraft(root, [three, one, stranger, two], approvers, nodeTufVerifier);
  const found = parseMetadata(bytes, 'root');
  assert.deepEqual(found.signed, root);
  assert.deepEqual(
    found.signatures.map(({ keyid }) => keyid),
    [three, one, two].map(({ keyid }) => keyid),
  );
});

test('a new root is signed by those of the old one and by its own', async () => {
  const newcomers = named('new 1', 'new 2', 'new 3', 'new 4', 'new 5');
  const next = { ...layout, roles: { ...layout.roles, root: quorum(newcomers, 3) } };
  const drafts = draftsOf(next, first, { now });
  const root = drafts.get('root') ?? assert.fail();
  const approvers = approversOf('root', new Map([...first, ...drafts]), first);
  const ours = await Promise.all(signed(root, ...rootSigners.slice(0, 3)));
  await assert.rejects(finalizeDraft(root, ours, approvers, nodeTufVerifier), {
    message: /^root 2: signed by 0/,
  });
  const theirs = await Promise.all(signed(root, ...newcomers.slice(2)));
  await assert.rejects(finalizeDraft(root, theirs, approvers, nodeTufVerifier), { message: /^root 1/ });
  await finalizeDraft(root, [...ours, ...theirs], approvers, nodeTufVerifier);
});
