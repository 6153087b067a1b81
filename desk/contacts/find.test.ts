/** All sources of one distribution together: an archive, META, PAUSE's indexes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { unpackers } from 'cpansec/io';
import { writeTar } from '../../toolkit/cpan/testdata/write-tar.ts';
import {
  type Contact,
  type ContactSources,
  DEFAULT_RANKS,
  findContacts,
  type Release,
  readPeople,
  readPermissions,
  readRelease,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const SECURITY = `# Security policy

Please do not open an issue at https://github.com/jane/Foo-Bar/issues.
Write to <security@perl.example>, and in copy to <cpan-security@security.metacpan.org>,
or use https://github.com/jane/Foo-Bar/security/advisories/new
`;

const META = JSON.stringify({
  name: 'Foo-Bar',
  version: '1.0',
  author: [
    'Jane Doe <jane@perl.example>',
    'Jo <jo@cpan.org>\nBcc: eve@evil.example',
    'A. U. Thor <a.u.thor@a.galaxy.far.far.away>',
  ],
  license: ['perl_5'],
  'meta-spec': { version: 2 },
  resources: {
    bugtracker: { web: 'https://github.com/jane/Foo-Bar/issues', mailto: 'bug-Foo-Bar@rt.cpan.org' },
    repository: {
      type: 'git',
      url: 'git://github.com/jane/Foo-Bar.git',
      web: 'https://github.com/jane/Foo-Bar',
    },
  },
  x_security_contact: { mail: 'psirt@perl.example', web: 'https://perl.example/psirt' },
  x_authority: 'cpan:JANE',
  x_maintainers: ['Jo <jo@perl.example>'],
});

const POD = `package Foo::Bar;

=head1 AUTHOR

Jane Doe C<< <jane@perl.example> >>

=head1 SUPPORT

Ask foo-users at lists dot perl dot example, or me: jane at perl dot example.

=cut
`;

const archive = gzipSync(
  writeTar([
    { name: 'Foo-Bar-1.0/META.json', content: META },
    { name: 'Foo-Bar-1.0/.github/SECURITY.md', content: SECURITY },
    { name: 'Foo-Bar-1.0/lib/Foo/Bar.pm', content: POD },
    { name: 'Foo-Bar-1.0/lib/Foo/Other.pm', content: '=head1 AUTHOR\n\nother@perl.example\n' },
    { name: 'Foo-Bar-1.0/Makefile.PL', content: 'die "never run"' },
    { name: 'Foo-Bar-1.0/README', content: 'BUGS\n\nreadme@perl.example\n' },
    { name: '../SECURITY.md', content: 'eve@evil.example' },
  ]),
);

const permissions = readPermissions(
  gzipSync(
    'File: 06perms.txt\nLine-Count: 4\n\nFoo::Bar,JANE,f\nFoo::Bar,JO,c\nFoo::Bar,GONE,c\nFoo::Bar,X,a\n',
  ),
);
const people = readPeople(
  gzipSync(
    'alias JANE "Jane Doe <jane@perl.example>"\nalias JO "Jo <CENSORED>"\nalias EVE "Eve <eve@evil.example, bcc@evil.example>"\n',
  ),
);

async function release(): Promise<Release> {
  const read = await readRelease(new Uint8Array(archive), 'J/JA/JANE/Foo-Bar-1.0.tar.gz', unpackers);
  assert.ok(read !== null);
  return read;
}

function shown({ rank, channel, address, who, public: isPublic, flags }: Contact): string {
  const person = [who.name, who.pauseId].filter((one) => one !== null).join(' ');
  return `${rank} ${channel} ${address}${person === '' ? '' : ` (${person})`}${isPublic ? ' public' : ''}${flags.length === 0 ? '' : ` [${flags.join(' ')}]`}`;
}

test('an archive gives what may name contacts, and nothing else of it is read', async () => {
  const { distribution, uploader, modules, meta, documents, notes } = await release();
  assert.deepEqual([distribution, uploader, modules], ['Foo-Bar', 'JANE', ['Foo::Bar']]);
  assert.equal(meta?.file, 'Foo-Bar-1.0/META.json');
  assert.deepEqual(
    documents.map(({ path }) => path),
    ['Foo-Bar-1.0/.github/SECURITY.md', 'Foo-Bar-1.0/lib/Foo/Bar.pm', 'Foo-Bar-1.0/README'],
  );
  assert.deepEqual(notes, []);
  assert.equal(await readRelease(bytes('no archive'), 'x', unpackers), null);
});

test('contacts of all sources, merged and ranked', async () => {
  const { contacts, refused, notes } = findContacts({
    ...(await release()),
    distribution: 'Foo-Bar',
    permissions,
    people,
    known: [{ address: 'Jane Roe <old@perl.example>', note: 'noted 2025-03-01' }],
  });
  assert.deepEqual(contacts.map(shown), [
    '1 private-report https://github.com/jane/Foo-Bar/security/advisories/new',
    '2 mail security@perl.example',
    '3 mail psirt@perl.example',
    '4 private-report https://perl.example/psirt',
    '5 mail old@perl.example (Jane Roe)',
    '6 mail jane@perl.example (Jane Doe JANE)',
    '7 mail jo@perl.example (Jo)',
    '8 mail readme@perl.example',
    '9 mail gone@cpan.org (GONE) [cpan-forward]',
    '10 mail jo@cpan.org (Jo JO) [cpan-forward]',
    '11 mail cpan-security@security.metacpan.org [own]',
    '12 mail a.u.thor@a.galaxy.far.far.away (A. U. Thor) [placeholder]',
    '13 tracker https://github.com/jane/Foo-Bar/issues public',
    '14 mail foo-users@lists.perl.example public [spelled-out]',
    '15 tracker bug-Foo-Bar@rt.cpan.org public',
    '16 tracker https://rt.cpan.org/Public/Dist/Display.html?Name=Foo-Bar public [unproven]',
  ]);
  assert.deepEqual(
    refused.map(({ reason, place }) => `${reason} ${place.file} ${place.path}`),
    ['control Foo-Bar-1.0/META.json author[1]'],
  );
  assert.deepEqual(notes, []);
});

test('a contact says why it stands where it does, and where it is written', async () => {
  const { contacts } = findContacts({ ...(await release()), distribution: 'Foo-Bar', permissions, people });
  const jane = contacts.find(({ address }) => address === 'jane@perl.example');
  assert.deepEqual(jane?.why, ['owner on PAUSE: 06perms.txt', 'named in 4 places']);
  assert.deepEqual(
    jane?.sources.map(
      ({ kind, place, evidence }) => `${kind} ${place.file}:${place.line ?? place.path ?? ''} ${evidence}`,
    ),
    [
      'pause-owner 06perms.txt: Foo::Bar,JANE,f',
      'pause-uploader authors/id: uploaded by JANE',
      'meta-author Foo-Bar-1.0/META.json:author[0] Jane Doe <jane@perl.example>',
      'author-section Foo-Bar-1.0/lib/Foo/Bar.pm:5 Jane Doe <<jane@perl.example> >>',
      'support-section Foo-Bar-1.0/lib/Foo/Bar.pm:9 Ask foo-users at lists dot perl dot example, or me: jane at perl dot example.',
    ],
  );
  const [first] = contacts;
  assert.equal(first?.check, 'https://api.github.com/repos/jane/Foo-Bar/private-vulnerability-reporting');
  assert.ok(
    contacts
      .filter((one) => one.public)
      .every(({ why }) => why.at(-1) === 'everybody can read it: never for details'),
  );
});

test('little is known: what is computed, and what is not known, is said', () => {
  const only = (sources: Partial<ContactSources>): string[] =>
    findContacts({ distribution: 'Foo', ...sources }).contacts.map(shown);
  const queue = 'tracker https://rt.cpan.org/Public/Dist/Display.html?Name=Foo public [unproven]';
  assert.deepEqual(only({}), [`1 ${queue}`]);
  assert.deepEqual(only({ uploader: 'JANE' }), ['1 mail jane@cpan.org (JANE) [cpan-forward]', `2 ${queue}`]);
  const bad = findContacts({ distribution: 'Foo', uploader: 'EVE', people });
  assert.deepEqual(
    bad.refused.map(({ reason }) => reason),
    ['syntax'],
  );
  assert.deepEqual(findContacts({ distribution: 'Foo', uploader: '../x' }).notes, [
    'authors/id: ../x is no PAUSE id',
  ]);
});

test('the policy ranks', () => {
  const documents = [{ path: 'SECURITY.md', bytes: bytes('a@perl.example\n') }];
  const known = [{ address: 'b@perl.example', note: 'x' }];
  const first = (policy = DEFAULT_RANKS): string | undefined =>
    findContacts({ distribution: 'Foo', documents, known }, policy).contacts[0]?.address;
  assert.equal(first(), 'a@perl.example');
  assert.equal(
    first({ ...DEFAULT_RANKS, weights: { ...DEFAULT_RANKS.weights, known: 200 } }),
    'b@perl.example',
  );
  assert.equal(first({ ...DEFAULT_RANKS, own: ['a@perl.example'] }), 'b@perl.example');
});

test('a hostile document gives a list that people can read', () => {
  const text = Array.from({ length: 3000 }, (_, i) => `u${i}@perl.example x@p${i}.example\u202e`).join('\n');
  const { contacts, notes } = findContacts({
    distribution: 'Foo',
    documents: [{ path: 'SECURITY.md', bytes: bytes(text) }],
  });
  assert.equal(contacts.length, 200);
  assert.match(notes.join(), /contacts, the first 200 are listed/);
});
