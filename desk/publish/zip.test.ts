import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { encodeUtf8 } from 'cpansec/base';
import { withoutProgram } from '../../test/peers.ts';
import { type ZipMember, zipMember, zipOf } from './zip.ts';

function archive(members: readonly ZipMember[]): Uint8Array {
  const lengths = members.map(({ local }) => local.length);
  const [locals, centrals] = [members.map(({ local }) => local), members.map(({ central }) => central)];
  return zipOf({ locals: Buffer.concat(locals), centrals: Buffer.concat(centrals), lengths });
}

/** Up to those that only zip64 can count. */
for (const count of [0, 1, 3, 65_534, 65_535, 65_536, 70_000])
  test(`unzip reads ${count} members`, { skip: withoutProgram('unzip', '-v') }, (context) => {
    const scratch = mkdtempSync(join(tmpdir(), 'cpansec-zip-'));
    context.after(() => rmSync(scratch, { recursive: true }));
    const members = Array.from({ length: count }, (_, i) =>
      zipMember(`${i}.json`, encodeUtf8(`{"${i}":${i}}\n`)),
    );
    const path = join(scratch, 'all.zip');
    writeFileSync(path, archive(members));
    if (count === 0) {
      assert.equal(archive(members).length, 22);
      return;
    }
    const listed = execFileSync('unzip', ['-Z1', path], { encoding: 'utf8', maxBuffer: 1 << 24 });
    assert.equal(listed.trimEnd().split('\n').length, count);
    const said = execFileSync('unzip', ['-tq', path], { encoding: 'utf8' });
    assert.match(said, /^No errors detected/);
    const last = execFileSync('unzip', ['-p', path, `${count - 1}.json`], { encoding: 'utf8' });
    assert.equal(last, `{"${count - 1}":${count - 1}}\n`);
  });
