/** Nothing that is inspected runs. Each program here would leave a mark in the directory, which `attack` would see. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { attacks } from './attack.ts';

const MARK = `echo ran > mark; echo ran > "$HOME/mark"`;
const PERL = `system('${MARK}'); open my $f, '>', 'mark'; `;

/** Programs that a careless tool would find by name. */
function programs(directory: string, folder: string): void {
  for (const name of ['perl', 'sh', 'dpkg', 'dpkg-query', 'git', 'carton', 'cpanm', 'node', 'tar', 'which']) {
    const path = join(directory, folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${MARK}\n`);
    chmodSync(path, 0o755);
  }
}

const parser = `requires 'Example::Parser', '1.20';\n`;

attacks('nothing inspected is run', [
  {
    name: 'a cpanfile of system, BEGIN, backticks, eval, do and require',
    files: {
      cpanfile: `${parser}BEGIN { ${PERL} }\n${PERL}\n\`touch mark\`;\neval q{${PERL}};\ndo './evil.pl';\nrequire './evil.pl';\nuse lib '.'; use evil;\nqx(touch mark);\n"@{[ ${PERL} ]}";\n`,
      'evil.pl': PERL,
      'evil.pm': PERL,
    },
    typed: ['audit'],
    status: 3,
    says: /cpanfile:3: /,
  },
  {
    name: 'a requirement whose version is a program',
    files: { cpanfile: `requires 'Example::Parser', \`touch mark\`;\nrequires do { ${PERL} 'A' };\n` },
    typed: ['audit'],
    status: 3,
    says: /cpanfile:1: /,
  },
  {
    name: 'Makefile.PL, Build.PL, dist.ini, package.json and hooks of a project',
    files: {
      cpanfile: parser,
      'Makefile.PL': PERL,
      'Build.PL': PERL,
      'package.json': JSON.stringify({ scripts: { preinstall: MARK, start: MARK } }),
      '.npmrc': `script-shell=${MARK}`,
      'lib/Shop.pm': `package Shop; our $VERSION = do { ${PERL} '1' };`,
      'sitecustomize.pl': PERL,
    },
    typed: ['audit'],
    status: 0,
    says: /No known vulnerabilities/,
  },
  {
    name: 'programs in the project and first in PATH',
    files: { cpanfile: parser },
    prepare: (here) => {
      programs(here, '.');
      programs(here, 'local/bin');
    },
    env: { PATH: '.:local/bin' },
    typed: ['audit'],
    status: 0,
    says: /No known vulnerabilities/,
  },
  {
    name: 'a $VERSION that is a program, in an installed tree',
    files: {
      'lib/Example/Parser.pm': `package Example::Parser;\nour $VERSION = do { ${PERL} '1.0' };\n1;\n`,
    },
    typed: ['audit', '--inc', 'lib'],
    status: 3,
    says: /Example-Parser: .*could apply/s,
  },
  {
    name: 'the programs of an image, its perl included',
    prepare: (here) => {
      programs(here, 'image/usr/bin');
      programs(here, 'image/usr/local/bin');
      mkdirSync(join(here, 'image/usr/share/perl5'), { recursive: true });
      writeFileSync(join(here, 'image/usr/share/perl5/Example.pm'), `package Example; our $VERSION = '1.0';`);
    },
    typed: ['audit', '--root', 'image'],
    status: 0,
    says: /./,
  },
  {
    name: 'an ignore file and a META.yml of code',
    files: {
      cpanfile: parser,
      '.cpansec.yaml': 'ignore: !!js/function "function () { process.exit(0) }"\n',
      'META.yml': `--- !!perl/code "${MARK}"\n`,
    },
    typed: ['audit'],
    status: 2,
    says: /\.cpansec\.yaml:1/,
  },
  {
    name: 'names that a shell would take for commands',
    files: { 'local.sh': MARK },
    typed: ['audit', 'A@1;touch mark', '$(touch mark)@1', 'A@`touch mark`'],
    status: 2,
    says: /no such file or directory/,
  },
]);
