import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { sharedBytes, sharedPath, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8 } from '../base/index.ts';
import { CpanError } from './errors.ts';
import { type Meta, parseMeta } from './meta.ts';
import type { MetaPrereq } from './meta-prereqs.ts';

function metaOf(text: string, name = 'META.json'): Meta {
  return parseMeta(encodeUtf8(text), name);
}

function prereqsOf(meta: { prereqs: readonly MetaPrereq[] }): string[] {
  return meta.prereqs.map(
    ({ phase, relationship, module, range }) => `${phase}/${relationship} ${module} ${range}`,
  );
}

test('META.json of version 2', () => {
  const meta = metaOf(`{
    "abstract": "Foo things", "author": ["A <a@x>"], "dynamic_config": 0, "generated_by": "hand",
    "license": ["perl_5"], "meta-spec": {"version": 2}, "name": "Foo-Bar", "release_status": "stable",
    "version": 1.10, "x_mine": {"n": 2.50}, "no_index": {"directory": ["t"]},
    "provides": {"Foo::Bar": {"file": "lib/Foo/Bar.pm", "version": "1.10"}, "Foo": {"file": "lib/Foo.pm"}},
    "prereqs": {"runtime": {"requires": {"perl": 5.006, "DBI": ">= 1.60, != 1.61"}, "suggests": {"X": "v1.2"}},
                "develop": {"requires": {"Y": "0"}}, "x_own": {"requires": {"Z": "1"}}},
    "optional_features": {"db": {"description": "D", "prereqs": {"runtime": {"requires": {"DBD::Pg": "3"}}}}},
    "resources": {"license": ["http://l"], "homepage": "http://h", "bugtracker": {"web": "http://b", "mailto": "b@x"},
                  "repository": {"url": "git://r", "web": "http://r", "type": "git"}, "x_IRC": "irc://i"}
  }`);
  assert.deepEqual(prereqsOf(meta), [
    'runtime/requires perl 5.006',
    'runtime/requires DBI >= 1.60, != 1.61',
    'runtime/suggests X v1.2.0',
    'develop/requires Y 0',
    'x_own/requires Z 1',
  ]);
  assert.deepEqual(
    meta.optionalFeatures.map((feature) => [feature.id, feature.description, prereqsOf(feature)]),
    [['db', 'D', ['runtime/requires DBD::Pg 3']]],
  );
  const { prereqs: _prereqs, optionalFeatures: _features, ...rest } = meta;
  assert.deepEqual(rest, {
    name: 'Foo-Bar',
    version: '1.10',
    abstract: 'Foo things',
    authors: ['A <a@x>'],
    licenses: ['perl_5'],
    specVersion: '2',
    dynamicConfig: false,
    releaseStatus: 'stable',
    generatedBy: 'hand',
    provides: {
      'Foo::Bar': { file: 'lib/Foo/Bar.pm', version: '1.10' },
      Foo: { file: 'lib/Foo.pm', version: null },
    },
    resources: {
      licenses: ['http://l'],
      homepage: 'http://h',
      bugtracker: { web: 'http://b', mailto: 'b@x' },
      repository: { url: 'git://r', web: 'http://r', type: 'git' },
      extra: { x_IRC: 'irc://i' },
    },
    noIndex: { directory: ['t'] },
    extra: { x_mine: { n: '2.50' } },
    notes: [],
  });
});

test('META.yml of version 1.4', () => {
  const meta = metaOf(
    `--- #YAML:1.0
name:               Foo-Bar
version:            1.20_01
abstract:           ~
author:             A <a@x>
license:            perl
distribution_type:  module
configure_requires:
    ExtUtils::MakeMaker:  0
build_requires:
    Test::More:  0.88
requires:
    perl:  5.006
    Foo:   undef
conflicts:
    Old: "< 2"
resources:
    repository: git://r
    bugtracker: mailto:b@x
    license:    http://l
no_index:
    dir: t
optional_features:
  - db:
      description: D
      requires:
        DBI: 1
generated_by:       ExtUtils::MakeMaker version 6.48
meta-spec:
    version:  1.4
`,
    'META.yml',
  );
  assert.deepEqual(prereqsOf(meta), [
    'build/requires Test::More 0.88',
    'configure/requires ExtUtils::MakeMaker 0',
    'runtime/requires perl 5.006',
    'runtime/requires Foo 0',
    'runtime/conflicts Old < 2',
  ]);
  const { name, version, licenses, releaseStatus, dynamicConfig, specVersion, noIndex, resources, extra } =
    meta;
  assert.deepEqual(
    { name, version, licenses, releaseStatus, dynamicConfig, specVersion, noIndex, extra },
    {
      name: 'Foo-Bar',
      version: '1.20_01',
      licenses: ['perl_5'],
      releaseStatus: 'testing',
      dynamicConfig: true,
      specVersion: '1.4',
      noIndex: { directory: ['t'] },
      extra: { distribution_type: 'module' },
    },
  );
  assert.deepEqual(resources.bugtracker, { web: null, mailto: 'b@x' });
  assert.deepEqual(resources.repository, { url: 'git://r', web: null, type: null });
  assert.deepEqual(
    meta.optionalFeatures.map((feature) => [feature.id, prereqsOf(feature)]),
    [['db', ['runtime/requires DBI 1']]],
  );
});

test('what CPAN::Meta drops or repairs in silence is noted', () => {
  const cases: [requires: string, read: string[], notes: string[]][] = [
    ['{"Foo-Bar": "1"}', [], ['requirement of "Foo-Bar", which is no module name, passed over']],
    ['{"A": "1.0beta"}', ['A 1.0'], ['A: range "1.0beta" read as "1.0"']],
    ['{"A": ">= 1.0alpha, < 2"}', ['A >= 1.0, < 2'], ['A: range ">= 1.0alpha, < 2" read as ">= 1.0, < 2"']],
    ['{"A": "~> 1"}', ['A 0'], ['A: range "~> 1" read as "0"']],
    ['{"A": "B"}', ['A 0', 'B 0'], ['requirement of A with "B" for a version, read as two modules']],
    ['["A", "B"]', ['A 0', 'B 0'], []],
    ['{"A": null, "B": ""}', ['A 0', 'B 0'], []],
    ['"A"', ['A 0'], []],
  ];
  for (const [requires, read, notes] of cases) {
    const meta = metaOf(
      `{"meta-spec": {"version": "1.4"}, "name": "X", "version": "1", "requires": ${requires}}`,
    );
    assert.deepEqual(
      prereqsOf(meta),
      read.map((row) => `runtime/requires ${row}`),
      requires,
    );
    assert.deepEqual(meta.notes, notes, requires);
  }
});

test('the specification is guessed where it is not named', () => {
  const cases: [members: string, specVersion: string][] = [
    ['', '1.0'],
    ['"meta-spec": {"version": "2.0"}', '2'],
    ['"meta-spec": {"version": 1.10}', '1.1'],
    ['"meta-spec": {}, "prereqs": {}', '2'],
    ['"meta-spec": {}, "configure_requires": {}', '1.4'],
    ['"meta-spec": {"version": "next"}', '1.2'],
  ];
  for (const [members, specVersion] of cases)
    assert.equal(metaOf(`{${members}}`).specVersion, specVersion, members);
});

test('the name decides what it is, else the content', () => {
  assert.equal(metaOf('{"name": "A"}', 'META').name, 'A');
  assert.equal(metaOf('name: A\n', 'META').name, 'A');
  assert.equal(metaOf('{"name": "A"}', 'META.yml').name, 'A');
  assert.equal(metaOf('\ufeff{"name": "A"}', 'MYMETA.json').name, 'A');
  assert.equal(metaOf('name: A\n', 'dist/MYMETA.yml').name, 'A');
});

test('a META.yml may be Latin-1, a META.json may not', () => {
  const latin1 = Uint8Array.from([...encodeUtf8('author: Andr'), 0xe9, 0x0a]);
  assert.deepEqual(parseMeta(latin1, 'META.yml').authors, ['André']);
  const broken = Uint8Array.from([...encodeUtf8('{\n"author": "Andr'), 0xe9, ...encodeUtf8('"}')]);
  assert.throws(() => parseMeta(broken, 'META.json'), {
    code: 'meta-syntax',
    message: 'META.json:2: invalid UTF-8 at byte 18',
  });
});

test('what is no META file is named', () => {
  const cases: [text: string, name: string, message: string][] = [
    ['[]', 'META.json', 'META.json: expected a map, found "[]"'],
    ['{"a": }', 'META.json', 'META.json:1:7: expected a value, found "}"'],
    ['- a\n', 'META.yml', 'META.yml: expected a map, found "[\\"a\\"]"'],
    ['', 'META.yml', 'META.yml: expected a map, found "null"'],
    ['a: "b\n', 'META.yml', 'META.yml:1: " without its end'],
    ['['.repeat(1_000_000), 'META.json', 'META.json:1:102: JSON nested deeper than 100'],
  ];
  for (const [text, name, message] of cases)
    assert.throws(() => metaOf(text, name), { name: 'CpanError', message });
  assert.throws(() => parseMeta(new Uint8Array(9_000_000), 'META.json'), { code: 'too-large' });
});

test('members called __proto__ are data', () => {
  const meta = metaOf('{"__proto__": {"name": "evil"}, "provides": {"__proto__": {"version": "1"}}}');
  assert.equal(meta.name, null);
  assert.deepEqual(Object.keys(meta.provides), ['__proto__']);
  assert.deepEqual(Object.keys(meta.extra), ['__proto__']);
});

test('values of any shape are read or refused', () => {
  const names = [
    'name',
    'version',
    'author',
    'license',
    'meta-spec',
    'prereqs',
    'requires',
    'provides',
    'resources',
    'no_index',
    'optional_features',
    'dynamic_config',
    'runtime',
    'bugtracker',
    'x_y',
    '__proto__',
  ];
  const value = fc.jsonValue({ maxDepth: 4 });
  const map = fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(value, fc.dictionary(fc.constantFrom(...names), value)),
  );
  fc.assert(
    fc.property(map, fc.constantFrom('META.json', 'META.yml'), (data, name) => {
      try {
        metaOf(JSON.stringify(data), name);
      } catch (error) {
        assert.ok(error instanceof CpanError, String(error));
      }
    }),
    { seed, numRuns: rounds(500, 100_000) },
  );
});

const ORACLE = `
  use CPAN::Meta; use JSON::PP; $SIG{__WARN__} = sub {};
  my $json = JSON::PP->new->canonical->ascii->allow_nonref;
  while (my $file = <STDIN>) {
    chomp $file;
    my $result = eval {
      my $meta = CPAN::Meta->load_file($file);
      my %features = map { $_->identifier => [$_->description, $_->prereqs->as_string_hash] } $meta->features;
      { name => $meta->name, version => $meta->version . '', prereqs => $meta->effective_prereqs->as_string_hash,
        licenses => [$meta->licenses], dynamic => $meta->dynamic_config ? 1 : 0, status => $meta->release_status,
        features => \\%features, provides => [sort keys %{$meta->provides}], noIndex => $meta->no_index };
    };
    print $json->encode($result // { died => "$@" }), "\\n";
  }`;

function nested(prereqs: readonly MetaPrereq[]): Record<string, Record<string, Record<string, string>>> {
  const result: Record<string, Record<string, Record<string, string>>> = {};
  for (const { phase, relationship, module, range } of prereqs) {
    result[phase] ??= {};
    result[phase][relationship] ??= {};
    result[phase][relationship][module] = range;
  }
  return result;
}

test('real META files read as CPAN::Meta reads them', {
  skip: withoutPerl('CPAN::Meta', 'JSON::PP') || withoutShared('metadata/meta-samples'),
}, () => {
  const samples = readdirSync(sharedPath('metadata/meta-samples'));
  const paths = samples.flatMap((name) =>
    [`${name}/META.json`, `${name}/META.yml`].map((file) => `metadata/meta-samples/${file}`),
  );
  const present = paths.filter((path) => withoutShared(path) === false);
  assert.equal(present.length, 229);
  const answers = askPerl(ORACLE, present.map(sharedPath));
  for (const [i, path] of present.entries()) {
    const meta = parseMeta(sharedBytes(path), path);
    assert.deepEqual(
      {
        name: meta.name,
        version: meta.version,
        prereqs: nested(meta.prereqs),
        licenses: meta.licenses,
        dynamic: meta.dynamicConfig ? 1 : 0,
        status: meta.releaseStatus,
        features: Object.fromEntries(
          meta.optionalFeatures.map((found) => [found.id, [found.description, nested(found.prereqs)]]),
        ),
        provides: Object.keys(meta.provides).sort(),
        noIndex: meta.noIndex,
      },
      JSON.parse(answers[i] ?? ''),
      path,
    );
    assert.deepEqual(meta.notes, [], path);
  }
});
