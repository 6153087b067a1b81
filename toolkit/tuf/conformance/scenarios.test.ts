/** Every scenario of the public conformance suite is found here by its name. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { sharedText, withoutShared } from '../../../test/shared.ts';

const LIST = 'provenance/tuf-conformance-tests.txt';
const folder = new URL('./', import.meta.url);

test('no scenario is missing', { skip: withoutShared(LIST) }, () => {
  const texts = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const scenarios = [...sharedText(LIST).matchAll(/^(test_\w+)\.py::(?:(\w+)::)?(\w+)(?:\[(.+)\])?$/gm)];
  assert.equal(scenarios.length, 113);
  const missing = scenarios.filter(([, file, , name = '', one]) => {
    const subject = texts.find((text) => text.startsWith(`/** ${file}.py of the conformance suite`));
    const named = subject?.includes(name.replace(/^test_/, '')) ?? false;
    return !named || (one !== undefined && !subject?.includes(`'${one}'`));
  });
  assert.deepEqual(
    missing.map(([whole]) => whole),
    [],
  );
});
