/** A record with something of everything, and the options that exports of it are tested with. */
import type { AdvisoryRecord, CsafOptions } from '../toolkit/advisories/index.ts';

export const everything: AdvisoryRecord = {
  format: 'cpansec-advisory/1',
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CVE-2026-99990', 'GHSA-2222-3333-4444'],
  reported: '2026-02-03',
  summary: 'Example::Dist follows symbolic links',
  details: 'In its cache directory.',
  severity: {
    rating: 'critical',
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
    source: 'reporter',
  },
  weaknesses: ['CWE-59', 'CWE-99999', 'CWE-377'],
  affected: [
    {
      distribution: 'Example-Dist',
      ranges: ['>=v1.2.0,<v1.7.0', '==2'],
      fixed: ['>=v1.5.4,<v1.6.0'],
      cause: { kind: 'own' },
      modules: ['Example::Dist'],
    },
    {
      distribution: 'Example-XS',
      ranges: ['>0,<=3'],
      fixed: [],
      cause: { kind: 'embedded', library: 'libexample', libraryVersion: '1.2' },
      aliases: ['CVE-2026-99991'],
    },
    { distribution: 'Example-Old', ranges: ['<1-RC1'], fixed: [], cause: { kind: 'own' } },
  ],
  references: [
    { type: 'fix', url: 'https://example.org/commit/1' },
    { type: 'patch', url: 'https://example.org/1.patch' },
    { type: 'web', url: 'not a web page' },
  ],
  credits: [{ name: 'A. Finder', role: 'finder' }],
  history: [{ on: '2026-02-03', change: 'published' }],
};

/** Products downstream, one of each status. */
export const downstream: NonNullable<AdvisoryRecord['products']> = [
  {
    name: 'libexample-dist-perl in Debian 13',
    purl: 'pkg:deb/debian/libexample-dist-perl',
    status: 'fixed',
    version: '1.5.4-1+deb13u1',
    on: '2026-03-01',
  },
  {
    name: 'Example Appliance',
    purl: 'pkg:generic/example-appliance',
    status: 'affected',
    noFixPlanned: true,
    on: '2026-03-02',
  },
  {
    name: 'Example-App',
    purl: 'pkg:cpan/Example-App',
    status: 'not_affected',
    justification: 'vulnerable_code_not_in_execute_path',
    on: '2026-03-03',
  },
  { name: 'Example Cloud', status: 'under_investigation', on: '2026-03-04' },
];

const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'Example-Dist': ['v1.1.0', 'v1.3.0', 'v1.5.4', 'v1.6.5', 'v1.8.0', '2.0', '2.1'],
  'Example-XS': ['0', '0.5', '3'],
};

export function releases(distribution: string): readonly string[] | null {
  return VERSIONS[distribution] ?? null;
}

export const csafOptions: CsafOptions = {
  publisher: {
    category: 'coordinator',
    name: 'Example Security Group',
    namespace: 'https://example.org',
    contact_details: 'security@example.org',
  },
  tracking: {
    revisions: [
      { number: '1', date: '2026-02-03T00:00:00Z', summary: 'Published' },
      { number: '2', date: '2026-03-04T05:06:07Z', summary: 'A branch was fixed' },
    ],
    initialReleaseDate: '2026-02-03T00:00:00Z',
    currentReleaseDate: '2026-03-04T05:06:07Z',
    status: 'final',
  },
  base: 'https://example.org/csaf',
  releases,
};
