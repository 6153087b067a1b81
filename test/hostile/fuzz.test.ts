/** Inputs damaged at random, through the whole audit and every report: only documented errors come out. */
import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import {
  audit,
  parseBaseline,
  parseIgnoreFile,
  type ReportFormat,
  reportFormats,
} from '../../toolkit/audit/index.ts';
import { PlacedError } from '../../toolkit/base/index.ts';
import { inventoryFile, inventoryProject } from '../../toolkit/inventory/index.ts';
import { memoryFiles, unpackers } from '../../toolkit/io/index.ts';
import { index, record } from '../given.ts';
import { sharedPath, sharedText } from '../shared.ts';
import { rounds, seed } from '../sizes.ts';

const LONGEST = 40_000;

/** Name of the file that is audited, and what it holds before it is damaged. */
type Sample = readonly [name: string, text: string];

const own: readonly Sample[] = [
  [
    'cpanfile',
    "requires 'DBI', '>= 1.6, != 1.63';\non test => sub { requires 'A::B'; };\nrequires 'X' if $];\n",
  ],
  [
    'cpanfile.snapshot',
    '# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  DBI-1.643\n    pathname: T/TI/TIMB/DBI-1.643.tar.gz\n    provides:\n      DBI 1.643\n    requirements:\n      perl 5.008\n',
  ],
  [
    'META.json',
    '{"name":"A","version":"1.0","prereqs":{"runtime":{"requires":{"DBI":"1.6","perl":"5.010"}}}}',
  ],
  ['META.yml', '---\nname: A\nversion: 1.0\nrequires:\n  DBI: 1.6\n  perl: 5.010\n'],
  ['purls.txt', 'pkg:cpan/TIMB/DBI@1.643\nDBI@1.6\nDBI::DBD@2\n'],
  [
    'bom.cdx.json',
    '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"DBI","version":"1.6","bom-ref":"d","purl":"pkg:cpan/DBI@1.6"}],"dependencies":[{"ref":"d","dependsOn":["d"]}]}',
  ],
  [
    'bom.spdx.json',
    '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","packages":[{"SPDXID":"SPDXRef-1","name":"DBI","versionInfo":"1.6","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:cpan/DBI@1.6"}]}]}',
  ],
];

/** Real ones where they are at hand, cut to what a round can take. */
function shared(pattern: string, name: string): Sample[] {
  const root = sharedPath('');
  if (!existsSync(root)) return [];
  const found = globSync(pattern, { cwd: root }).sort().slice(0, 20);
  return found.map((path) => [name, sharedText(path).slice(0, LONGEST)]);
}

const samples: readonly Sample[] = [
  ...own,
  ...shared('snapshots/**/*.snapshot', 'cpanfile.snapshot'),
  ...shared('cpanfiles/**/*cpanfile*', 'cpanfile'),
  ...shared('metadata/**/META*.json', 'META.json'),
  ...shared('metadata/**/META*.yml', 'META.yml'),
];

const advisories = index([
  record('CPANSA-DBI-2020-01', [{ ranges: ['<1.643'], fixed: ['>=1.643'] }]),
  record('CPANSA-perl-2020-02', [{ ranges: ['<5.20'], fixed: [] }]),
]);

const PIECES = [
  ...[
    '',
    '\0',
    '\n',
    '\r',
    '\t',
    ' ',
    "'",
    '"',
    '`',
    '\\',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '=',
    ',',
    ';',
    ':',
  ],
  ...[
    '#',
    '$',
    '@',
    '%',
    '&',
    '*',
    '!',
    '|',
    '~',
    '^',
    '-',
    '_',
    '.',
    '0',
    '9',
    '1e999',
    '-1',
    'v1.2.3',
    'undef',
  ],
  ...[
    '\ufeff',
    '\u001b[31m',
    '\u202e',
    '\ud800',
    '😀',
    '__proto__',
    'constructor',
    '<<EOT\n',
    '=pod\n',
    'q{',
    's///e',
  ],
  ...[
    '&a ',
    '*a',
    '!!x ',
    '--- ',
    '...',
    '? ',
    '- - - ',
    'requires ',
    'on ',
    'pkg:cpan/',
    '%00',
    '%',
    '../',
    '://',
  ],
];

interface Change {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
  readonly copied: boolean;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(200)),
  put: fc.constantFrom(...PIECES),
  copied: fc.boolean(),
});

/** Pieces put in and taken out; some come from elsewhere in the text. */
function damage(text: string, changes: readonly Change[]): string {
  return changes.reduce((now, { at, cut, put, copied }) => {
    const start = at % (now.length + 1);
    const piece = copied ? now.slice(at % 97, (at % 97) + cut) + put : put;
    return now.slice(0, start) + piece + now.slice(start + cut);
  }, text);
}

const damaged: fc.Arbitrary<Sample> = fc
  .tuple(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([[name, text], changes]) => [name, damage(text, changes)]);

const FORMATS = Object.keys(reportFormats) as ReportFormat[]; // the keys of a literal
const AT = '2026-11-22T08:00:00Z';
const RAW = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test('every input ends in a report, and every report can be printed', async () => {
  const renders = await Promise.all(
    FORMATS.map(async (format) => [format, await reportFormats[format]()] as const),
  );
  const property = fc.asyncProperty(damaged, fc.boolean(), async ([name, text], alone) => {
    const files = memoryFiles({ [`p/${name}`]: text });
    const found = alone
      ? await inventoryFile(`p/${name}`, files, { archives: unpackers })
      : await inventoryProject('p', files);
    const report = audit(found, advisories, { at: AT });
    for (const [format, render] of renders) {
      const printed = render(report, { toolVersion: '1' }).replaceAll('\r\n', '\n'); // CSV ends its lines so
      assert.doesNotMatch(printed, RAW, `${format} of ${name}`);
    }
  });
  await fc.assert(property, { seed, numRuns: rounds(200, 100_000) });
});

test('answers are read, or refused with their own errors', async () => {
  const ignore =
    "ignore:\n  - id: CVE-2026-99990\n    distribution: DBI\n    versions: '<2'\n    reason: a\n    expires: 2027-01-01\n";
  const baseline = JSON.stringify({
    schema: 'cpansec-report/1',
    findings: [{ status: 'unknown', distribution: null }],
  });
  const documented = async (read: () => unknown): Promise<void> => {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof PlacedError)) throw error;
    }
  };
  const changes = fc.array(change, { minLength: 1, maxLength: 6 });
  const property = fc.asyncProperty(changes, async (made) => {
    await documented(() => parseIgnoreFile(damage(ignore, made), 'ignore.yaml'));
    await documented(() => parseBaseline(damage(baseline, made), 'baseline.json'));
  });
  await fc.assert(property, { seed, numRuns: rounds(200, 100_000) });
});
