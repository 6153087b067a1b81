import assert from 'node:assert/strict';
import test from 'node:test';
import { Rate } from './rate.ts';

test('what may be taken comes back by the day, and no more than an hour of it waits', () => {
  const cases: [perDay: number, atOnce: number, later: number, then: number][] = [
    [24, 10, 3600, 1],
    [86_400, 3600, 1, 1],
    [86_400, 3600, 86_400, 3600],
    [1, 10, 86_400, 1],
  ];
  for (const [perDay, atOnce, later, then] of cases) {
    const rate = new Rate();
    const taken = (now: number): number => {
      let count = 0;
      while (rate.take('log', perDay, now)) count++;
      return count;
    };
    assert.equal(taken(1000), atOnce);
    assert.equal(taken(1000), 0);
    assert.equal(taken(1000 + later), then);
    assert.ok(rate.take('another', perDay, 1000));
  }
});
