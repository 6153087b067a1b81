import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { changelogFixes } from './debian-changelog.ts';

const changelog = `libfoo-perl (1.2-3+deb12u2) bookworm-security; urgency=high

  * Non-maintainer upload.
  * Fix CVE-2026-0003: reads past the end
    (cve-2026-0004) (Closes: #1000001)

 -- A Packager <a@example.org>  Sat, 12 Apr 2025 18:16:31 +0300

libfoo-perl (1.2-3+deb12u1) bookworm; urgency=medium

  * Revert the patch that fixed
    CVE-2026-0002, which broke everything.
  * Refresh CVE-2026-0003.patch

 -- A Packager <a@example.org>  Sat, 12 Apr 2025 17:16:31 +0300

libfoo-perl (1.2-3) unstable; urgency=medium

  * CVE-2026-0001 and CVE-2026-0002: two holes

 -- CVE-2020-9999 <not@evidence.example>  Sat, 12 Apr 2025 16:16:31 +0300
`;

test('each CVE id comes with the line that names it first', () => {
  assert.deepEqual(changelogFixes(changelog, '1.2-3+deb12u2'), [
    {
      id: 'CVE-2026-0001',
      line: 19,
      text: '* CVE-2026-0001 and CVE-2026-0002: two holes',
      packageVersion: '1.2-3',
    },
    { id: 'CVE-2026-0003', line: 13, text: '* Refresh CVE-2026-0003.patch', packageVersion: '1.2-3+deb12u1' },
    {
      id: 'CVE-2026-0004',
      line: 5,
      text: '* Fix CVE-2026-0003: reads past the end (cve-2026-0004) (Closes: #1000001)',
      packageVersion: '1.2-3+deb12u2',
    },
  ]);
});

test('entries above the version do not count', () => {
  const ids = (version: string) => changelogFixes(changelog, version).map(({ id }) => id);
  assert.deepEqual(ids('1.2-3'), ['CVE-2026-0001', 'CVE-2026-0002']);
  assert.deepEqual(ids('1.2-2'), []);
});

test('a fix taken back counts again when a later entry names it again', () => {
  const text = `a (3)\n\n  * Fix CVE-2026-0002 again\n\n${changelog.replaceAll('libfoo-perl (', 'a (')}`;
  const fixes = changelogFixes(text.replaceAll('1.2-3', '1.2'), '3');
  assert.equal(fixes.find(({ id }) => id === 'CVE-2026-0002')?.packageVersion, '3');
});

test('any text gives ids it holds', () => {
  const line = fc.constantFrom('a (1) b', '  CVE-2026-00001', '  revert CVE-2026-00001', ' -- x', '');
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
      for (const { id, line } of changelogFixes(lines.join('\n'), '9')) {
        assert.ok(lines.join('\n').split('\n')[line - 1]?.toUpperCase().includes(id));
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});
