/** The graph file as hostile input. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { rounds, seed } from '../../test/sizes.ts';
import { encodeUtf8, sha256 } from '../base/index.ts';
import { buildGraph, DependantsError, decodeGraph, encodeGraph } from './index.ts';

const { graph } = buildGraph({
  described: ['A', 'B', 'C'].map((distribution) => ({
    distribution,
    version: '1.5',
    requirements: ['A', 'B', 'C', 'D'].map((module) => ({ phase: 'test', relationship: 'requires', module })),
  })),
  distributions: [],
  distributionOf: (module) => module,
  asOf: '2026-11-25T00:00:00Z',
});
const bytes = encodeGraph(graph);
const MAGIC = 'cpansec-dependants/1\n';
const AT_HEADER = MAGIC.length + 36;

function refused(code: string | null): (error: unknown) => boolean {
  return (error) => error instanceof DependantsError && (code === null || error.code === code);
}

/** A file with the header changed as text, and data of one's own, all digests right. */
function forged(change: (header: Record<string, unknown>) => void, data = dataOf(bytes)): Uint8Array {
  const header = headerOf(bytes);
  header.sha256 = Buffer.from(sha256(data)).toString('hex');
  change(header);
  const text = encodeUtf8(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return new Uint8Array(Buffer.concat([Buffer.from(MAGIC), length, sha256(text), text, data]));
}

function headerLength(file: Uint8Array): number {
  return new DataView(file.buffer, file.byteOffset).getUint32(MAGIC.length);
}

function headerOf(file: Uint8Array): Record<string, unknown> {
  const text = new TextDecoder().decode(file.subarray(AT_HEADER, AT_HEADER + headerLength(file)));
  return JSON.parse(text) as Record<string, unknown>;
}

function dataOf(file: Uint8Array): Uint8Array {
  return file.slice(AT_HEADER + headerLength(file));
}

function changed(at: number, value: number): Uint8Array {
  const data = dataOf(bytes);
  data[at] = value;
  return data;
}

test('the forger forges', () => {
  assert.deepEqual(decodeGraph(forged(() => {})), graph);
});

test('every cut and every flipped bit is noticed', () => {
  for (let length = 0; length < bytes.length; length++)
    assert.throws(() => decodeGraph(bytes.subarray(0, length)), refused(null), `${length} bytes`);
  for (let at = 0; at < bytes.length; at++) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    assert.throws(() => decodeGraph(flipped), refused(at < MAGIC.length ? 'graph-format' : 'graph-damaged'));
  }
  assert.throws(() => decodeGraph(new Uint8Array([...bytes, 0])), refused('graph-damaged'));
});

// Names `A\nB\nC\nD` (7), versions `1.5\n1.5\n1.5\n` (12), described (4), degrees (16), ends (36), relations (18).
const lies: readonly [what: string, file: () => Uint8Array, problem: RegExp][] = [
  ['a million distributions', () => forged((h) => Object.assign(h, { distributions: 1_000_000 })), /counts/],
  ['2^53 distributions', () => forged((h) => Object.assign(h, { distributions: 2 ** 53 })), /whole number/],
  ['negative edges', () => forged((h) => Object.assign(h, { edges: -9 })), /whole number/],
  ['half an edge', () => forged((h) => Object.assign(h, { edges: 8.5 })), /whole number/],
  ['another format', () => forged((h) => Object.assign(h, { format: 'cpansec-dependants/2' })), /one of/],
  ['an empty name', () => forged((h) => Object.assign(h, { names: 6, versions: 13 })), /name 3 is none/],
  ['a name less', () => forged(() => {}, changed(1, 0x41)), /3 names for 4/],
  ['names out of order', () => forged(() => {}, changed(0, 0x5a)), /name 1 is out of order/],
  ['a name twice', () => forged(() => {}, changed(2, 0x41)), /name 1 is out of order/],
  ['a blank for a name', () => forged(() => {}, changed(0, 0x20)), /name 0 is none/],
  ['no UTF-8', () => forged(() => {}, changed(0, 0xff)), /UTF-8/],
  ['an escape in a version', () => forged(() => {}, changed(8, 0x1b)), /version 0 is none/],
  ['a distribution described twice', () => forged(() => {}, changed(19, 2)), /neither/],
  ['degrees above the edges', () => forged(() => {}, changed(23, 0xff)), /degrees/],
  ['degrees below the edges', () => forged(() => {}, changed(26, 2)), /degrees/],
  ['an end that is not there', () => forged(() => {}, changed(42, 4)), /asks for/],
  ['one asked for twice', () => forged(() => {}, changed(46, 1)), /asks for/],
  ['one that asks for itself', () => forged(() => {}, changed(42, 0)), /asks for/],
  ['an empty relation', () => forged(() => {}, changed(76, 0)), /relation/],
  ['a relation that there is not', () => forged(() => {}, changed(75, 0x80)), /relation/],
];

test('lies with right digests are refused', () => {
  for (const [what, file, problem] of lies) {
    assert.throws(
      () => decodeGraph(file()),
      (error) => refused('graph-damaged')(error) && problem.test(String(error)),
      what,
    );
  }
});

test('a header that is no JSON, or endless', () => {
  const huge = forged((header) => Object.assign(header, { more: 'x'.repeat(5000) }));
  assert.throws(() => decodeGraph(huge), refused('graph-damaged'));
  assert.throws(() => decodeGraph(encodeUtf8('cpansec-index/2\n')), refused('graph-format'));
});

test('data changed anywhere, with right digests, gives a graph or the room’s own error', () => {
  const data = dataOf(bytes);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: data.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }),
      (edits) => {
        const edited = data.slice();
        for (const [at, value] of edits) edited[at] = value;
        try {
          const read = decodeGraph(forged(() => {}, edited));
          assert.deepEqual(decodeGraph(encodeGraph(read)), read);
        } catch (error) {
          assert.ok(error instanceof DependantsError, String(error));
        }
      },
    ),
    { seed, numRuns: rounds(1000, 100_000) },
  );
});
