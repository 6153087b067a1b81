/** What only a bucket has: signatures, failures of the network, media types, addresses. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { type S3, s3Server } from '../../test/s3.ts';
import { BlobError, type BlobErrorCode, type BucketOptions, bucketStore, openBlobs } from './index.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function serving(context: TestContext): Promise<{ server: S3; options: BucketOptions }> {
  const server = await s3Server();
  context.after(() => server.close());
  return { server, options: { ...server, prefix: '' } };
}

function withCode(code: BlobErrorCode, words = /./): (error: unknown) => boolean {
  return (error) => error instanceof BlobError && error.code === code && words.test(error.message);
}

test('a wrong secret, key or region is refused, and none of it is told', async (context) => {
  const { options } = await serving(context);
  const { credentials } = options;
  const wrong: readonly Partial<BucketOptions>[] = [
    { credentials: { ...credentials, secretAccessKey: 'not/the+secret' } },
    { credentials: { ...credentials, accessKeyId: 'NOBODY' } },
    { region: 'elsewhere-1' },
  ];
  for (const change of wrong) {
    const store = bucketStore({ ...options, ...change });
    const refused = (error: unknown): boolean => {
      const told = error instanceof Error ? `${error.stack}${JSON.stringify(error)}` : '';
      assert.doesNotMatch(told, /secret|TESTKEY|NOBODY|Signature=/);
      return withCode('not-permitted', /403/)(error);
    };
    await assert.rejects(store.get('a'), refused);
    await assert.rejects(store.put('a', bytesOf('1')), refused);
    await assert.rejects(store.copy('a', 'b'), refused);
    await assert.rejects(store.delete('a'), refused);
    await assert.rejects(firstOf(store.list('')), refused);
  }
});

async function firstOf<T>(values: AsyncIterable<T>): Promise<T | undefined> {
  for await (const value of values) return value;
  return undefined;
}

test('a failure that passes is waited for', async (context) => {
  const { server, options } = await serving(context);
  const store = bucketStore(options);
  await store.put('a', bytesOf('1'));
  for (const fault of [500, 503, 429, 'cut', 'short', 'lost'] as const) {
    server.faults.push(fault, fault);
    assert.equal((await store.get('a'))?.bytes.length, 1, String(fault));
    server.faults.push(fault);
    assert.notEqual(await store.put(`new/${fault}`, bytesOf('2'), { only: 'absent' }), null, String(fault));
    assert.equal(server.objects.get(`new/${fault}`)?.bytes.length, 1, String(fault));
  }
});

test('a put whose answer was lost is known again by its bytes', async (context) => {
  const { server, options } = await serving(context);
  const store = bucketStore(options);
  server.faults.push('lost');
  const first = await store.put('a', bytesOf('1'), { only: 'absent' });
  assert.ok(first !== null);
  server.faults.push('lost');
  assert.notEqual(await store.put('a', bytesOf('2'), { only: { etag: first } }), null);
  server.faults.push(500);
  assert.equal(await store.put('a', bytesOf('3'), { only: 'absent' }), null);
});

test('a failure that stays is told after some tries', async (context) => {
  const { server, options } = await serving(context);
  const store = bucketStore({ ...options, tries: 3 });
  server.faults.push(503, 503, 503);
  await assert.rejects(
    store.get('a'),
    withCode('no-connection', /a: cannot read: .*503, "InternalError" 3 times/),
  );
  server.faults.push('cut', 'cut', 'cut');
  await assert.rejects(store.put('a', bytesOf('1')), withCode('no-connection'));
  server.faults.push(400);
  await assert.rejects(store.get('a'), withCode('failed', /status 400/));
  server.faults.push(301);
  await assert.rejects(store.get('a'), withCode('failed', /status 301/));
  assert.equal(server.requests.length, 8);
});

test('nobody answers, or not in time', async (context) => {
  const { server, options } = await serving(context);
  const nobody = bucketStore({ ...options, endpoint: 'http://127.0.0.1:1', tries: 1 });
  await assert.rejects(nobody.get('a'), withCode('no-connection'));
  const hurried = bucketStore({ ...options, tries: 1, timeout: 20 });
  server.faults.push('silent');
  await assert.rejects(hurried.get('a'), withCode('no-connection', /TimeoutError/));
  const elsewhere = bucketStore({ ...options, bucket: 'other' });
  await assert.rejects(elsewhere.get('a'), withCode('not-found', /NoSuchBucket/));
});

test('media types go by the ending of the key, of a copy too', async (context) => {
  const { server, options } = await serving(context);
  const store = bucketStore(options);
  await store.put('objects/ab/abcd', bytesOf('<p>'));
  await store.copy('objects/ab/abcd', 'x/index.html');
  await store.put('feed', bytesOf('{}'), { mediaType: 'application/feed+json' });
  await store.put('a%3Ab/c.json', bytesOf('{}'));
  const types = [...server.objects].map(([name, { mediaType }]) => [name, mediaType]);
  assert.deepEqual(types, [
    ['objects/ab/abcd', 'application/octet-stream'],
    ['x/index.html', 'text/html; charset=utf-8'],
    ['feed', 'application/feed+json'],
    ['a%3Ab/c.json', 'application/json'],
  ]);
});

test('an address names a bucket or a directory', async (context) => {
  const { server } = await serving(context);
  const env = {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: server.region,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  };
  await openBlobs('s3://published/some/prefix/', env).put('a', bytesOf('1'));
  await openBlobs('s3://published', env).put('b', bytesOf('1'));
  assert.deepEqual([...server.objects.keys()], ['some/prefix/a', 'b']);
  const bad: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['s3://', env, /s3:\/\/BUCKET/],
    ['s3://Published', env, /s3:\/\/BUCKET/],
    ['s3://published/a//b', env, /no prefix/],
    ['https://example.org/', env, /a directory or s3/],
    ['', env, /a directory or s3/],
    ['s3://published', { ...env, AWS_ACCESS_KEY_ID: '' }, /needs AWS_ACCESS_KEY_ID/],
    ['s3://published', { ...env, AWS_ENDPOINT_URL: 'ftp://x' }, /AWS_ENDPOINT_URL/],
  ];
  for (const [address, environment, words] of bad)
    assert.throws(() => openBlobs(address, environment), words);
});
