import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { sharedPath, sharedText, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { endsSoon } from '../../test/soon.ts';
import { CpanError } from './errors.ts';
import { parseInstallRecord } from './install-record.ts';
import { parsePacklist } from './packlist.ts';
import { parsePerllocal } from './perllocal.ts';

test('install.json keeps the digits of versions that are numbers', () => {
  const text =
    '{"name":"Net::CIDR::Lite","target":"Net::CIDR::Lite","version":0.220,"dist":"Net-CIDR-Lite-0.220","pathname":"S/ST/STIGTSP/Net-CIDR-Lite-0.220.tar.gz","provides":{"Net::CIDR::Lite":{"version":1.10,"file":"Lite.pm"},"X":{"version":"undef"},"__proto__":{}}}';
  const { provides, ...rest } = parseInstallRecord(text);
  assert.deepEqual(rest, {
    name: 'Net::CIDR::Lite',
    target: 'Net::CIDR::Lite',
    version: '0.220',
    dist: 'Net-CIDR-Lite-0.220',
    pathname: 'S/ST/STIGTSP/Net-CIDR-Lite-0.220.tar.gz',
  });
  assert.deepEqual(Object.entries(provides), [
    ['Net::CIDR::Lite', { file: 'Lite.pm', version: '1.10' }],
    ['X', { file: null, version: null }],
    ['__proto__', { file: null, version: null }],
  ]);
});

test('an install.json that is none is refused', () => {
  const cases: [text: string, message: string][] = [
    ['[]', 'x/install.json: expected a map, found "[]"'],
    ['{"name": ', 'x/install.json:1:10: expected a value, found the end'],
    ['', 'x/install.json:1:1: expected a value, found the end'],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parseInstallRecord(text, 'x/install.json'), {
      code: 'install-record-syntax',
      message,
    });
  }
});

test('a packlist names files, some with attributes', () => {
  const text =
    '/usr/lib/./Foo.pm\n/usr/bin/foo bar type=file\n/usr/man/foo.1 from=/src/foo.1 type=link\r\n\n';
  assert.deepEqual(parsePacklist(text), [
    { path: '/usr/lib/Foo.pm', attributes: {} },
    { path: '/usr/bin/foo bar', attributes: { type: 'file' } },
    { path: '/usr/man/foo.1', attributes: { from: '/src/foo.1', type: 'link' } },
  ]);
  assert.throws(() => parsePacklist('/a\n/b\0c\n', '.packlist'), { message: '.packlist:2: a NUL in a path' });
});

test('perllocal.pod is a diary', () => {
  const entry = (
    module: string,
    version: string,
  ): string => `=head2 Sun Nov 22 13:54:23 2026: C<Module> L<${module}|${module}>

=over 4

=item *

C<installed into: /opt/lib>

=item *

C<VERSION: ${version}>

=item *

C<EXE_FILES: >

=back

`;
  assert.deepEqual(parsePerllocal(`${entry('Foo::Bar', '1.10')}=head2 other\n\n${entry('Baz', '')}`), [
    {
      date: 'Sun Nov 22 13:54:23 2026',
      module: 'Foo::Bar',
      version: '1.10',
      installedInto: '/opt/lib',
      line: 1,
    },
    { date: 'Sun Nov 22 13:54:23 2026', module: 'Baz', version: null, installedInto: '/opt/lib', line: 21 },
  ]);
});

test('real installation records', { skip: withoutShared('metadata/installed-samples') }, () => {
  const at = 'metadata/installed-samples';
  const records = readdirSync(sharedPath(`${at}/.meta`)).map((name) =>
    parseInstallRecord(sharedText(`${at}/.meta/${name}/install.json`)),
  );
  assert.deepEqual(records.map(({ name, version, dist }) => [name, version, dist]).sort(), [
    ['Crypt::Rijndael', '1.16', 'Crypt-Rijndael-1.16'],
    ['Data::UUID', '1.227', 'Data-UUID-1.227'],
    ['File::Slurper', '0.014', 'File-Slurper-0.014'],
    ['Net::CIDR::Lite', '0.22', 'Net-CIDR-Lite-0.22'],
    ['Net::CIDR::Lite', '0.22', 'Net-CIDR-Lite-0.22-cpansec1'],
    ['Path::Tiny', '0.144', 'Path-Tiny-0.144'],
    ['Try::Tiny', '0.31', 'Try-Tiny-0.31'],
  ]);
  assert.equal(parsePacklist(sharedText(`${at}/auto/Data/UUID/.packlist`)).length, 2);
  const diary = parsePerllocal(sharedText(`${at}/perllocal.pod`));
  assert.deepEqual(
    diary.slice(0, 2).map(({ module, version }) => [module, version]),
    [
      ['Try::Tiny', '0.31'],
      ['Path::Tiny', '0.144'],
    ],
  );
});

test('no text makes these parsers fail otherwise', () => {
  const parts = fc.constantFrom(
    '{"',
    '"version":',
    '1.10',
    '}',
    ',',
    '=head2 ',
    'x: C<',
    'L<',
    'Foo|',
    '>',
    'C<VERSION: ',
    '\n',
    '/a',
    ' type=',
    '=',
    ' ',
    '\0',
    '\r',
  );
  const text = fc
    .array(fc.oneof(parts, fc.string({ maxLength: 5 })), { maxLength: 30 })
    .map((list) => list.join(''));
  fc.assert(
    fc.property(text, (given) => {
      for (const parse of [parseInstallRecord, parsePacklist, parsePerllocal]) {
        try {
          parse(given);
        } catch (error) {
          assert.ok(error instanceof CpanError, String(error));
        }
      }
    }),
    { seed, numRuns: rounds(2000, 200_000) },
  );
});

test('hostile records end soon', () => {
  const texts = [
    'a'.repeat(rounds(1_000_000, 10_000_000)),
    ' a='.repeat(rounds(300_000, 3_000_000)),
    `${' '.repeat(rounds(1_000_000, 10_000_000))}=`,
    '=head2 : C<'.repeat(rounds(50_000, 500_000)),
    'C<: >\n'.repeat(rounds(100_000, 1_000_000)),
    '['.repeat(1_000_000),
    '\n'.repeat(rounds(500_000, 5_000_000)),
  ];
  for (const [i, text] of texts.entries()) {
    for (const parse of [parseInstallRecord, parsePacklist, parsePerllocal]) {
      try {
        endsSoon(() => parse(text), `${parse.name} ${i}`);
      } catch (error) {
        assert.ok(error instanceof CpanError, String(error));
      }
    }
  }
});
