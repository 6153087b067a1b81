import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { askPerl, withoutPerl } from '../../test/peers.ts';
import { sharedBytes, withoutShared } from '../../test/shared.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { parseChecksums } from './checksums.ts';
import { CpanError } from './errors.ts';

const sha256 = 'a08b6797caee2e009cd6be6f34a2dec75b9fa8b7d12d75f2745beedf303144a1';
const md5 = 'c735574da6a9ac575346eb3090c833c8';
const path = 'authors/id/E/EX/EXAMPLE/CHECKSUMS';

const hash = `# CHECKSUMS file written on Sun Nov 21 17:04:02 2021 GMT by CPAN::Checksums (v2.13)
$cksum = {
  'Example-Dist-1.06.tar.gz' => {
    'cpan_path' => 'E/EX/EXAMPLE',
    'md5' => '${md5}',
    'md5-ungz' => '${md5}',
    'mtime' => '2021-11-20',
    'sha256' => '${sha256}',
    'sha256-ungz' => '${sha256}',
    'size' => 5967
  },
  'sub' => {
    'cpan_path' => 'E/EX/EXAMPLE',
    'isdir' => 1
  }
};
`;
const first = "0&&<<''; # this PGP-signed message is also valid perl\n";
const armour = `-----BEGIN PGP SIGNATURE-----
Version: GnuPG v1.4.1 (GNU/Linux)

iD8DBQFFStZaMo2oZ0UPiewRAvH6AJ9T+RoN/Ykydb01Hk+G9W5kSQO8UwCfSAel
3tJ3foHzuAeL0oYQn/7gbQQ=
=YXor
-----END PGP SIGNATURE-----
`;
const signed = `${first}-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n${hash}__END__\n${armour}`;

const parse = (text: string, options = {}): ReturnType<typeof parseChecksums> =>
  parseChecksums(Buffer.from(text, 'latin1'), options);
const one = (members: string): string => `$cksum = {\n  'a' => {\n    ${members}\n  }\n};\n`;

test('a file of today', () => {
  const { files, cpanPath, written, signed: signature } = parse(hash, { path });
  assert.equal(cpanPath, 'E/EX/EXAMPLE');
  assert.equal(written, '2021-11-21T17:04:02Z');
  assert.equal(signature, null);
  assert.deepEqual(Object.fromEntries(files), {
    'Example-Dist-1.06.tar.gz': {
      isDirectory: false,
      size: 5967,
      sha256,
      md5,
      unpackedSha256: sha256,
      unpackedMd5: md5,
      modified: '2021-11-20',
    },
    sub: {
      isDirectory: true,
      size: null,
      sha256: null,
      md5: null,
      unpackedSha256: null,
      unpackedMd5: null,
      modified: null,
    },
  });
});

test('what was signed is handed out with its signature', () => {
  const { signed: signature, files } = parse(signed, { path });
  assert.equal(files.size, 2);
  assert.deepEqual(signature?.hashes, ['SHA1']);
  assert.equal(signature.text, `${hash}__END__`);
  assert.equal(Buffer.from(signature.signature).toString('hex').slice(0, 8), '883f0305');
});

test('every age is read', () => {
  const cases: [text: string, size: number][] = [
    ['$cksum = {};', 0],
    ['$cksum = {};\n__END__\n', 0],
    ['$cksum = {};\n__END__', 0],
    [
      "# CHECKSUMS file written on Thu Mar 17 00:07:23 2005 by CPAN::Checksums (v1.018)\n$cksum = {\n  'ANK' => {\n    'isdir' => 1\n  },\n};\n",
      1,
    ],
    [one(`'md5' => '${md5}',\n    'size' => '1965',\n    'shortname' => 'foo12.tgz'`), 1],
    [one("'issymlink' => 1,\n    'isdir' => 1,"), 1],
    [one(`'sha256-unbz2' => '${sha256}'`), 1],
    [one(''), 1],
    ["$cksum={'it\\'s \\\\ here'=>{}};", 1],
  ];
  for (const [text, size] of cases) assert.equal(parse(text).files.size, size, text);
  assert.equal(parse(cases[3]?.[0] ?? '').written, null);
  assert.deepEqual([...parse("$cksum={'it\\'s \\\\ here'=>{}};").files.keys()], ["it's \\ here"]);
  const bare = signed.replace('Hash: SHA1\n', '').replace('__END__\n', '').replace('=YXor\n', '');
  assert.deepEqual(parse(bare).signed?.hashes, []);
  assert.deepEqual(parse(signed.replace('SHA1', 'SHA256, SHA512')).signed?.hashes, ['SHA256', 'SHA512']);
});

test('nothing but the grammar is read', () => {
  const prefix = "$chksum = {'Example-Dist-1.06.tar.gz' => {'sha256' => 'bad'}};\n__END__\n";
  const cases: [why: string, text: string][] = [
    ['nothing', ''],
    ['a comment alone', '# CHECKSUMS\n'],
    ['a file before the armour (CVE-2020-16156)', `${hash}__END__\n${signed}`],
    ['another variable before the armour', `${prefix}${signed}`],
    ['a line break before the armour', `\n${signed}`],
    ['a comment before the armour', `# x\n${signed}`],
    ['no line of Perl before the armour', signed.replace(first, '')],
    ['another line of Perl', signed.replace('0&&', '1&&')],
    ['more than that line of Perl', signed.replace('perl\n', 'perl\nsystem("id");\n')],
    ['a statement in the header', signed.replace('Hash: SHA1\n', 'Hash: SHA1\nComment: x\n')],
    ['a second message', `${signed}${signed}`],
    ['something behind the signature', `${signed}$cksum = {};\n`],
    ['a space behind the signature', `${signed} `],
    ['a second signature', `${signed}${armour}`],
    ['no signature', signed.slice(0, signed.indexOf('-----BEGIN PGP SIGNATURE'))],
    ['half a signature', signed.slice(0, -30)],
    ['a signature that is no base64', signed.replace('iD8DB', 'iD=DB')],
    ['an escaped dash', signed.replace('# CHECKSUMS', '- # CHECKSUMS')],
    ['an armour around nothing', `${first}-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n\n${armour}`],
    ['a call', '$cksum = foo();'],
    ['a call as a value', one("'size' => time")],
    ['a command', one("'size' => `id`")],
    ['a string that interpolates', one('\'size\' => "@{[system 1]}"')],
    ['a string in q()', one("'size' => q(1)")],
    ['a here-document', one("'size' => <<x")],
    ['a list', one("'size' => [1]")],
    ['a third level', one("'size' => {}")],
    ['a name without quotes', one('size => 1')],
    ['a sum', one("'size' => 1 + 1")],
    ['joined strings', one("'size' => '1' . '2'")],
    ['a condition', one("'size' => 1 ? 2 : 3")],
    ['an undefined value', one("'size' => undef")],
    ['a comment inside', one("'size' => 1 # x\n")],
    ['a number of another base', one("'size' => 0x10")],
    ['a number with an underscore', one("'size' => 1_0")],
    ['a number with a leading zero', one("'size' => 010")],
    ['a negative number', one("'size' => -1")],
    ['a float', one("'size' => 1.5")],
    ['a name without a value', one("'size'")],
    ['a comma for an arrow', one("'size', 1")],
    ['a member twice', one("'size' => 1, 'size' => 2")],
    ['a file twice', "$cksum = {'a' => {}, 'a' => {}};"],
    ['another variable', '$chksum = {};'],
    ['a longer variable', '$cksums = {};'],
    ['a package variable', '$main::cksum = {};'],
    ['a declaration', 'my $cksum = {};'],
    ['a second assignment', '$cksum = {};\n$cksum = {};'],
    ['a statement behind', '$cksum = {}; system("id");'],
    ['a modifier', '$cksum = {} if 1;'],
    ['no semicolon', '$cksum = {}'],
    ['two semicolons', '$cksum = {};;'],
    ['something behind the end', '$cksum = {};\n__END__\nx'],
    ['a block of Perl', 'BEGIN { system "id" }\n$cksum = {};'],
    ['an open brace', "$cksum = {'a' => {"],
    ['an open quote', "$cksum = {'a"],
    ['a line break in quotes', "$cksum = {'a\nb' => {}};"],
    ['a NUL in quotes', "$cksum = {'a\0b' => {}};"],
    ['a backslash in quotes', "$cksum = {'a\\nb' => {}};"],
    ['a carriage return', hash.replaceAll('\n', '\r\n')],
    ['a file elsewhere', "$cksum = {'../a' => {}};"],
    ['a file without a name', "$cksum = {'' => {}};"],
    ['a digest of 63 digits', one(`'sha256' => '${sha256.slice(1)}'`)],
    ['a digest in capitals', one(`'sha256' => '${sha256.toUpperCase()}'`)],
    ['a size that is none', one("'size' => '12 '")],
    ['a day that is none', one("'mtime' => 'yesterday'")],
  ];
  for (const [why, text] of cases)
    assert.throws(() => parse(text, { file: 'C' }), { name: 'CpanError', code: 'checksums-syntax' }, why);
});

test('a file says of which directory it is (CVE-2020-16155)', () => {
  const other = hash.replaceAll('E/EX/EXAMPLE', 'E/EX/EXAMPLES');
  assert.equal(parse(other).cpanPath, 'E/EX/EXAMPLES');
  for (const text of [other, hash.replace('E/EX/EXAMPLE', 'E/EX/OTHER')])
    assert.throws(() => parse(text, { path }), { code: 'checksums-directory' });
  assert.throws(() => parse(hash.replace('E/EX/EXAMPLE', 'E/EX/OTHER')), { code: 'checksums-directory' });
  assert.throws(() => parse(hash, { path: 'authors/id/E/EX/EXAMPLE/sub/CHECKSUMS' }), {
    code: 'checksums-directory',
  });
});

test('an error has its place', () => {
  assert.throws(() => parse(hash.replace("'size' =>", "'size' =")), {
    message: /^10: expected =>, found "= 5967/,
  });
});

test('bounds', () => {
  const many = Array.from({ length: 100_001 }, (_, i) => `'${i}'=>{}`).join();
  assert.throws(() => parse(`$cksum={${many}};`), { code: 'too-large' });
  const members = Array.from({ length: 31 }, (_, i) => `'${i}'=>1`).join();
  assert.throws(() => parse(one(members)), { code: 'too-large' });
  assert.throws(() => parseChecksums(new Uint8Array(16 * 1024 * 1024 + 1)), { code: 'too-large' });
  assert.throws(() => parse(`$cksum = {'${'a'.repeat(1_000_000)}`), { code: 'checksums-syntax' });
  assert.throws(() => parse(`${first}${'-'.repeat(1_000_000)}`), { code: 'checksums-syntax' });
  assert.throws(() => parse(' '.repeat(1_000_000)), { code: 'checksums-syntax' });
});

test('whatever the bytes are, they are a CHECKSUMS or refused', () => {
  const pieces = fc.constantFrom(
    "'",
    '\\',
    '{',
    '}',
    '=>',
    ',',
    ';',
    '#',
    '\n',
    '__END__',
    first,
    armour,
    '$cksum',
    '-',
  );
  const changed = fc
    .tuple(
      fc.constantFrom(hash, signed),
      fc.array(fc.tuple(fc.nat(3000), fc.oneof(pieces, fc.string()), fc.nat(3)), { maxLength: 3 }),
    )
    .map(([text, changes]) =>
      changes.reduce<string>((now, [where, piece, removed]) => {
        const at = where % (now.length + 1);
        return now.slice(0, at) + piece + now.slice(at + removed);
      }, text),
    );
  fc.assert(
    fc.property(
      fc.oneof(
        changed,
        fc.array(pieces).map((all) => all.join('')),
        fc.string(),
      ),
      (text) => {
        try {
          for (const name of parse(text).files.keys()) assert.match(name, /^[^/\n\0]+$/);
        } catch (error) {
          assert.ok(error instanceof CpanError, String(error));
        }
      },
    ),
    { seed, numRuns: rounds(1000, 200_000) },
  );
});

const folder = 'provenance/cpan-checksums';

test('the real ones of 2005 to 2021', { skip: withoutShared(folder) }, () => {
  const real: [name: string, files: number, cpanPath: string | null, signature: boolean][] = [
    ['cpanpm__t_97-cpan1-test-mirror_authors_id_B_BU_BUSTER_CHECKSUMS', 6, 'B/BU/BUSTER', false],
    ['cpanpm__t_CPAN_authors_id_A_AN_ANDK_CHECKSUMS', 94, 'A/AN/ANDK', true],
    ['cpanpm__t_CPAN_authors_id_A_AN_ANDK_cpantestdummies_CHECKSUMS', 3, null, true],
    ['cpanpm__t_CPAN_authors_id_A_AN_ANDK_patches_CHECKSUMS', 5, null, true],
    ['cpanpm__t_CPAN_authors_id_A_AN_CHECKSUMS', 32, null, true],
    ['cpanpm__t_CPAN_authors_id_A_CHECKSUMS', 25, null, true],
    ['cpanpm__t_CPAN_authors_id_CHECKSUMS', 310, null, true],
    ['pause-corpus_OPRIME_CHECKSUMS', 2, null, false],
  ];
  for (const [name, size, cpanPath, signature] of real) {
    const found = parseChecksums(sharedBytes(`${folder}/${name}`), { file: name });
    assert.equal(found.files.size, size, name);
    assert.equal(found.cpanPath, cpanPath, name);
    assert.equal(found.signed !== null, signature, name);
  }
});

const UPDATE = `use CPAN::Checksums;
while (<STDIN>) { chomp; my ($dir, $root) = split /\\t/; CPAN::Checksums::updatedir($dir, $root) or die }
print "done\\n"`;

test('what CPAN::Checksums writes is what it saw', { skip: withoutPerl('CPAN::Checksums') }, (t) => {
  const root = mkdtempSync(join(tmpdir(), 'cpansec-checksums-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const directory = join(root, 'E/EX/EXAMPLE');
  mkdirSync(join(directory, 'sub'), { recursive: true });
  const bytes = Buffer.from('content');
  const contents: [name: string, bytes: Uint8Array][] = [
    ['Example-Dist-1.06.tar.gz', gzipSync(bytes)],
    ["it's a \\ name-1.zip", bytes],
    ['empty.tgz', Buffer.alloc(0)],
    ['plain.meta', bytes],
  ];
  for (const [name, content] of contents) writeFileSync(join(directory, name), content);
  assert.deepEqual(askPerl(UPDATE, [`${directory}\t${root}`]), ['done']);
  const file = readFileSync(join(directory, 'CHECKSUMS'));
  const { files, cpanPath, written } = parseChecksums(file, { path });
  assert.equal(cpanPath, 'E/EX/EXAMPLE');
  assert.ok(written !== null);
  assert.equal(files.get('sub')?.isDirectory, true);
  assert.equal(files.size, contents.length + 1);
  const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
  for (const [name, content] of contents) {
    const found = files.get(name);
    assert.equal(found?.size, content.length, name);
    assert.equal(found.sha256, digest(content), name);
  }
  assert.equal(files.get('Example-Dist-1.06.tar.gz')?.unpackedSha256, digest(bytes));
});
