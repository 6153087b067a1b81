/** test_quoting_issues.py of the conformance suite: the name of a role is data, in addresses and on the disk. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { SimulatedRepository, SimulatedUser, TUF_NOW } from '../../../test/given-tuf.ts';
import { nodeDigest, nodeTufVerifier, tufCache } from '../../io/index.ts';
import { TufClient } from '../index.ts';

for (const name of ['?', '#', '/delegatedrole', '../delegatedrole'])
  test(`unusual_role_name[${name}]: is quoted`, async (t) => {
    const repo = await SimulatedRepository.make();
    repo.delegate('targets', { name });
    repo.addKey(name);
    await repo.publish(name, 'targets', 'snapshot', 'timestamp');
    const user = new SimulatedUser(repo);
    await user.init();
    const top = mkdtempSync(join(tmpdir(), 'cpansec-tuf-'));
    t.after(() => rmSync(top, { recursive: true }));
    const directory = join(top, 'metadata');
    const paths: string[] = [];
    const client = new TufClient(
      { cache: tufCache(directory), verifier: nodeTufVerifier, digest: nodeDigest, now: () => TUF_NOW },
      {
        mirrors: [
          (path) => {
            paths.push(path);
            return repo.fetchMetadata(path);
          },
        ],
      },
    );
    await client.trustRoot(repo.bytes('root', 1));
    assert.equal(await client.find('nonexistent target'), null);
    assert.equal(paths.at(-1), `1.${encodeURIComponent(name)}.json`);
    assert.deepEqual(readdirSync(top), ['metadata']);
    const kept = readdirSync(directory).filter((file) => file.endsWith('.json'));
    assert.deepEqual(
      kept.sort(),
      [
        'root.json',
        'timestamp.json',
        'snapshot.json',
        'targets.json',
        `${encodeURIComponent(name)}.json`,
      ].sort(),
    );
  });
