import assert from 'node:assert/strict';
import test from 'node:test';
import { anything, type Json, record as members } from 'cpansec/base';
import { newFacts, openCase } from '../disclosure/index.ts';
import { decodeSealed, EMPTY_CONTENT, encodeSealed, type Sealed } from './content.ts';

const at = '2026-11-25T12:00:00Z';
const sealed: Sealed = {
  content: { ...EMPTY_CONTENT, title: 'Reads too far' },
  state: openCase({ ref: 'c', at, owner: 'team', reporter: null }),
  facts: newFacts(at),
  draft: null,
};

test('what older programs sealed is read as it was meant', () => {
  assert.deepEqual(decodeSealed(encodeSealed(sealed)), sealed);
  const { content, ...rest } = members(anything)(encodeSealed(sealed));
  const { ssvc: _, products: __, ...older } = members(anything)(content);
  const read = decodeSealed({
    ...rest,
    content: { ...older, severity: { cvss: null, ssvc: null } },
  } as Json); // as a store has it
  assert.deepEqual([read.content.ssvc, read.content.products], [[], []]);
  assert.equal(read.content.title, 'Reads too far');
});
