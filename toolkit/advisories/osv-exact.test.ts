/** Every record of the real database as an OSV document, held against the schema, the linter and the algorithm of OSV. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { osvValidator, withoutSchema } from '../../test/schemas.ts';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { compareVersions } from '../cpan/index.ts';
import { type OsvAffected, type OsvRecord, osvAffects, parsePurl } from '../formats/index.ts';
import { type AdvisoryRecord, affects, type ImportedAdvisories, importCpansa, toOsv } from './index.ts';

const DATABASE = 'cpansa/cpan-security-advisory.json';
const skip = withoutShared(DATABASE);

let imported: ImportedAdvisories | undefined;
function cpansa(): ImportedAdvisories {
  imported ??= importCpansa(sharedText(DATABASE));
  return imported;
}

interface Written {
  readonly record: AdvisoryRecord;
  readonly document: OsvRecord;
}

/** With the releases listed, and as it stands where nobody knows them. */
function documents(withReleases: boolean): Written[] {
  const { records, releases } = cpansa();
  const known = (name: string): readonly string[] | null => releases.get(name)?.versions ?? null;
  const options = { modified: '2026-05-06T07:08:09Z', ...(withReleases ? { releases: known } : {}) };
  return records.map((record) => ({ record, document: toOsv(record, options).document }));
}

test('every document is valid', { skip: skip || withoutSchema.osv }, () => {
  const errors = osvValidator();
  for (const { document } of [...documents(true), ...documents(false)])
    assert.equal(errors(document), '', document.id);
});

for (const withReleases of [true, false]) {
  const name = withReleases ? 'with its releases listed' : 'without any release listed';
  test(`every release is affected by OSV's algorithm as by ours, ${name}`, { skip }, () => {
    let asked = 0;
    for (const { record, document } of documents(withReleases)) {
      for (const dist of new Set(record.affected.map(({ distribution }) => distribution))) {
        const entries = record.affected.filter(({ distribution }) => distribution === dist);
        const affected = (document.affected ?? []).filter((one) => one.package?.name === dist);
        const { versions = [], coreVersions = [] } = cpansa().releases.get(dist) ?? {};
        for (const version of [...versions, ...coreVersions]) {
          const ours = entries.some((entry) => affects(entry, version) === true);
          const theirs = affected.some((one) => osvAffects(one, version, compareVersions));
          assert.equal(theirs, ours, `${record.id} ${dist} ${version}`);
          asked++;
        }
      }
    }
    console.log(`OSV's algorithm, ${asked} pairs of release and advisory: the same answers`);
  });
}

/** The checks of osv-linter, each with what it finds in a document. */
const CHECKS: Record<string, (document: OsvRecord) => string[]> = {
  'REC:001 has affected data': ({ affected, withdrawn }) =>
    withdrawn === undefined && (affected ?? []).length === 0 ? ['none'] : [],
  'REC:002 aliases are distinct and not the id': ({ id, aliases }) => notDistinct(id, aliases ?? []),
  'REC:003 upstream ids are distinct and not the id': ({ id, upstream }) => notDistinct(id, upstream ?? []),
  'REC:004 related ids are distinct and not the id': ({ id, related }) => notDistinct(id, related ?? []),
  'RNG:001 each range has an introduced event': each(({ ranges = [] }) =>
    ranges.filter(({ events }) => !events.some((event) => event.introduced !== undefined)),
  ),
  'RNG:002 no range ends where it begins': each(({ ranges = [] }) =>
    ranges.filter(({ events }) => {
      const begins = new Set(events.flatMap(({ introduced }) => introduced ?? []));
      return events.some(({ fixed }) => fixed !== undefined && begins.has(fixed));
    }),
  ),
  'PKG:001 the package is on CPAN': each(({ package: { name = '' } = {} }) =>
    (cpansa().releases.get(name)?.versions ?? []).length === 0 ? [name] : [],
  ),
  'PKG:002 listed versions were released': each(({ package: { name = '' } = {}, versions = [] }) => {
    const released = new Set(cpansa().releases.get(name)?.versions);
    return versions.filter((version) => !released.has(version));
  }),
  'PKG:003 the purl is valid and has no version': each(({ package: one }) => {
    const { name, version } = parsePurl(one?.purl ?? '');
    return name === one?.name && version === null ? [] : [one?.purl];
  }),
};

function notDistinct(id: string, list: readonly string[]): string[] {
  return list.filter((one, i) => one === id || list.indexOf(one) !== i);
}

function each(check: (affected: OsvAffected) => readonly unknown[]): (document: OsvRecord) => string[] {
  return ({ affected }) =>
    (affected ?? []).flatMap((one) => check(one).map((found) => JSON.stringify(found)));
}

/** Records that say nothing that OSV can say: no entry affects anything, or none can be told. */
const SAYS_NOTHING = [
  'CPANSA-ActivePerl-2004-0377',
  'CPANSA-Image-ExifTool-2018-20211',
  'CPANSA-Mojolicious-Plugin-CSRF-2025-40915',
  'CPANSA-Net-Dropbear-2019-17362',
];
/** CPANSA lists no release of these, or, for GPIB, only one whose version `0_30` Perl does not read. */
const WITHOUT_RELEASES = ['ActivePerl', 'GPIB', 'MT', 'urxvt-bgdsl'];

test("osv-linter's checks find nothing but what the source leaves open", { skip }, () => {
  const found = documents(true).flatMap(({ document }) =>
    Object.entries(CHECKS).flatMap(([check, of]) =>
      of(document).map((text) => ({ check: check.slice(0, 7), id: document.id, text })),
    ),
  );
  const ofCheck = (wanted: string): typeof found => found.filter(({ check }) => check === wanted);
  assert.deepEqual(
    ofCheck('REC:001').map(({ id }) => id),
    SAYS_NOTHING,
  );
  const unknown = new Set(ofCheck('PKG:001').map(({ text }) => JSON.parse(text)));
  assert.deepEqual([...unknown].sort(), WITHOUT_RELEASES);
  assert.deepEqual(
    found.filter(({ check }) => check !== 'REC:001' && check !== 'PKG:001'),
    [],
  );
});
