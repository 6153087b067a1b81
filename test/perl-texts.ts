/** Texts that look like Perl versions, the real shapes and what goes wrong with them, for random tests. */
import fc from 'fast-check';

const digits = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });

const number = fc.oneof(
  fc.nat(12).map(String),
  digits(3),
  digits(6),
  fc.constantFrom('2147483647', '2147483648', '0000000000', '00000000001', '2147483650', '9999999999'),
);

const alpha = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { arbitrary: digits(3).map((d) => `_${d}`), weight: 1 },
);

const decimal = fc.tuple(number, fc.oneof(digits(4), digits(12)), alpha).map(([a, b, c]) => `${a}.${b}${c}`);

const dotted = fc
  .tuple(fc.constantFrom('v', ''), fc.array(number, { minLength: 1, maxLength: 5 }), alpha)
  .map(([v, parts, end]) => v + parts.join('.') + end);

/** Versions as distributions have them. */
export const versionText: fc.Arbitrary<string> = fc.oneof(decimal, dotted, number);

const nasty = fc.constantFrom(
  ...[
    '.',
    '_',
    '-',
    '+',
    'v',
    'V',
    'e',
    'E',
    ' ',
    '\n',
    '\t',
    '\u000b',
    '\0',
    ';',
    ':',
    '{',
    '}',
    ',',
    '0',
    '9',
  ],
  ...[
    'undef',
    'v.Inf',
    'Inf',
    'nan',
    '0x1',
    '.0',
    '_0',
    '1e5',
    '-1',
    '\u0664',
    '\u0be7',
    '\u00b2',
    '\u00a0',
    '\u2003',
    'é',
    '😀',
  ],
);

/** The same with one to three pieces put in, or taken out. */
const mutated = fc
  .tuple(versionText, fc.array(fc.tuple(fc.nat(), nasty, fc.nat(2)), { minLength: 1, maxLength: 3 }))
  .map(([text, changes]) =>
    changes.reduce((now, [place, piece, removed]) => {
      const at = place % (now.length + 1);
      return now.slice(0, at) + piece + now.slice(at + removed);
    }, text),
  );

const scrambled = fc.string({ unit: fc.constantFrom(...'0123456789..__v \n+-eE'), maxLength: 12 });

/** Anything that might be read as a version, and much that must not be. */
export const versionLikeText: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: versionText, weight: 2 },
  { arbitrary: mutated, weight: 4 },
  { arbitrary: scrambled, weight: 3 },
  { arbitrary: fc.array(nasty, { maxLength: 4 }).map((all) => all.join('')), weight: 1 },
  { arbitrary: fc.string({ unit: 'grapheme' }), weight: 1 },
);

/** A line for a perl that reads `chomp; $_ = pack 'H*', $_; utf8::decode $_`. */
export function hexLine(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}
