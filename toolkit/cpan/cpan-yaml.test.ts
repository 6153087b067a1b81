import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parse as parseYaml, stringify } from 'yaml';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { endsSoon } from '../../test/soon.ts';
import { readCpanYaml, type YamlValue } from './cpan-yaml.ts';
import { CpanError } from './errors.ts';

test('a META.yml of every age', () => {
  const cases: [text: string, value: YamlValue][] = [
    ['--- #YAML:1.0\nname: Foo\nversion: 1.10\n', { name: 'Foo', version: '1.10' }],
    ['---\nabstract: ~\nauthor:\n  - A\n  - B <b@x>\n', { abstract: null, author: ['A', 'B <b@x>'] }],
    [
      '# no header\nrequires:\n    Foo::Bar: 0\n    perl: 5.006\n',
      { requires: { 'Foo::Bar': '0', perl: '5.006' } },
    ],
    ['---\nauthor:\n- A\n-\n  - B\nx: 1\n', { author: ['A', ['B']], x: '1' }],
    ["---\na: 'it''s'\nb: \"q\\\"\\x41\\n\"\n'c d': e\n", { a: "it's", b: 'q"A\n', 'c d': 'e' }],
    ['---\nno_index: {}\nlist: []\nempty:\nlast:', { no_index: {}, list: [], empty: null, last: null }],
    ['---\na: |\n  one\n   two\n\n  three\nb: >-\n  x\n  y\n', { a: 'one\n two\n\nthree\n', b: 'x y' }],
    ['---\na: b # comment\nc: d#e\n# comment\nf: "g" # h\n', { a: 'b', c: 'd#e', f: 'g' }],
    ['---\nresources:\n  license: http://x/y\n', { resources: { license: 'http://x/y' } }],
    [
      '---\nfeatures:\n  - foo:\n      requires:\n        A: 1\n  - bar:\n      x: y\n',
      { features: [{ foo: { requires: { A: '1' } } }, { bar: { x: 'y' } }] },
    ],
    ['---\na: 1\n--- \nb: 2\n', { a: '1' }],
    ['---\na: 1\n...\nb: 2\n', { a: '1' }],
    ['%YAML 1.1\n---\na: 1\n', { a: '1' }],
    ['--- ~\n', null],
    ['', null],
    ['---\r\na: 1\r\nb:\r\n  - 2\r\n', { a: '1', b: ['2'] }],
    ['---\n\ta: 1\n\tb: 2\n', { a: '1', b: '2' }],
  ];
  for (const [text, value] of cases) assert.deepEqual(readCpanYaml(text), value, text);
});

test('what YAML.pm, YAML::Syck and people wrote', () => {
  const cases: [text: string, value: YamlValue][] = [
    [
      '---\nversion: !!perl/hash:version\n  original: v1.2.3\n  qv: 1\n',
      { version: { original: 'v1.2.3', qv: '1' } },
    ],
    ['--- !perl/Module::Build::Foo\nname: x\n', { name: 'x' }],
    ['---\na: &1 {}\nb: *1\n', { a: {}, b: {} }],
    ['---\na: &x\n  k: v\nb: *x\n', { a: { k: 'v' }, b: { k: 'v' } }],
    [
      '---\nkeywords: [ one, "t,wo", [x] ]\nmap: {a: 1, "b": {c: d}, e: }\n',
      { keywords: ['one', 't,wo', ['x']], map: { a: '1', b: { c: 'd' }, e: null } },
    ],
    ['---\nlist: [ one, # first\n  two,\n]\nz: 1\n', { list: ['one', 'two'], z: '1' }],
    ['---\nabstract: one\n  two\n  three\nx: 1\n', { abstract: 'one two three', x: '1' }],
    ['---\nabstract: "one\n  two\n\n  three"\nx: 1\n', { abstract: 'one two\nthree', x: '1' }],
    ['---\nabstract: Foo: the bar\n', { abstract: 'Foo: the bar' }],
    ['---\nauthor:\n  - Foo Bar: baz\n  - @x\n', { author: ['Foo Bar: baz', '@x'] }],
    ['---\n- - a\n  - b\n- c: d\n  e: f\n', [['a', 'b'], { c: 'd', e: 'f' }]],
    ['{"a": [1.10, null]}', { a: ['1.10', 'null'] }],
  ];
  for (const [text, value] of cases) assert.deepEqual(readCpanYaml(text), value, text);
});

test('a key called __proto__ is data', () => {
  for (const text of ['__proto__:\n  x: 1\n', '{__proto__: {x: 1}}']) {
    const value = readCpanYaml(text);
    assert.deepEqual(Object.keys(value ?? {}), ['__proto__']);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  }
});

test('what cannot be read is named by line', () => {
  const cases: [text: string, code: string, message: string][] = [
    ['---\na: 1\n   b: 2\n', 'yaml-syntax', 'META.yml:3: unexpected indentation of "b: 2"'],
    ['---\na:\n   b: 2\n     c: 3\n', 'yaml-syntax', 'META.yml:4: unexpected indentation of "c: 3"'],
    ['---\na: 1\nb\n', 'yaml-syntax', 'META.yml:3: expected "key: value", found "b"'],
    ['---\na: "x\n', 'yaml-syntax', 'META.yml:2: " without its end'],
    ['---\na: "x" y\n', 'yaml-syntax', 'META.yml:2: unexpected "y" after a quoted text'],
    ['---\na: [x\n', 'yaml-syntax', 'META.yml:3: a flow collection without its end'],
    ['---\na: [x}\n', 'yaml-syntax', 'META.yml:2: expected "," or "]", found "}"'],
    ['---\na: *x\n', 'yaml-syntax', 'META.yml:2: no anchor "x" before its alias'],
    [`---\na: ${'['.repeat(1_000_000)}`, 'too-deep', 'META.yml:2: YAML nested deeper than 64'],
  ];
  for (const [text, code, message] of cases) {
    assert.throws(() => readCpanYaml(text, 'META.yml'), { code, message }, text.slice(0, 50));
  }
});

test('hostile YAML ends soon', () => {
  const laughs = Array.from(
    { length: 30 },
    (_, i) => `a${i}: &${i} [${`*${i - 1}, `.repeat(i === 0 ? 0 : 9)}x]`,
  );
  const texts = [
    `---\n${laughs.join('\n')}\n`,
    `${'- '.repeat(1_000_000)}x`,
    Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    `a: ${'{a: '.repeat(1_000_000)}`,
    `a: "${'\\'.repeat(rounds(500_000, 4_000_000))}`,
    `a: ${' #'.repeat(1_000_000)}`,
    `a:${' '.repeat(rounds(500_000, 4_000_000))}b`,
    'a: "\n'.repeat(500_001),
    "a: '\n".repeat(500_001),
    '\n'.repeat(rounds(500_000, 4_000_000)),
    ': '.repeat(rounds(250_000, 2_000_000)),
    `a: |\n${' \n'.repeat(rounds(250_000, 2_000_000))}`,
    'x'.repeat(9_000_000),
    `a: ${'\0'.repeat(1_000_000)}`,
    `a: !${'!'.repeat(1_000_000)}`,
    `a: ${'&a '.repeat(1_000_000)}`,
  ];
  for (const [i, text] of texts.entries()) {
    try {
      endsSoon(() => readCpanYaml(text), i);
    } catch (error) {
      assert.ok(error instanceof CpanError, String(error));
    }
  }
});

const fragments = [
  '---',
  '\n',
  '  ',
  '    ',
  '- ',
  'a: ',
  'b',
  '"',
  "'",
  '|',
  '>',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '#',
  ' #',
  '&x ',
  '*x',
  '!t ',
  '~',
  '\t',
  '\0',
  '\r',
  '...',
  '? ',
  '\\',
  'é',
];

test('no text makes the reader fail otherwise', () => {
  const texts = fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string({ maxLength: 3 })), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(texts, (parts) => {
      try {
        readCpanYaml(parts.join(''));
      } catch (error) {
        assert.ok(error instanceof CpanError, String(error));
      }
    }),
    { seed, numRuns: rounds(3000, 300_000) },
  );
});

const scalar = fc.oneof(
  fc.constantFrom(
    '1.10',
    '~',
    '',
    'a: b',
    '# x',
    'x # y',
    "it's",
    '"',
    'é',
    ' lead',
    'a\nb',
    '- x',
    '[',
    'null',
    'true',
    '0x1f',
    'Foo::Bar',
    '>= 1.0, < 2',
    'v1.2.3',
    '@x',
    '%',
    '`',
    '\\',
    'x:',
  ),
  fc.string({ maxLength: 8 }),
);
const key = fc.oneof(
  fc.constantFrom('name', 'Foo::Bar', 'x_y', 'a b', '~'),
  fc.string({ minLength: 1, maxLength: 6 }),
);
const { tree } = fc.letrec<{ tree: YamlValue }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const documents = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 6, noNullPrototype: true });

test('what CPAN::Meta::YAML writes is read back', {
  skip: withoutPerl('CPAN::Meta::YAML', 'JSON::PP'),
}, () => {
  const values = fc.sample(documents, { seed, numRuns: rounds(300, 20_000) });
  const write = `
    use CPAN::Meta::YAML; use JSON::PP; my $json = JSON::PP->new->ascii->allow_nonref;
    while (<STDIN>) { my $text = eval { CPAN::Meta::YAML->new($json->decode($_))->write_string };
      my $back = defined $text && eval { CPAN::Meta::YAML->read_string($text)->[0] };
      print $json->encode([$text, $back]), "\\n" }`;
  const answers = askPerl(
    write,
    values.map((value) => JSON.stringify(value)),
  );
  let compared = 0;
  for (const line of answers) {
    const [text, back] = JSON.parse(line) as [string | null, YamlValue];
    if (text === null || back === null) continue; // it cannot read what it wrote
    compared++;
    assert.deepEqual(readCpanYaml(text), back, text);
  }
  assert.ok(compared > values.length / 2);
});

test('what a YAML 1.2 library writes is read as that library reads it', () => {
  fc.assert(
    fc.property(documents, (value) => {
      const text = stringify(value, {
        defaultStringType: 'QUOTE_DOUBLE',
        defaultKeyType: 'QUOTE_DOUBLE',
        nullStr: '~',
        lineWidth: 0,
      });
      assert.deepEqual(readCpanYaml(text), parseYaml(text), text);
    }),
    { seed, numRuns: rounds(300, 30_000) },
  );
});
