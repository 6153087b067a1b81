/** Sources of the tree of our own records: awkward ones beside them, each with its reason. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AdvisoryRecord, encodeRecord } from 'cpansec/advisories';
import { record } from '../given.ts';
import { HOSTILE } from '../site-models.ts';

const data = fileURLToPath(new URL('../../data', import.meta.url));

/** It affected every release, and does not count any more. */
export const WITHDRAWN: AdvisoryRecord = record('CPANSA-Example-Gone-2026-99901', [{ ranges: ['>=0'] }], {
  aliases: ['CVE-2026-99901'],
  summary: 'Example::Gone was thought to follow symbolic links',
  withdrawn: { on: '2026-11-02', kind: 'withdrawn', reason: 'the directory is that of its user alone' },
});

/** Two advisories with one alias. */
export const SHARED_ALIAS = 'CVE-2026-99903';
const sharing: readonly AdvisoryRecord[] = ['Example-Left', 'Example-Right'].map((name) =>
  record(`CPANSA-${name}-2026-99903`, [{ ranges: ['<1.1'], fixed: ['>=1.1'] }], { aliases: [SHARED_ALIAS] }),
);

/** Nobody has said which versions it affects. */
export const WITHOUT_RANGES = 'CPANSA-Example-None-2026-99902';

/** A record of ours of which the source says something else. */
export const OURS = 'CPANSA-Apache-Session-2013-10075';

const RELEASES: Readonly<Record<string, readonly string[]>> = {
  'Example-Gone': ['1.0', '1.1'],
  'Example-Left': ['1.0', '1.1'],
  'Example-Right': ['1.0', '1.1'],
};

/** Writes them below the directory; gives their paths in the order in which they are to be imported. */
export function writeSources(directory: string): string[] {
  const [own, cpansa, osv] = ['own', 'cpansa.json', 'osv'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]; // three names
  writeOwn(own);
  writeFileSync(cpansa, JSON.stringify(CPANSA));
  mkdirSync(osv);
  HOSTILE_OSV.forEach((document, i) => {
    writeFileSync(join(osv, `${i}.json`), JSON.stringify(document));
  });
  return [own, cpansa, osv];
}

/** Our set and the given records as one set. */
function writeOwn(directory: string): void {
  cpSync(data, directory, { recursive: true });
  for (const one of [WITHDRAWN, ...sharing])
    writeFileSync(join(directory, 'advisories', `${one.id}.json`), encodeRecord(one));
  const change = (name: string, add: (found: { distributions: string[] }) => object): void => {
    const path = join(directory, name);
    writeFileSync(path, JSON.stringify(add(JSON.parse(readFileSync(path, 'utf8')))));
  };
  change('releases.json', (found) => ({ ...found, ...RELEASES }));
  change('coverage.json', (found) => ({
    ...found,
    distributions: [...found.distributions, ...Object.keys(RELEASES)].sort(),
  }));
}

/** In the shape of CPANSA's database. */
const CPANSA = {
  meta: { date: 'Sun Nov 22 06:05:04 2026', epoch: 1795327504, generator: 'by hand' },
  module2dist: { 'Example::None': 'Example-None' },
  dists: {
    'Apache-Session': {
      main_module: 'Apache::Session',
      versions: [{ version: '1.94' }],
      advisories: [row(OURS, 'Apache-Session', ['<1.00'])],
    },
    'Example-None': {
      main_module: 'Example::None',
      versions: [{ version: '1.0' }, { version: '1.1' }],
      advisories: [row(WITHOUT_RANGES, 'Example-None', [])],
    },
  },
};

function row(id: string, distribution: string, affected_versions: readonly string[]): object {
  return {
    id,
    distribution,
    description: `${distribution} trusts what it should not`,
    affected_versions,
    fixed_versions: [],
    cves: [],
    references: ['https://example.org/advisory'],
    reported: '2026-11-01',
    severity: null,
  };
}

export const HOSTILE_DISTRIBUTION = 'Example-"><script>alert(1)<b>';
/** The last is the name of a folder of the tree. */
const HOSTILE_ALIASES = ['CVE-2026-99904', '"><img/src=x/onerror=alert(1)>', '../../index.html', 'dist'];

/** Markup wherever a source may put text. */
const HOSTILE_OSV: readonly object[] = [HOSTILE_DISTRIBUTION, 'Example-Hostile'].map((name, i) => ({
  schema_version: '1.7.5',
  id: `CPANSA-Example-Hostile-2026-9990${4 + i}`,
  modified: '2026-11-22T06:00:00Z',
  published: '2026-11-22T06:00:00Z',
  aliases: i === 0 ? HOSTILE_ALIASES : [],
  summary: `Trusts ${HOSTILE}`,
  details: `# ${HOSTILE}\n\n[x](javascript:alert(1)) ![x](https://example.org/x.png) <b onclick="alert(1)">\n\n${HOSTILE}`,
  affected: [
    {
      package: { ecosystem: 'CPAN', name },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.1' }] }],
      versions: ['1.0', `1.0${HOSTILE}`],
      ecosystem_specific: { modules: [HOSTILE] },
    },
  ],
  references: [
    { type: 'WEB', url: `javascript:alert(1)//${HOSTILE}` },
    { type: 'FIX', url: `https://example.org/?"><script>alert(1)</script>` },
  ],
  credits: [{ name: HOSTILE, type: 'FINDER' }],
}));
