import assert from 'node:assert/strict';
import test from 'node:test';
import { compareTlp, strictestTlp, TLP_LABELS, tagSubject } from './tlp.ts';

test('labels are in the order of who may see', () => {
  assert.deepEqual([...TLP_LABELS].reverse().sort(compareTlp), [...TLP_LABELS]);
  assert.equal(strictestTlp('TLP:GREEN', 'TLP:AMBER+STRICT', 'TLP:AMBER'), 'TLP:AMBER+STRICT');
  assert.equal(strictestTlp('TLP:CLEAR'), 'TLP:CLEAR');
});

test('a subject has one label', () => {
  assert.equal(tagSubject('TLP:AMBER+STRICT', 'CVE-1900-1234'), '[TLP:AMBER+STRICT] CVE-1900-1234');
  assert.equal(tagSubject('TLP:RED', '[TLP:GREEN] [TLP:AMBER+STRICT] Re: x'), '[TLP:RED] Re: x');
  assert.equal(tagSubject('TLP:RED', '[TLP:PINK] x'), '[TLP:RED] [TLP:PINK] x');
});
