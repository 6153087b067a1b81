import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeDigest, nodeSha256Into } from 'cpansec/io';
import { type LogEntry, LogReader, parseEntry } from 'cpansec/transparency';
import { encodeIndexHead, encodeManifest } from 'cpansec/tree';
import type { FoundTarget } from 'cpansec/tuf';
import { GivenCeremony } from '../../test/given-ceremony.ts';
import { initLog, readLogConfig, withLog } from '../transparency/index.ts';
import { readTufConfig, withRepository } from './index.ts';

const example = fileURLToPath(new URL('../../examples/log/log.json', import.meta.url));
const RELEASE = 'authors/id/A/AB/ABC/Foo-1.0.tar.gz';
const PACKAGES = 'modules/02packages.details.txt.gz';
const digest = (text: string): string => nodeDigest('sha256', Buffer.from(text));

class Given extends GivenCeremony {
  async addAll(...entries: LogEntry[]): Promise<void> {
    await withLog(readLogConfig(this.at('log.json')), { env: {} }, ({ log }) => log.addAll(entries));
  }

  publish(...args: string[]): Promise<string> {
    return this.done('publish', '--tuf', this.at('tuf.json'), ...args);
  }

  async found(path: string): Promise<FoundTarget | null> {
    await this.refresh();
    return this.client().find(path);
  }

  tree(serial: number): void {
    const built = '2026-11-26T12:00:00Z';
    const [index, sha256] = [`index ${serial}`, digest(`index ${serial}`)];
    mkdirSync(this.at('tree/index'), { recursive: true });
    const head = {
      format: 'cpansec-head/1',
      serial,
      built,
      path: `index/${serial}.cpansec`,
      size: index.length,
      sha256,
    } as const;
    writeFileSync(this.at('tree/index/head.json'), encodeIndexHead(head));
    const shards = Array.from({ length: 256 }, () => digest(''));
    const manifest = { format: 'cpansec-manifest/1', serial, built, files: 0, shards } as const;
    writeFileSync(this.at('tree/manifest.json'), encodeManifest({ ...manifest, shards }));
  }
}

async function given(t: TestContext): Promise<Given> {
  const one = new Given(t);
  cpSync(example, one.at('log.json'));
  await initLog(readLogConfig(one.at('log.json')), { env: {} });
  await one.begin();
  return one;
}

const release = (text: string): LogEntry => ({
  ...{ type: 'release', path: RELEASE, sha256: digest(text), size: text.length },
  ...{ uploaded: '2026-11-26T11:00:00Z', source: 'mirror' },
});
const packages = (text: string): LogEntry => ({
  ...{ type: 'index', path: PACKAGES, sha256: digest(text), size: text.length },
  ...{ published: '2026-11-26T11:00:00Z', source: 'mirror' },
});

test('the tree: its manifest, and which index is the present one', async (t) => {
  const one = await given(t);
  one.tree(1);
  assert.match(await one.publish('--tree', one.at('tree')), /\nwritten +2 roles\n/);
  const manifest = readFileSync(one.at('tree/manifest.json'));
  const found = await one.found('manifest.json');
  assert.deepEqual([found?.role, found?.length], ['advisories', manifest.length]);
  assert.equal(found?.hashes.get('sha256'), nodeDigest('sha256', manifest));
  assert.equal((await one.found('index/1.cpansec'))?.hashes.get('sha256'), digest('index 1'));
  assert.match(await one.publish('--tree', one.at('tree')), /\nwritten +0 roles\n/);
  one.tree(2);
  await one.publish('--tree', one.at('tree'));
  assert.equal((await one.found('index/2.cpansec'))?.hashes.get('sha256'), digest('index 2'));
  assert.match(
    await one.tuf('publish', '--tuf', one.at('tuf.json'), '--tree', one.at('none')),
    /publish a tree first/,
  );
});

test('the log: releases for ever, indexes as they are, and what went', async (t) => {
  const one = await given(t);
  const publish = (): Promise<string> => one.publish('--log', one.at('log.json'));
  await one.addAll(release('one'), packages('1'), packages('2'));
  await publish();
  const found = await one.found(RELEASE);
  assert.equal(found?.hashes.get('sha256'), digest('one'));
  assert.match(found?.role ?? '', /^bin-[0-9a-f]$/);
  assert.deepEqual(found?.custom, { log: 1 });
  const index = await one.found(PACKAGES);
  assert.deepEqual([index?.role, index?.hashes.get('sha256')], ['pause-index', digest('2')]);
  // Another archive under the same name is not believed, whether it is read for the first time or again.
  await one.addAll(release('two'));
  await publish();
  rmSync(one.at('state/log-read'));
  await publish();
  assert.equal((await one.found(RELEASE))?.hashes.get('sha256'), digest('one'));
  assert.equal((await one.found(PACKAGES))?.hashes.get('sha256'), digest('2'));
  await one.addAll({ type: 'removal', path: RELEASE, removed: null, source: 'mirror' });
  await publish();
  assert.equal(await one.found(RELEASE), null);
});

test('what a thief of a key put into bins is put right by the log', async (t) => {
  const one = await given(t);
  await one.addAll(release('one'), release('two'), packages('1'));
  await one.publish('--log', one.at('log.json'));
  const target = { length: 4, hashes: new Map([['sha256', digest('evil')]]) };
  await withRepository(readTufConfig(one.at('tuf.json')), {}, (repository) =>
    repository.change([{ path: RELEASE, target }]),
  );
  await one.publish('--log', one.at('log.json'));
  assert.equal((await one.found(RELEASE))?.hashes.get('sha256'), digest('evil'));
  await one.publish('--log', one.at('log.json'), '--repair');
  assert.equal((await one.found(RELEASE))?.hashes.get('sha256'), digest('one'));
  assert.equal((await one.found(PACKAGES))?.hashes.get('sha256'), digest('1'));
});

test('the log is told of all metadata but the timestamp', async (t) => {
  const one = await given(t);
  const log = readLogConfig(one.at('log.json'));
  await one.addAll(release('one'));
  await one.publish('--log', one.at('log.json'));
  const told: string[] = [];
  await withLog(log, { env: {} }, async ({ log: { published }, store }) => {
    assert.ok(published !== null);
    const reader = new LogReader(store.read, nodeSha256Into);
    for await (const { entry } of reader.entries(0, published.size, published)) {
      const said = parseEntry(entry);
      if (said?.type === 'tuf') told.push(`${said.role} ${said.version} ${said.sha256}`);
    }
  });
  const digestOf = (name: string): string => nodeDigest('sha256', readFileSync(one.at(`tuf/${name}`)));
  assert.match(told[0] ?? '', /^bin-[0-9a-f] 2 /);
  assert.deepEqual(told.slice(1), [`snapshot 2 ${digestOf('2.snapshot.json')}`]);
});
