/** What holds of every report, whatever the inventory and the advisories. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { asked, component, index, inventory, record } from '../../test/given.ts';
import { rounds, seed } from '../../test/sizes.ts';
import {
  AdvisoryError,
  type AdvisoryRecord,
  affects,
  buildIndex,
  openIndex,
  readRange,
} from '../advisories/index.ts';
import { compareVersions } from '../cpan/index.ts';
import type { Component, Inventory, Unexamined } from '../inventory/index.ts';
import { audit } from './audit.ts';
import { readVersion } from './judge.ts';
import type { AuditReport, Finding } from './report.ts';

const at = '2026-11-22T08:00:00Z';
const names = ['A', 'B', 'C-D', 'perl'];
const versionText = fc.constantFrom(
  '0',
  '1',
  '1.0',
  '1.5',
  '1.50',
  'v1.500.0',
  '2',
  '2.1',
  '2.10',
  '3',
  '1.5_01',
  'odd',
  '1.5-TRIAL',
);
const bound = fc.constantFrom('0', '1', '1.5', '2', '2.1', 'v2.5.0', '3');
const constraint = fc
  .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!='), bound)
  .map((parts) => parts.join(''));
const range = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.array(constraint, { minLength: 1, maxLength: 2 }).map((parts) => parts.join(',')),
  },
  { weight: 1, arbitrary: fc.constant('some of them') },
);
const entry = fc.record({
  distribution: fc.constantFrom(...names),
  ranges: fc.array(range, { maxLength: 2 }),
  fixed: fc.array(range, { maxLength: 2 }),
});
const records: fc.Arbitrary<AdvisoryRecord[]> = fc
  .array(fc.array(entry, { minLength: 1, maxLength: 3 }), { maxLength: 4 })
  .map((all) => all.map((entries, i) => record(`CPANSA-X-2020-${i}`, entries)));

const installed = fc
  .record({ name: fc.constantFrom(...names, 'Nowhere'), version: fc.option(versionText) })
  .map(
    ({ name, version }, i = 0): Component =>
      component(name, { distribution: name, version, key: `${name}${i}` }),
  );
const requirement = fc
  .record({
    name: fc.constantFrom(...names),
    range: fc.constantFrom('0', '1.5', '== 2', '>= 1, < 2', '!= 1', 'odd'),
  })
  .map(
    ({ name, range: wanted }): Component =>
      component(name, {
        version: null,
        unversioned: 'not-pinned',
        requirement: wanted,
        presence: 'declared',
        asked: [asked(name.replace('-', '::'), wanted)],
      }),
  );
const scattered = fc
  .record({ module: fc.constantFrom('A', 'A::B', 'C::D', 'C::D::E', 'Z'), version: fc.option(versionText) })
  .map(
    ({ module, version }): Component =>
      component(module, {
        distribution: null,
        module,
        version,
        presence: 'installed',
        places: [{ file: `/lib/${module.replaceAll('::', '/')}.pm` }],
      }),
  );
const unexamined: fc.Arbitrary<Unexamined> = fc.record({
  kind: fc.constantFrom('dynamic', 'unreadable', 'unsupported', 'unnamed'),
  place: fc.record({ file: fc.constantFrom('a', 'b'), line: fc.nat(3) }),
  reason: fc.constantFrom('x', 'y'),
});

/** Components with keys of their own, requiring each other at random. */
const anyInventory: fc.Arbitrary<Inventory> = fc
  .record({
    list: fc.array(fc.oneof(installed, requirement, scattered), { maxLength: 8 }),
    edges: fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 10 }),
    roots: fc.array(fc.nat(7), { maxLength: 3 }),
    found: fc.array(unexamined, { maxLength: 3 }),
    perl: fc.option(fc.constantFrom('1.5', '2.1')),
  })
  .map(({ list, edges, roots, found, perl }) => {
    const components = list.map(
      (one, i): Component => ({
        ...one,
        key: `${one.key}#${i}`,
        asked: [...one.asked, ...(roots.includes(i) ? [asked(one.module ?? one.key)] : [])],
        requires: edges
          .filter(([from, to]) => from === i && list[to] !== undefined)
          .map(([, to]) => `${list[to]?.key}#${to}`),
      }),
    );
    return inventory(components, {
      unexamined: found,
      perl: perl === null ? null : { version: perl, place: { file: '/usr/bin/perl' } },
    });
  });

const facts = {
  modules: { 'A::B': 'A', 'C::D::E': 'C-D' },
  releases: { A: ['1', '1.5', '2', '3'], 'C-D': ['2'] },
};
const options = { seed, numRuns: rounds(400, 20_000) };

function all({ findings, suppressed }: AuditReport): Finding[] {
  return [...findings, ...suppressed.map(({ finding }) => finding)];
}

test('what is called vulnerable is in the affected ranges and not in the fixed ones', () => {
  fc.assert(
    fc.property(anyInventory, records, (given, known) => {
      for (const { status, distribution, advisory } of audit(given, index(known, facts), { at }).findings) {
        if (status !== 'vulnerable') continue;
        const version = readVersion(distribution?.version ?? 'none');
        assert.ok(version !== null && advisory !== null);
        assert.ok(advisory.affected.every((expression) => readRange(expression)?.contains(version) === true));
        assert.ok(advisory.affected.length > 0);
        assert.ok(!advisory.fixed.some((expression) => readRange(expression)?.contains(version) === true));
      }
    }),
    options,
  );
});

test('a locked version is vulnerable by an advisory just when an entry says so', () => {
  fc.assert(
    fc.property(fc.array(installed, { maxLength: 5 }), records, (list, known) => {
      const components = list.map((one, i) => ({ ...one, key: `${one.key}#${i}` }));
      const found = all(audit(inventory(components), index(known, facts), { at }));
      for (const { distribution: name, version: text } of components) {
        const version = text === null ? null : readVersion(text);
        const entries = (id: string): (boolean | null)[] =>
          known
            .filter((one) => one.id === id)
            .flatMap(({ affected }) => affected)
            .filter((one) => one.distribution === name)
            .map((one) => (version === null ? null : affects(one, version)));
        const mine = found.filter(
          ({ distribution }) => distribution?.name === name && distribution.version === text,
        );
        if (version === null) {
          assert.ok(mine.every(({ status, advisory }) => status === 'unknown' && advisory === null));
          continue;
        }
        for (const { id } of known) {
          const said = entries(id);
          const finding = mine.find(({ advisory }) => advisory?.id === id);
          const expected = said.includes(true) ? 'vulnerable' : said.includes(null) ? 'unknown' : undefined;
          assert.equal(finding?.status, expected);
        }
      }
    }),
    options,
  );
});

test('every component is found, answered or clean, and never both found and clean', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(installed, { selector: ({ distribution }) => distribution }),
      records,
      (list, known) => {
        const report = audit(inventory(list), index(known, facts), { at });
        const found = new Set(all(report).map(({ distribution }) => distribution?.name));
        const clean = new Set(report.clean.map(({ name }) => name));
        assert.equal(report.summary.components, list.length);
        for (const { distribution } of list) {
          const name = distribution ?? '';
          assert.equal(Number(found.has(name)) + Number(clean.has(name)), 1, name);
        }
      },
    ),
    options,
  );
});

test('the numbers are those of the lists', () => {
  fc.assert(
    fc.property(anyInventory, records, (given, known) => {
      const { summary, findings, clean, suppressed } = audit(given, index(known, facts), { at });
      const vulnerable = findings.filter(({ status }) => status === 'vulnerable');
      assert.equal(summary.vulnerable, vulnerable.length);
      assert.equal(summary.unknown, findings.length - vulnerable.length);
      assert.equal(summary.clean, clean.length);
      assert.equal(summary.suppressed, suppressed.length);
      assert.equal(summary.fixable, vulnerable.filter(({ fix }) => fix?.kind === 'upgrade').length);
      assert.equal(
        Object.values(summary.byRating).reduce((sum, count) => sum + count, 0),
        vulnerable.length,
      );
      assert.deepEqual(
        findings.map(({ status }) => status),
        findings
          .map(({ status }) => status)
          .sort()
          .reverse(),
      );
    }),
    options,
  );
});

test('equal inputs in any order give the same bytes', () => {
  const shuffled = anyInventory.chain((given) =>
    fc.record({
      given: fc.constant(given),
      components: fc.shuffledSubarray([...given.components], { minLength: given.components.length }),
      unexamined: fc.shuffledSubarray([...given.unexamined], { minLength: given.unexamined.length }),
    }),
  );
  fc.assert(
    fc.property(shuffled, records, ({ given, ...order }, known) => {
      const over = index(known, facts);
      const [one, other] = [given, { ...given, ...order }].map((input) =>
        JSON.stringify(audit(input, over, { at })),
      );
      assert.equal(one, other);
    }),
    options,
  );
});

test('another advisory never takes a finding away', () => {
  const told = (report: AuditReport): string[] =>
    report.findings
      .filter(({ status }) => status === 'vulnerable')
      .map(({ distribution, advisory }) => `${distribution?.name} ${distribution?.version} ${advisory?.id}`);
  fc.assert(
    fc.property(anyInventory, records, (given, known) => {
      const fewer = audit(given, index(known.slice(1), facts), { at });
      const more = told(audit(given, index(known, facts), { at }));
      for (const line of told(fewer)) assert.ok(more.includes(line), line);
    }),
    options,
  );
});

test('a fix is above the present version and what it says it is', () => {
  fc.assert(
    fc.property(fc.array(installed, { maxLength: 4 }), records, (list, known) => {
      const report = audit(inventory(list.map((one, i) => ({ ...one, key: `${i}` }))), index(known, facts), {
        at,
      });
      for (const { distribution, advisory, fix } of report.findings) {
        if (fix === undefined) continue;
        const entries = known.flatMap(({ id, affected }) =>
          affected.filter((one) => one.distribution === distribution?.name).map((one) => ({ id, one })),
        );
        const own = entries.filter(({ id }) => id === advisory?.id);
        for (const [version, judged] of [
          [fix.version, own],
          [fix.lowestSafe, entries],
        ] as const) {
          if (version === null) continue;
          assert.equal(compareVersions(version, readVersion(distribution?.version ?? '') ?? '0'), 1);
          assert.ok(judged.every(({ one }) => affects(one, version) === false));
        }
        assert.equal(fix.kind === 'upgrade', fix.version !== null);
      }
    }),
    options,
  );
});

test('one flipped byte of the index: refused, or the right answer, or unknown by damage', () => {
  const known = ['A', 'B', 'C-D'].map((name) => record(`CPANSA-${name}-2020-1`, [{ ranges: ['<2'] }]));
  const bytes = buildIndex({
    records: known,
    modules: { A: 'A', B: 'B', 'C::D': 'C-D' },
    coverage: { complete: true },
  });
  const given = inventory([
    component('A@1'),
    component('B@3'),
    component('C::D', { distribution: null, module: 'C::D', version: '1', presence: 'installed' }),
    component('Nowhere@1'),
  ]);
  const right = new Map(['A', 'C-D'].map((name) => [name, 'vulnerable']));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (offset, bits) => {
      const torn = bytes.slice();
      torn[offset] = (torn[offset] ?? 0) ^ bits;
      try {
        const { findings, clean } = audit(given, openIndex(torn), { at });
        for (const { status, distribution, unknown } of findings) {
          if (status === 'vulnerable') assert.ok(right.has(distribution?.name ?? ''));
          else assert.equal(unknown?.reason, 'index-damaged');
        }
        assert.ok(clean.every(({ name }) => name === 'B' || name === 'Nowhere'));
        assert.equal(findings.length + clean.length, 4);
      } catch (error) {
        assert.ok(
          error instanceof AdvisoryError && /^index-(?:damaged|format)$/.test(error.code),
          String(error),
        );
      }
    }),
    options,
  );
});
