/** test_static_repositories.py of the conformance suite: repositories that others made. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { MemoryTufCache } from '../../../test/given-tuf.ts';
import { sharedBytes, sharedPath, sharedText, withoutShared } from '../../../test/shared.ts';
import { fetchBelow, nodeDigest, nodeTufVerifier } from '../../io/index.ts';
import { TufClient } from '../index.ts';

const FOLDER = 'provenance/tuf-conformance-static';

/** The second one of the suite is fetched anew for each of its releases, and is not among the data. */
for (const name of ['tuf-on-ci-0.11', 'sigstore-root-signing'])
  test(`static_repository[${name}]`, { skip: withoutShared(`${FOLDER}/${name}`) }, async () => {
    const at = (path: string): string => `${FOLDER}/${name}/${path}`;
    const below = (path: string): URL => pathToFileURL(`${sharedPath(at(path))}/`);
    const now = new Date(`${sharedText(at('faketime')).trim().replace(' ', 'T').slice(0, 19)}Z`);
    const ops = {
      cache: new MemoryTufCache(),
      verifier: nodeTufVerifier,
      digest: nodeDigest,
      now: () => now,
    };
    const client = new TufClient(ops, { mirrors: [fetchBelow(below('metadata'), { env: {} })] });
    await client.trustRoot(sharedBytes(at('initial_root.json')));
    const { versions } = await client.refresh();
    assert.deepEqual(versions, { root: 1, timestamp: 2, snapshot: 2, targets: 1 });
    const path = sharedText(at('targetpath')).trim();
    const found = (await client.find(path)) ?? assert.fail(path);
    const bytes = await client.download(found, { mirrors: [fetchBelow(below('targets'), { env: {} })] });
    assert.equal(bytes.length, found.length);
  });
