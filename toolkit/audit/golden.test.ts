/** Real lock files against the whole of CPANSA: our findings are exact, and each of cpan-audit's errors has a name. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { component, inventory } from '../../test/given.ts';
import {
  exactFindings,
  findingsOf,
  type ExactFindings as Golden,
  lockNames,
  lockPath,
  withoutLocks,
} from '../../test/locks.ts';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { sharedBytes, sharedJson, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { type AdvisoryIndex, importCpansa, openIndex, type SourceRow } from '../advisories/index.ts';
import { compareVersions, parseVersion } from '../cpan/index.ts';
import { type Files, type Inventory, inventoryProject } from '../inventory/index.ts';
import { audit } from './audit.ts';
import { readVersion } from './judge.ts';
import type { AuditReport } from './report.ts';
import { exitCode } from './verdict.ts';

const DATABASE = 'cpansa/cpan-security-advisory.json';
const skip = withoutShared(DATABASE) || withoutLocks;
const names = lockNames();

interface Database {
  dists: Record<string, { versions: { version: unknown }[]; advisories: object[] }>;
}
let database: Database | undefined;
function source(): Database {
  database ??= sharedJson<Database>(DATABASE);
  return database;
}

let whole: { index: AdvisoryIndex; imported: ReturnType<typeof importCpansa> } | undefined;
function cpansa(): { index: AdvisoryIndex; imported: ReturnType<typeof importCpansa> } {
  if (whole === undefined) {
    const imported = importCpansa(sharedText(DATABASE));
    whole = { imported, index: openIndex({ ...imported, coverage: { complete: true } }) };
  }
  return whole;
}

/** A project with nothing but the lock file. */
function projectFiles(name: string): Files {
  const lock = './cpanfile.snapshot';
  return {
    kind: (path) => (path === '.' ? 'directory' : path.endsWith(lock.slice(2)) ? 'file' : null),
    list: () => [{ name: 'cpanfile.snapshot', kind: 'file' }],
    read: () => sharedBytes(lockPath(name)),
    real: (path) => path,
  };
}

const reports = new Map<string, AuditReport>();
async function reportOf(name: string): Promise<AuditReport> {
  const known = reports.get(name);
  if (known !== undefined) return known;
  const inventory = await inventoryProject('.', projectFiles(name));
  const report = audit(inventory, cpansa().index, { at: '2026-11-22T08:00:00Z' });
  reports.set(name, report);
  return report;
}

for (const name of names) {
  test(`${name}: exactly the findings of its golden`, { skip }, async () => {
    const report = await reportOf(name);
    assert.deepEqual(findingsOf(report), exactFindings(name));
    assert.ok(report.findings.every(({ status }) => status === 'vulnerable'));
    assert.equal(exitCode(report), report.findings.length === 0 ? 0 : 1);
  });
}

/** Why cpan-audit 20260622 says something else. The first rule that explains a difference names it. */
type Rule =
  /** It reads `1.05` in a range as `>= 1.05`. */
  | 'bare-read-as-lower-bound'
  /** It reads a pinned 1.05 as `>= 1.05`: an advisory of a later release is reported. */
  | 'pin-read-as-lower-bound'
  /** It has no operator `=`: such a range never matches. */
  | 'equals-operator-dropped'
  /** It asks about versions on its list only. */
  | 'version-not-in-list';

interface Difference {
  readonly dist: string;
  readonly version: string;
  readonly id: string;
  readonly only: 'ours' | 'theirs';
}

function differences(ours: Golden, theirs: Golden): Difference[] {
  const missing = (from: Golden, other: Golden, only: 'ours' | 'theirs'): Difference[] =>
    Object.entries(from).flatMap(([dist, { ids, version }]) =>
      ids.filter((id) => other[dist]?.ids.includes(id) !== true).map((id) => ({ dist, version, id, only })),
    );
  return [...missing(ours, theirs, 'ours'), ...missing(theirs, ours, 'theirs')];
}

/** Whether the version is in the source's ranges as cpan-audit reads them. */
function peerReads({ affected, fixed }: SourceRow, version: string): boolean {
  const any = (ranges: readonly string[]): boolean => ranges.some((range) => peerContains(range, version));
  return any(affected) && !any(fixed);
}

function peerContains(range: string, version: string): boolean {
  return range.split(',').every((part) => {
    const [, operator, bound = ''] = /^\s*(<=|>=|==|!=|<|>|)\s*(\S+)\s*$/.exec(part) ?? [];
    if (operator === undefined || bound.startsWith('=')) return false;
    const order = compareVersions(version, bound);
    if (operator === '' || operator === '>=') return order >= 0;
    if (operator === '==') return order === 0;
    if (operator === '!=') return order !== 0;
    return operator.startsWith('<') ? order < 0 || (order === 0 && operator === '<=') : order > 0;
  });
}

function rowsOf({ dist, id }: Difference): SourceRow[] {
  const record = cpansa().imported.records.find((one) => one.id === id);
  return (record?.affected ?? []).flatMap(({ distribution, source }) =>
    distribution === dist && source !== undefined ? [source] : [],
  );
}

/** The versions on the source's list that perl can compare. */
function listedOf(dist: string): string[] {
  const versions = source().dists[dist]?.versions ?? [];
  return versions.map(({ version }) => String(version)).filter((version) => parses(version));
}

function parses(version: string): boolean {
  return readVersion(version) !== null && !version.includes('-');
}

function explain(difference: Difference): Rule | null {
  const { dist, version, only } = difference;
  const rows = rowsOf(difference);
  const listed = listedOf(dist);
  if (only === 'theirs') {
    if (rows.some((row) => peerReads(row, version))) return 'bare-read-as-lower-bound';
    const later = listed.filter((release) => compareVersions(release, version) > 0);
    return later.some((release) => rows.some((row) => peerReads(row, release)))
      ? 'pin-read-as-lower-bound'
      : null;
  }
  const equal = rows.some(({ affected }) => affected.some((range) => /(?:^|,)=[^=]/.test(range)));
  if (equal && !rows.some((row) => peerReads(row, version))) return 'equals-operator-dropped';
  const isListed = listed.some((release) => parseVersion(release).normal === parseVersion(version).normal);
  return isListed ? null : 'version-not-in-list';
}

test('every difference from cpan-audit has a rule', { skip }, async () => {
  const counts: Partial<Record<Rule, number>> = {};
  let same = 0;
  for (const name of names) {
    const ours = findingsOf(await reportOf(name));
    const theirs = sharedJson<Golden>(`golden/cpan-audit.${name}.json`);
    same += Object.values(ours).flatMap(({ ids }) => ids).length;
    for (const difference of differences(ours, theirs)) {
      const rule = explain(difference);
      assert.ok(rule !== null, `${name}: nothing explains ${JSON.stringify(difference)}`);
      counts[rule] = (counts[rule] ?? 0) + 1;
      if (difference.only === 'ours') same--;
    }
  }
  console.log(`beside cpan-audit, lock files: ${same} findings agree, differences ${JSON.stringify(counts)}`);
});

/** cpan-audit's way through the data, with its own reading of versions and ranges. Prints ids by question. */
const PEER = `
  use strict; use warnings; use JSON::PP; use CPAN::Audit::Version;
  my $dists = decode_json(scalar <STDIN>);
  my $in = sub { my ($version, $ranges) = @_;
    scalar grep { CPAN::Audit::Version->in_range($version, $_) } @{ $ranges || [] } };
  while (my $line = <STDIN>) {
    chomp $line;
    my ($name, $asked) = split /\\t/, $line;
    my %ids;
    for my $version (map { $_->{version} } @{ $dists->{$name}{versions} }) {
      next unless CPAN::Audit::Version->in_range($version, $asked);
      for my $advisory (@{ $dists->{$name}{advisories} }) {
        next if $in->($version, $advisory->{fixed_versions});
        $ids{ $advisory->{id} }++ if $in->($version, $advisory->{affected_versions});
      }
    }
    print join(' ', sort keys %ids), "\\n";
  }
`;

test('random pins beside cpan-audit: every difference has a rule', {
  skip: skip || withoutPerl('CPAN::Audit'),
}, () => {
  const dists = Object.keys(source().dists);
  const pins = randomPins(dists, rounds(20, dists.length));
  const asked = Object.fromEntries(
    [...new Set(pins.map(([dist]) => dist))].map((dist) => [dist, source().dists[dist]]),
  );
  const lines = pins.map(([dist, version]) => `${dist}\t${version}`);
  const answers = askPerl(PEER, [JSON.stringify(asked), ...lines]);
  const counts: Partial<Record<Rule, number>> = {};
  pins.forEach(([dist, version], i) => {
    const ours = findingsOf(audit(pinned(dist, version), cpansa().index, { at: '2026-11-22T08:00:00Z' }));
    const theirs = { [dist]: { ids: (answers[i] ?? '').split(' ').filter((id) => id !== ''), version } };
    for (const difference of differences(ours, theirs)) {
      const rule = explain(difference);
      assert.ok(rule !== null, `nothing explains ${JSON.stringify(difference)}`);
      counts[rule] = (counts[rule] ?? 0) + 1;
    }
  });
  console.log(`beside cpan-audit, ${pins.length} random pins: differences ${JSON.stringify(counts)}`);
});

/** Of each of so many distributions a few versions on its list, and near them some that are not. */
function randomPins(dists: readonly string[], count: number): [dist: string, version: string][] {
  // All ranges with the operator "=" are DBD-SQLite's.
  const sampled = ['DBD-SQLite', ...fc.sample(fc.constantFrom(...dists), { seed, numRuns: count })];
  const chosen = count < dists.length ? sampled : dists;
  return [...new Set(chosen)].flatMap((dist, i) => {
    const listed = listedOf(dist);
    if (listed.length === 0) return [];
    const sample = fc.sample(fc.constantFrom(...listed), { seed: seed + i, numRuns: 5 });
    const some = [...sample, ...listed.slice(-5)];
    const near = some.map((version) => (/^[0-9]+\.[0-9]+$/.test(version) ? `${version}5` : `${version}.1`));
    return [...some, ...near]
      .filter((version) => parses(version))
      .map((version): [string, string] => [dist, version]);
  });
}

function pinned(dist: string, version: string): Inventory {
  return inventory([component('X', { key: `${dist}@${version}`, distribution: dist, version })]);
}
