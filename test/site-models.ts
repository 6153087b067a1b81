/** A small site made by hand: models of every page, with markup in every text that comes from outside. */
import type {
  AdvisoryLine,
  AdvisoryPage,
  AffectedDistribution,
  Decision,
  DistributionPage,
  Site,
  Statistics,
} from '@cpansec/desk/site';

export const site: Site = {
  name: 'Example Advisories',
  base: 'https://advisories.example.org/cpan',
  publisher: 'Example Security Group',
  contact: 'mailto:security@example.org',
  built: '2026-11-22T06:00:00Z',
  assets: {
    'icon.svg': 'assets/icon.svg',
    'style.css': 'assets/style.css',
    'search.js': 'assets/search.js',
    'audit.js': 'assets/audit.js',
    'audit-file.js': 'assets/audit-file.js',
    'verify.js': 'assets/verify.js',
    'verify-file.js': 'assets/verify-file.js',
    'verify-proof.pl': 'assets/verify-proof.pl',
    'version.js': 'assets/version.js',
  },
};

/** What an attacker would put into every text. */
export const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)>"'&\u202e\u0000`;

export const line: AdvisoryLine = {
  id: 'CPANSA-Example-Dist-2026-0001',
  aliases: ['CVE-2026-99991', 'GHSA-xxxx-yyyy-zzzz'],
  summary: 'Example::Dist follows symbolic links in its cache directory',
  distributions: ['Example-Dist'],
  rating: 'high',
  reported: '2026-02-03',
  modified: '2026-11-22T06:00:00Z',
  fixed: true,
  hasPatch: true,
  withdrawn: null,
};

const releases = ['1.00', '1.01', '1.02', '1.10', '1.20', '1.21', '1.50', '1.51', '1.60', '1.70', '1.71'].map(
  (version, i) => ({ version, date: `2020-0${(i % 9) + 1}-11`, author: 'EXAMPLE' }),
);

export const affected: AffectedDistribution = {
  distribution: 'Example-Dist',
  intervals: [
    { low: '1.02', lowOpen: false, high: '1.51', highOpen: true },
    { low: '1.60', lowOpen: false, high: '1.70', highOpen: true },
  ],
  fixedIn: ['1.51', '1.70'],
  releases: releases.map((release) => ({
    ...release,
    affected: ['1.02', '1.10', '1.20', '1.21', '1.50', '1.60'].includes(release.version),
  })),
  library: null,
};

export const advisory: AdvisoryPage = {
  record: {
    format: 'cpansec-advisory/1',
    id: line.id,
    aliases: [...line.aliases],
    reported: '2026-02-03',
    summary: line.summary,
    details:
      'The cache directory is created with a name that can be guessed.\n\n## Impact\n\nA *local* user can have any file of the victim overwritten:\n\n    ln -s /home/victim/.profile /tmp/example-cache\n\nSee [the report](https://example.org/report/1).',
    severity: { rating: 'high', vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', source: 'example' },
    ssvc: 'SSVCv2/E:P/A:N/T:T/M:L/D:T/2026-11-25T12:00:00Z/',
    weaknesses: ['CWE-59', 'CWE-377'],
    affected: [
      {
        distribution: 'Example-Dist',
        ranges: ['>=1.02,<1.70'],
        fixed: ['>=1.51,<1.60'],
        cause: { kind: 'own' },
        modules: ['Example::Dist::Cache'],
      },
    ],
    references: [
      { type: 'fix', url: 'https://example.org/commit/1' },
      { type: 'advisory', url: 'https://example.org/advisories/1' },
    ],
    credits: [{ name: 'A Finder', role: 'finder' }],
    history: [
      { on: '2026-02-03', change: 'published' },
      { on: '2026-11-22', change: 'fixed releases added' },
    ],
  },
  line,
  revision: 2,
  published: '2026-02-03T10:00:00Z',
  modified: line.modified,
  origin: 'own',
  affected: [affected],
  formats: [
    ['JSON', 'advisories/CPANSA-Example-Dist-2026-0001.json', 'application/json'],
    ['OSV', 'advisories/CPANSA-Example-Dist-2026-0001.osv.json', 'application/json'],
    ['Markdown', 'advisories/CPANSA-Example-Dist-2026-0001.md', 'text/markdown'],
  ],
  patches: ['patches/E/Example-Dist/1.60/CVE-2026-99991-r1.patch'],
};

export const malicious: AdvisoryPage = {
  ...advisory,
  record: {
    format: 'cpansec-advisory/1',
    id: 'CPANSA-Exemple-Dist-2026-0001',
    aliases: [],
    reported: '2026-10-02',
    summary: 'Exemple-Dist sends the environment of whoever installs it to a stranger',
    details: 'Its name is one letter from that of Example-Dist. Makefile.PL runs the code.',
    weaknesses: ['CWE-506'],
    malicious: {
      indicators: [
        { type: 'domain', value: 'collect.example.net', note: 'in Makefile.PL' },
        { type: 'url', value: 'https://collect.example.net/e' },
      ],
    },
    affected: [{ distribution: 'Exemple-Dist', ranges: ['>=0'], fixed: [], cause: { kind: 'own' } }],
    references: [{ type: 'report', url: 'https://example.org/report/7' }],
    history: [{ on: '2026-10-02', change: 'published' }],
  },
  line: {
    id: 'CPANSA-Exemple-Dist-2026-0001',
    aliases: [],
    summary: 'Exemple-Dist sends the environment of whoever installs it to a stranger',
    distributions: ['Exemple-Dist'],
    malicious: true,
    rating: null,
    reported: '2026-10-02',
    modified: line.modified,
    fixed: false,
    hasPatch: false,
    withdrawn: null,
  },
  affected: [
    {
      distribution: 'Exemple-Dist',
      intervals: [{ low: '0', lowOpen: false, high: null, highOpen: true }],
      fixedIn: [],
      releases: [],
      library: null,
    },
  ],
  formats: [['JSON', 'advisories/CPANSA-Exemple-Dist-2026-0001.json', 'application/json']],
  patches: [],
};

export const withdrawn: AdvisoryPage = {
  ...advisory,
  record: {
    ...advisory.record,
    id: 'CPANSA-Example-Other-2026-0002',
    aliases: ['CVE-2026-99992'],
    summary: 'Example::Other was thought to trust its environment',
    affected: [{ distribution: 'Example-Other', ranges: ['>=0'], fixed: [], cause: { kind: 'own' } }],
    withdrawn: { on: '2026-05-01', kind: 'withdrawn', reason: 'The environment is that of the user alone.' },
  },
  line: {
    ...line,
    id: 'CPANSA-Example-Other-2026-0002',
    aliases: ['CVE-2026-99992'],
    summary: 'Example::Other was thought to trust its environment',
    distributions: ['Example-Other'],
    rating: null,
    withdrawn: 'withdrawn',
    fixed: null,
  },
  affected: [],
  patches: [],
};

/** No rating, no fix, no release known, a library that it carries. */
export const unrated: AdvisoryPage = {
  ...advisory,
  record: {
    ...advisory.record,
    id: 'CPANSA-Example-XS-2026-0003',
    aliases: [],
    reported: null,
    summary: 'Example::XS carries a library that reads past the end of its input',
    affected: [
      {
        distribution: 'Example-XS',
        ranges: ['>=0.2'],
        fixed: [],
        cause: { kind: 'embedded', library: 'libexample', libraryVersion: '1.2.11' },
      },
    ],
    severity: {},
    weaknesses: [],
    credits: [],
  },
  line: {
    ...line,
    id: 'CPANSA-Example-XS-2026-0003',
    aliases: [],
    summary: 'Example::XS carries a library that reads past the end of its input',
    distributions: ['Example-XS'],
    rating: null,
    reported: null,
    fixed: false,
    hasPatch: false,
  },
  affected: [
    {
      distribution: 'Example-XS',
      intervals: [{ low: '0', lowOpen: false, high: null, highOpen: false }],
      fixedIn: [],
      releases: [
        { version: '0.1', date: null, author: null, affected: null },
        { version: '0.2', date: '2026-01-01', author: 'EXAMPLE', affected: true },
      ],
      library: 'libexample 1.2.11',
    },
  ],
  patches: [],
};

export const distribution: DistributionPage = {
  distribution: 'Example-Dist',
  mainModule: 'Example::Dist',
  advisories: [line, { ...line, id: 'CPANSA-Example-Dist-2020-0009', aliases: [], rating: 'low' }],
  releases: releases.toReversed().map((release) => ({
    ...release,
    open:
      affected.releases.find(({ version }) => version === release.version)?.affected === true
        ? [line.id]
        : [],
    unknown: release.version === '1.00',
  })),
  lowestSafe: '1.70',
  covered: true,
  patches: advisory.patches,
};

export const decisions: readonly Decision[] = [
  {
    source: 'cpansa',
    row: 'CPANSA-Example-Dist-2026-0001',
    record: line.id,
    decision: 'ours',
    reason: 'our record has the id',
    by: 'rule',
    on: '2026-11-22',
    differences: [{ path: 'affected[0].fixed', ours: '>=1.51,<1.60', theirs: '>=1.70' }],
  },
  {
    source: 'cve',
    row: 'CVE-2026-99999',
    record: null,
    decision: 'refused',
    reason: 'names no distribution of CPAN',
    by: 'person',
    on: '2026-11-21',
    differences: [],
  },
];

export const statistics: Statistics = {
  advisories: 2061,
  distributions: 418,
  perYear: [
    ['2026', 219],
    ['2025', 55],
    ['2024', 30],
  ],
  perRating: [
    ['critical', 12],
    ['high', 40],
    ['medium', 41],
    ['low', 8],
    ['not rated', 942],
  ],
  perWeakness: [
    ['CWE-79', 30],
    ['CWE-59', 12],
  ],
  perState: [
    ['a release fixes it', 700],
    ['patch only', 40],
    ['neither', 1300],
    ['withdrawn', 21],
  ],
  embedded: 757,
};
