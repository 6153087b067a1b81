import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { withoutProgram } from '../../test/peers.ts';
import { rounds, seed } from '../../test/sizes.ts';
import { bunzip2 } from './bunzip2.ts';
import { IoError } from './errors.ts';
import { gunzip, gunzipBytes } from './gunzip.ts';
import { streamFile } from './unpack.ts';
import { unxz } from './unxz.ts';
import { unzip } from './unzip.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-unpack-'));
after(() => rmSync(scratch, { recursive: true }));

type Unpack = (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

async function* inPieces(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

function pack(program: string, input: Uint8Array, ...args: string[]): Buffer {
  return execFileSync(program, ['-c', ...args], { input, maxBuffer: 1 << 28 });
}

/** Text that packs well, with long runs of one byte and noise between. */
const sample = Buffer.concat(
  Array.from({ length: 3000 }, (_, i) =>
    i % 3 === 0 ? Buffer.alloc(i, i) : Buffer.from(`line ${i} ${Math.imul(i, 2654435761)}\n`.repeat(8)),
  ),
);

const programs: [program: string, unpack: Unpack, levels: string[]][] = [
  ['gzip', gunzip, ['-1', '-9']],
  ['bzip2', bunzip2, ['-1', '-9']],
  ['xz', unxz, ['-0', '-9', '--check=crc32', '--check=none']],
];

for (const [program, unpack, levels] of programs) {
  const skip = withoutProgram(program);

  test(`${program}: what it packed`, { skip }, async () => {
    for (const level of levels) {
      const packed = pack(program, sample, level);
      for (const size of [1000, 1 << 16, 1 << 24])
        assert.ok(
          (await whole(unpack(inPieces(packed, size)))).equals(sample),
          `${level} in pieces of ${size}`,
        );
    }
    const empty = pack(program, Buffer.alloc(0));
    assert.equal((await whole(unpack(inPieces(empty, 7)))).length, 0);
    const small = pack(program, Buffer.from('small'));
    assert.equal(String(await whole(unpack(inPieces(small, 1)))), 'small');
  });

  test(`${program}: cut short anywhere is an error`, { skip }, async () => {
    const packed = pack(program, Buffer.from('some text\n'.repeat(50)));
    for (let length = 0; length < packed.length; length++) {
      const cut = inPieces(packed.subarray(0, length), 40);
      await assert.rejects(whole(unpack(cut)), { code: 'bad-archive' }, `${length} bytes`);
    }
  });

  test(`${program}: a changed byte is an error or changes nothing`, { skip }, async () => {
    const text = Buffer.from('some other text\n'.repeat(100));
    const packed = pack(program, text);
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Uint8Array.from(packed, (byte, i) => (i === at ? byte ^ flip : byte));
        try {
          assert.ok((await whole(unpack(inPieces(damaged, 64)))).equals(text));
        } catch (error) {
          assert.ok(error instanceof IoError && error.code === 'bad-archive', String(error));
        }
      }),
      { seed, numRuns: rounds(150, 5000) },
    );
  });

  test(`${program}: noise is an error`, { skip }, async () => {
    const magic = pack(program, Buffer.from('x')).subarray(0, 4);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (noise) => {
        const source = inPieces(Buffer.concat([magic, noise]), 50);
        await assert.rejects(whole(unpack(source)), { code: 'bad-archive' });
      }),
      { seed, numRuns: rounds(100, 5000) },
    );
  });

  test(`${program}: what is left half read stops nothing that follows`, { skip }, async () => {
    const packed = pack(program, sample);
    let closed = 0;
    const source = async function* (): AsyncIterable<Uint8Array> {
      try {
        yield* inPieces(packed, 5000);
      } finally {
        closed++;
      }
    };
    for (let i = 0; i < 5; i++) for await (const chunk of unpack(source())) if (chunk.length > 0) break;
    assert.ok((await whole(unpack(inPieces(packed, 5000)))).equals(sample));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(closed, 5);
  });

  test(`${program}: an error of the source comes through`, { skip }, async () => {
    const packed = pack(program, sample);
    const source = async function* (): AsyncIterable<Uint8Array> {
      yield packed.subarray(0, 100);
      throw new IoError('not-permitted', 'no');
    };
    await assert.rejects(whole(unpack(source())), { code: 'not-permitted' });
    assert.ok((await whole(unpack(inPieces(packed, 5000)))).equals(sample));
  });

  test(`${program}: a bomb is unpacked only as far as it is read`, { skip }, async () => {
    const packed = pack(program, Buffer.alloc(64 << 20));
    const before = process.memoryUsage().arrayBuffers;
    let length = 0;
    for await (const chunk of unpack(inPieces(packed, 1 << 16))) {
      length += chunk.length;
      if (length > 1 << 20) break;
    }
    assert.ok(length < 60 << 20, `${length} bytes`);
    assert.ok(process.memoryUsage().arrayBuffers - before < 150 << 20);
  });
}

test('several streams on end are one', { skip: withoutProgram('bzip2') }, async () => {
  for (const [program, unpack] of programs.slice(0, 2)) {
    const parts = ['one', 'two', 'three'].map((text) => pack(program, Buffer.from(text)));
    assert.equal(String(await whole(unpack(inPieces(Buffer.concat(parts), 9)))), 'onetwothree');
    const trailed = Buffer.concat([...parts, Buffer.alloc(1000)]);
    assert.equal(String(await whole(unpack(inPieces(trailed, 100)))), 'onetwothree');
  }
});

test('many blocks of bzip2 pass through', { skip: withoutProgram('bzip2') }, async () => {
  const noise = Buffer.alloc(4_500_000);
  for (let i = 0, x = 1; i < noise.length; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    noise[i] = x >>> 16;
  }
  const packed = pack('bzip2', noise);
  assert.ok((await whole(bunzip2(inPieces(packed, 1 << 16)))).equals(noise));
});

test('gzip bytes at hand, within a limit', () => {
  const packed = new Uint8Array(gzipSync('12345'));
  assert.equal(String(Buffer.from(gunzipBytes(packed, 5))), '12345');
  const twice = new Uint8Array(Buffer.concat([packed, gzipSync('a'.repeat(100_000)), packed]));
  assert.equal(gunzipBytes(twice, 100_010).length, 100_010);
  assert.throws(() => gunzipBytes(twice, 100_009, 'list.gz'), {
    message: 'list.gz: unpacks to more than 100009 bytes',
  });
  assert.throws(() => gunzipBytes(packed.subarray(0, 20), 5, 'list.gz'), { message: /^list\.gz: gzip data/ });
  for (const limit of [4, 1, 0]) assert.throws(() => gunzipBytes(packed, limit), { code: 'too-large' });
  assert.throws(() => gunzipBytes(packed.subarray(0, 12), 5), { code: 'bad-archive', message: /cut short/ });
  assert.throws(
    () =>
      gunzipBytes(
        packed.map((byte, i) => (i === 12 ? byte ^ 1 : byte)),
        9,
      ),
    { code: 'bad-archive' },
  );
});

async function entries(bytes: Uint8Array): Promise<[string, string, string | null][]> {
  const found: [string, string, string | null][] = [];
  for await (const entry of unzip(bytes))
    found.push([
      entry.name,
      entry.kind,
      entry.kind === 'directory' ? null : String(await whole(entry.read())),
    ]);
  return found;
}

function zipped(...args: string[]): Uint8Array {
  const file = join(scratch, 'made.zip');
  rmSync(file, { force: true });
  const { status, stderr } = spawnSync('zip', ['-q', ...args.map((arg) => (arg === '@' ? file : arg))], {
    cwd: scratch,
  });
  assert.equal(status, 0, String(stderr));
  return new Uint8Array(execFileSync('cat', [file]));
}

test('zip: entries, links and directories', { skip: withoutProgram('zip', '-v') }, async () => {
  rmSync(join(scratch, 'Foo-1'), { recursive: true, force: true });
  execFileSync('mkdir', ['-p', join(scratch, 'Foo-1/lib')]);
  writeFileSync(join(scratch, 'Foo-1/META.json'), '{"name":"Foo"}'.repeat(99));
  writeFileSync(join(scratch, 'Foo-1/lib/Fö.pm'), '1;');
  symlinkSync('/etc/passwd', join(scratch, 'Foo-1/link'));
  const bytes = zipped('-r', '-y', '@', 'Foo-1');
  const found = (await entries(bytes)).sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(found, [
    ['Foo-1/', 'directory', null],
    ['Foo-1/META.json', 'file', '{"name":"Foo"}'.repeat(99)],
    ['Foo-1/lib/', 'directory', null],
    ['Foo-1/lib/Fö.pm', 'file', '1;'],
    ['Foo-1/link', 'link', '/etc/passwd'],
  ]);
  const encrypted = zipped('-P', 'secret', '@', 'Foo-1/META.json');
  await assert.rejects(entries(encrypted), {
    code: 'bad-archive',
    message: /^Foo-1\/META\.json: entry is encrypted/,
  });
});

test('zip: cut short or changed is an error or changes nothing', {
  skip: withoutProgram('zip', '-v'),
}, async () => {
  writeFileSync(join(scratch, 'a'), 'text\n'.repeat(200));
  writeFileSync(join(scratch, 'b'), 'b');
  const bytes = zipped('@', 'a', 'b');
  for (let length = 0; length < bytes.length; length++)
    await assert.rejects(entries(bytes.subarray(0, length)), { code: 'bad-archive' });
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const damaged = bytes.map((byte, i) => (i === at ? byte ^ flip : byte));
      try {
        for (const [, kind, content] of await entries(damaged))
          if (kind !== 'directory') assert.ok(content === 'b' || content === 'text\n'.repeat(200));
      } catch (error) {
        assert.ok(error instanceof IoError && error.code === 'bad-archive', String(error));
      }
    }),
    { seed, numRuns: rounds(200, 5000) },
  );
});

test('a file as a stream', async () => {
  const path = join(scratch, 'streamed');
  writeFileSync(path, sample);
  assert.ok((await whole(streamFile(path))).equals(sample));
  await assert.rejects(whole(streamFile(`${path}x`)), { code: 'not-found' });
  await assert.rejects(whole(streamFile(scratch)), { code: 'wrong-kind' });
});
