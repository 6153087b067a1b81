import assert from 'node:assert/strict';
import test from 'node:test';
import { carriedBy, mainModule } from './debian-names.ts';
import type { DebianPackage } from './dpkg-status.ts';

const entry = (name: string, homepage: string | null = null): DebianPackage => ({
  name,
  architecture: 'all',
  version: '1-1',
  source: name,
  sourceVersion: '1-1',
  homepage,
  depends: [],
});

test('the home page tells the distribution, or a module of it', () => {
  for (const [homepage, distribution, module] of [
    ['https://metacpan.org/release/Net-CIDR-Lite', 'Net-CIDR-Lite', null],
    ['https://metacpan.org/release/Net-CIDR-Lite/', 'Net-CIDR-Lite', null],
    ['https://metacpan.org/dist/URI', 'URI', null],
    ['http://search.cpan.org/dist/CGI-Simple/', 'CGI-Simple', null],
    ['https://metacpan.org/release/AUTHOR/Foo-Bar-1.02', 'Foo-Bar', null],
    ['http://search.cpan.org/~author/Foo-Bar-v1.2.3/', 'Foo-Bar', null],
    ['https://metacpan.org/pod/Path::Tiny', null, 'Path::Tiny'],
    ['https://metacpan.org/module/Path%3A%3ATiny', null, 'Path::Tiny'],
    ['http://search.cpan.org/dist/', null, null],
    ['https://example.org/metacpan.org/release/Foo', null, null],
    [null, null, null],
  ] as const) {
    const carried = carriedBy(entry('libx-perl', homepage), () => null);
    assert.deepEqual(carried, { distribution, module }, homepage ?? 'none');
  }
});

test('then the table, then the source of the copyright file', () => {
  const asked: string[] = [];
  const source = (answer: string) => () => {
    asked.push(answer);
    return answer;
  };
  assert.equal(carriedBy(entry('libdbi-perl', 'https://dbi.perl.org/'), source('x')).distribution, 'DBI');
  assert.deepEqual(asked, []);
  const found = carriedBy(entry('libfoo-perl'), source('https://metacpan.org/release/Foo'));
  assert.equal(found.distribution, 'Foo');
});

test('the main module is the one that the distribution or the package is named after', () => {
  const none = { distribution: null, module: null };
  for (const [name, carried, modules, main] of [
    [
      'libx-perl',
      { distribution: 'Net-CIDR-Lite', module: null },
      ['A', 'Net::CIDR::Lite'],
      'Net::CIDR::Lite',
    ],
    ['libx-perl', { distribution: null, module: 'Path::Tiny' }, ['A', 'Path::Tiny'], 'Path::Tiny'],
    ['libyaml-libyaml-perl', none, ['A', 'YAML::LibYAML'], 'YAML::LibYAML'],
    ['libwww-perl', { distribution: 'libwww-perl', module: null }, ['LWP::Simple', 'LWP'], 'LWP'],
    ['git', none, ['Git::I18N', 'Git'], 'Git'],
    ['libx-perl', none, [], null],
  ] as const)
    assert.equal(mainModule(entry(name), carried, modules), main, name);
});
