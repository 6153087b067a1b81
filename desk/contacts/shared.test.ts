/** Real META files: what is found in them can be written to. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { parseMeta } from 'cpansec/cpan';
import { sharedPath, withoutShared } from '../../test/shared.ts';
import { findContacts } from './index.ts';

const SAMPLES = 'metadata/meta-samples';

test('contacts of real META files', { skip: withoutShared(SAMPLES) }, () => {
  const folder = sharedPath(SAMPLES);
  const files = readdirSync(folder).flatMap((name) =>
    ['META.json', 'META.yml'].map((meta) => join(folder, name, meta)).filter((path) => existsSync(path)),
  );
  assert.ok(files.length > 100);
  let reachable = 0;
  for (const file of files) {
    const meta = parseMeta(new Uint8Array(readFileSync(file)), file);
    const { contacts, refused } = findContacts({
      distribution: meta.name ?? 'x',
      meta: { meta, file: 'META' },
    });
    if (contacts.some((one) => !one.public && !one.flags.includes('cpan-forward'))) reachable++;
    assert.deepEqual(refused, [], file);
    for (const { address, channel } of contacts)
      assert.match(address, channel === 'mail' ? /^[\w.+=~-]+@[a-z0-9.-]+$/ : /^(?:https?:\/\/|bug-)/, file);
  }
  assert.ok(reachable > files.length / 2, `${reachable} of ${files.length} can be reached`);
});
