import assert from 'node:assert/strict';
import test from 'node:test';
import { component, index, inventory, record } from '../../test/given.ts';
import type { Distributor } from '../inventory/index.ts';
import { audit } from './audit.ts';
import type { AuditReport } from './report.ts';

const changelog = '/usr/share/doc/libdbi-perl/changelog.Debian.gz';
const debian: Distributor = {
  vendor: 'debian',
  package: 'libdbi-perl',
  packageVersion: '1.642-1+deb10u2',
  changelog,
  fixes: [
    {
      id: 'CVE-2020-14392',
      line: 4,
      text: '  * Fix memory corruption (CVE-2020-14392)',
      packageVersion: '1.642-1+deb10u1',
    },
    {
      id: 'CVE-2020-14393',
      line: 5,
      text: '  * CVE-2020-14393: buffer overflow',
      packageVersion: '1.642-1+deb10u1',
    },
  ],
};

function report(distributor: Distributor, aliases: string[], id = 'CPANSA-DBI-2020-01'): AuditReport {
  const given = component('DBI@1.642', { presence: 'installed', distributor });
  const known = index([record(id, [{ distribution: 'DBI', ranges: ['<1.643'] }], { aliases })]);
  return audit(inventory([given]), known, { at: '2026-11-22T08:00:00Z' });
}

test('a CVE that the package’s own changelog names is fixed by the distributor', () => {
  const { findings, clean, suppressed, summary } = report(debian, ['CVE-2020-14392', 'GHSA-aaaa']);
  assert.deepEqual([findings, clean], [[], []]);
  assert.deepEqual(suppressed[0]?.by, {
    kind: 'distributor',
    package: 'libdbi-perl',
    packageVersion: '1.642-1+deb10u1',
    evidence: '  * Fix memory corruption (CVE-2020-14392)',
    place: { file: changelog, line: 4 },
  });
  assert.equal(suppressed[0]?.finding.status, 'vulnerable');
  assert.deepEqual([summary.vulnerable, summary.suppressed], [0, 1]);
});

const named: [what: string, aliases: string[], id: string, suppressed: boolean][] = [
  ['every CVE named', ['CVE-2020-14392', 'CVE-2020-14393'], 'CPANSA-DBI-2020-01', true],
  ['one CVE of two named', ['CVE-2020-14392', 'CVE-2026-1'], 'CPANSA-DBI-2020-01', false],
  ['another CVE', ['CVE-2026-1'], 'CPANSA-DBI-2020-01', false],
  ['no CVE', [], 'CPANSA-DBI-2020-01', false],
  ['the CVE is the id', [], 'CVE-2020-14393', true],
  ['another case of letters', ['cve-2020-14392'], 'CPANSA-DBI-2020-01', true],
];
for (const [what, aliases, id, suppressed] of named) {
  test(`${what}: ${suppressed ? 'fixed by the distributor' : 'vulnerable'}`, () => {
    const { summary } = report(debian, aliases, id);
    assert.deepEqual([summary.vulnerable, summary.suppressed], suppressed ? [0, 1] : [1, 0]);
  });
}

test('without a changelog on disk it is unknown', () => {
  const { findings } = report({ ...debian, changelog: null, fixes: [] }, ['CVE-2020-14392']);
  assert.equal(findings[0]?.status, 'unknown');
  assert.equal(findings[0]?.advisory?.id, 'CPANSA-DBI-2020-01');
  assert.equal(findings[0]?.unknown?.reason, 'changelog-absent');
  assert.equal(findings[0]?.fix, undefined);
});
