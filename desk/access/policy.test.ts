import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ActName,
  ANONYMOUS,
  type Decision,
  decide,
  type MemberPrincipal,
  type Principal,
  type Relation,
  type Role,
  rules,
} from './index.ts';

const member = (role: Role, more: Partial<MemberPrincipal> = {}): Principal => ({
  kind: 'member',
  id: 'm',
  role,
  proved: false,
  scopes: null,
  ...more,
});
const link = (kind: 'reporter' | 'participant' | 'invitation'): Principal => ({
  kind: 'link',
  link: kind,
  subject: 's',
  caseId: 'c',
});

test('who may do what', () => {
  const table: [Principal, ActName, Relation, Decision][] = [
    [ANONYMOUS, 'report.make', 'none', 'yes'],
    [ANONYMOUS, 'case.read', 'none', 'no'],
    [ANONYMOUS, 'case.read', 'member', 'no'],
    [member('triager'), 'case.read', 'member', 'yes'],
    [member('triager'), 'case.read', 'none', 'no'],
    [member('coordinator'), 'case.read', 'none', 'no'],
    [member('coordinator'), 'case.read', 'conflict', 'no'],
    [member('auditor'), 'case.read', 'member', 'no'],
    [member('auditor'), 'ledger.read', 'none', 'yes'],
    [member('triager'), 'ledger.read', 'none', 'no'],
    [member('triager'), 'case.reporter', 'member', 'no'],
    [member('coordinator'), 'case.reporter', 'member', 'yes'],
    [member('coordinator'), 'case.shred', 'member', 'prove'],
    [member('coordinator', { proved: true }), 'case.shred', 'member', 'yes'],
    [member('cna', { proved: true }), 'case.shred', 'member', 'no'],
    [member('coordinator', { scopes: ['read', 'write'], proved: true }), 'case.shred', 'member', 'no'],
    [member('coordinator', { scopes: ['read'] }), 'case.read', 'member', 'yes'],
    [member('coordinator', { scopes: ['read'] }), 'case.triage', 'member', 'no'],
    [member('coordinator', { scopes: [] }), 'session.start', 'none', 'no'],
    [member('auditor', { scopes: ['metrics'] }), 'metrics.read', 'none', 'yes'],
    [member('coordinator', { scopes: ['report', 'read', 'write'] }), 'metrics.read', 'none', 'no'],
    [member('coordinator', { proved: true }), 'metrics.read', 'none', 'no'],
    [member('coordinator', { scopes: ['metrics'] }), 'case.read', 'member', 'no'],
    [link('reporter'), 'report.follow', 'reporter', 'yes'],
    [link('reporter'), 'report.follow', 'participant', 'no'],
    [link('reporter'), 'part.read', 'reporter', 'no'],
    [link('participant'), 'part.read', 'invited', 'no'],
    [link('participant'), 'part.accept', 'invited', 'yes'],
    [link('participant'), 'part.read', 'participant', 'yes'],
    [link('participant'), 'case.read', 'participant', 'no'],
    [link('invitation'), 'part.read', 'none', 'no'],
    [link('reporter'), 'report.make', 'none', 'yes'],
  ];
  for (const [who, act, relation, wanted] of table)
    assert.equal(decide(who, act, relation), wanted, `${JSON.stringify(who)} ${act} ${relation}`);
});

test('without a part in the case nobody reads or writes it, whatever their role', () => {
  const roles: Role[] = ['coordinator', 'cna', 'triager', 'auditor'];
  const acts = (Object.keys(rules) as ActName[]).filter((act) => rules[act].case !== undefined);
  for (const act of acts)
    for (const role of roles)
      for (const relation of ['none', 'conflict'] as const) {
        const decision = decide(member(role, { proved: true }), act, relation);
        const excepted = act === 'case.break-glass' || (act === 'case.conflict' && relation === 'conflict');
        if (!excepted) assert.equal(decision, 'no', `${role} ${act} ${relation}`);
      }
});
