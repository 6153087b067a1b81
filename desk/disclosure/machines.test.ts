import assert from 'node:assert/strict';
import test from 'node:test';
import { sharedJson, withoutShared } from '../../test/shared.ts';
import {
  embargoConsent,
  embargoManagement,
  eventsFrom,
  fixState,
  type Machine,
  phases,
  publicState,
  reportManagement,
  step,
} from './machines.ts';

type Table = { states: string[]; initial?: string; transitions: [string, string, string][] };
const FACTS = 'schemas/vultron/vultron-state-machines.json';

const vultron: [member: string, machine: Machine<string, string>][] = [
  ['RM', reportManagement],
  ['EM', embargoManagement],
  ['PEC', embargoConsent],
  ['CS_vfd', fixState],
  ['CS_pxa', publicState],
];

test("our tables are Vultron's", { skip: withoutShared(FACTS) }, () => {
  const facts = sharedJson<Record<string, Table>>(FACTS);
  for (const [member, machine] of vultron) {
    const table = facts[member];
    assert.ok(table, member);
    assert.deepEqual([...machine.states], table.states, member);
    if (table.initial !== undefined) assert.equal(machine.initial, table.initial, member);
    const from = (state: string): string[] => (state === '*' ? table.states : [state]);
    const rows = table.transitions.flatMap(([event, state, to]) => from(state).map((s) => [event, s, to]));
    assert.deepEqual(machine.transitions.map(String).sort(), rows.map(String).sort(), member);
  }
});

const all: [name: string, machine: Machine<string, string>][] = [...vultron, ['phases', phases]];

for (const [name, machine] of all) {
  test(`${name}: every pair of state and event goes where the table says, or is refused in words`, () => {
    const events = [...new Set(machine.transitions.map(([event]) => event))];
    for (const state of machine.states) {
      for (const event of events) {
        const row = machine.transitions.find(([e, from]) => e === event && from === state);
        const next = step(machine, state, event);
        if (row !== undefined) assert.deepEqual(next, { to: row[2] });
        else assert.match('refused' in next ? next.refused : '', new RegExp(`no ${event} from ${state}; `));
      }
    }
  });

  test(`${name}: every state can be reached, no pair stands twice`, () => {
    const reached = new Set([machine.initial]);
    for (const state of reached)
      for (const [, from, to] of machine.transitions) if (from === state) reached.add(to);
    assert.deepEqual([...reached].sort(), [...machine.states].sort());
    const pairs = machine.transitions.map(([event, from]) => `${event} ${from}`);
    assert.equal(new Set(pairs).size, pairs.length);
  });
}

test('nothing leaves an end', () => {
  assert.deepEqual(eventsFrom(reportManagement, 'CLOSED'), []);
  assert.deepEqual(eventsFrom(embargoManagement, 'EXITED'), []);
  assert.deepEqual(step(embargoManagement, 'EXITED', 'PROPOSE'), {
    refused: 'embargo: no PROPOSE from EXITED; nothing leaves it',
  });
  assert.deepEqual(step(reportManagement, 'VALID', 'CLOSE'), {
    refused: 'report management: no CLOSE from VALID; possible: ACCEPT, DEFER',
  });
});
