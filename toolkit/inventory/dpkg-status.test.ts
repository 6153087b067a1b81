import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { withoutProgram } from '../../test/peers.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { parseDpkgStatus } from './dpkg-status.ts';
import { InventoryError } from './errors.ts';

const status = `Package: libfoo-perl
Status: install ok installed
Architecture: all
Multi-Arch: foreign
Source: foo (1.2-3)
Version: 1.2-3+b1
Depends: perl:any (>= 5.30), libbar-perl (>= 2) | libbaz-perl,
 libqux-perl
Pre-Depends: dpkg (>= 1.17)
Conffiles:
 /etc/foo.conf 0123456789abcdef0123456789abcdef
Description: something
 Package: not-a-field
Homepage: https://metacpan.org/release/Foo

Package: gone
Status: deinstall ok config-files
Version: 1

Package: plain
Status: hold ok unpacked
Version: 2:7
`;

test('packages with their files on the disk are read', () => {
  assert.deepEqual(parseDpkgStatus(status, 'status'), [
    {
      name: 'libfoo-perl',
      architecture: 'all',
      version: '1.2-3+b1',
      source: 'foo',
      sourceVersion: '1.2-3',
      homepage: 'https://metacpan.org/release/Foo',
      depends: ['dpkg', 'libbar-perl', 'libbaz-perl', 'libqux-perl', 'perl'],
    },
    {
      name: 'plain',
      architecture: '',
      version: '2:7',
      source: 'plain',
      sourceVersion: '2:7',
      homepage: null,
      depends: [],
    },
  ]);
});

test('a package without a version is named by its line', () => {
  assert.throws(
    () => parseDpkgStatus(`${status}\nPackage: broken\nStatus: install ok installed\n`, 'status'),
    (error) =>
      error instanceof InventoryError && error.message === 'status:24: package without name or version',
  );
});

test('dpkg-query names the same packages', { skip: withoutProgram('dpkg-query') }, () => {
  const format =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
    '${db:Status-Status} ${Package} ${Version} ${source:Package} ${source:Version} ${Homepage}\\n';
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', format], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const theirs = stdout.split('\n').filter((line) => line.startsWith('installed '));
  const text = readFileSync('/var/lib/dpkg/status', 'utf8');
  const ours = parseDpkgStatus(text, 'status').map(
    (p) => `installed ${p.name} ${p.version} ${p.source} ${p.sourceVersion} ${p.homepage ?? ''}`,
  );
  assert.ok(ours.length > 10);
  assert.deepEqual(ours.sort(), theirs.sort());
});

test('any text is read or refused', () => {
  const line = fc.constantFrom(
    'Package: a',
    'Status: install ok installed',
    'Version: 1',
    ' more',
    '',
    ':',
    'x',
    'Source: (',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
      try {
        parseDpkgStatus(lines.join('\n'), 'status');
      } catch (error) {
        assert.ok(error instanceof InventoryError);
      }
    }),
    { seed, numRuns: rounds(300, 20_000) },
  );
});
