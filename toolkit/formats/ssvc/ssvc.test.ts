import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sharedJson, withoutShared } from '../../../test/shared.ts';
import { rounds, seed } from '../../../test/sizes.ts';
import { FormatError } from '../errors.ts';
import { computedSsvc, readComputedSsvc } from './computed.ts';
import { decide, type SsvcAnswers } from './decide.ts';
import { SSVC_TABLES, type SsvcTable, type SsvcTableName, ssvcTable } from './tables.ts';
import { formatSsvc, parseSsvc } from './vector.ts';

/** `E:A A:Y`, in the letters of vectors. */
function answersOf(table: SsvcTable, text: string): SsvcAnswers {
  const pairs = new Map(text.split(' ').map((pair) => pair.split(':') as [string, string]));
  return Object.fromEntries(
    table.points.flatMap(({ id, letter }) => (pairs.has(letter) ? [[id, pairs.get(letter)]] : [])),
  );
}

test('a table decides as soon as it can, and never guesses', () => {
  const cases: [table: SsvcTableName, answers: string, outcomes: string, reason: string][] = [
    [
      'cisa',
      'E:A A:Y T:T M:H',
      'Act',
      'Act: Exploitation (Active), Automatable (Yes) and Mission and Well-Being Impact (High) decide it, whatever the rest.',
    ],
    [
      'cisa',
      'E:N A:N T:P',
      'Track',
      'Track: Exploitation (None), Automatable (No) and Technical Impact (Partial) decide it, whatever the rest.',
    ],
    [
      'cisa',
      'E:A A:Y T:T',
      'Attend Act',
      'Attend or Act is possible: it depends on Mission and Well-Being Impact.',
    ],
    [
      'cisa',
      '',
      'Track Track* Attend Act',
      'Track, Track*, Attend or Act is possible: it depends on Exploitation, Automatable, Technical Impact and Mission and Well-Being Impact.',
    ],
    [
      'publish',
      'PVA:P',
      'Publish',
      'Publish: Public Value Added (Precedence) decides it, whatever the rest.',
    ],
    [
      'triage',
      'RP:Y RC:NC U:L',
      'Decline',
      'Decline: Report Public (Yes) and Utility (Laborious) decide it, whatever the rest.',
    ],
  ];
  for (const [name, text, outcomes, reason] of cases) {
    const table = ssvcTable(name);
    const decision = decide(table, answersOf(table, text));
    assert.equal(decision.outcomes.map((one) => one.name).join(' '), outcomes, text);
    assert.equal(decision.reason, reason);
    assert.equal(decision.outcome === null, decision.outcomes.length > 1);
    assert.equal(decision.open.length > 0, decision.outcome === null);
  }
});

test('an answer that nobody can give is refused', () => {
  const refused = { code: 'ssvc' };
  assert.throws(() => decide(ssvcTable('cisa'), { 'ssvc:E:1.1.0': 'X' }), refused);
  assert.throws(() => decide(ssvcTable('cisa'), { 'ssvc:RP:1.0.0': 'Y' }), refused);
});

test('points that stay open are those that can still change the outcome', () => {
  for (const name of SSVC_TABLES) {
    const table = ssvcTable(name);
    const answers = fc.record(
      Object.fromEntries(
        table.points.map(({ id, values }) => [id, fc.constantFrom(...values.map(({ key }) => key))]),
      ),
      { requiredKeys: [] },
    );
    const property = fc.property(answers, (some) => {
      const { outcomes, open } = decide(table, some);
      for (const { id, values } of table.points.filter((point) => some[point.id] === undefined)) {
        const after = values.map(({ key }) => decide(table, { ...some, [id]: key }));
        // What one answer more leaves possible was possible before, and nothing else was.
        assert.deepEqual(new Set(after.flatMap((one) => one.outcomes)), new Set(outcomes));
      }
      const asked = Object.fromEntries(open.map(({ id, values }) => [id, values[0]?.key]));
      assert.notEqual(decide(table, { ...some, ...asked }).outcome, null, 'all that are open decide it');
      for (const { id } of open) {
        const { [id]: _, ...fewer } = { ...some, ...asked };
        assert.ok(decide(table, fewer).open.length <= 1);
      }
    });
    fc.assert(property, { seed, numRuns: rounds(100, 10_000) });
  }
});

test('a vector is written as calculators write it and read back', () => {
  const at = '2026-11-25T12:00:00Z';
  const cases: [table: SsvcTableName, answers: string, vector: string][] = [
    ['cisa', 'E:A A:Y T:T M:H', `SSVCv2/E:A/A:Y/T:T/M:H/D:C/${at}/`],
    ['cisa', 'E:P A:Y T:P M:H', `SSVCv2/E:P/A:Y/T:P/M:H/D:A/${at}/`],
    ['cisa', 'E:N A:N T:T M:H', `SSVCv2/E:N/A:N/T:T/M:H/D:R/${at}/`],
    ['publish', 'SINV:UU E:A PVA:L', `SSVCv2/SINV:UU/E:A/PVA:L/D:P/${at}/`],
    [
      'triage',
      'RP:N SCON:Y RC:C SC:M SE:U U:S PSI:S',
      `SSVCv2/RP:N/SCON:Y/RC:C/SC:M/SE:U/U:S/PSI:S/D:C/${at}/`,
    ],
  ];
  for (const [name, text, vector] of cases) {
    const table = ssvcTable(name);
    const said = { table, answers: answersOf(table, text), at };
    assert.equal(formatSsvc(said), vector);
    assert.deepEqual(parseSsvc(vector), said);
  }
  const some = { table: ssvcTable('cisa'), answers: { 'ssvc:E:1.1.0': 'A' }, at: null };
  assert.equal(formatSsvc(some), 'SSVCv2/E:A/');
  const real = parseSsvc('SSVCv2/E:P/A:Y/T:T/P:M/B:M/M:L/D:T/2023-10-14T07:26:19Z/');
  assert.equal(formatSsvc(real), 'SSVCv2/E:P/A:Y/T:T/M:L/D:T/2023-10-14T07:26:19Z/');
});

test('what is no whole vector is refused', () => {
  const cases: [vector: string, problem: RegExp][] = [
    ['', /does not start/],
    ['CVSS:3.1/AV:N', /does not start/],
    ['SSVCv2/', /does not answer every point/],
    ['SSVCv2/E:A/', /does not answer every point/],
    ['SSVCv2/E:A/A:Y/T:T/M:Q/', /Mission and Well-Being Impact has no value Q/],
    ['SSVCv2/E:A/E:N/A:Y/T:T/M:L/', /answers E twice/],
    ['SSVCv2/E:A/A:Y/T:T/M:H/D:T/', /says D:T, and CISA Coordinator gives Act/],
    ['SSVCv2/<b>/E:A', /is no pair: <b>/],
    [`SSVCv2/${'E:A/'.repeat(1000)}`, /does not start/],
  ];
  for (const [vector, problem] of cases)
    assert.throws(
      () => parseSsvc(vector),
      (error) => error instanceof FormatError && error.code === 'ssvc' && problem.test(error.message),
      vector,
    );
});

test("CISA's JSON is written and read; what contradicts itself is not", () => {
  const said = parseSsvc('SSVCv2/E:P/A:Y/T:T/M:L/D:T/2023-10-14T07:26:19Z/');
  const computed = computedSsvc(said, 'CVE-2026-99990');
  assert.deepEqual(computed, {
    role: 'CISA Coordinator',
    id: 'CVE-2026-99990',
    version: '2.0.3',
    computed: 'SSVCv2/E:P/A:Y/T:T/M:L/D:T/2023-10-14T07:26:19Z/',
    timestamp: '2023-10-14T07:26:19Z',
    options: [
      { Exploitation: 'poc' },
      { Automatable: 'yes' },
      { 'Technical Impact': 'total' },
      { 'Mission & Well-being': 'low' },
      { Decision: 'Track' },
    ],
  });
  assert.deepEqual(readComputedSsvc(computed), said);
  const { computed: _, ...options } = computed;
  assert.deepEqual(readComputedSsvc(options), said);
  const odd: unknown[] = [
    null,
    {},
    { ...computed, computed: 'x' },
    { ...computed, options: [{ Exploitation: 'active' }] },
    // As CISA adds to records of others: without what depends on the stakeholder.
    { ...options, options: options.options.slice(0, 3) },
    { ...options, timestamp: 'soon' },
  ];
  for (const content of odd) assert.equal(readComputedSsvc(content), null, JSON.stringify(content));
  const other = parseSsvc('SSVCv2/SINV:UU/E:A/PVA:L/');
  assert.throws(() => computedSsvc(other, 'CVE-2026-99990'), { code: 'ssvc' });
});

interface Published {
  readonly namespace: string;
  readonly key: string;
  readonly version: string;
  readonly outcome: string;
  readonly decision_points: Readonly<
    Record<string, { readonly name: string; readonly values: { key: string; name: string }[] }>
  >;
  readonly mapping: readonly Readonly<Record<string, string>>[];
}

const PUBLISHED: readonly (readonly [SsvcTableName, string])[] = [
  ['cisa', 'cisa_coordinator_2_0_3.json'],
  ['triage', 'coordinator_triage_1_0_0.json'],
  ['publish', 'coordinator_publish_decision_table_1_0_0.json'],
];

for (const [name, file] of PUBLISHED) {
  const path = `schemas/ssvc/${file}`;
  test(`every row of ${name} is as CERT/CC publishes it`, { skip: withoutShared(path) }, () => {
    const found = sharedJson<Published>(path);
    const table = ssvcTable(name);
    assert.equal(table.id, `${found.namespace}:${found.key}:${found.version}`);
    assert.equal(table.outcome.id, found.outcome);
    for (const { id, name: title, values } of [...table.points, { ...table.outcome, name: null }]) {
      const point = found.decision_points[id];
      if (title !== null) assert.equal(title, point?.name);
      assert.deepEqual(
        values.map((value) => [value.key, value.name]),
        point?.values.map((value) => [value.key, value.name]),
      );
    }
    assert.equal(found.mapping.length, table.cells.length);
    for (const { [found.outcome]: outcome, ...answers } of found.mapping)
      assert.equal(decide(table, answers).outcome?.key, outcome, JSON.stringify(answers));
  });
}
