import assert from 'node:assert/strict';
import test from 'node:test';
import { renderToString } from 'preact-render-to-string';
import {
  Bars,
  Choices,
  Field,
  type LineRelease,
  Pager,
  runsOf,
  SelectField,
  Table,
  VersionLine,
} from './index.ts';

const releases: LineRelease[] = [
  ['1.0', false],
  ['1.1', true],
  ['1.2', true],
  ['1.3', null],
  ['1.4', false],
].map(([version, affected]) => ({ version, affected }) as LineRelease);

test('neighbours of one state are a run', () => {
  assert.deepEqual(runsOf(releases), [
    { affected: false, first: 0, last: 0 },
    { affected: true, first: 1, last: 2 },
    { affected: null, first: 3, last: 3 },
    { affected: false, first: 4, last: 4 },
  ]);
  assert.deepEqual(runsOf([]), []);
});

test('a version line says in words what it draws, and has its table', () => {
  const html = renderToString(
    <VersionLine name="Example-Dist" releases={releases} fixedIn={['1.4', '9.9']} />,
  );
  assert.match(
    html,
    /aria-label="Example-Dist: 1\.0 not affected, 1\.1 to 1\.2 affected, 1\.3 could not tell, 1\.4 not affected"/,
  );
  assert.match(html, /<rect class="vline-affected" x="20%" width="40%"/);
  assert.equal(
    html.match(/<circle class="vline-fixed" cx/g)?.length,
    2,
    'the one that is a release, and the legend',
  );
  assert.match(html, /<summary>The same as a table<\/summary>/);
});

test('the reader stands at a release, or between two', () => {
  for (const [at, x] of [
    [1, '30%'],
    [1.5, '40%'],
    [-0.5, '0%'],
    [4.5, '100%'],
  ] as const) {
    const reader = { version: '1.15', at };
    const html = renderToString(<VersionLine name="x" releases={releases} fixedIn={[]} reader={reader} />);
    assert.ok(html.includes(`<svg x="${x}" y="0"`), `${at}: ${html.match(/<svg x="[^"]*"/)?.[0]}`);
    assert.match(html, /your version, 1\.15/);
  }
});

test('a line of thousands of releases is no larger than one of a thousand', () => {
  const many = Array.from({ length: 5000 }, (_, i) => ({ version: `1.${i}`, affected: i < 2000 }));
  const html = renderToString(<VersionLine name="x" releases={many} fixedIn={[]} />);
  assert.ok(html.length < 14_000, `${html.length}`);
  assert.equal(renderToString(<VersionLine name="x" releases={[]} fixedIn={[]} />), '');
});

test('bars are a table whose rows have their number', () => {
  const bars = [
    { label: '2026', count: 200 },
    { label: '2025', count: 50 },
    { label: '2024', count: 0 },
  ];
  const html = renderToString(<Bars caption="By year" name="Year" unit="Advisories" bars={bars} />);
  assert.match(html, /<caption>By year<\/caption>/);
  assert.match(
    html,
    /2025<\/th><td class="number">50<\/td><td class="bar"><svg aria-hidden="true"[^>]*><rect width="25%"/,
  );
  assert.match(html, /<rect width="0%"/);
});

test('a table is a region with a name; its rows and columns have headings', () => {
  const html = renderToString(
    <Table
      caption="Versions"
      columns={[{ label: 'Version' }, { label: 'Count', kind: 'number' }]}
      rows={[['1.0', 3]]}
    />,
  );
  assert.match(html, /<section class="table" aria-label="Versions" tabindex="0">/);
  assert.match(html, /<th scope="col">Version<\/th><th scope="col" class="number">Count<\/th>/);
  assert.match(html, /<th scope="row">1\.0<\/th><td class="number">3<\/td>/);
});

test('a list of one page has no pager', () => {
  assert.equal(renderToString(<Pager hrefs={['/a/']} current={0} />), '');
  assert.match(
    renderToString(<Pager hrefs={['/a/', '/a/2/']} current={1} />),
    /<a href="\/a\/2\/" aria-current="page">2/,
  );
});

test('a field says what it asks, and what is wrong with it', () => {
  assert.equal(
    renderToString(<Field name="mail" label="Address" hint="Ours" problem="No address" value={'"<'} />),
    '<div class="field"><label for="mail">Address</label>' +
      '<input id="mail" name="mail" type="text" value="&quot;&lt;" required autocomplete="off"' +
      ' aria-describedby="mail-problem mail-hint" aria-invalid="true"/>' +
      '<p class="problem" id="mail-problem">No address</p><p class="hint" id="mail-hint">Ours</p></div>',
  );
  const options = [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
  ];
  assert.match(
    renderToString(<SelectField name="s" label="S" options={options} value="b" />),
    /<select id="s" name="s"><option value="a">A<\/option><option value="b" selected>B<\/option><\/select>/,
  );
  const choices = <Choices name="c" legend="C" options={options} chosen={['a']} problem="None" />;
  assert.match(renderToString(choices), /aria-describedby="c-problem"><legend>C<\/legend>/);
  assert.match(renderToString(choices), /name="c" value="a" checked\/> A<\/label>/);
});
