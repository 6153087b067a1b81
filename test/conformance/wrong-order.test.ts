/** An order of versions that is not Perl's, and how wrong docs/integrations/dependency-track.md says it is. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { decodeRecord, toOsv } from '../../toolkit/advisories/index.ts';
import { CpanError, compareVersions } from '../../toolkit/cpan/index.ts';
import { osvAffects } from '../../toolkit/formats/index.ts';
import { oneQuoted, tableRows } from '../markdown.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/integrations/dependency-track.md', root), 'utf8');

/** Numbers between points, as readers compare that know nothing of Perl. */
function byNumbers(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.replace(/^v|_/g, '').split('.').map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The constraints of one expression, in any order of versions. */
function within(expression: string, version: string, order: (a: string, b: string) => number): boolean {
  return expression.split(',').every((constraint) => {
    const [, operator = '', bound = ''] = /^([<>=!]=?)(.+)$/.exec(constraint) ?? [];
    const place = order(version, bound);
    if (place === 0) return operator.endsWith('=') && operator !== '!=';
    return operator === '!=' || operator.startsWith(place < 0 ? '<' : '>');
  });
}

const WORDS = new Map([
  [true, 'affected'],
  [false, 'not affected'],
]);

test('the examples of a wrong order are wrong as they say', () => {
  const rows = tableRows(page, 'advisory', 'release', 'Perl');
  assert.equal(rows.length, 4);
  for (const [advisory, release, perl, numbers] of rows) {
    assert.equal(WORDS.get(within(oneQuoted(advisory), oneQuoted(release), compareVersions)), perl);
    assert.equal(WORDS.get(within(oneQuoted(advisory), oneQuoted(release), byNumbers)), numbers);
  }
});

const releases = JSON.parse(readFileSync(new URL('data/releases.json', root), 'utf8')) as Record<
  string,
  string[]
>;

/** What the document says of every release that is known, by the ranges alone. */
function answers(file: string): { perl: boolean; numbers: boolean }[] {
  const record = decodeRecord(readFileSync(new URL(`data/advisories/${file}`, root), 'utf8'), file);
  const known = (name: string): string[] => releases[name] ?? [];
  const { document } = toOsv(record, { modified: '2026-11-22T06:00:00Z', releases: known });
  return (document.affected ?? []).flatMap(({ package: named, ranges }) =>
    known(named?.name ?? '')
      .filter(isVersion)
      .map((version) => ({
        perl: osvAffects({ ranges }, version, compareVersions),
        numbers: osvAffects({ ranges }, version, byNumbers),
      })),
  );
}

test('how often an order by numbers is wrong', () => {
  const advisories = readdirSync(new URL('data/advisories/', root)).map(answers);
  const all = advisories.flat();
  const missed = all.filter(({ perl, numbers }) => perl && !numbers).length;
  const added = all.filter(({ perl, numbers }) => !perl && numbers).length;
  const wrong = advisories.filter((list) => list.some(({ perl, numbers }) => perl !== numbers)).length;
  const percent = (part: number, whole: number): number => Math.round((100 * part) / whole);
  const figures = `${missed} missed, ${added} added of ${all.length}; ${wrong} of ${advisories.length} advisories`;
  assert.equal(percent(missed + added, all.length), 5, figures);
  assert.equal(percent(missed, all.length), 4, figures);
  assert.equal(percent(added, all.length), 1, figures);
  assert.ok(Math.abs(percent(wrong, advisories.length) - 47) <= 5, figures);
});

/** One that both orders read. */
function isVersion(text: string): boolean {
  if (!/^v?\d+(?:\.\d+)*(?:_\d+)?$/.test(text)) return false;
  try {
    return compareVersions(text, text) === 0;
  } catch (error) {
    if (error instanceof CpanError) return false;
    throw error;
  }
}
