/** Digests and signatures of the tree, checked by the programs that its readers have. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { withoutProgram } from '../peers.ts';
import { rounds } from '../sizes.ts';
import { newDirectory, type PublishedTree, trees } from './tree.ts';

const withoutGpg = withoutProgram('gpg');

/** A gpg that knows the key that the provider's metadata name, and nothing else. */
function readerOf(tree: PublishedTree): (...args: string[]) => { status: number | null; said: string } {
  const home = newDirectory();
  chmodSync(home, 0o700);
  after(() => spawnSync('gpgconf', ['--homedir', home, '--kill', 'all']));
  const gpg = (...args: string[]): { status: number | null; said: string } => {
    const { status, stderr } = spawnSync('gpg', ['--homedir', home, '--batch', '--no-tty', ...args], {
      encoding: 'utf8',
    });
    return { status, said: stderr };
  };
  const provider = tree.json<{ public_openpgp_keys: { url: string; fingerprint: string }[] }>(
    '.well-known/csaf/provider-metadata.json',
  );
  assert.equal(provider.public_openpgp_keys.length, 1);
  for (const { url, fingerprint } of provider.public_openpgp_keys) {
    assert.equal(gpg('--import', join(tree.directory, tree.pathOf(url) ?? '')).status, 0);
    assert.equal(gpg('--list-keys', fingerprint).status, 0);
  }
  return gpg;
}

for (const [name, published, skip] of trees) {
  for (const [program, ending] of [
    ['sha256sum', 'sha256'],
    ['sha512sum', 'sha512'],
  ] as const)
    test(`${name}: ${program} checks every document of CSAF`, {
      skip: skip || withoutProgram(program),
    }, async () => {
      const tree = await published();
      const sums = tree.matching(new RegExp(`\\.${ending}$`));
      const documents = tree.matching(/^csaf\/white\/\d{4}\/.*\.json$/);
      assert.deepEqual(
        sums,
        documents.map((path) => `${path}.${ending}`),
      );
      for (const folder of new Set(sums.map((path) => dirname(path)))) {
        const own = sums.filter((path) => dirname(path) === folder).map((path) => tree.text(path));
        const list = join(newDirectory(), 'sums');
        writeFileSync(list, own.join(''));
        execFileSync(program, ['--check', '--strict', '--quiet', list], {
          cwd: join(tree.directory, folder),
        });
      }
    });

  test(`${name}: gpg verifies security.txt and documents with the published key`, {
    skip: skip || withoutGpg,
  }, async () => {
    const tree = await published();
    const gpg = readerOf(tree);
    const whole = (path: string): string => join(tree.directory, path);
    assert.equal(gpg('--verify', whole('.well-known/security.txt')).status, 0);
    const signed = tree.matching(/^csaf\/white\/.*\.json$/).filter((path) => /\/\d{4}\//.test(path));
    assert.deepEqual(
      tree.matching(/\.asc$/).filter((path) => path.startsWith('csaf/')),
      signed.map((path) => `${path}.asc`),
    );
    const step = Math.ceil(signed.length / rounds(20, signed.length));
    for (const path of signed.filter((_, i) => i % step === 0)) {
      const { status, said } = gpg('--verify', whole(`${path}.asc`), whole(path));
      assert.equal(status, 0, said);
    }
    const altered = join(newDirectory(), 'altered.json');
    writeFileSync(altered, tree.text(signed[0] ?? '').replace('"', "'"));
    assert.notEqual(gpg('--verify', whole(`${signed[0]}.asc`), altered).status, 0);
  });

  test(`${name}: the head names the index by its digest`, { skip }, async () => {
    const tree = await published();
    const { path, size, sha256 } = tree.json<{ path: string; size: number; sha256: string }>(
      'index/head.json',
    );
    const bytes = readFileSync(join(tree.directory, path));
    assert.equal(bytes.length, size);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256);
    assert.equal(tree.matching(/^index\/.*\.index$/).length, 1);
  });
}
