import assert from 'node:assert/strict';
import test from 'node:test';
import { RateLimit } from './rate-limit.ts';

test('a client has its burst, then what comes back by the second', () => {
  const limit = new RateLimit({ perSecond: 2, burst: 3 });
  const waits = [0, 0, 0, 0, 0.5, 0.5, 10, 10, 10, 10].map((now) => limit.take('192.0.2.1', now));
  assert.deepEqual(waits, [0, 0, 0, 0.5, 0, 0.5, 0, 0, 0, 0.5]);
  assert.equal(limit.take('192.0.2.2', 10), 0);
});

test('as many clients are remembered as there is room for', () => {
  const limit = new RateLimit({ perSecond: 0.001, burst: 1 });
  assert.equal(limit.take('198.51.100.1', 0), 0);
  for (let i = 0; i < 60_000; i++) limit.take(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0);
  assert.equal(limit.size, 50_000);
  assert.equal(limit.take('198.51.100.1', 0), 0);
});
