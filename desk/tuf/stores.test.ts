/** A repository in a directory and in a bucket does the same, file by file. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { nodeDigest } from 'cpansec/io';
import {
  checkRepository,
  pruneRepository,
  type RepositoryOps,
  type TargetChange,
  TufRepository,
} from 'cpansec/tuf';
import { givenLayout, givenRoot, onlineSigners } from '../../test/given-repository.ts';
import { s3Server } from '../../test/s3.ts';
import { repositoryOps } from './index.ts';

const now = (): Date => new Date('2026-11-26T12:00:00Z');

async function places(t: TestContext): Promise<RepositoryOps[]> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-tuf-stores-'));
  t.after(() => rmSync(home, { recursive: true }));
  const { endpoint, region, credentials, bucket, close } = await s3Server();
  t.after(close);
  const env = {
    ...{ AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region },
    ...{ AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey },
  };
  return [repositoryOps({ store: home }, {}), repositoryOps({ store: `s3://${bucket}/tuf` }, env)];
}

test('a directory and a bucket have the same files', async (t) => {
  const hashes = new Map([['sha256', nodeDigest('sha256', Buffer.from('one'))]]);
  const change = (length: number): TargetChange => ({
    path: 'modules/06perms.txt.gz',
    target: { length, hashes },
  });
  const found: string[][] = [];
  const root = await givenRoot();
  for (const ops of await places(t)) {
    const options = { ...ops, root, signers: onlineSigners, now };
    const repository = await TufRepository.open(options);
    await repository.install({ roles: await givenLayout() });
    for (const length of [1, 2, 3]) await repository.change([change(length)]);
    const other = await TufRepository.open(options);
    await other.change([change(4)]);
    await assert.rejects(repository.change([change(5)]), { code: 'taken' });
    assert.deepEqual((await checkRepository(root, now(), ops)).faults, []);
    assert.equal(await pruneRepository(other.standing, new Date('2026-11-27T00:00:00Z'), ops), 8);
    found.push((await ops.store.list('')).sort());
  }
  const [directory = [], bucket] = found;
  // The root, bins, roles, snapshot and timestamp, and what was refused.
  assert.equal(directory.length, 1 + 16 + 6 + 1 + 1 + 1);
  assert.deepEqual(bucket, directory);
});
