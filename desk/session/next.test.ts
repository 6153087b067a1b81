import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeNext } from './index.ts';

test('nobody is led to another site', () => {
  const table: [next: string | undefined, path: string][] = [
    [undefined, '/'],
    ['', '/'],
    ['/', '/'],
    ['/cases', '/cases'],
    ['/cases/a?b=c&d=%2F%2Fe', '/cases/a?b=c&d=%2F%2Fe'],
    ['/a/../b', '/b'],
    ['/a#b', '/a'],
    ['cases', '/'],
    ['//evil.example', '/'],
    ['///evil.example', '/'],
    ['/\\evil.example', '/'],
    ['\\\\evil.example', '/'],
    ['/a\\..\\..\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['/\n/evil.example', '/'],
    ['\t//evil.example', '/'],
    [' //evil.example', '/'],
    ['/..//evil.example', '/'],
    ['/.//evil.example', '/'],
    ['/%2e//evil.example', '/'],
    ['https://evil.example/', '/'],
    ['https:/evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/a b', '/'],
    ['/ü', '/'],
    [`/${'a'.repeat(3000)}`, '/'],
  ];
  for (const [next, path] of table) {
    assert.equal(safeNext(next), path, JSON.stringify(next));
    assert.equal(new URL(safeNext(next), 'https://desk.example.org').origin, 'https://desk.example.org');
  }
});
