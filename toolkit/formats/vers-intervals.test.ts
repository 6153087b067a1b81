import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { formatVers, parseVers, versContains } from './vers.ts';
import { type VersInterval, versOfIntervals } from './vers-intervals.ts';

const order = (a: string, b: string): number => Number(a) - Number(b);
const options = { type: 'cpan', order, least: '0' };

/** `[1,2)` and the like; nothing before the comma or after it is no end. */
function interval(text: string): VersInterval {
  const [low = '', high = ''] = text.slice(1, -1).split(',');
  return {
    low: low || null,
    lowOpen: text.startsWith('('),
    high: high || null,
    highOpen: text.endsWith(')'),
  };
}

test('intervals become signposts', () => {
  const cases: [intervals: string, range: string][] = [
    ['[0,)', '*'],
    ['(,)', '*'],
    ['[0,1.5)', '<1.5'],
    ['(0,1.5]', '>0|<=1.5'],
    ['[1,2) [3,)', '>=1|<2|>=3'],
    ['[1,1]', '1'],
    ['[0,0]', '0'],
    ['[1,1] [2,2] (3,4]', '1|2|>3|<=4'],
    ['[0,1) (1,2)', '!=1|<2'],
    ['[0,1) (1,)', '>=0|!=1'],
    ['[1,2) (2,3) (3,4]', '>=1|!=2|!=3|<=4'],
  ];
  for (const [intervals, range] of cases) {
    const vers = versOfIntervals(intervals.split(' ').map(interval), options);
    assert.ok(vers);
    assert.equal(formatVers(vers, order), `vers:cpan/${range}`);
  }
  assert.equal(versOfIntervals([], options), null);
});

test('the range holds what the intervals hold', () => {
  // Every second cut begins an interval; each cut stands before or after its number.
  const cuts = fc
    .uniqueArray(fc.nat({ max: 40 }), { maxLength: 10 })
    .map((list) => list.sort((a, b) => a - b));
  const same = fc.property(cuts, (list) => {
    const intervals: VersInterval[] = [];
    for (let i = 0; i < list.length; i += 2) intervals.push(between(list[i] ?? 0, list[i + 1]));
    const vers = versOfIntervals(intervals, options);
    if (vers === null) return;
    const written = parseVers(formatVers(vers, order), order);
    for (let half = 0; half <= 42; half++) {
      // `half` walks through 0, 0.5, 1 …; cut 2n stands before n and 2n + 1 after it.
      const place = half % 2 === 0 ? half : half + 0.5;
      const inside = list.filter((cut) => cut <= place + 0.25).length % 2 === 1;
      assert.equal(
        versContains(written, String(half / 2), order),
        inside,
        `${half / 2} in ${formatVers(vers, order)}`,
      );
    }
  });
  fc.assert(same, { seed, numRuns: rounds(500, 50_000) });
});

function between(from: number, to: number | undefined): VersInterval {
  return {
    low: String(Math.floor(from / 2)),
    lowOpen: from % 2 === 1,
    high: to === undefined ? null : String(Math.floor(to / 2)),
    highOpen: to === undefined || to % 2 === 0,
  };
}
