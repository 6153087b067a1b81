/** What may not be read is told, and nothing of it counts as clean. The command runs as a user without rights. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { attacks, withoutNobody } from './attack.ts';

const parser = `requires 'Example::Parser', '1.20';\n`;
const skip = withoutNobody();

/** Takes rights from what stands in the directory. */
function deny(...names: [name: string, mode: number][]): (here: string) => void {
  return (here) => {
    for (const [name, mode] of names) chmodSync(join(here, name), mode);
  };
}

interface Denied {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly denied: readonly [name: string, mode: number][];
  readonly typed: readonly string[];
  readonly status: number;
  readonly says: RegExp;
}

const cases: Denied[] = [
  {
    name: 'a project that may not be entered',
    files: { 'shop/cpanfile': parser },
    denied: [['shop', 0]],
    typed: ['audit', 'shop'],
    status: 3,
    says: /shop\/cpanfile: cannot examine: permission denied/,
  },
  {
    name: 'a project that may be listed only',
    files: { 'shop/cpanfile': parser },
    denied: [['shop', 0o444]],
    typed: ['audit', 'shop'],
    status: 3,
    says: /shop\/cpanfile: cannot examine: permission denied/,
  },
  {
    name: 'a project that may be entered and not listed',
    files: { 'shop/cpanfile': parser },
    denied: [['shop', 0o111]],
    typed: ['audit', 'shop'],
    status: 0,
    says: /No known vulnerabilities/,
  },
  {
    name: 'a lock file and a cpanfile',
    files: { cpanfile: parser, 'cpanfile.snapshot': '' },
    denied: [
      ['cpanfile', 0],
      ['cpanfile.snapshot', 0],
    ],
    typed: ['audit'],
    status: 3,
    says: /cpanfile: cannot read: permission denied.*cpanfile\.snapshot: cannot read: permission denied/s,
  },
  {
    name: 'META of a project without a cpanfile',
    files: { 'META.json': '{}' },
    denied: [['META.json', 0]],
    typed: ['audit'],
    status: 3,
    says: /META\.json: cannot read: permission denied/,
  },
  {
    name: "the project's own library",
    files: { cpanfile: parser, 'local/lib/perl5/Example/Parser.pm': 'package Example::Parser; 1;' },
    denied: [['local', 0]],
    typed: ['audit'],
    status: 3,
    says: /local\/lib\/perl5: cannot examine: permission denied/,
  },
  {
    name: 'an ignore file',
    files: { cpanfile: parser, '.cpansec.yaml': 'ignore: []\n' },
    denied: [['.cpansec.yaml', 0]],
    typed: ['audit'],
    status: 2,
    says: /\.cpansec\.yaml: cannot read: permission denied/,
  },
  {
    name: 'a directory and a module of an installed tree',
    files: {
      'lib/Example/Parser.pm': 'package Example::Parser; 1;',
      'lib/Deep/Secret.pm': '',
      'lib/Other.pm': '',
    },
    denied: [
      ['lib/Example', 0],
      ['lib/Other.pm', 0],
    ],
    typed: ['audit', '--inc', 'lib'],
    status: 3,
    says: /lib\/Example: cannot list: permission denied/,
  },
  {
    name: 'an installed tree as a whole',
    files: { 'lib/Example/Parser.pm': 'package Example::Parser; 1;' },
    denied: [['lib', 0]],
    typed: ['audit', '--inc', 'lib'],
    status: 3,
    says: /lib: cannot list: permission denied/,
  },
  {
    name: 'an install record',
    files: {
      'lib/Example/Parser.pm': 'package Example::Parser; our $VERSION = 1.20; 1;',
      'lib/.meta/Example-Parser-1.20/install.json': '{}',
    },
    denied: [['lib/.meta/Example-Parser-1.20', 0]],
    typed: ['audit', '--inc', 'lib'],
    status: 3,
    says: /install\.json:\s+cannot (?:examine|read): permission denied/,
  },
  {
    name: "an image's packages",
    files: { 'image/var/lib/dpkg/status': '', 'image/usr/share/perl5/Example/Parser.pm': '' },
    denied: [['image/var/lib/dpkg', 0]],
    typed: ['audit', '--root', 'image'],
    status: 3,
    says: /\/var\/lib\/dpkg\/status: cannot examine: permission denied/,
  },
  {
    name: "an image's modules",
    files: { 'image/usr/share/perl5/Example/Parser.pm': '' },
    denied: [['image/usr/share/perl5', 0]],
    typed: ['audit', '--root', 'image'],
    status: 3,
    says: /\/usr\/share\/perl5: cannot list: permission denied/,
  },
  {
    name: 'an index',
    files: { 'dir/advisories.index': '' },
    denied: [['dir', 0]],
    typed: ['audit', '--db', 'dir', 'A@1'],
    status: 4,
    says: /permission denied/,
  },
  ...['--vex', '--since', '--ignore-file', '--packages'].map((option) => ({
    name: `what ${option} names`,
    files: { cpanfile: parser, answer: '' },
    denied: [['answer', 0]] satisfies [string, number][],
    typed: ['audit', option, 'answer'],
    status: 2,
    says: /answer: cannot read: permission denied/,
  })),
];

attacks(
  'without permission',
  cases.map(({ denied, ...attack }) => ({
    ...attack,
    skip,
    unprivileged: true as const,
    prepare: deny(...denied),
  })),
);
