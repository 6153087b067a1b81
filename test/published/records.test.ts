/** What becomes of awkward records in every form that the tree has. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { run } from '../built.ts';
import { askCpanAudit, type CpanAuditAnswers, type CpanAuditDatabase } from '../cpan-audit.ts';
import { lockNames, withoutLocks } from '../locks.ts';
import { withoutPerl } from '../peers.ts';
import { sharedJson } from '../shared.ts';
import { signedTree } from '../signed-tree.ts';
import { OURS, SHARED_ALIAS, WITHDRAWN, WITHOUT_RANGES } from './given.ts';
import { cpansaTree, newDirectory, ownTree, type PublishedTree, withoutCpansa } from './tree.ts';

/** The lines of a text that name something. */
function linesWith(text: string, name: string): string[] {
  return text.split('\n').filter((line) => line.includes(name));
}

/** Audits one version with the tree's index; the ids that match. */
async function auditOf(tree: PublishedTree, ...what: string[]): Promise<string[]> {
  const env = { CPANSEC_HOME: newDirectory() };
  const updated = await run(['db', 'update', tree.directory, '--root', signedTree(tree.directory)], { env });
  assert.equal(updated.status, 0, updated.stderr);
  const { stdout } = await run(['audit', '--format', 'json', ...what], { env });
  const report = JSON.parse(stdout) as { findings: { status: string; advisory: { id: string } | null }[] }; // our own output
  return report.findings
    .filter(({ status }) => status === 'vulnerable')
    .map(({ advisory }) => advisory?.id ?? 'unknown');
}

interface Osv {
  readonly withdrawn?: string;
  readonly affected?: readonly {
    readonly versions?: readonly string[];
    readonly ranges?: readonly object[];
  }[];
}

test('a withdrawn record stays at its addresses, struck and explained', async () => {
  const tree = await ownTree();
  const page = tree.text(`advisories/${WITHDRAWN.id}/index.html`);
  assert.match(page, /<h1 class="struck">/);
  assert.match(page, /the directory is that of its user alone/);
  assert.match(tree.text('CVE-2026-99901/index.html'), /http-equiv="refresh"/);
  assert.equal(tree.json<Osv>(`osv/CPAN/${WITHDRAWN.id}.json`).withdrawn, '2026-11-02T00:00:00Z');
  assert.equal(linesWith(tree.text('osv/modified_id.csv'), WITHDRAWN.id).length, 1);
  assert.match(tree.text('dist/Example-Gone.atom'), /CVE-2026-99901 \(withdrawn\)/);
});

test('a withdrawn record matches nothing any more: page, badge, legacy feed and database, index', async () => {
  const tree = await ownTree();
  assert.doesNotMatch(tree.text('dist/Example-Gone/index.html'), /is affected|not safe/);
  assert.equal(tree.json<{ lowestSafe: string }>('dist/Example-Gone.json').lowestSafe, '1.0');
  assert.match(tree.text('badge/dist/Example-Gone.svg'), /1\.1 ok/);
  assert.equal(tree.json<{ color: string }>('badge/dist/Example-Gone.json').color, 'brightgreen');
  assert.deepEqual(linesWith(tree.text('feed/cpansa.json'), WITHDRAWN.id), []);
  assert.deepEqual(linesWith(tree.text('cpansa/cpan-security-advisory.json'), WITHDRAWN.id), []);
  assert.deepEqual(await auditOf(tree, 'Example-Gone@1.0', 'Example-Left@1.0', 'Example-Left@1.1'), [
    'CPANSA-Example-Left-2026-99903',
  ]);
});

test('a record without ranges matches nothing', async () => {
  const tree = await ownTree();
  const [affected] = tree.json<Osv>(`osv/CPAN/${WITHOUT_RANGES}.json`).affected ?? [];
  assert.deepEqual(affected?.versions ?? [], []);
  assert.deepEqual(affected?.ranges ?? [], []);
  // Nor is it clean: which versions it affects could not be told.
  assert.match(tree.text('badge/dist/Example-None.svg'), /could not tell/);
  const feed = tree.json<Record<string, { affected_versions: string[] }[]>>('feed/cpansa.json');
  assert.deepEqual(
    (feed['Example-None'] ?? []).flatMap((one) => one.affected_versions),
    [],
  );
  assert.deepEqual(await auditOf(tree, 'Example-None@1.0', 'Example-None@1.1'), []);
});

test('an alias of several lists them, an alias that is a folder of the tree leaves it alone', async () => {
  const tree = await ownTree();
  const page = tree.text(`${SHARED_ALIAS}/index.html`);
  for (const name of ['Example-Left', 'Example-Right']) assert.ok(page.includes(`CPANSA-${name}-2026-99903`));
  assert.match(tree.text('dist/index.html'), /<h1>Distributions/);
  assert.match(tree.text('index.html'), /<h1>/);
  assert.deepEqual(tree.matching(/(?:^|\/)\.\.(?:\/|$)/), []);
});

test('our record stands, and the status says how the imported one differs', async () => {
  const tree = await ownTree();
  const record = tree.json<{ affected: { ranges: string[] }[] }>(`advisories/${OURS}.json`);
  assert.deepEqual(
    record.affected.map(({ ranges }) => ranges),
    [['>=0']],
  );
  assert.match(tree.text(`advisories/${OURS}/index.html`), /written here/);
  const status = tree.text('status/index.html');
  assert.match(status, new RegExp(`>${OURS}</a>: the record has this id`));
  assert.match(status, /affected\[Apache-Session\]\.ranges/);
  assert.match(status, /here >=0; cpansa says &lt;1\.00/);
});

test('the home page shows what was reported last', { skip: withoutCpansa }, async () => {
  const tree = await cpansaTree();
  const records = tree
    .matching(/^advisories\/[^/]+(?<!\.\w+)\.json$/)
    .map((path) => tree.json<{ reported: string | null }>(path));
  const newest = records
    .map(({ reported }) => reported ?? '')
    .sort()
    .slice(-5);
  const shown = [...tree.text('index.html').matchAll(/<time dateTime="(\d{4}-\d\d-\d\d)"/gi)];
  assert.deepEqual(
    shown.slice(0, 5).map(([, day = '']) => day),
    newest.toReversed(),
  );
});

test('a trial release is no advice', { skip: withoutCpansa }, async () => {
  const tree = await cpansaTree();
  assert.equal(tree.json<{ lowestSafe: string }>('dist/DBD-SQLite.json').lowestSafe, '1.74');
});

test("Debian's cpan-audit answers from the published database as from the original", {
  skip: withoutCpansa || withoutLocks || withoutPerl('CPAN::Audit'),
}, async () => {
  const tree = await cpansaTree();
  const published = tree.json<CpanAuditDatabase>('cpansa/cpan-security-advisory.json');
  const names = lockNames();
  const [answers = []] = askCpanAudit([published], names);
  names.forEach((name, i) => {
    assert.deepEqual(answers[i], sharedJson<CpanAuditAnswers>(`golden/cpan-audit.${name}.json`), name);
  });
});

test('the published feed holds, with an operator in every range, what the database holds', {
  skip: withoutCpansa,
}, async () => {
  const tree = await cpansaTree();
  const feed =
    tree.json<Record<string, { cpansa_id: string; affected_versions: string[] }[]>>('feed/cpansa.json');
  const { dists } = tree.json<CpanAuditDatabase>('cpansa/cpan-security-advisory.json');
  const rows = Object.values(feed).flat();
  const known = new Set(Object.values(dists).flatMap(({ advisories }) => advisories.map(({ id }) => id)));
  for (const { cpansa_id, affected_versions } of rows) {
    assert.ok(known.has(cpansa_id), cpansa_id);
    for (const range of affected_versions)
      for (const part of range.split(',')) assert.match(part, /^(?:[<>]=?|[=!]=|=)[v\d]/, cpansa_id);
  }
  console.log(`the legacy feed: ${rows.length} rows of ${Object.keys(feed).length} distributions`);
});
