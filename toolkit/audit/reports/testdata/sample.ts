/** A report with one of everything, for the tests of the outputs. */
import type { AuditReport, Finding } from '../../report.ts';

const malicious: Finding = {
  status: 'malicious',
  distribution: { name: 'Exemple-Dist', version: '1.4', purl: 'pkg:cpan/Exemple-Dist@1.4' },
  advisory: {
    id: 'CPANSA-Exemple-Dist-2026-0001',
    aliases: ['MAL-2026-99999'],
    summary: 'Exemple-Dist sends the environment of whoever installs it to a stranger',
    malicious: true,
    rating: null,
    reported: '2026-10-02',
    affected: ['>=0'],
    fixed: [],
    cause: { kind: 'own' },
    url: 'https://advisories.example.org/MAL-2026-99999',
  },
  places: [{ file: 'cpanfile.snapshot', line: 30 }],
  paths: [[{ name: 'Exemple::Dist', version: null, place: { file: 'cpanfile', line: 5 } }]],
  pathCount: 1,
  core: false,
  fix: {
    kind: 'remove',
    version: null,
    lowestSafe: null,
    newest: null,
    patch: null,
    command: null,
    bounds: [{ module: 'Exemple::Dist', range: '0', place: { file: 'cpanfile', line: 5 }, admits: false }],
  },
};

const transitive: Finding = {
  status: 'vulnerable',
  distribution: {
    name: 'HTTP-Daemon',
    version: '6.01',
    module: 'HTTP::Daemon',
    purl: 'pkg:cpan/HTTP-Daemon@6.01',
  },
  advisory: {
    id: 'CPANSA-HTTP-Daemon-2022-31081',
    aliases: ['CVE-2022-31081', 'GHSA-cg8c-pxmv-w7cf'],
    summary: 'HTTP::Daemon before 6.15 accepts requests with an ambiguous Content-Length',
    rating: 'medium',
    reported: '2022-06-27',
    affected: ['<6.15'],
    fixed: ['>=6.15'],
    cause: { kind: 'own' },
    url: 'https://advisories.example.org/CVE-2022-31081',
  },
  places: [{ file: 'cpanfile.snapshot', line: 12 }],
  paths: [
    [
      { name: 'Shop::Web', version: null, place: { file: 'cpanfile', line: 3 } },
      { name: 'LWP-Server', version: '1.0' },
      { name: 'HTTP-Daemon', version: '6.01' },
    ],
  ],
  pathCount: 3,
  core: false,
  fix: {
    kind: 'upgrade',
    version: '6.15',
    lowestSafe: '6.16',
    newest: '6.17',
    patch: null,
    command: 'cpanm HTTP::Daemon@6.16',
  },
};

const patched: Finding = {
  status: 'vulnerable',
  distribution: { name: 'Old-Parser', version: '0.04', purl: 'pkg:cpan/Old-Parser@0.04' },
  advisory: {
    id: 'CPANSA-Old-Parser-2026-0001',
    aliases: ['CVE-2026-0001'],
    summary: 'Old::Parser reads past the end of a buffer',
    rating: null,
    reported: null,
    affected: ['>=0'],
    fixed: [],
    cause: { kind: 'embedded', library: 'expat', libraryVersion: '2.2.0' },
    url: null,
  },
  places: [{ file: 'lib/perl5/Old/Parser.pm' }],
  paths: [],
  pathCount: 0,
  core: true,
  fix: {
    kind: 'patch',
    version: null,
    lowestSafe: null,
    newest: '0.04',
    patch: 'https://advisories.example.org/old-parser.patch',
    command: null,
  },
};

const dynamic: Finding = {
  status: 'unknown',
  distribution: null,
  advisory: null,
  unknown: { reason: 'dynamic', text: 'requires with a condition that only running decides' },
  places: [{ file: 'cpanfile', line: 9 }],
  paths: [],
  pathCount: 0,
  core: false,
};

const uncovered: Finding = {
  status: 'unknown',
  distribution: { name: 'Try-Tiny', version: '0.31' },
  advisory: null,
  unknown: { reason: 'not-covered', text: 'the index does not cover Try-Tiny' },
  places: [{ file: 'cpanfile.snapshot', line: 40 }],
  paths: [],
  pathCount: 0,
  core: false,
};

export const sampleReport: AuditReport = {
  schema: 'cpansec-report/1',
  subject: 'examples/shop',
  at: '2026-11-24T10:00:00Z',
  index: {
    serial: 7,
    built: '2026-11-20T00:00:00Z',
    advisories: 120,
    coverage: 'partial',
    distributions: 80,
    origin: 'embedded',
  },
  summary: {
    components: 19,
    malicious: 1,
    vulnerable: 2,
    unknown: 2,
    clean: 12,
    suppressed: 5,
    fixable: 1,
    byRating: { critical: 0, high: 0, medium: 1, low: 0, unrated: 1 },
  },
  findings: [malicious, transitive, patched, dynamic, uncovered],
  clean: [{ name: 'DBI', version: '1.647', why: 'judged' }],
  suppressed: [
    {
      finding: { ...transitive, distribution: { name: 'A', version: '1' } },
      by: {
        kind: 'ignore',
        reason: 'not used at run time',
        author: 'ops',
        expires: '2027-01-01',
        place: { file: '.cpansec.yaml', line: 2 },
      },
    },
    {
      finding: { ...transitive, distribution: { name: 'B', version: '1' } },
      by: {
        kind: 'vex',
        format: 'openvex',
        status: 'not_affected',
        justification: 'component_not_present',
        place: { file: 'vex.json' },
      },
    },
    {
      finding: { ...transitive, distribution: { name: 'C', version: '1' } },
      by: {
        kind: 'distributor',
        package: 'libc-perl',
        packageVersion: '1-2+deb12u1',
        evidence: 'Fix CVE-2022-31081',
        place: { file: 'changelog.Debian.gz', line: 3 },
      },
    },
    {
      finding: { ...malicious, distribution: { name: 'E', version: '1' } },
      by: { kind: 'ignore', reason: 'a sample for our scanner', place: { file: '.cpansec.yaml', line: 5 } },
    },
    {
      finding: { ...transitive, distribution: { name: 'D', version: '1' } },
      by: { kind: 'baseline', place: { file: 'old.json' } },
    },
  ],
  notes: [
    {
      code: 'ignore-unused',
      text: 'CVE-2018-6913 matched nothing: remove it',
      place: { file: '.cpansec.yaml', line: 8 },
    },
  ],
};

/** The same report with every string that comes from outside made as hostile as it may be. */
export function hostileReport(): AuditReport {
  const evil = '\u001b[2J\u202e<script>alert(1)</script>|`@everyone` ::error::x\r\n=cmd(),"\'&%';
  const poison = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(poison);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([key, member]) => [
      key,
      OUTSIDE.has(key) && typeof member === 'string' ? `${member}${evil}` : poison(member),
    ]);
    return Object.fromEntries(members);
  };
  return poison(sampleReport) as AuditReport; // the same shape, longer strings
}

const OUTSIDE = new Set([
  'name',
  'version',
  'module',
  'summary',
  'id',
  'url',
  'file',
  'text',
  'reason',
  'author',
  'evidence',
  'package',
  'patch',
  'command',
  'subject',
  'origin',
  'library',
]);
