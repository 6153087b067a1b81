import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { PerlLexer } from './perl-lexer.ts';
import { stringifyPerlLiteral } from './perl-number.ts';
import { simplePattern } from './perl-pattern.ts';
import { perlSprintf } from './perl-sprintf.ts';

/** `kind:text` of each token. */
function tokens(source: string): string[] {
  const lexer = new PerlLexer(source);
  const found: string[] = [];
  for (;;) {
    const { kind, text, parts } = lexer.next();
    if (kind === 'end') return found;
    found.push(parts.length > 0 ? `${kind}:${text}(${parts.join('|')})` : `${kind}:${text}`);
    if (kind === 'broken') return found;
  }
}

test('constants', () => {
  const cases: [source: string, ...expected: string[]][] = [
    [`'a\\'b' "c\\n" q{d{e}f} qq[g]`, "string:a'b", 'string:c\n', 'string:d{e}f', 'string:g'],
    [
      '"$x" "@y" "a@b" "a@ b" "\\$x" qx(ls) `ls`',
      'computed:$x',
      'computed:@y',
      'computed:a@b',
      'string:a@ b',
      'string:$x',
      'computed:`',
      'computed:`',
    ],
    ['qw(a b\n c)', 'words:qw(a|b|c)'],
    [
      '1.20 1_000 0x1f 017, .5 1e3 v1.2 1.2.3 08',
      'number:1.2',
      'number:1000',
      'number:31',
      'number:15',
      'operator:,',
      'number:0.5',
      'number:1000',
      'vstring:v1.2',
      'vstring:1.2.3',
      'computed:08',
    ],
    [
      'Foo::Bar => y => -s',
      'string:Foo::Bar',
      'operator:=>',
      'string:y',
      'operator:=>',
      'operator:-',
      'word:s',
    ],
    ['05.05', 'number:5', 'operator:.', 'number:5'],
    ['1..5', 'number:1', 'operator:..', 'number:5'],
  ];
  for (const [source, ...expected] of cases) assert.deepEqual(tokens(source), expected, source);
});

test('a slash is what the token before it makes of it', () => {
  const cases: [source: string, ...expected: string[]][] = [
    ['$x / 2 / 3', 'variable:$x', 'operator:/', 'number:2', 'operator:/', 'number:3'],
    ['$x =~ /a"b/i', 'variable:$x', 'operator:=~', 'match:m(a"b||i)'],
    ['split /,/, $x', 'word:split', 'match:m(,||)', 'operator:,', 'variable:$x'],
    ['$h{a} / 2', 'variable:$h', 'operator:{', 'word:a', 'operator:}', 'operator:/', 'number:2'],
    [
      'if (1) { } /x/',
      'word:if',
      'operator:(',
      'number:1',
      'operator:)',
      'operator:{',
      'operator:}',
      'match:m(x||)',
    ],
    ['s{a} {b}g; tr/_//d', 'substitute:s(a|b|g)', 'operator:;', 'transliterate:tr(_||d)'],
    [
      '$h{s} ->y(1)',
      'variable:$h',
      'operator:{',
      'word:s',
      'operator:}',
      'operator:->',
      'word:y',
      'operator:(',
      'number:1',
      'operator:)',
    ],
    ['$x || $y // $z', 'variable:$x', 'operator:||', 'variable:$y', 'operator://', 'variable:$z'],
  ];
  for (const [source, ...expected] of cases) assert.deepEqual(tokens(source), expected, source);
});

test('variables, here-documents, comments and POD', () => {
  const cases: [source: string, ...expected: string[]][] = [
    [
      '$Foo::x @y, %z, &f $#a $] $^O $_ $$',
      'variable:$Foo::x',
      'variable:@y',
      'operator:,',
      'variable:%z',
      'operator:,',
      'variable:&f',
      'variable:$#a',
      'variable:$]',
      'variable:$^O',
      'variable:$_',
      'variable:$$',
    ],
    [
      'f(<<A, <<"B");\n1\nA\n2\nB\ng',
      'word:f',
      'operator:(',
      'string:1\n',
      'operator:,',
      'string:2\n',
      'operator:)',
      'operator:;',
      'word:g',
    ],
    ["<<~'A'\n  x\n    y\n  A\nz", 'string:x\n  y\n', 'word:z'],
    ['a # b\nc', 'word:a', 'word:c'],
    ['a;\n=pod\n\nb\n\n=cut\n\nc', 'word:a', 'operator:;', 'word:c'],
    ['a\n=pod', 'word:a', 'operator:=', 'word:pod'],
    ['a; __END__ b', 'word:a', 'operator:;'],
    ["a 'b", 'word:a', "broken:' without its end"],
    ['<<A\nx', 'broken:<<A without its end'],
    ['<STDIN> < 1', 'computed:<STDIN>', 'operator:<', 'number:1'],
  ];
  for (const [source, ...expected] of cases) assert.deepEqual(tokens(source), expected, source);
});

test('tokens cover the text in order, with their lines', () => {
  const sources = fc.array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        'q(',
        ')',
        '\n',
        '$x',
        '/',
        '<<A',
        '\nA\n',
        '{',
        '}',
        '1.2',
        'y',
        '=~',
        '#',
        ' ',
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(sources, (parts) => {
      const source = parts.join('');
      const lexer = new PerlLexer(source);
      for (let at = 0; ; ) {
        const token = lexer.next();
        assert.ok(token.start >= at && token.end >= token.start);
        assert.equal(token.line, source.slice(0, token.start).split('\n').length);
        if (token.kind === 'end' || token.kind === 'broken') return;
        assert.ok(token.end > token.start);
        at = token.end;
      }
    }),
    { seed, numRuns: rounds(2000, 200_000) },
  );
});

test('numbers become the text that perl makes of them', { skip: withoutPerl() }, () => {
  const digits = fc.stringMatching(/^[0-9]{1,12}$/);
  const literal = fc.oneof(
    digits.map((a) => String(BigInt(a))),
    fc.tuple(digits, digits).map(([a, b]) => `${BigInt(a)}.${b}`),
    digits.map((a) => `.${a}`),
    fc.tuple(digits, fc.integer({ min: -30, max: 30 })).map(([a, b]) => `${BigInt(a)}e${b}`),
    fc.integer({ min: 1, max: 1 << 30 }).map((a) => `0x${a.toString(16)}`),
    fc.integer({ min: 1, max: 1 << 30 }).map((a) => `0${a.toString(8)}`),
    fc.bigInt({ min: 0n, max: 1n << 65n }).map(String),
  );
  const literals = fc.sample(literal, { seed, numRuns: rounds(2000, 100_000) });
  const answers = askPerl('while (<STDIN>) { chomp; my $x = eval $_; print "$x\\n" }', literals);
  for (const [i, text] of literals.entries()) assert.equal(stringifyPerlLiteral(text), answers[i], text);
});

test('patterns are taken over only when they cannot take long', () => {
  const cases: [pattern: string, flags: string, subject: string, found: string[] | null][] = [
    ['(\\d+)\\.(\\d+)', '', '$Revision: 1.25 $', ['1.25', '1', '25']],
    ['\\$Revision:\\s+([^\\s]+)', '', '$Revision: 1.5 $', ['$Revision: 1.5', '1.5']],
    [' (\\d+) # major', 'x', 'a12', null],
    [' ( \\d+ ) ', 'x', 'a12', ['12', '12']],
    ['(\\d+)+x', '', '1', null],
    ['(a|b)', '', 'a', null],
    ['a$b', '', 'a', null],
    ['.*.*.*.*.*', '', 'a', null],
    ['x', 'e', 'x', null],
  ];
  for (const [pattern, flags, subject, found] of cases) {
    const match = simplePattern(pattern, flags)?.exec(subject) ?? null;
    assert.deepEqual(match === null ? null : [...match], found, pattern);
  }
});

test('sprintf of versions', () => {
  const cases: [format: string, values: string[], text: string | null][] = [
    ['%d.%03d', ['1', '25'], '1.025'],
    ['%s%%', ['x'], 'x%'],
    ['%.2f', ['1.005'], '1.00'],
    ['%5s', ['x'], '    x'],
    ['%vd', ['1.2'], null],
    ['%x', ['10'], null],
  ];
  for (const [format, values, text] of cases) assert.equal(perlSprintf(format, values), text, format);
});
