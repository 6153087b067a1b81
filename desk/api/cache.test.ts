import assert from 'node:assert/strict';
import test from 'node:test';
import { Cache } from './cache.ts';

const ten = async (): Promise<Uint8Array> => new Uint8Array(1000);

test('what was not asked for longest goes first', async () => {
  const cache = new Cache<Uint8Array>(6000, ({ length }) => length);
  for (const key of ['a', 'b', 'c', 'd', 'e']) await cache.load(key, ten);
  assert.ok(cache.get('a'));
  await cache.load('f', ten);
  assert.deepEqual(
    ['a', 'b', 'c', 'f'].map((key) => cache.get(key) !== undefined),
    [true, false, true, true],
  );
  assert.ok(cache.bytes <= 6000);
});

test('a value of much of the room is made and not kept', async () => {
  const cache = new Cache<Uint8Array>(3000, ({ length }) => length);
  assert.equal((await cache.load('a', ten)).length, 1000);
  assert.equal(cache.get('a'), undefined);
  assert.equal(cache.bytes, 0);
});

test('many who ask at once make a value once; what failed is tried again', async () => {
  const cache = new Cache<Uint8Array>(100_000, ({ length }) => length);
  let made = 0;
  const make = async (): Promise<Uint8Array> => {
    made++;
    if (made === 1) throw new Error('not yet');
    return ten();
  };
  await assert.rejects(cache.load('a', make), { message: 'not yet' });
  await Promise.all([cache.load('a', make), cache.load('a', make), cache.load('a', make)]);
  assert.equal(made, 2);
});
