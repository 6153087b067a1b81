/** NULs and bytes that are not UTF-8, in every kind of input: each is named, and nothing of it counts as clean. */
import { attacks } from './attack.ts';

const parser = `requires 'Example::Parser', '1.20';\n`;
const lock = (name: string): string =>
  `# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  ${name}-1\n    pathname: A/AB/ABC/${name}-1.tar.gz\n    provides:\n      ${name} 1\n    requirements:\n`;

interface Input {
  readonly what: string;
  readonly file: string;
  /** A whole one, with `¤` where bytes are put in. */
  readonly content: string;
  /** What is typed after `audit`. */
  readonly typed: readonly string[];
  /** Stands beside what the audit of a project takes. */
  readonly beside?: Readonly<Record<string, string>>;
  readonly status: number;
}

const subjects: [what: string, file: string, content: string][] = [
  ['a lock file', 'cpanfile.snapshot', lock('A¤')],
  ['a cpanfile', 'cpanfile', `${parser}requires 'A¤B';\n`],
  ['META.json', 'META.json', '{"name":"A","version":"1","prereqs":{"runtime":{"requires":{"A¤":0}}}}'],
  ['META.yml', 'META.yml', '---\nname: A\nversion: 1\nrequires:\n  A¤: 0\n'],
  [
    'CycloneDX',
    'bom.json',
    '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"A¤"}]}',
  ],
  [
    'SPDX',
    'bom.spdx.json',
    '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"¤","packages":[]}',
  ],
  ['package URLs', 'purls.txt', 'pkg:cpan/Example-Parser@1.20\npkg:cpan/A¤@1\n'],
];

const answers: [what: string, file: string, content: string, option: string | null][] = [
  ['VEX', 'vex.json', '{"@context":"https://openvex.dev/ns/v0.2.0","author":"¤"}', '--vex'],
  [
    'an earlier report',
    'before.json',
    '{"schema":"cpansec-report/1","findings":[],"subject":"¤"}',
    '--since',
  ],
  ['an ignore file', '.cpansec.yaml', 'ignore:\n  - id: "CVE-2026-99990¤"\n    reason: a\n', null],
  [
    'a list of packages',
    '02packages.txt',
    'File: 02packages.details.txt\n\nA¤B 1 A/AB/ABC/A-1.tar.gz\n',
    '--packages',
  ],
];

const inputs: Input[] = [
  ...subjects.map(([what, file, content]) => ({ what, file, content, typed: [file], status: 3 })),
  ...subjects
    .slice(0, 4)
    .map(([what, file, content]) => ({ what: `${what} of a project`, file, content, typed: [], status: 3 })),
  ...answers.map(([what, file, content, option]) => ({
    what,
    file,
    content,
    typed: option === null ? [] : [option, file],
    beside: { cpanfile: parser },
    status: 2,
  })),
  {
    what: 'an index',
    file: 'the.index',
    content: 'cpansec-index/2 ¤',
    typed: ['--db', 'the.index', 'A@1'],
    status: 4,
  },
];

const BYTES: [what: string, bytes: readonly number[]][] = [
  ['NULs', [0, 0]],
  ['what is not UTF-8', [0xff, 0xfe]],
  ['half a character', [0xe2, 0x82]],
];

function putIn(content: string, bytes: readonly number[]): Uint8Array {
  const [before = '', after = ''] = content.split('¤');
  return Buffer.concat([Buffer.from(before), Uint8Array.from(bytes), Buffer.from(after)]);
}

for (const [what, bytes] of BYTES) {
  attacks(
    what,
    inputs.map(({ what: input, file, content, typed, beside, status }) => ({
      name: `in ${input}`,
      files: { ...beside, [file]: putIn(content, bytes) },
      typed: ['audit', ...typed],
      status,
      says: new RegExp(file.replaceAll('.', '\\.')),
    })),
  );
}
