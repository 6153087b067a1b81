/** What a monitor keeps from run to run. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../transparency/index.ts';
import { type WatchState, withEarlier } from './watch-state.ts';

/** Runs one after the other, and the words of the feed after each. */
class Runs {
  #state: WatchState | null = null;
  #day = 10;

  run(
    found: readonly (readonly [kind: string, index: number | null, words: string])[],
    again = false,
  ): string[] {
    const at = `2026-11-${this.#day++}T12:00:00Z`;
    const now = found.map(([kind, index, words]): Finding => {
      return { kind, level: 'found', subject: 'x', index, words, at };
    });
    const kept = withEarlier(now, this.#state, again);
    this.#state = {
      format: 'cpansec-monitor-state/1',
      checkpoint: '',
      advisories: {},
      manifest: null,
      logged: {},
      firsts: {},
      numbers: {},
      ...kept,
    };
    return kept.findings.map(({ words, at }) => `${words} ${at.slice(8, 10)}`);
  }
}

test('of many findings of one run a feed has the newest', () => {
  const runs = new Runs();
  const many = Array.from({ length: 150 }, (_, i) => ['release', i, `entry ${i}`] as const);
  const feed = runs.run(many);
  assert.deepEqual([feed.length, feed[0], feed.at(-1)], [100, 'entry 149 10', 'entry 50 10']);
  assert.equal(runs.run([['release', 150, 'entry 150']])[0], 'entry 150 11');
});

test('what is found again, all of it, changes no feed', () => {
  const runs = new Runs();
  const many = Array.from({ length: 150 }, (_, i) => ['other-digest', i, `entry ${i}`] as const);
  const feed = runs.run(many);
  assert.deepEqual(runs.run(many), feed);
});

test('other words are something new, and so is what comes back', () => {
  const runs = new Runs();
  assert.deepEqual(runs.run([['other-digest', 1, 'evil 1']]), ['evil 1 10']);
  assert.deepEqual(runs.run([['other-digest', 1, 'evil 2']]), ['evil 2 11', 'evil 1 10']);
  assert.deepEqual(runs.run([['other-digest', 1, 'evil 2']]), ['evil 2 11', 'evil 1 10']);
  runs.run([]);
  assert.deepEqual(runs.run([['other-digest', 1, 'evil 2']])[0], 'evil 2 14');
});

test('a run from the first entry on tells nothing of entries twice', () => {
  const runs = new Runs();
  const stale = ['stale', null, 'old'] as const;
  runs.run([['release', 1, 'one'], stale]);
  runs.run([['release', 2, 'two']]);
  const feed = runs.run([['release', 1, 'one'], ['release', 2, 'two'], stale], true);
  assert.deepEqual(feed, ['old 12', 'two 11', 'old 10', 'one 10']);
});
