/** Which versions an OSV document affects: the vectors that docs/integrations/osv.md gives to others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { affects, fromOsv } from '../../toolkit/advisories/index.ts';
import { compareVersions } from '../../toolkit/cpan/index.ts';
import { type OsvAffected, osvAffects } from '../../toolkit/formats/index.ts';

interface Case {
  readonly name: string;
  readonly affected: OsvAffected;
  readonly in: string[];
  readonly out: string[];
}

const file = new URL('../../data/vectors/osv-affects.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] };

/** What the importers make of a document with this one member. */
function imported(affected: OsvAffected, version: string): boolean {
  const document = {
    id: 'CPANSA-Example-2026-99990',
    modified: '2026-11-22T06:00:00Z',
    affected: [affected],
  };
  const entries = fromOsv(document)?.affected ?? [];
  return entries.some((entry) => affects(entry, version) === true);
}

for (const { name, affected, ...versions } of cases) {
  test(`osv: ${name}`, () => {
    for (const [list, expected] of [
      [versions.in, true],
      [versions.out, false],
    ] as const) {
      for (const version of list) {
        assert.equal(osvAffects(affected, version, compareVersions), expected, version);
        assert.equal(imported(affected, version), expected, `${version}, imported`);
      }
    }
  });
}
