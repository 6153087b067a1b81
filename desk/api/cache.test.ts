import assert from 'node:assert/strict';
import test from 'node:test';
import { Cache } from './cache.ts';

const ten = async (): Promise<Uint8Array> => new Uint8Array(1000);

test('what is asked for stays, what is not goes, and never more than the limit is held', async () => {
  const cache = new Cache<Uint8Array>(12_000, ({ length }) => length);
  for (let i = 0; i < 100; i++) {
    await cache.load(`key ${i}`, ten);
    assert.ok(cache.get('key 0'));
    assert.ok(cache.bytes <= 12_000);
  }
  assert.ok(cache.get('key 99'));
  assert.equal(cache.get('key 50'), undefined);
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
