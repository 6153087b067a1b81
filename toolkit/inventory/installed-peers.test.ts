/** Installed trees of this machine, against perl and dpkg themselves. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { askPerl, withoutPerl, withoutProgram } from '../../test/peers.ts';
import { sharedPath, withoutShared } from '../../test/shared.ts';
import { rounds } from '../../test/sizes.ts';
import { compareVersions } from '../cpan/index.ts';
import { diskFiles, gunzipBytes } from '../io/index.ts';
import { inventoryMachine, inventoryTree } from './installed.ts';
import { ModuleVersions } from './module-versions.ts';
import { findPerls } from './perl-places.ts';
import { walkTrees } from './trees.ts';

const files = diskFiles();
const withoutDebian = withoutProgram('dpkg-query') || withoutPerl('Module::Metadata', 'File::Find');

/** Paths of modules below perl's own `@INC`. */
const FIND = `
  use File::Find;
  find({ no_chdir => 1, wanted => sub {
    return unless /\\.pm$/ && -f;
    my $name = substr $_, length($File::Find::topdir) + 1;
    print "$_\\n" if $name !~ m{^auto/} && $name =~ m{^(?:[A-Za-z_]\\w*/)*[A-Za-z_]\\w*\\.pm$};
  } }, map { Cwd::realpath($_) } grep { -d } grep { $_ ne '.' } @INC);
`;

test('the directories of perl are its @INC, and every module in them is seen', {
  skip: withoutDebian,
}, () => {
  const { perls } = findPerls(files, []);
  const [version] = askPerl('printf "%vd\\n", $^V', []);
  const system = perls.filter((perl) => perl.version === version && perl.file.startsWith('/usr/lib/'));
  assert.equal(system.length, 1);

  const inc = askPerl('use Cwd; print map { -d $_ ? Cwd::realpath($_) . "\\n" : () } @INC', []);
  const { trees, unexamined } = walkTrees(files, system);
  const searched = trees.flatMap(({ directories }) => directories.map(({ path }) => path));
  assert.deepEqual(searched, [...new Set(inc)]);
  assert.deepEqual(unexamined, []);

  const theirs = new Set(askPerl(FIND, [], '-MCwd'));
  const ours = trees.flatMap(({ directories }) =>
    directories.flatMap(({ modules }) => [...modules.values()]),
  );
  assert.ok(ours.length > 500);
  assert.deepEqual(ours.sort(), [...theirs].sort());
});

const ASK_VERSION = `
  use Module::Metadata;
  while (<STDIN>) {
    chomp;
    my ($module, $path) = split / /;
    my $version = eval { Module::Metadata->new_from_file($path)->version($module) };
    print defined $version && "$version" ne '' ? "$version\\n" : "-\\n";
  }
`;

test('versions are those of Module::Metadata', { skip: withoutDebian }, () => {
  const { trees } = walkTrees(files, findPerls(files, []).perls);
  const every = rounds(10, 1);
  const modules = trees.flatMap(({ modules }) => [...modules]).filter((_, i) => i % every === 0);
  const versions = new ModuleVersions(files);
  const theirs = askPerl(
    ASK_VERSION,
    modules.map(([name, path]) => `${name} ${path}`),
  );
  const differing = modules.filter(([name, path], i) => {
    const { version } = versions.of(path, name);
    const their = theirs[i] ?? '-';
    return version === null || their === '-'
      ? (version ?? '-') !== their
      : compareVersions(version, their) !== 0;
  });
  // A few sources are read more closely here than there, or need perl to run a line.
  assert.ok(differing.length <= modules.length / 100, differing.map(([name]) => name).join(' '));
});

test('every Debian package with modules for perl is a component, in its upstream version', {
  skip: withoutDebian,
}, () => {
  const { components, unexamined } = inventoryMachine(files, { gunzip: gunzipBytes });
  assert.deepEqual(unexamined, []);
  const { stdout } = spawnSync('dpkg-query', ['-S', '/usr/share/perl5/*.pm', '/usr/lib/*/perl5/*.pm'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const theirs = new Set(
    stdout
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('diversion'))
      .map((line) => line.replace(/[:,].*$/, '')),
  );
  const ours = new Set(
    components
      .filter(({ presence }) => presence === 'installed')
      .map(({ distributor }) => distributor?.package),
  );
  assert.deepEqual(
    [...theirs].filter((name) => !ours.has(name)),
    [],
  );
  for (const { distribution, version, distributor } of components) {
    if (distribution === null || distribution === 'perl') continue;
    assert.notEqual(version, null, `${distribution} of ${distributor?.package}`);
  }
});

test('a real local library is read, ghosts and moved packlists included', {
  skip: withoutShared('metadata/installed-samples'),
}, () => {
  const root = mkdtempSync(join(tmpdir(), 'cpansec-'));
  try {
    cpSync(sharedPath('metadata/installed-samples'), root, { recursive: true });
    const versions = {
      'Net/CIDR/Lite': '0.22',
      'Path/Tiny': '0.144',
      'Try/Tiny': '0.31',
      'Data/UUID': '1.227',
    };
    for (const [path, version] of Object.entries(versions)) {
      const module = path.replaceAll('/', '::');
      cpSync(join(root, 'perllocal.pod'), join(root, `${path}.pm`));
      writeFileSync(join(root, `${path}.pm`), `package ${module};\nour $VERSION = '${version}';\n1;\n`);
    }
    const { components, unexamined } = inventoryTree({ inc: [root] }, files);
    assert.deepEqual(unexamined, []);
    assert.deepEqual(
      components.map(({ key, pathname }) => [key, pathname?.replace(/^.*\//, '')]),
      [
        ['Data-UUID@1.227', 'Data-UUID-1.227.tar.gz'],
        ['Net-CIDR-Lite@0.22', undefined],
        ['Path-Tiny@0.144', 'Path-Tiny-0.144.tar.gz'],
        ['Try-Tiny@0.31', 'Try-Tiny-0.31.tar.gz'],
      ],
    );
  } finally {
    rmSync(root, { recursive: true });
  }
});

/** A mirror of CPAN that has one distribution. */
function plantMirror(mirror: string, version: string): void {
  const author = join(mirror, 'authors/id/A/AB/ABC');
  mkdirSync(author, { recursive: true });
  mkdirSync(join(mirror, 'modules'), { recursive: true });
  const archive = `Try-Tiny-${version}.tar.gz`;
  cpSync(sharedPath(`dists/libtry-tiny-perl_${version}.orig.tar.gz`), join(author, archive));
  const rows = [`Try::Tiny  ${version}  A/AB/ABC/${archive}`];
  const header = ['File: 02packages.details.txt', `Line-Count: ${rows.length}`];
  const text = [...header, '', ...rows, ''].join('\n');
  writeFileSync(join(mirror, 'modules/02packages.details.txt.gz'), gzipSync(text));
}

test('what cpanm installs is found, and after an upgrade only what is there now', {
  skip: withoutProgram('cpanm') || withoutShared('dists/libtry-tiny-perl_0.32.orig.tar.gz'),
}, () => {
  const root = mkdtempSync(join(tmpdir(), 'cpansec-'));
  try {
    const library = join(root, 'library');
    for (const version of ['0.31', '0.32']) {
      plantMirror(join(root, 'mirror'), version);
      const args = ['-q', '-L', library, '--notest', '--mirror', `file://${root}/mirror`, '--mirror-only'];
      const env = { ...process.env, PERL_CPANM_HOME: join(root, version) };
      const { status, stderr } = spawnSync('cpanm', [...args, 'Try::Tiny'], { env, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const { components, unexamined } = inventoryTree({ inc: [library] }, files);
      assert.deepEqual(unexamined, []);
      assert.deepEqual(
        components.map(({ key, pathname }) => [key, pathname]),
        [[`Try-Tiny@${version}`, `A/AB/ABC/Try-Tiny-${version}.tar.gz`]],
      );
    }
  } finally {
    rmSync(root, { recursive: true });
  }
});
