/** A rehearsal makes everything that stays here, and shows what would leave. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../test/built.ts';

const CONFIG = 'examples/publisher/publisher.json';

test('a fictional case is published, and nothing of it is sent', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-rehearse-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const program = 'cpansec-desk';
  const key = join(home, 'publisher.key');
  const made = await run(['key', key, '--name', 'Example', '--email', 'publisher@example.org'], { program });
  assert.equal(made.status, 0, made.stderr);
  const output = join(home, 'out');
  const { status, stdout, stderr } = await run(
    ['rehearse', '--config', CONFIG, '--key', key, '--output', output],
    { program },
  );
  assert.equal(status, 0, stderr);
  // Letters go while the rest goes on.
  assert.deepEqual(stdout.match(/^--- not sent: .*$/gm)?.sort(), [
    '--- not sent: CVE Services: POST /cve/CVE-2099-90001/cna',
    '--- not sent: a mail to announce@example.org',
    '--- not sent: a mail to finder@example.org',
    '--- not sent: a short post',
  ]);
  assert.equal(stdout.match(/^done {2}/gm)?.length, 8);
  assert.match(
    readFileSync(join(output, 'store/records/CPANSA-Example-Parser-2099-90001/1.json'), 'utf8'),
    /FICTION/,
  );
  assert.ok(existsSync(join(output, 'tree/manifest.json')));
});

test('what is missing is said', async () => {
  const { status, stderr } = await run(['rehearse'], { program: 'cpansec-desk' });
  assert.equal(status, 2);
  assert.match(stderr, /--config is missing/);
});
