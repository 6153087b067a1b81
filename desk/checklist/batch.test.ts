/** Many real advisories as one publication with one announcement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AdvisoryRecord, importCpansa, lintRecord } from 'cpansec/advisories';
import { databases } from '../../test/given-desk.ts';
import { givenPublishing, LIST, type Publishing } from '../../test/given-publication.ts';
import { sharedText, withoutShared } from '../../test/shared.ts';
import { rounds } from '../../test/sizes.ts';
import { changeCase, readCase } from '../casefile/index.ts';

const DATABASE = 'cpansa/cpan-security-advisory.json';
const MANY = rounds(20, 200);

for (const where of databases)
  test(`${MANY} real advisories of 2026 as one batch (${where.name})`, {
    skip: where.skip || withoutShared(DATABASE),
  }, async (t) => {
    const desk = await givenPublishing(t, where);
    const cases = await casesOf(desk);
    assert.equal(cases.length, MANY);
    const begun = performance.now();
    const wish = { cases, purpose: 'publish', wanted: ['announcement', 'post:mastodon'] };
    const prepared = await desk.post('/publications', wish);
    assert.equal(prepared.status, 200, prepared.body.slice(0, 400));
    const { id, digest, problems } = JSON.parse(prepared.body);
    assert.deepEqual(problems, []);
    const approved = await desk.post(`/publications/${id}/approve`, { digest }, desk.bob);
    assert.equal(approved.status, 200, approved.body.slice(0, 400));
    await desk.settle();
    const { body } = await desk.ask('GET', `/publications/${id}`, { as: desk.ada });
    assert.equal(JSON.parse(body).state, 'done');
    assert.equal(desk.services.records.size, MANY);
    assert.equal((await desk.published.latestNumbers()).size, MANY);
    assert.equal(desk.trees.made, 1);
    const announced = desk.sent.filter(({ to }) => to === LIST);
    assert.equal(announced.length, 1);
    for (const cve of desk.services.records.keys())
      assert.ok(announced[0]?.text.replaceAll('=\r\n', '').includes(cve), cve);
    const short = [...desk.posted.values()][0] ?? '';
    assert.ok([...short.trim()].length <= 280, short);
    t.diagnostic(
      `${MANY} cases, ${Math.round(performance.now() - begun)} ms from the preparation to the end`,
    );
  });

/** A case for each: what the record says, and a reporter of its own. */
async function casesOf(desk: Publishing): Promise<string[]> {
  const { records } = importCpansa(sharedText(DATABASE));
  const chosen = records.filter(isWhole);
  const cases: string[] = [];
  for (const { summary, details, weaknesses, affected, aliases } of chosen.slice(0, MANY)) {
    const [entry] = affected;
    const cve = aliases.find((name) => name.startsWith('CVE-')) ?? assert.fail();
    const caseId = await desk.ready(entry?.distribution ?? '', cve);
    cases.push(caseId);
    const content = {
      title: summary,
      summary: details ?? summary,
      weaknesses: weaknesses ?? [],
      affected: [{ ranges: entry?.ranges ?? [], fixed: entry?.fixed ?? [] }],
    };
    await desk.act(async (tx) => {
      const file = (await readCase(tx, desk.store.vault, caseId)) ?? assert.fail();
      await changeCase(tx, desk.store.vault, file, { content });
    });
  }
  return cases;
}

/** Of 2026, and nothing of it contradicts itself. */
function isWhole(record: AdvisoryRecord): boolean {
  const { reported, withdrawn, affected, aliases } = record;
  return (
    reported?.startsWith('2026') === true &&
    withdrawn === undefined &&
    affected.length === 1 &&
    affected[0]?.ranges.length === 1 &&
    aliases.some((name) => name.startsWith('CVE-2026-')) &&
    lintRecord(record).every(({ severity }) => severity !== 'error')
  );
}
