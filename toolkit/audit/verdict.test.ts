import assert from 'node:assert/strict';
import test from 'node:test';
import type { AuditReport, Finding } from './report.ts';
import { exitCode, type VerdictOptions } from './verdict.ts';

type Rating = 'critical' | 'high' | 'medium' | 'low' | null;

function vulnerable(rating: Rating, kind: 'upgrade' | 'patch' | 'none' = 'none'): Finding {
  return {
    status: 'vulnerable',
    distribution: { name: 'DBI', version: '1.6' },
    advisory: {
      id: 'CPANSA-DBI-2020-01',
      aliases: [],
      summary: 'a flaw',
      rating,
      reported: null,
      affected: ['<1.643'],
      fixed: [],
      cause: { kind: 'own' },
      url: null,
    },
    places: [],
    paths: [],
    pathCount: 0,
    core: false,
    fix: { kind, version: null, lowestSafe: null, newest: null, patch: null, command: null },
  };
}

const malicious: Finding = { ...vulnerable('low', 'none'), status: 'malicious' };

const unknown: Finding = {
  status: 'unknown',
  distribution: null,
  advisory: null,
  unknown: { reason: 'dynamic', text: 'code decides' },
  places: [],
  paths: [],
  pathCount: 0,
  core: false,
};

function report(findings: Finding[], codes: string[] = []): AuditReport {
  return {
    schema: 'cpansec-report/1',
    subject: '.',
    at: '2026-11-22T00:00:00Z',
    index: {
      serial: 1,
      built: '2026-11-22T00:00:00Z',
      advisories: 1,
      coverage: 'complete',
      origin: 'embedded',
    },
    summary: {
      components: 1,
      malicious: 0,
      vulnerable: 0,
      unknown: 0,
      clean: 0,
      suppressed: 0,
      fixable: 0,
      byRating: { critical: 0, high: 0, medium: 0, low: 0, unrated: 0 },
    },
    findings,
    clean: [],
    suppressed: [],
    notes: codes.map((code) => ({ code, text: code })),
  };
}

const table: [what: string, report: AuditReport, options: VerdictOptions, code: 0 | 1 | 3][] = [
  ['nothing', report([]), {}, 0],
  ['a finding', report([vulnerable('low')]), {}, 1],
  ['a finding beside something unknown', report([vulnerable('low'), unknown]), {}, 1],
  ['something unknown', report([unknown]), {}, 3],
  ['something unknown, strictly', report([unknown]), { strict: true }, 1],
  ['low, when high counts', report([vulnerable('low')]), { failOn: 'high' }, 0],
  ['medium, when high counts', report([vulnerable('medium')]), { failOn: 'high' }, 0],
  ['high', report([vulnerable('high')]), { failOn: 'high' }, 1],
  ['critical', report([vulnerable('critical')]), { failOn: 'high' }, 1],
  ['unrated counts as high', report([vulnerable(null)]), { failOn: 'high' }, 1],
  ['low and unknown, when high counts', report([vulnerable('low'), unknown]), { failOn: 'high' }, 3],
  [
    'an upgrade, when what is fixable counts',
    report([vulnerable('low', 'upgrade')]),
    { failOn: 'fixable' },
    1,
  ],
  ['a patch is no release', report([vulnerable('critical', 'patch')]), { failOn: 'fixable' }, 0],
  ['no fix', report([vulnerable('critical')]), { failOn: 'fixable' }, 0],
  ['a malicious release, though rated low', report([malicious]), { failOn: 'high' }, 1],
  ['a malicious release, though nothing is fixable', report([malicious]), { failOn: 'fixable' }, 1],
  ['an expired ignore', report([], ['ignore-expired']), {}, 0],
  ['an expired ignore, strictly', report([], ['ignore-expired']), { strict: true }, 1],
  ['an unused ignore, strictly', report([], ['ignore-unused']), { strict: true }, 1],
  ['an ordinary note, strictly', report([], ['perl-unknown']), { strict: true }, 0],
];

for (const [what, given, options, code] of table) {
  test(`exit ${code}: ${what}`, () => assert.equal(exitCode(given, options), code));
}
