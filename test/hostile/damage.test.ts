/** Inputs that are damaged, or lead elsewhere: each is named with its place, and nothing of it counts as clean. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { attacks, smallIndex } from './attack.ts';

const parser = `requires 'Example::Parser', '1.20';\n`;
const snapshot = `# carton snapshot format: version 1.0
DISTRIBUTIONS
  Example-Parser-1.20
    pathname: E/EX/EXAMPLE/Example-Parser-1.20.tar.gz
    provides:
      Example::Parser 1.20
    requirements:
      Carp 0
`;
const notUtf8 = (text: string): Uint8Array => new Uint8Array([...Buffer.from(text), 0x0a, 0xff, 0xfe, 0x0a]);

attacks('damaged text', [
  {
    name: 'a snapshot that ends within a distribution',
    files: { 'cpanfile.snapshot': snapshot.slice(0, snapshot.indexOf('pathname')) },
    typed: ['audit'],
    status: 3,
    says: /cpanfile\.snapshot:\d/,
  },
  {
    name: 'a snapshot of garbage',
    files: { 'cpanfile.snapshot': 'no such thing\n' },
    typed: ['audit'],
    status: 3,
    says: /cpanfile\.snapshot:1/,
  },
  {
    name: 'a cpanfile with NULs',
    files: { cpanfile: `${parser}requires "A\0B", '1';\n` },
    typed: ['audit'],
    status: 3,
    says: /cpanfile:2/,
  },
  {
    name: 'a cpanfile that is not UTF-8',
    files: { cpanfile: notUtf8(parser) },
    typed: ['audit'],
    status: 3,
    says: /cpanfile:3: /,
  },
  {
    name: 'a snapshot that is not UTF-8',
    files: { 'cpanfile.snapshot': notUtf8(snapshot) },
    typed: ['audit'],
    status: 3,
    says: /cpanfile\.snapshot:10: /,
  },
  {
    name: 'an SBOM that is not UTF-8',
    files: { 'bom.json': notUtf8('{"bomFormat":"CycloneDX",') },
    typed: ['audit', 'bom.json'],
    status: 3,
    says: /bom\.json/,
  },
  {
    name: 'package URLs that are not',
    files: { list: 'pkg:cpan/A@1\npkg:\n\u001b[2J@1\n' },
    typed: ['audit', 'list'],
    status: 3,
    says: /list:2.*list:3/s,
  },
  {
    name: 'terminal escapes in names and reasons',
    files: {
      cpanfile: `requires "\u001b[2JA\u202e::B", '1';\n`,
      '.cpansec.yaml': 'ignore:\n  - id: "\\e[2JCVE"\n    reason: "\\e[31m"\n',
    },
    typed: ['audit'],
    status: 3,
    says: /./,
  },
]);

/** A tar header (ustar) with the member's name, type and link, and what it holds. */
function tarMember(name: string, content: string, type = '0', link = ''): Buffer {
  const header = Buffer.alloc(512);
  const size = Buffer.byteLength(content);
  header.write(name, 0);
  header.write('0000644\0'.padEnd(8), 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${'0'.repeat(11)}\0`, 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (size % 512)) % 512)]);
}

function archive(...members: Buffer[]): Uint8Array {
  return gzipSync(Buffer.concat([...members, Buffer.alloc(1024)]));
}

const meta = JSON.stringify({ name: 'Example-Parser', version: '1.10', 'meta-spec': { version: '2' } });

attacks('archives', [
  {
    name: 'a bomb of zeros',
    files: { 'Example-Parser-1.10.tar.gz': gzipSync(Buffer.alloc(300 << 20)) },
    typed: ['audit', 'Example-Parser-1.10.tar.gz'],
    status: 3,
    says: /Example-Parser-1\.10\.tar\.gz/,
  },
  {
    name: 'members that climb out, or link out',
    files: {
      'Example-Parser-1.10.tar.gz': archive(
        tarMember('../../escaped', 'x'),
        tarMember('/tmp/escaped', 'x'),
        tarMember('Example-Parser-1.10/out', '', '2', '/etc'),
        tarMember('Example-Parser-1.10/out/passwd', 'x'),
        tarMember('Example-Parser-1.10/META.json', meta),
      ),
    },
    typed: ['audit', 'Example-Parser-1.10.tar.gz'],
    status: 1,
    says: /Example-Parser 1\.10.*\.\.\/\.\.\/escaped/s,
  },
  {
    name: 'one cut short',
    files: {
      'Example-Parser-1.10.tar.gz': archive(tarMember('Example-Parser-1.10/META.json', meta)).subarray(0, 60),
    },
    typed: ['audit', 'Example-Parser-1.10.tar.gz'],
    status: 3,
    says: /Example-Parser-1\.10\.tar\.gz/,
  },
]);

attacks('links and places', [
  {
    name: 'an image whose links lead to the machine',
    prepare: (here) => {
      mkdirSync(join(here, 'image/usr/share'), { recursive: true });
      symlinkSync('/usr/share/perl5', join(here, 'image/usr/share/perl5'));
      symlinkSync('../../../../../../../etc', join(here, 'image/etc'));
      writeFileSync(join(here, 'image/note'), '');
    },
    typed: ['audit', '--root', 'image'],
    status: 5,
    says: /nothing to audit/,
  },
  {
    name: 'a tree whose links go round',
    prepare: (here) => {
      mkdirSync(join(here, 'lib/Example'), { recursive: true });
      writeFileSync(
        join(here, 'lib/Example/Parser.pm'),
        "package Example::Parser;\nour $VERSION = '1.20';\n1;\n",
      );
      symlinkSync('..', join(here, 'lib/Example/again'));
    },
    typed: ['audit', '--inc', 'lib'],
    status: 0,
    says: /No known vulnerabilities in 1 distribution/,
  },
  {
    name: 'a snapshot and a cpanfile that lead nowhere',
    prepare: (here) => {
      symlinkSync('gone/cpanfile.snapshot', join(here, 'cpanfile.snapshot'));
      symlinkSync('cpanfile', join(here, 'cpanfile'));
    },
    typed: ['audit'],
    status: 3,
    says: /cpanfile: is a symbolic link that leads\s+nowhere.*cpanfile\.snapshot: is a symbolic link/s,
  },
  {
    name: 'an ignore file that leads nowhere',
    files: { cpanfile: parser },
    prepare: (here) => symlinkSync('gone', join(here, '.cpansec.yaml')),
    typed: ['audit'],
    status: 2,
    says: /\.cpansec\.yaml: cannot read: no such file/,
  },
  {
    name: 'a cpanfile that is a directory, and a snapshot that is a device',
    prepare: (here) => {
      mkdirSync(join(here, 'cpanfile'));
      symlinkSync('/dev/zero', join(here, 'cpanfile.snapshot'));
    },
    typed: ['audit'],
    status: 3,
    says: /cpanfile: is no regular file.*cpanfile\.snapshot: is no regular file/s,
  },
]);

const index = smallIndex();
attacks(
  'an index with one flipped bit',
  [0, 9, 40, Math.floor(index.length / 2), index.length - 1].map((at) => ({
    name: `in byte ${at} of ${index.length}`,
    files: {
      cpanfile: `requires 'Example::Parser', '== 1.10';\n`,
      'bad.index': index.map((byte, i) => (i === at ? byte ^ 1 : byte)),
    },
    typed: ['db', 'verify', '--db', 'bad.index'],
    status: 4,
    says: /bad\.index/,
  })),
);
