import assert from 'node:assert/strict';
import test from 'node:test';
import { formatGitlab, type GitlabTool, gitlabTime } from './gitlab.ts';

const tool: GitlabTool = { vendor: { name: 'cpansec' }, version: '0.1.0', name: 'cpansec', id: 'cpansec' };

test('a report is written with its members in order', () => {
  const dependency = { version: '1.3', package: { name: 'Example-Parser' }, iid: 1, direct: true };
  const text = formatGitlab({
    dependency_files: [{ dependencies: [dependency], package_manager: 'cpan', path: 'cpanfile.snapshot' }],
    vulnerabilities: [
      {
        location: { dependency, file: 'cpanfile.snapshot' },
        identifiers: [{ value: 'CVE-2026-99990', name: 'CVE-2026-99990', type: 'cve' }],
        severity: 'Unknown',
        name: 'n'.repeat(300),
        solution: 's'.repeat(8000),
        id: '5bb1ae9c-0000-5000-8000-000000000000',
      },
    ],
    scan: {
      status: 'success',
      end_time: '2026-05-01T10:00:01',
      start_time: '2026-05-01T10:00:00',
      scanner: tool,
      analyzer: tool,
      type: 'dependency_scanning',
    },
  });
  const report = JSON.parse(text);
  assert.deepEqual(Object.keys(report), ['version', 'scan', 'vulnerabilities', 'dependency_files']);
  assert.deepEqual(Object.keys(report.scan), [
    'type',
    'analyzer',
    'scanner',
    'start_time',
    'end_time',
    'status',
  ]);
  const [vulnerability] = report.vulnerabilities;
  assert.deepEqual(Object.keys(vulnerability), [
    'id',
    'name',
    'severity',
    'solution',
    'identifiers',
    'location',
  ]);
  assert.equal(vulnerability.name, `${'n'.repeat(254)}…`);
  assert.equal(vulnerability.solution.length, 7000);
  assert.deepEqual(Object.keys(vulnerability.location.dependency), ['iid', 'direct', 'package', 'version']);
});

test('times are UTC without a zone', () => {
  assert.equal(gitlabTime('2026-05-01T12:00:00.5+02:00'), '2026-05-01T10:00:00');
});
