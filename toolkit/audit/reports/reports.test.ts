import assert from 'node:assert/strict';
import test from 'node:test';
import { assertGolden } from '../../../test/golden.ts';
import { reportFormats } from './table.ts';
import { hostileReport, sampleReport } from './testdata/sample.ts';

const options = { toolVersion: '0.1.0' };

for (const [name, load] of Object.entries(reportFormats)) {
  test(`${name}: the sample report`, async () => {
    const render = await load();
    assertGolden(`toolkit/audit/reports/testdata/sample.${name}`, render(sampleReport, options));
  });

  test(`${name}: hostile strings stay data`, async () => {
    const render = await load();
    const output = render(hostileReport(), options);
    assert.doesNotMatch(
      output,
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/,
      'control characters',
    );
    if (name === 'html') assert.doesNotMatch(output, /<script/i);
    if (name === 'junit') assert.doesNotMatch(output, /<script/i);
    if (name === 'markdown') assert.doesNotMatch(output, /<script|[^\\]`|@everyone/i);
    if (name === 'github')
      assert.ok(output.split('\n').every((line) => line === '' || /^::(error|warning|notice) /.test(line)));
    if (name === 'csv') assert.equal(output.split('\r\n').length, sampleReport.findings.length + 2);
    if (['json', 'sarif', 'gitlab', 'cyclonedx', 'openvex', 'cpan-audit'].includes(name)) JSON.parse(output);
  });
}

test('text in colour differs from text only by escape sequences', async () => {
  const render = await reportFormats.text();
  const coloured = render(sampleReport, { ...options, colour: true });
  assert.match(coloured, /\u001b\[1;33mmedium\u001b\[0m/);
  assert.equal(coloured.replace(/\u001b\[[\d;]*m/g, ''), render(sampleReport, options));
});

test('text keeps to the width', async () => {
  const render = await reportFormats.text();
  for (const columns of [60, 80, 120]) {
    for (const line of render(sampleReport, { ...options, columns }).split('\n')) {
      assert.ok(line.length <= columns || !line.trim().includes(' '), `${columns}: ${line}`);
    }
  }
});
