/** What a publication tells the log, over real files of a store, a tree and a log. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { encodeRecord } from 'cpansec/advisories';
import { decodeUtf8, encodeUtf8, toHex } from 'cpansec/base';
import { nodeEd25519, nodeSha256, nodeSha256Into } from 'cpansec/io';
import {
  type Added,
  decodeLookup,
  type LogEntry,
  LogReader,
  lookupPath,
  parsePolicy,
  parseProof,
  verifyProof,
} from 'cpansec/transparency';
import { encodeManifest, MANIFEST_FORMAT, MANIFEST_PATH, SHARDS } from 'cpansec/tree';
import { record } from '../../test/given-store.ts';
import { type BlobStore, memoryStore } from '../blobs/index.ts';
import { PublishedStore, StoreReading } from '../published/index.ts';
import {
  fsckLog,
  initLog,
  type LogConfig,
  logHead,
  logPublication,
  logStatus,
  readLogConfig,
  statusMetrics,
  withLog,
} from './index.ts';
import type { PublicationTask } from './publication.ts';

const ORIGIN = 'advisories.example.org/log';

async function given(): Promise<{ config: LogConfig; home: string }> {
  const home = mkdtempSync(join(tmpdir(), 'cpansec-publication-'));
  const file = join(home, 'log.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...{ format: 'cpansec-log/1', origin: ORIGIN, store: 'tree/log', state: 'state' },
      ...{ keys: ['log.key'], policy: 'log.policy' },
    }),
  );
  const config = readLogConfig(file);
  await initLog(config, { env: {} });
  return { config, home };
}

test('every revision and every tree is logged once, with a proof that needs nothing else', async () => {
  const { config, home } = await given();
  const store = new PublishedStore(memoryStore());
  const tree = memoryStore();
  await write(store, 1);
  await putManifest(tree, 1);
  const publish = (): Promise<number> =>
    withLog(config, { env: {} }, async ({ log, seen }) => {
      const added = await logPublication({ log, memory: seen, ...(await shown(store, tree)) });
      return added.filter(({ duplicate }) => !duplicate).length;
    });
  assert.equal(await publish(), 2);
  assert.equal(await publish(), 0);
  await write(store, 2);
  await putManifest(tree, 2);
  assert.equal(await publish(), 2);
  // What is remembered may be lost: nothing is logged twice.
  for (const name of ['seen.db', 'seen.db-wal', 'seen.db-shm'])
    rmSync(join(home, 'state', name), { force: true });
  assert.equal(await publish(), 0);

  const policy = parsePolicy(readFileSync(join(home, 'tree/log/policy')));
  const revision = (await store.revision('CPANSA-Some-Dist-2026-1', 2)) ?? assert.fail();
  const proof = readFileSync(
    join(home, 'tree/log/proof/advisory/CPANSA-Some-Dist-2026-1/2.tlog-proof'),
    'utf8',
  );
  const entry = parseProof(proof).extra ?? assert.fail();
  assert.match(
    decodeUtf8(entry),
    new RegExp(`sha256 ${digestOf(encodeUtf8(encodeRecord(revision.record)))}\n`),
  );
  const { index } = await verifyProof({ proof, entry, policy }, { ...nodeEd25519, hash: nodeSha256Into });
  const path = lookupPath('advisory:CPANSA-Some-Dist-2026-1', nodeSha256Into);
  const lookup = decodeLookup(readFileSync(join(home, 'tree/log', path)), path);
  assert.deepEqual(lookup.get('advisory:CPANSA-Some-Dist-2026-1')?.at(-1), index);

  assert.deepEqual((await fsckLog(config, {})).faults, []);
  const status = await logStatus(config, {});
  assert.deepEqual([status.signed?.size, status.published?.size, status.problem], [5, 5, null]);
  assert.match(
    statusMetrics(status),
    /^cpansec_log_published_entries\{origin="advisories\.example\.org\/log"\} 5$/m,
  );
});

async function write(
  store: PublishedStore,
  revision: number,
  number = 1,
  at = '2026-11-26T00:00:00Z',
): Promise<void> {
  const about = { at, dists: [], patches: [], decisions: false };
  const said = record(number, 'Some-Dist', { summary: `Some-Dist trusts what it should not, ${revision}` });
  await store.changes.run({ ...about, records: [said.id] }, async () => {
    await store.putRevision({ published: about.at, origin: { kind: 'own' }, record: said });
  });
}

const recordPath = (id: string): string => `advisories/${encodeURIComponent(id)}.json`;

/** The tree has of each record what is newest now. */
async function shown(
  store: PublishedStore,
  tree: BlobStore,
): Promise<Pick<PublicationTask, 'store' | 'tree' | 'taken' | 'recordPath'>> {
  const reading = new StoreReading(store);
  for (const id of await reading.ids()) {
    const { record: newest } = (await store.latest(id)) ?? assert.fail();
    await tree.put(recordPath(id), encodeUtf8(encodeRecord(newest)));
  }
  return { store, tree, recordPath, taken: await reading.changes(0, []) };
}

async function putManifest(tree: BlobStore, serial: number): Promise<void> {
  const shards = Array.from({ length: SHARDS }, () => '0'.repeat(64));
  const built = '2026-11-26T00:00:00Z';
  await tree.put(MANIFEST_PATH, encodeManifest({ format: MANIFEST_FORMAT, serial, built, files: 0, shards }));
}

function digestOf(bytes: Uint8Array): string {
  return toHex(nodeSha256(bytes));
}

test('an advisory is logged as its file is called, whatever its id holds', async () => {
  const { config } = await given();
  const [store, tree] = [new PublishedStore(memoryStore()), memoryStore()];
  const said = record(1, 'Some-Dist', { id: 'CPANSA-Some:Dist-1' });
  const about = { at: '2026-11-26T00:00:00Z', dists: [], patches: [], decisions: false };
  await store.changes.run({ ...about, records: [said.id] }, async () => {
    await store.putRevision({ published: about.at, origin: { kind: 'own' }, record: said });
  });
  await putManifest(tree, 1);
  await withLog(config, { env: {} }, async ({ log, seen }) =>
    logPublication({ log, memory: seen, ...(await shown(store, tree)) }),
  );
  const path = lookupPath('advisory:CPANSA-Some%3ADist-1', nodeSha256Into);
  const lookup = decodeLookup(readFileSync(join(config.store, path)), path);
  assert.deepEqual([...lookup], [['advisory:CPANSA-Some%3ADist-1', [1]]]);
  assert.deepEqual((await fsckLog(config, {})).faults, []);
});

test('a store that was put back, or is another, is told of from its beginning', async () => {
  const { config } = await given();
  const tree = memoryStore();
  const publish = (store: PublishedStore): Promise<number> =>
    withLog(config, { env: {} }, async ({ log, seen }) => {
      const added = await logPublication({ log, memory: seen, ...(await shown(store, tree)) });
      return added.filter(({ duplicate }) => !duplicate).length;
    });
  const first = new PublishedStore(memoryStore());
  await putManifest(tree, 1);
  for (const revision of [1, 2, 3]) await write(first, revision);
  assert.equal(await publish(first), 4);
  const other = new PublishedStore(memoryStore());
  await write(other, 7, 2, '2026-11-27T00:00:00Z');
  await putManifest(tree, 2);
  assert.equal(await publish(other), 2);
});

test('of the audit log the digest of its head is logged, once', async () => {
  const { config } = await given();
  const head = { note: 'desk.example.org/ledger\n12\nAAAA\n', at: '2026-11-26T00:00:00Z' };
  await logHead(config, {}, head);
  await logHead(config, {}, { ...head, at: '2026-11-27T00:00:00Z' });
  const entries = await withLog(config, { env: {} }, async ({ log, store }) => {
    const reader = new LogReader(store.read, nodeSha256Into);
    const found: string[] = [];
    for await (const { entry } of reader.entries(1, log.checkpoint.size, log.checkpoint))
      found.push(decodeUtf8(entry));
    return found;
  });
  const sha256 = digestOf(encodeUtf8(head.note));
  assert.deepEqual(entries, [
    `cpan-log/v1 audit-head\norigin desk.example.org/ledger\nsha256 ${sha256}\nat 2026-11-26T00:00:00Z\n`,
  ]);
});

test('what came into the store since the tree was made is logged with the next one', async () => {
  const { config } = await given();
  const [store, tree] = [new PublishedStore(memoryStore()), memoryStore()];
  await write(store, 1);
  await putManifest(tree, 1);
  const first = await shown(store, tree);
  await write(store, 2);
  await write(store, 1, 2);
  const logged = async (task: typeof first): Promise<string[]> => {
    const entries: LogEntry[] = [];
    await withLog(config, { env: {} }, ({ log, seen }) => {
      const addAll = (all: readonly LogEntry[]): Promise<Added[]> => {
        entries.push(...all);
        return log.addAll(all);
      };
      return logPublication({ log: { addAll }, memory: seen, ...task });
    });
    return entries.map((one) => (one.type === 'advisory' ? `${one.id} ${one.revision}` : one.type));
  };
  assert.deepEqual(await logged(first), ['CPANSA-Some-Dist-2026-1 1', 'manifest']);
  await putManifest(tree, 2);
  assert.deepEqual(await logged(await shown(store, tree)), [
    ...['CPANSA-Some-Dist-2026-1 1', 'CPANSA-Some-Dist-2026-1 2', 'CPANSA-Some-Dist-2026-2 1', 'manifest'],
  ]);
});
