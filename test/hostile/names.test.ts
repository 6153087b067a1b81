/** File names that no module has, inside installed trees: nothing leaves the tree, and what is shown is harmless. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attacks } from './attack.ts';

const module = `package Example::Parser;\nour $VERSION = '1.10';\n1;\n`;
const ESCAPE = '\u001b]0;owned\u0007\u001b[2J\u202e';

/** Names of directories and modules, as bytes: the kernel takes anything but `/` and NUL. */
const names: [what: string, bytes: Uint8Array][] = [
  ['a line break', Buffer.from('Line\nBreak')],
  ['terminal escapes', Buffer.from(`Esc${ESCAPE}`)],
  ['what is not UTF-8', Buffer.from('Bad\xff\xfe', 'latin1')],
  ['the longest name', Buffer.from('L'.repeat(252))],
  ['a backslash and dots', Buffer.from('..\\..\\etc')],
  ['dots alone', Buffer.from('...')],
  ['a colon', Buffer.from('A::B')],
  ['a blank', Buffer.from(' ')],
  ['a name of Object', Buffer.from('__proto__')],
];

function path(...parts: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** A library with a vulnerable module, and the name as a directory, a module and an install record. */
function library(here: string, name: Uint8Array): void {
  mkdirSync(join(here, 'lib/Example'), { recursive: true });
  mkdirSync(join(here, 'lib/.meta'));
  writeFileSync(join(here, 'lib/Example/Parser.pm'), module);
  for (const place of ['lib/', 'lib/.meta/']) mkdirSync(path(here, '/', place, name));
  writeFileSync(path(here, '/lib/', name, '/Inside.pm'), 'package Inside; our $VERSION = "1";');
  writeFileSync(path(here, '/lib/', name, '.pm'), 'package Other; our $VERSION = "1";');
  writeFileSync(path(here, '/lib/.meta/', name, '/install.json'), '{');
}

attacks(
  'an installed tree that has',
  names.map(([name, bytes]) => ({
    name,
    prepare: (here: string) => library(here, bytes),
    typed: ['audit', '--inc', 'lib', '-f', 'json'],
    status: 1,
    says: /"CPANSA-Example-Parser-2026-0001"/,
  })),
);

/** Records that say where their files are, or what they are called. */
const records: [what: string, files: Record<string, string>, status: number, says: RegExp][] = [
  [
    'a packlist of paths that climb',
    { 'lib/auto/Example/Parser/.packlist': `../../../../etc/passwd\n/etc/passwd\n${'x/'.repeat(5000)}\n` },
    1,
    /Example-Parser 1\.10/,
  ],
  [
    'a packlist of NULs and escapes',
    { 'lib/auto/Example/Parser/.packlist': `a\0b\n${ESCAPE}\n` },
    1,
    /Example-Parser 1\.10/,
  ],
  [
    'an install record that names another place',
    {
      'lib/.meta/Example-Parser-1.10/install.json': JSON.stringify({
        name: 'Example::Parser',
        dist: `../../${ESCAPE}`,
        version: '1.10',
        pathname: '../../../etc/passwd',
        provides: { 'Example::Parser': { file: '../../../../etc/passwd', version: '1.10' } },
      }),
    },
    1,
    /Example-Parser 1\.10/,
  ],
];

attacks(
  'an installed tree with',
  records.map(([name, files, status, says]) => ({
    name,
    files: { 'lib/Example/Parser.pm': module, ...files },
    typed: ['audit', '--inc', 'lib'],
    status,
    says,
    saysNot: /root:x:/,
  })),
);

attacks('an image with', [
  {
    name: "Debian's lists of paths that climb, and packages of odd names",
    files: {
      'image/usr/share/perl5/Example/Parser.pm': module,
      'image/var/lib/dpkg/status': [
        'Package: ../../../etc/passwd\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n',
        `Package: ${ESCAPE}\nStatus: install ok installed\nVersion: ${ESCAPE}\nArchitecture: all\n`,
        'Package: libexample-parser-perl\nStatus: install ok installed\nVersion: 1.10-1\nArchitecture: all\n',
      ].join('\n'),
      'image/var/lib/dpkg/info/libexample-parser-perl.list':
        '/usr/share/perl5/../../../../../etc/passwd\n/usr/share/perl5/Example/Parser.pm\n',
    },
    typed: ['audit', '--root', 'image'],
    status: 3,
    says: /Example-Parser 1\.10: Debian's package libexample-parser-perl 1\.10-1 may fix/,
    saysNot: /root:x:/,
  },
]);
