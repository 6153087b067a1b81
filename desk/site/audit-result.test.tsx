import assert from 'node:assert/strict';
import test from 'node:test';
import { openIndex } from 'cpansec/advisories';
import { audit } from 'cpansec/audit';
import { encodeUtf8 } from 'cpansec/base';
import { inventoryFile, inventoryPurls } from 'cpansec/inventory';
import { renderToString } from 'preact-render-to-string';
import { advisory, HOSTILE } from '../../test/site-models.ts';
import { AuditResult } from './audit-result.tsx';

function htmlOf(text: string, summary = advisory.record.summary): string {
  const malicious = {
    ...advisory.record,
    id: 'CPANSA-Exemple-Dist-2026-0001',
    malicious: { indicators: [] },
    affected: [{ distribution: 'Exemple-Dist', ranges: ['>=0'], fixed: [], cause: { kind: 'own' as const } }],
  };
  const index = openIndex([{ ...advisory.record, summary }, malicious]);
  const report = audit(inventoryPurls(text, 'list.txt'), index, { at: '2026-11-22T08:00:00Z' });
  return renderToString(<AuditResult report={report} base="/cpan" />);
}

test('what is malicious comes first, and what could not be told before what is vulnerable', () => {
  const html = htmlOf('Example-Dist@1.20\nExemple-Dist@3\nExample-Other@1.0\nno name at all\n');
  const order = [
    '1 MALICIOUS release found',
    'could not be told',
    'Malicious</h3>',
    'Remove it now',
    'Exemple-Dist 3',
    'renew every secret',
    'Could not tell<',
    '1 advisory',
    'high',
    'fixed in 1.51',
    'seen in list.txt:1',
  ];
  let last = -1;
  for (const words of order) {
    const at = html.indexOf(words, last + 1);
    assert.ok(at > last, `${words} after ${last}: ${html}`);
    last = at;
  }
  assert.match(html, /<a href="\/cpan\/advisories\/CPANSA-Example-Dist-2026-0001\/">/);
});

test('a long list of what could not be told is folded, not cut', () => {
  const html = htmlOf(Array.from({ length: 40 }, (_, i) => `Example-Other-${i}@1.0\n`).join(''));
  assert.match(html, /<summary>28 more<\/summary>/);
  assert.equal(html.match(/<li>/g)?.length, 40);
});

test('what one thing is in doubt of for one reason is said once, with what to ask for', async () => {
  const second = { ...advisory.record, id: 'CPANSA-Example-Dist-2026-0002', aliases: [] };
  const releases = { 'Example-Dist': ['1.02', '1.51', '1.70'] };
  const index = openIndex({
    records: [advisory.record, second],
    releases,
    modules: { 'Example::Dist': 'Example-Dist' },
  });
  const files = {
    kind: () => 'file' as const,
    list: () => [],
    read: () => encodeUtf8("requires 'Example::Dist';\n"),
    real: (path: string) => path,
  };
  const report = audit(await inventoryFile('cpanfile', files), index, { at: '2026-11-22T08:00:00Z' });
  const html = renderToString(<AuditResult report={report} base="" />);
  assert.match(
    html,
    /ask for 1\.70 or newer \(<a [^>]+>CVE-2026-99991<\/a>, <a [^>]+>CPANSA-Example-Dist-2026-0002<\/a>\)/,
  );
});

test('names and summaries are text', () => {
  const html = htmlOf(`Example-Dist@1.20\n${HOSTILE.replaceAll('\u0000', '')}\n`, HOSTILE);
  assert.doesNotMatch(html, /<script|<img|\u202e/);
});
