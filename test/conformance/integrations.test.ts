/** The pages of docs/integrations say what the code says. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { affects } from '../../toolkit/advisories/index.ts';
import { reportFormats } from '../../toolkit/audit/index.ts';
import { compareVersions } from '../../toolkit/cpan/index.ts';
import {
  formatPurl,
  type OsvEvent,
  osvAffects,
  type PurlParts,
  parsePurl,
} from '../../toolkit/formats/index.ts';
import { coarseKey } from '../coarse-key.ts';
import { blocks, oneQuoted, quoted, tableRows } from '../markdown.ts';
import { sharedJson, withoutShared } from '../shared.ts';

const root = new URL('../../', import.meta.url);
const folder = new URL('docs/integrations/', root);
const names = readdirSync(folder).filter((name) => name.endsWith('.md'));
const pages = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]));
const all = [...pages.values()].join('\n');
const page = (name: string): string => pages.get(name) ?? assert.fail(name);

test('links lead somewhere', () => {
  const headings = [...page('osv.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading?.toLowerCase());
  for (const [name, text] of pages) {
    for (const [, target = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)/g)) {
      assert.ok(existsSync(new URL(target, folder)), `${name}: ${target}`);
      if (anchor !== undefined) assert.ok(headings.includes(anchor), `${name}: ${anchor}`);
    }
  }
});

const tree = readFileSync(new URL('docs/formats/public-tree.md', root), 'utf8');
const API = ['v1/query', 'v1/querybatch', 'v1/vulns/ID'];

test('every address is one of the public tree or of the API', () => {
  const text = all.replaceAll(/&lt;ID&gt;|\{\{ BUG_ID \}\}|<ID>/g, 'ID');
  const paths = [...text.matchAll(/HOST\/([\w.\-/]+)/g)].map(([, path = '']) => path);
  assert.ok(paths.length > 20, `${paths.length} addresses`);
  for (const path of paths) {
    const [, stem, ending = ''] = /^(advisories\/ID)(\.[\w.]+)?$/.exec(path) ?? [];
    const listed = stem === undefined ? tree.includes(`\`${path}`) : tree.includes(`\`${ending}\``);
    assert.ok(listed || tree.includes(`\`${path}\``) || API.includes(path), path);
  }
});

test('every output that a page names is one of the audit', () => {
  const named = [...all.matchAll(/--format ([\w-]+)/g)].map(([, name]) => name ?? '');
  assert.ok(named.length >= 6);
  for (const name of named) assert.ok(name in reportFormats, name);
});

test('versions compare as the tables say', () => {
  const rows = tableRows(all, 'a', 'b', 'a to b');
  assert.ok(rows.length >= 12);
  for (const [a, b, order] of rows)
    assert.equal(compareVersions(oneQuoted(a), oneQuoted(b)), Number(order), `${a} ${b}`);
});

test('coarse keys are those of the table', () => {
  const rows = tableRows(page('osv.md'), 'version', 'key');
  assert.ok(rows.length >= 5);
  for (const [version, key] of rows) assert.equal(coarseKey(oneQuoted(version)), oneQuoted(key));
});

test('versions become the parts of the table', () => {
  const text = page('dependency-track.md');
  const [, ...versions] = /^\| step \|(.*)\|$/m.exec(text)?.[0].split('|').slice(1, -1) ?? [];
  const [, ...parts] = tableRows(text, 'step').find(([step]) => step === 'parts') ?? [];
  assert.equal(versions.length, 4);
  for (const [i, version] of versions.entries()) {
    const dotted = `v${parts[i]?.replaceAll(', ', '.')}`;
    assert.equal(compareVersions(dotted, oneQuoted(version)), 0, version);
  }
});

/** A constraint as Trivy and Grype write them: `||` joins alternatives, a comma what must hold together. */
function holds(constraint: string, version: string): boolean {
  const ranges = constraint.split(' || ').map((part) => part.replaceAll(', ', ',').replace(/^=(?!=)/, '=='));
  return affects({ ranges, fixed: [] }, version) === true;
}

test('constraints hold for the versions beside them', () => {
  const rows = tableRows(page('trivy.md'), 'constraint', 'in', 'out');
  assert.ok(rows.length >= 4);
  for (const [constraint, within, out] of rows) {
    for (const version of quoted(within))
      assert.ok(holds(oneQuoted(constraint), version), `${constraint} ${version}`);
    for (const version of quoted(out))
      assert.ok(!holds(oneQuoted(constraint), version), `${constraint} ${version}`);
  }
});

test('events are the constraints beside them', () => {
  const rows = tableRows(page('grype-syft.md'), 'events', 'constraint').slice(0, -1);
  assert.equal(rows.length, 4);
  for (const [events, constraint] of rows) {
    const range = { type: 'ECOSYSTEM', events: quoted(events).map(eventOf) };
    const [text = ''] = quoted(constraint);
    for (const version of ['0', '1.01', '1.02', '1.09', '1.1', '1.100001', '1.4', '1.50', '2'])
      assert.equal(osvAffects({ ranges: [range] }, version, compareVersions), holds(text, version), version);
  }
});

function eventOf(text: string): OsvEvent {
  const [kind = '', version = ''] = text.split(': ');
  return { [kind]: version };
}

test('the source definition is one of our addresses, prefix and ecosystem', () => {
  const [yaml = ''] = blocks(page('osv.md'), 'yaml');
  const source = new Map([...yaml.matchAll(/^[- ] (\w+): (.*)$/gm)].map(([, key, value]) => [key, value]));
  assert.equal(source.get('type'), '2');
  assert.equal(source.get('db_prefix'), "['CPANSA-']");
  assert.equal(source.get('accepted_ecosystems'), "['CPAN']");
  assert.equal(source.get('link'), `'HOST/${source.get('directory_path')?.replaceAll("'", '')}/'`);
  const [, ignored = ''] = /^\['(.*)'\]$/.exec(source.get('ignore_patterns') ?? '') ?? [];
  assert.doesNotMatch('CPANSA--2026-5083', new RegExp(ignored));
  assert.match('GHSA-2222-3333-4444', new RegExp(ignored));
});

const OSV_SCHEMA = 'schemas/osv/osv-schema-1.7.5.schema.json';

test('the lines for the schema go where the page says', { skip: withoutShared(OSV_SCHEMA) }, () => {
  const text = JSON.stringify(sharedJson(OSV_SCHEMA));
  assert.match(text, /\|CLSA\|CURL\|/);
  const ecosystems = Object.keys(sharedJson<Record<string, string>>('schemas/osv/ecosystems.json'));
  const [added = '{}'] = blocks(page('osv.md'), 'json');
  const sorted = [...ecosystems, ...Object.keys(JSON.parse(added) as object)].sort((a, b) =>
    a.toLowerCase() < b.toLowerCase() ? -1 : 1,
  );
  assert.equal(sorted[sorted.indexOf('CPAN') - 1], 'ConanCenter');
});

test('the tests of package URLs are what our code does', () => {
  const tests = JSON.parse(blocks(page('purl-vers.md'), 'json')[0] ?? '') as {
    test_type: string;
    input: string;
    expected_output: PurlParts | string;
  }[];
  assert.equal(tests.length, 3);
  for (const { test_type, input, expected_output } of tests) {
    if (test_type === 'parse') assert.deepEqual(parsePurl(input), expected_output);
    else assert.equal(formatPurl(parsePurl(input)), expected_output);
  }
});
