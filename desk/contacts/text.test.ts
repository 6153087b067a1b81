/** Addresses and links in lines of text, and what is refused. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import type { SourceKind } from './contact.ts';
import { repositoryLinks } from './repository.ts';
import { contactLines } from './sections.ts';
import { contactsInLine } from './text.ts';

function inLine(line: string, kind: SourceKind = 'author-section'): ReturnType<typeof contactsInLine> {
  return contactsInLine(line, { kind, place: { file: 'x', line: 1 } });
}

const lines: readonly [line: string, addresses: readonly string[], refused?: readonly string[]][] = [
  ['Jane Doe <jane@perl.example>', ['jane@perl.example']],
  ['Write to jane.doe+cpan@Lists.PERL.Example.', ['jane.doe+cpan@lists.perl.example']],
  [
    'a@perl.example, b@perl.example; (c@perl.example)',
    ['a@perl.example', 'b@perl.example', 'c@perl.example'],
  ],
  ['_jane@perl.example_ and **jo@perl.example**', ['jane@perl.example', 'jo@perl.example']],
  ['[mail](mailto:jane@perl.example), mailto:jo@perl.example.', ['jane@perl.example', 'jo@perl.example']],
  ['mailto:jane%40perl.example', ['jane@perl.example']],
  // Written for people.
  ['jane at cpan.org', ['jane@cpan.org']],
  ['bug-foo-bar at rt.cpan.org, or through', ['bug-foo-bar@rt.cpan.org']],
  ['jane (at) perl.example, jo [at] perl [dot] example', ['jane@perl.example', 'jo@perl.example']],
  ['jane AT perl DOT example', ['jane@perl.example']],
  ['<jane at perl.example>', ['jane@perl.example']],
  // Nothing of these.
  ['look at perl.example for more; the code is at github.com', []],
  ['my @array = @{$x}; $y@localhost root@localhost', []],
  [
    'https://jo@perl.example/, https://perl.example/@jo, https://perl.example/?to=jo@perl.example',
    [],
    ['//…@perl.example/, credentials'],
  ],
  ['jane@192.0.2.1 jane@[192.0.2.1] jane@perl.example1', [], ['syntax', 'syntax']],
  ['"jane doe"@perl.example', []],
  // Header breaks, routes and options.
  ['mailto:jane@perl.example?bcc=eve@evil.example&body=x', ['jane@perl.example'], ['mailto-headers']],
  ['mailto:jane@perl.example%0d%0aBcc:eve@evil.example', [], ['control']],
  ['mailto:jane@perl.example,eve@evil.example', ['jane@perl.example', 'eve@evil.example']],
  ['jane@perl.example\u0000eve@evil.example', ['jane@perl.example', 'eve@evil.example']],
  ['jane@perl.example@evil.example', [], ['syntax', 'syntax']],
  ['jane%evil.example@perl.example evil!jane@perl.example', [], ['syntax', 'syntax']],
  ['-oQ/tmp@perl.example -jane@perl.example', ['tmp@perl.example'], ['syntax']],
  ['jane..doe@perl.example jane@perl..example jane@-perl.example', [], ['syntax', 'syntax', 'syntax']],
  [`${'a'.repeat(65)}@perl.example jane@${'a'.repeat(64)}.example`, [], ['syntax', 'syntax']],
  // Look-alikes and what cannot be seen.
  ['jane@p\u0435rl.example', ['jane@xn--prl-rdd.example']],
  ['jane@xn--prl-rdd.example', ['jane@xn--prl-rdd.example']],
  ['jan\u0435@perl.example', [], ['not-ascii']],
  [
    'sec\u200burity@perl.example jane@pe\u00adrl.example j\u0301ane@perl.example',
    [],
    ['invisible', 'invisible', 'invisible'],
  ],
  ['jane\uff20perl.example', ['jane@perl.example']],
  ['\u202ejane@perl.example', [], ['invisible']],
];

test('mail addresses in a line', () => {
  for (const [line, addresses, refused = []] of lines) {
    const found = inLine(line);
    assert.deepEqual(
      found.seen.map(({ address }) => address),
      addresses,
      line,
    );
    assert.deepEqual(
      found.refused.map(({ reason }) => reason),
      refused.map((one) => one.split(', ').at(-1)),
      line,
    );
  }
});

test('what a line says of an address', () => {
  const of = (line: string): unknown => {
    const [one] = inLine(line).seen;
    return one === undefined ? null : [one.channel, one.public, one.who.name, one.who.pauseId, one.flags];
  };
  const cases: [line: string, said: unknown][] = [
    ['Jane Doe <jane@perl.example>', ['mail', false, 'Jane Doe', null, []]],
    ['by Zoë O’Neil, (zoe@perl.example)', ['mail', false, null, null, []]],
    ['Zoë Müller (zoe@cpan.org)', ['mail', false, 'Zoë Müller', 'ZOE', ['cpan-forward']]],
    ['bug-Foo@rt.cpan.org', ['tracker', true, null, null, []]],
    ['dbi-users@perl.org', ['mail', true, null, null, []]],
    ['the mailing list foo@perl.example', ['mail', true, null, null, []]],
    ['foo-devel@perl.example', ['mail', true, null, null, []]],
    ['foo@lists.perl.example', ['mail', true, null, null, []]],
    ['jane at perl dot example', ['mail', false, null, null, ['spelled-out']]],
    ['jane@p\u0435rl.example', ['mail', false, null, null, ['look-alike']]],
    ['jane\uff20perl.example', ['mail', false, null, null, ['look-alike']]],
  ];
  for (const [line, said] of cases) assert.deepEqual(of(line), said, line);
});

const links: readonly [uri: string, kind: SourceKind, expected: readonly [string, string] | null][] = [
  [
    'https://github.com/jane/Foo/security/advisories/new',
    'security-policy',
    ['private-report', 'https://github.com/jane/Foo/security/advisories/new'],
  ],
  [
    'https://github.com/jane/Foo/security',
    'author-section',
    ['private-report', 'https://github.com/jane/Foo/security/advisories/new'],
  ],
  [
    'https://github.com/jane/Foo/security/policy',
    'support-section',
    ['private-report', 'https://github.com/jane/Foo/security/advisories/new'],
  ],
  [
    'http://github.com/jane/Foo/issues.',
    'support-section',
    ['tracker', 'https://github.com/jane/Foo/issues'],
  ],
  ['https://github.com/jane/Foo', 'security-policy', null],
  [
    'https://gitlab.com/a/b/c/-/issues/new?issue[confidential]=true',
    'security-policy',
    ['private-report', 'https://gitlab.com/a/b/c/-/issues/new?issue[confidential]=true'],
  ],
  ['https://gitlab.com/a/b/-/issues', 'support-section', ['tracker', 'https://gitlab.com/a/b/-/issues']],
  [
    'https://rt.cpan.org/Dist/Display.html?Name=Foo',
    'support-section',
    ['tracker', 'https://rt.cpan.org/Dist/Display.html?Name=Foo'],
  ],
  ['https://hackerone.com/perl', 'support-section', ['private-report', 'https://hackerone.com/perl']],
  [
    'https://perl.example/security/report',
    'security-policy',
    ['private-report', 'https://perl.example/security/report'],
  ],
  ['https://perl.example/security/report', 'author-section', null],
  ['http://perl.example/security/report', 'security-policy', null],
  ['https://www.cve.org/ReportRequest/ReportRequestForNonCNAs', 'security-policy', null],
  ['https://tracker.perl.example/Foo', 'bugtracker', ['tracker', 'https://tracker.perl.example/Foo']],
  ['https://perl.example/contact', 'meta-security', ['private-report', 'https://perl.example/contact']],
  ['javascript:alert(1)', 'meta-security', null],
];

test('links, by their host and by where they stand', () => {
  for (const [uri, kind, expected] of links) {
    const [one] = inLine(`see <${uri}>`, kind).seen;
    assert.deepEqual(one === undefined ? null : [one.channel, one.address], expected, `${uri} ${kind}`);
  }
});

test('repositories, however their address is written', () => {
  const github = 'https://github.com/jane/Foo-Bar/security/advisories/new';
  const gitlab = 'https://gitlab.com/g/s/p/-/issues/new?issue[confidential]=true';
  const cases: [address: string, privateReport: string | null | undefined, tracker?: string][] = [
    ['https://github.com/jane/Foo-Bar', github, 'https://github.com/jane/Foo-Bar/issues'],
    ['https://github.com/jane/Foo-Bar.git', github],
    ['https://github.com/jane/Foo-Bar/tree/main/x', github],
    ['git://github.com/jane/Foo-Bar.git', github],
    ['git@github.com:jane/Foo-Bar.git', github],
    ['ssh://git@github.com/jane/Foo-Bar.git', github],
    ['git+https://GitHub.com/jane/Foo-Bar', github],
    ['github.com/jane/Foo-Bar', github],
    ['https://gitlab.com/g/s/p.git', gitlab],
    ['git@gitlab.com:g/s/p.git', gitlab],
    [
      'https://gitlab.perl.example/g/p',
      'https://gitlab.perl.example/g/p/-/issues/new?issue[confidential]=true',
    ],
    ['https://codeberg.org/jane/Foo', null, 'https://codeberg.org/jane/Foo/issues'],
    ['https://git.sr.ht/~jane/foo', null, 'https://todo.sr.ht/~jane/foo'],
    ['https://github.com/jane', undefined],
    ['https://github.com/jane/..', undefined],
    ['https://github.com/jane/Foo%0d%0aX', undefined],
    ['https://github.com.evil.example/jane/Foo', undefined],
    ['https://perl.example/foo.git', undefined],
    ['/srv/git/foo.git', undefined],
    ['x'.repeat(1000), undefined],
  ];
  for (const [address, privateReport, tracker] of cases) {
    const found = repositoryLinks(address);
    assert.equal(found?.privateReport, privateReport, address);
    if (tracker !== undefined) assert.equal(found?.tracker, tracker, address);
  }
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('sections of POD, Markdown and plain text', () => {
  const shown = (path: string, text: string): string[] =>
    contactLines({ path, bytes: bytes(text) }).lines.flatMap(({ line, text, kind }) =>
      text.trim() === '' ? [] : [`${line} ${kind} ${text}`],
    );
  const pod = `package Foo; # jane@perl.example
=head1 NAME

not this

=head1 AUTHOR AND COPYRIGHT

Jane E<lt>janeE<64>perl.exampleE<gt>, L<jo|mailto:jo@perl.example>

=head2 Security

C<sec@perl.example>

=head1 METHODS

nor this

=head1 SUPPORT

=cut

my $code = 'eve@evil.example';
`;
  assert.deepEqual(shown('lib/Foo.pm', pod), [
    '8 author-section Jane <jane@perl.example>, jo <mailto:jo@perl.example>',
    '12 security-section <sec@perl.example>',
  ]);
  const markdown =
    'Foo\n===\n\nno\n\n## Reporting bugs\n\nhere\n\n### Deeper\n\nstill\n\nAuthors\n-------\nJane\n';
  assert.deepEqual(shown('README.md', markdown), ['8 support-section here', '16 author-section Jane']);
  assert.deepEqual(shown('README', 'SYNOPSIS\n\nno\n\nBUGS AND SUPPORT\n\nhere\n\nLICENSE\n\nno\n'), [
    '7 support-section here',
  ]);
  assert.deepEqual(shown('Foo-1.0/SECURITY.md', '# Any\n\nall of it\n'), ['3 security-policy all of it']);
  assert.deepEqual(shown('SECURITY.pod', '=head1 ANY\n\nall of it\n'), ['3 security-policy all of it']);
});

test('a document of ten megabytes, a line without end, bytes that are no text', () => {
  const huge = contactLines({ path: 'SECURITY.md', bytes: bytes('a@perl.example '.repeat(700_000)) });
  assert.equal(huge.lines[0]?.text.length, 2000);
  assert.equal(huge.notes.length, 2);
  const many = contactLines({ path: 'SECURITY.md', bytes: bytes('x\n'.repeat(400_000)) });
  assert.equal(many.lines.length, 4000);
  assert.match(many.notes.join(), /only 4000 of 400001 lines/);
  const latin1 = contactLines({ path: 'SECURITY', bytes: new Uint8Array([0x5a, 0xf6, 0x65, 0xff, 0xfe]) });
  assert.equal(latin1.lines[0]?.text, 'Zöeÿþ');
});

test('a line of signs takes no time', () => {
  const signs = [
    '@',
    'a@',
    '@a.b',
    ' at ',
    ' (at) ',
    ' dot ',
    'mailto:',
    'https://',
    ')',
    '](',
    'E<',
    'L<',
    '%',
    '\u200b@',
  ];
  for (const sign of signs) inLine(sign.repeat(2000 / sign.length), 'security-policy');
});

test('whatever stands in a line, what comes out is one address that every program reads alike', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '@',
      '.',
      'jane',
      'perl.example',
      'mailto:',
      '%0a',
      '?bcc=',
      ' at ',
      ' dot ',
      '<',
      '>',
      '"',
      ',',
      '\r',
      '\n',
      '\u0430',
      '\u200d',
      '-',
      '!',
    ),
    fc.string({ maxLength: 4, unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      for (const { address, channel, evidence } of inLine(pieces.join(''), 'security-policy').seen) {
        if (channel === 'mail')
          assert.match(address, /^[A-Za-z0-9_][A-Za-z0-9._+=~-]{0,63}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/);
        assert.doesNotMatch(evidence, /[\p{Cc}\u200b-\u200f\u202a-\u202e]/u);
      }
    }),
    { seed, numRuns: rounds(500, 200_000) },
  );
});
