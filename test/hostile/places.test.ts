/** Places that are no plain files, streams without end, names that would talk to the terminal, numbers out of reach. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { attacks } from './attack.ts';

const parser = `requires 'Example::Parser', '1.20';\n`;
const ESCAPE = '\u001b]0;owned\u0007\u001b[2J\u202e';

function fifo(name: string): (here: string) => void {
  return (here) => execFileSync('mkfifo', [join(here, name)]);
}

attacks('no plain file', [
  {
    name: 'a pipe that nobody writes to',
    prepare: fifo('cpanfile'),
    typed: ['audit', 'cpanfile'],
    status: 2,
    says: /cpanfile/,
  },
  { name: 'a device', typed: ['audit', '/dev/zero'], status: 2, says: /\/dev\/zero/ },
  {
    name: 'an index that is a device',
    typed: ['audit', '--db', '/dev/zero', 'A@1'],
    status: 4,
    says: /no usable index/,
  },
  {
    name: 'an ignore file that is a device',
    files: { cpanfile: parser },
    prepare: (here) => symlinkSync('/dev/zero', join(here, '.cpansec.yaml')),
    typed: ['audit'],
    status: 2,
    says: /\.cpansec\.yaml/,
  },
  {
    name: 'standard input without end',
    prepare: (here) => symlinkSync('/dev/zero', join(here, 'endless')),
    stdin: 'endless',
    typed: ['audit', '-'],
    status: 2,
    says: /stdin|standard input/,
  },
  {
    name: 'a list of packages that unpacks to gigabytes',
    files: { '02packages.details.txt.gz': gzipSync(Buffer.alloc(300 << 20)) },
    typed: ['audit', '--packages', '02packages.details.txt.gz', 'A@1'],
    status: 2,
    says: /02packages\.details\.txt\.gz: unpacks to more than/,
    memory: 150,
  },
  {
    name: 'directories a hundred deep',
    prepare: (here) => {
      const deep = join(here, 'lib', ...Array.from({ length: 100 }, () => 'D'));
      mkdirSync(deep, { recursive: true });
      writeFileSync(join(deep, 'X.pm'), 'package X;');
    },
    typed: ['audit', '--inc', 'lib'],
    status: 3,
    says: /deep/,
  },
]);

const formats = 'text json sarif gitlab junit github markdown html cyclonedx openvex csv cpan-audit'.split(
  ' ',
);

attacks('names that would talk to the terminal', [
  ...formats.map((format) => ({
    name: `as ${format}`,
    files: {
      'purls.txt': `pkg:cpan/Example-Parser@1${ESCAPE}\npkg:cpan/${ESCAPE}@1\npkg:cpan/Example-Parser@1.10\n`,
    },
    // CSV ends its lines with CR LF; that one is looked at where it is made.
    skip: format === 'csv' && 'ends its lines with CR LF',
    typed: ['audit', '-f', format, 'purls.txt'],
    status: 1,
    says: /Example-Parser/,
  })),
  {
    name: 'as a directory',
    files: { [`a\n${ESCAPE}/cpanfile`]: `requires $x;\n` },
    typed: ['audit', `a\n${ESCAPE}`],
    status: 3,
    says: /cpanfile:1/,
  },
  { name: 'as an option', typed: ['audit', `--${ESCAPE}`], status: 2, says: /unknown option/ },
  { name: 'as a command', typed: [ESCAPE], status: 2, says: /unknown command/ },
  { name: 'as a missing file', typed: ['audit', ESCAPE], status: 2, says: /no such file/ },
  { name: 'as an id', typed: ['show', ESCAPE], status: 1, says: /no advisory/ },
  { name: 'as an index', typed: ['audit', '--db', ESCAPE, 'A@1'], status: 4, says: /no usable index/ },
  { name: 'as a choice', typed: ['audit', '-f', ESCAPE], status: 2, says: /not one of/ },
]);

attacks('numbers out of reach', [
  {
    name: 'a version of a hundred thousand digits',
    typed: ['audit', `Example-Parser@${'9'.repeat(100_000)}`],
    status: 3,
    says: /could apply/,
  },
  {
    name: 'a version in META.json that no number holds',
    files: { 'META.json': '{"name":"Example-Parser","version":1e999999}' },
    typed: ['audit', 'META.json'],
    status: 3,
    says: /Example-Parser/,
  },
  {
    name: 'an age',
    typed: ['audit', '--max-age', '9'.repeat(400), 'A@1'],
    status: 2,
    says: /not a number of days/,
  },
]);
