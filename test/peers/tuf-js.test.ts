/** tuf-js as a peer: it reads what we publish, and we read what it wrote. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import {
  Metadata,
  MetadataKind,
  type Root,
  Signature,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { Updater } from 'tuf-js';
import { decodeUtf8, encodeUtf8, toHex } from '../../toolkit/base/index.ts';
import { nodeDigest, nodeTufVerifier } from '../../toolkit/io/index.ts';
import { binName, binOf, type TargetFile, TufClient, type TufSigner } from '../../toolkit/tuf/index.ts';
import { givenRepository, NOW } from '../given-repository.ts';
import { MemoryTufCache, SimulatedRepository, TUF_NOW } from '../given-tuf.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-tuf-js-'));
const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(scratch, { recursive: true });
});

/** A server of files by path; gives its address. */
async function serving(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const server = createServer(({ url = '' }, answer) => {
    const bytes = files.get(decodeURIComponent(url.slice(1)));
    if (bytes === undefined) answer.writeHead(404).end();
    else answer.end(bytes);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}

/** tuf-js over directories of its own, with a root that it trusts. */
function updaterOf(url: string, root: Uint8Array): Updater {
  const top = mkdtempSync(join(scratch, 'user-'));
  const [metadataDir, targetDir] = [join(top, 'metadata'), join(top, 'files')];
  for (const directory of [metadataDir, targetDir]) mkdirSync(directory);
  writeFileSync(join(metadataDir, 'root.json'), root);
  return new Updater({
    metadataDir,
    targetDir,
    metadataBaseUrl: url,
    targetBaseUrl: `${url}/files`,
    config: { prefixTargetsWithHash: false, fetchRetry: false },
  });
}

const targetOf = (content: string): TargetFile => {
  const bytes = encodeUtf8(content);
  return { length: bytes.length, hashes: new Map([['sha256', nodeDigest('sha256', bytes)]]) };
};

const PATHS = [
  'modules/02packages.details.txt.gz',
  'index/head.json',
  ...Array.from({ length: 300 }, (_, i) => `authors/id/E/EX/EXAMPLE/Foo-${i}.tar.gz`),
];

test('tuf-js reads our repository of 256 bins, and what becomes of it', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: new Date(NOW) }); // its clock
  const { store, root, open } = await givenRepository(8);
  const repository = await open();
  await repository.change(PATHS.map((path) => ({ path, target: targetOf(`content of ${path}`) })));
  for (const path of PATHS) store.files.set(`files/${path}`, encodeUtf8(`content of ${path}`));
  const url = await serving(store.files);
  const updater = updaterOf(url, root);
  await updater.refresh();
  for (const path of PATHS.slice(0, 20)) {
    const found = (await updater.getTargetInfo(path)) ?? assert.fail(path);
    assert.equal(readFileSync(await updater.downloadTarget(found), 'utf8'), `content of ${path}`);
  }
  assert.equal(await updater.getTargetInfo('authors/id/E/EX/EXAMPLE/Bar-1.tar.gz'), undefined);
  const [path = ''] = PATHS.slice(5);
  await repository.change([{ path, target: null }]);
  const again = updaterOf(url, root);
  assert.equal(await again.getTargetInfo(path), undefined);
});

const binFor = (path: string): string =>
  binName({ bitLength: 8, namePrefix: 'cpan' }, binOf(8, nodeDigest('sha256', encodeUtf8(path))));

/** What tuf-js's models make of a role, in its own bytes: parsed, canonical and signed by it, written by it. */
async function byModels(bytes: Uint8Array, signers: readonly TufSigner[]): Promise<Uint8Array> {
  const json = JSON.parse(decodeUtf8(bytes));
  const metadata = modelOf(json.signed._type, { signatures: [], signed: json.signed });
  const signatures: Signature[] = [];
  for (const { key, sign } of signers) {
    let message = new Uint8Array();
    metadata.sign((data) => {
      message = new Uint8Array(data);
      return new Signature({ keyID: key.keyid, sig: '' });
    });
    signatures.push(new Signature({ keyID: key.keyid, sig: toHex(await sign(message)) }));
  }
  for (const signature of signatures) metadata.sign(() => signature, true);
  return encodeUtf8(JSON.stringify(metadata.toJSON()));
}

type Model = Metadata<Root | Timestamp | Snapshot | Targets>;

function modelOf(kind: string, json: Parameters<typeof Metadata.fromJSON>[1]): Model {
  if (kind === 'root') return Metadata.fromJSON(MetadataKind.Root, json);
  if (kind === 'timestamp') return Metadata.fromJSON(MetadataKind.Timestamp, json);
  if (kind === 'snapshot') return Metadata.fromJSON(MetadataKind.Snapshot, json);
  return Metadata.fromJSON(MetadataKind.Targets, json);
}

test('we read a repository that tuf-js wrote, of keys of every kind', async () => {
  const repo = await SimulatedRepository.make();
  for (const kind of ['rsa', 'ecdsa', 'ecdsa-p384'] as const) repo.addKey('root', repo.newSigner(kind));
  repo.setThreshold('root', 4);
  repo.hashes = true;
  repo.delegate('targets', { name: 'releases', hashPrefixes: [...'0123456789abcdef'], terminating: true });
  repo.delegateBins('releases', 8, 'cpan');
  repo.addFile('targets', 'top', 'at the top');
  const bins = [...repo.roles.keys()].filter((role) => role.startsWith('cpan-'));
  for (const path of PATHS) repo.addFile(binFor(path), path, `content of ${path}`);
  const order = [...bins, 'releases', 'targets', 'snapshot', 'timestamp', 'root'];
  for (const role of order) {
    await repo.publish(role);
    const written = await byModels(repo.bytes(role), repo.signers.get(role) ?? []);
    // What stands in a snapshot of it is of these bytes.
    repo.replace(role, written);
  }
  const cache = new MemoryTufCache();
  const ops = { cache, verifier: nodeTufVerifier, digest: nodeDigest, now: () => TUF_NOW };
  const client = new TufClient(ops, { mirrors: [repo.fetchMetadata] });
  await client.trustRoot(repo.bytes('root', 1));
  const { versions } = await client.refresh();
  assert.deepEqual(versions, { root: 2, timestamp: 2, snapshot: 2, targets: 2 });
  assert.equal((await client.find('top'))?.role, 'targets');
  for (const path of PATHS) {
    const found = (await client.find(path)) ?? assert.fail(path);
    assert.deepEqual(found, { path, role: binFor(path), ...targetOf(`content of ${path}`) });
  }
  assert.equal(await client.find('authors/id/E/EX/EXAMPLE/Bar-1.tar.gz'), null);
});
