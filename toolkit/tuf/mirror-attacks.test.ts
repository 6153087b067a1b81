/** A laboratory of mirrors that lie: over HTTP, with what a user keeps on the disk. No attack gets anything through. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { givenSigner, inDays, SimulatedRepository, TUF_NOW } from '../../test/given-tuf.ts';
import { decodeUtf8, encodeUtf8 } from '../base/index.ts';
import { fetchWithin, nodeDigest, nodeTufVerifier, tufCache } from '../io/index.ts';
import {
  binName,
  binOf,
  type FetchBytes,
  isTopRole,
  type Metadata,
  parseMetadata,
  TufClient,
  TufError,
} from './index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cpansec-tuf-'));
const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(scratch, { recursive: true });
});

const PATH = 'authors/id/E/EX/EXAMPLE/Foo-1.0.tar.gz';
const OTHER = 'authors/id/E/EX/EXAMPLE/Bar-2.0.tar.gz';
const CONTENT = 'what its author uploaded';
const bin = (path: string): string =>
  binName({ bitLength: 4, namePrefix: 'cpan' }, binOf(4, nodeDigest('sha256', encodeUtf8(path))));
const TOP = ['targets', 'snapshot', 'timestamp'];
const KEPT = ['root', ...TOP, 'releases', bin(PATH)];

type Answering = (path: string, answer: ServerResponse, honest: Uint8Array | null) => void;

const honestly: Answering = (_, answer, honest) => {
  if (honest === null) answer.writeHead(404).end();
  else answer.end(honest);
};

/** A repository, its mirror, which does as it is told, and a user that has seen the first version of it. */
class Laboratory {
  readonly repo: SimulatedRepository;
  readonly cache: ReturnType<typeof tufCache> = tufCache(mkdtempSync(join(scratch, 'user-')));
  /** Published when the user was there, by address. */
  readonly old: Map<string, Uint8Array> = new Map();
  answering: Answering = honestly;
  /** Whoever asks for this does not wait long. */
  hurried: string | null = null;
  at: Date = TUF_NOW;
  #top = '';

  private constructor(repo: SimulatedRepository) {
    this.repo = repo;
  }

  static async open(): Promise<Laboratory> {
    const repo = await SimulatedRepository.make();
    repo.hashedNames = false;
    repo.delegate('targets', { name: 'releases', hashPrefixes: [...'0123456789abcdef'], terminating: true });
    repo.delegateBins('releases', 4, 'cpan');
    for (const path of [PATH, OTHER]) repo.addFile(bin(path), path, CONTENT);
    const bins = [...repo.roles.keys()].filter((role) => role.startsWith('cpan-'));
    await repo.publish(...bins, 'releases', ...TOP);
    const lab = new Laboratory(repo);
    lab.#top = await lab.#listen();
    await lab.client().trustRoot(repo.bytes('root', 1));
    assert.equal(await lab.get(PATH), CONTENT);
    for (const [role, versions] of repo.published) lab.old.set(role, versions.at(-1) ?? new Uint8Array(0));
    return lab;
  }

  async #listen(): Promise<string> {
    const server = createServer(async ({ url = '' }, answer) => {
      const path = url.slice(1);
      const metadata = path.endsWith('.json');
      const honest = await (metadata ? this.repo.fetchMetadata(path) : this.repo.fetchFile(path));
      this.answering(path, answer, honest);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`; // it listens on TCP
  }

  client(): TufClient {
    const ops = { cache: this.cache, verifier: nodeTufVerifier, digest: nodeDigest, now: () => this.at };
    return new TufClient(ops, { mirrors: [this.#fetch({ gzip: true })] });
  }

  #fetch(options: { gzip?: true }): FetchBytes {
    const [top, net] = [new URL(this.#top), { env: {}, ...options }];
    const [patient, hurried] = [fetchWithin(top, net), fetchWithin(top, net, { base: 300, rate: 1e9 })];
    return (path, limit) => (path === this.hurried ? hurried : patient)(path, limit);
  }

  /** Looks for the file and fetches it, in a run of its own. */
  async get(path: string): Promise<string> {
    const client = this.client();
    const found = (await client.find(path)) ?? assert.fail(`no ${path}`);
    return decodeUtf8(await client.download(found, { mirrors: [this.#fetch({})], hashedNames: false }));
  }

  /** What is kept, by role. */
  async kept(): Promise<Map<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    for (const role of KEPT) found.set(role, (await this.cache.load(role)) ?? new Uint8Array(0));
    return found;
  }

  /** The repository goes on: everything has a new version, and the file new content. */
  async goOn(): Promise<void> {
    this.repo.addFile(bin(PATH), PATH, 'what its author uploaded later');
    await this.repo.publish(bin(PATH), 'releases', ...TOP);
  }
}

/** Answers for one role with other bytes, and honestly for all others. */
const instead =
  (role: string, bytes: (honest: Uint8Array, lab: Laboratory) => Uint8Array | null) =>
  (lab: Laboratory): Answering =>
  (path, answer, honest) => {
    const asked = path.endsWith('.json') ? decodeURIComponent(path).replace(/^\d+\.|\.json$/g, '') : path;
    const named = asked.replace(/\.json$/, '') === role;
    honestly(path, answer, named && honest !== null ? bytes(honest, lab) : honest);
  };

const truncated = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.length - 1);
const oldOf =
  (role: string) =>
  (_: Uint8Array, lab: Laboratory): Uint8Array =>
    lab.old.get(role) ?? assert.fail(role);
const changed =
  (from: RegExp, to: string) =>
  (bytes: Uint8Array): Uint8Array =>
    encodeUtf8(decodeUtf8(bytes).replace(from, to));

interface Attack {
  readonly name: string;
  readonly code: TufError['code'];
  readonly message: RegExp;
  readonly mirror: (lab: Laboratory) => Answering;
  /** Before the mirror turns: what keys or the repository did. */
  readonly before?: (lab: Laboratory) => Promise<void> | void;
}

const stolen = async (lab: Laboratory, role: string): Promise<void> => {
  await lab.repo.publish(role);
};

const ATTACKS: readonly Attack[] = [
  {
    name: 'rolls back the timestamp that it showed before',
    code: 'rollback',
    message: /^timestamp: is version 2, was 3 before$/,
    before: async (lab) => {
      await lab.goOn();
      await lab.client().refresh();
    },
    mirror: instead('timestamp', oldOf('timestamp')),
  },
  {
    name: 'rolls back everything by a stolen timestamp key',
    code: 'rollback',
    message: /^timestamp: names version 1 of the snapshot, named 2 before$/,
    before: async (lab) => {
      lab.repo.timestamp.snapshot = { version: 1 };
      await stolen(lab, 'timestamp');
    },
    mirror: () => honestly,
  },
  {
    name: 'rolls back a bin by stolen keys of snapshot and timestamp',
    code: 'rollback',
    message: /^snapshot: "cpan-[0-9a-f]" is version 1, was version 2 before$/,
    before: async (lab) => {
      await lab.goOn();
      await lab.client().refresh();
      lab.repo.setMeta(bin(PATH), { version: 1 });
      await lab.repo.publish('snapshot', 'timestamp');
    },
    mirror: () => honestly,
  },
  {
    name: 'freezes: it shows what it had until that has expired',
    code: 'freeze',
    message: /^timestamp: has expired at 2026-12-26T09:00:00Z/,
    before: (lab) => {
      lab.repo.root.expires = inDays(300);
      lab.at = new Date(inDays(31));
      return lab.repo.publish('root');
    },
    mirror: () => honestly,
  },
  {
    name: 'mixes the snapshot of one instant with the timestamp of another',
    code: 'mix-and-match',
    message: /^snapshot: is version 2, not 3 as was signed for$/,
    before: (lab) => lab.goOn(),
    mirror: instead('snapshot', oldOf('snapshot')),
  },
  {
    name: 'mixes targets of another instant in',
    code: 'mix-and-match',
    message: /^targets: is version 2, not 3 as was signed for$/,
    before: (lab) => lab.goOn(),
    mirror: instead('targets', oldOf('targets')),
  },
  {
    name: 'mixes a bin of another instant in',
    code: 'mix-and-match',
    message: /^cpan-[0-9a-f]: is version 1, not 2 as was signed for$/,
    before: (lab) => lab.goOn(),
    mirror: instead(bin(PATH), oldOf(bin(PATH))),
  },
  {
    name: 'mixes bins: shows one for another',
    code: 'mix-and-match',
    message: /^cpan-[0-9a-f]: is version 1, not 2 as was signed for$/,
    before: (lab) => lab.goOn(),
    mirror: instead(bin(PATH), (_, lab) => lab.repo.bytes(bin(PATH) === 'cpan-0' ? 'cpan-1' : 'cpan-0')),
  },
  {
    name: 'hides a file: shows a bin of the same version for its own',
    code: 'mix-and-match',
    message: /^cpan-[0-9a-f]: holds the files of another bin$/,
    before: async (lab) => {
      await lab.goOn();
      await lab.repo.publish(bin(OTHER), ...TOP);
      assert.notEqual(bin(OTHER), bin(PATH));
    },
    mirror: instead(bin(PATH), (_, lab) => lab.repo.bytes(bin(OTHER))),
  },
  {
    name: 'shows what has the digest of the snapshot no more',
    code: 'hash',
    message: /^snapshot: has another sha256 than was signed$/,
    before: async (lab) => {
      lab.repo.hashes = true;
      await lab.goOn();
    },
    mirror: instead('snapshot', changed(/"version":(\d)}/, '"version":7}')),
  },
  {
    name: 'substitutes the file',
    code: 'hash',
    message: /^authors\/id\/E\/EX\/EXAMPLE\/Foo-1\.0\.tar\.gz: has another sha256 than was signed$/,
    mirror: instead(PATH, (honest) => honest.map((byte) => byte ^ 1)),
  },
  {
    name: 'substitutes the file and what is signed of it',
    code: 'threshold',
    message: /^cpan-[0-9a-f]: signed by 0 of 1 keys, 1 needed$/,
    before: (lab) => lab.goOn(),
    mirror: instead(bin(PATH), changed(/"sha256":"[0-9a-f]{64}"/, `"sha256":"${'0'.repeat(64)}"`)),
  },
  {
    name: 'substitutes the root by one of its own',
    code: 'threshold',
    message: /^root: signed by 0 of 1 keys, 1 needed$/,
    mirror: () => (path, answer, honest) =>
      void (async () => {
        const own = await SimulatedRepository.make();
        const attacker = givenSigner('attacker');
        own.setKeys('root', [attacker.key]);
        own.signers.set('root', [attacker]);
        await own.publish('root');
        honestly(path, answer, path === '2.root.json' ? own.bytes('root') : honest);
      })(),
  },
  {
    name: 'lowers the threshold of a role',
    code: 'threshold',
    message: /^root: signed by 0 of 1 keys, 1 needed$/,
    before: (lab) => lab.repo.publish('root'),
    mirror: instead('root', changed(/"expires":"[^"]+"/, '"expires":"2030-01-01T00:00:00Z"')),
  },
  {
    name: 'shows a root with the threshold 0',
    code: 'format',
    message: /^root at roles\.\w+\.threshold: expected a whole number from 1, found "0"$/,
    before: (lab) => lab.repo.publish('root'),
    mirror: instead('root', changed(/"threshold":1/, '"threshold":0')),
  },
  {
    name: 'fast-forwards the timestamp without a key',
    code: 'threshold',
    message: /^timestamp: signed by 0 of 1 keys, 1 needed$/,
    mirror: instead('timestamp', changed(/"version":\d+}(?=})/, '"version":9007199254740991}')),
  },
  {
    name: 'leaves the snapshot out',
    code: 'missing',
    message: /^snapshot: the mirror has no 3\.snapshot\.json$/,
    before: (lab) => lab.goOn(),
    mirror: instead('snapshot', () => null),
  },
  {
    name: 'leaves the file out',
    code: 'missing',
    message: /Foo-1\.0\.tar\.gz: the mirror has no authors/,
    mirror: instead(PATH, () => null),
  },
  {
    name: 'truncates the timestamp',
    code: 'format',
    message: /^timestamp:1:\d+: expected "," or "}", found the end$/,
    mirror: instead('timestamp', truncated),
  },
  {
    name: 'truncates the file',
    code: 'length',
    message: /Foo-1\.0\.tar\.gz: has 23 bytes, not 24 as was signed$/,
    mirror: instead(PATH, truncated),
  },
  {
    name: 'breaks off in the middle',
    code: 'unreachable',
    message: /^timestamp: no connection to 127\.0\.0\.1:\d+: /,
    mirror: () => (path, answer, honest) => {
      if (path !== 'timestamp.json') return honestly(path, answer, honest);
      answer.writeHead(200, { 'content-length': 1000 });
      answer.write('{', () => answer.destroy());
    },
  },
  {
    name: 'stalls: it takes the request and says nothing',
    code: 'stalled',
    message: /^timestamp: timestamp\.json: 127\.0\.0\.1:\d+ took more than/,
    before: hurry,
    mirror: () => (path, answer, honest) => {
      if (path !== 'timestamp.json') honestly(path, answer, honest);
    },
  },
  {
    name: 'stalls: it sends a byte now and then',
    code: 'stalled',
    message: /^timestamp: timestamp\.json: 127\.0\.0\.1:\d+ took more than/,
    before: hurry,
    mirror: () => (path, answer, honest) => {
      if (path !== 'timestamp.json') return honestly(path, answer, honest);
      answer.writeHead(200);
      const timer = setInterval(() => answer.write(' '), 20);
      answer.on('close', () => clearInterval(timer));
    },
  },
  {
    name: 'floods: bytes without end for a role',
    code: 'endless',
    message: /^timestamp: more than 16384 bytes at timestamp\.json$/,
    mirror: () => flooding('timestamp.json'),
  },
  {
    name: 'floods: bytes without end for a root',
    code: 'endless',
    message: /^root: more than 512000 bytes at 2\.root\.json$/,
    mirror: () => flooding('2.root.json'),
  },
  {
    name: 'floods: bytes without end for a file',
    code: 'endless',
    message: /Foo-1\.0\.tar\.gz: more than 24 bytes at /,
    mirror: () => flooding(PATH),
  },
  {
    name: 'floods: a little that unpacks to much',
    code: 'endless',
    message: /^timestamp: more than 16384 bytes at timestamp\.json$/,
    mirror: () => (path, answer, honest) => {
      if (path !== 'timestamp.json') return honestly(path, answer, honest);
      answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(new Uint8Array(50_000_000)));
    },
  },
  {
    name: 'answers with an error page',
    code: 'unreachable',
    message: /^timestamp: http:\/\/127\.0\.0\.1:\d+\/timestamp\.json: 127\.0\.0\.1:\d+ answers 503$/,
    mirror: () => (path, answer, honest) => {
      if (path !== 'timestamp.json') return honestly(path, answer, honest);
      answer.writeHead(503).end('<html>');
    },
  },
  {
    name: 'answers with a page in place of metadata',
    code: 'format',
    message: /^timestamp:1:1: expected a value/,
    mirror: instead('timestamp', () => encodeUtf8('<html>')),
  },
  {
    name: 'sends the user to a file of their own',
    code: 'unreachable',
    message: /redirects from http: to "file:/,
    mirror: () => (path, answer, honest) => {
      if (path !== 'timestamp.json') return honestly(path, answer, honest);
      answer.writeHead(302, { location: 'file:///etc/hostname' }).end();
    },
  },
  {
    name: 'sends the user round in a circle',
    code: 'unreachable',
    message: /redirects more than 5 times/,
    mirror: () => (path, answer, honest) => {
      if (path !== 'timestamp.json') return honestly(path, answer, honest);
      answer.writeHead(302, { location: '/timestamp.json' }).end();
    },
  },
];

function hurry(lab: Laboratory): void {
  lab.hurried = 'timestamp.json';
}

function flooding(attacked: string): Answering {
  return (path, answer, honest) => {
    if (path !== attacked) return honestly(path, answer, honest);
    answer.writeHead(200);
    const chunk = new Uint8Array(65_536).fill(0x20);
    const more = (): void => {
      while (!answer.destroyed && answer.write(chunk));
    };
    answer.on('drain', more);
    more();
  };
}

/** Of what is kept nothing is older than before, and all is what the repository has published. */
async function checkKept(lab: Laboratory, before: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [role, bytes] of await lab.kept()) {
    const kind = isTopRole(role) ? role : 'targets';
    const read = (one: Uint8Array): Metadata => parseMetadata(one, kind, role);
    const published = lab.repo.published.get(role) ?? [];
    assert.ok(
      published.some((one) => Buffer.compare(one, bytes) === 0),
      `${role} was never published`,
    );
    assert.ok(read(bytes).signed.version >= read(before.get(role) ?? bytes).signed.version, role);
  }
}

for (const { name, code, message, mirror, before } of ATTACKS)
  test(`a mirror that ${name}: ${code}`, async () => {
    const lab = await Laboratory.open();
    await before?.(lab);
    const kept = await lab.kept();
    lab.answering = mirror(lab);
    await assert.rejects(lab.get(PATH), (error) => {
      assert.ok(error instanceof TufError, String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
    await checkKept(lab, kept);
  });

test('after an attack an honest mirror serves as if nothing had been', async () => {
  for (const { name, mirror, before } of ATTACKS) {
    // What stolen keys signed needs new ones: see below.
    if (/stolen|freezes/.test(name)) continue;
    const lab = await Laboratory.open();
    await before?.(lab);
    lab.answering = mirror(lab);
    await assert.rejects(lab.get(PATH), TufError);
    lab.answering = honestly;
    lab.hurried = null;
    await lab.goOn();
    assert.equal(await lab.get(PATH), 'what its author uploaded later', name);
  }
});

test('a mirror that fast-forwards with stolen keys is undone by a root with new ones', async () => {
  const lab = await Laboratory.open();
  const FAR = 2 ** 53 - 2;
  lab.repo.snapshot.meta = new Map([...lab.repo.snapshot.meta].map(([role]) => [role, { version: FAR }]));
  lab.repo.snapshot.version = FAR;
  await lab.repo.publish('snapshot');
  lab.repo.timestamp.version = FAR;
  await lab.repo.publish('timestamp');
  lab.answering = (path, answer, honest) =>
    honestly(path, answer, path.endsWith('.snapshot.json') ? lab.repo.bytes('snapshot') : honest);
  // The versions that it names do not exist, but what was signed is kept, and nothing lower would be believed.
  await assert.rejects(lab.get(PATH), { code: 'missing' });
  const kept = (await lab.cache.load('timestamp')) ?? assert.fail();
  assert.equal(parseMetadata(kept, 'timestamp').signed.version, FAR + 1);

  for (const role of ['timestamp', 'snapshot'] as const) {
    lab.repo.rotate(role);
    lab.repo.beginAnew(role, 1);
  }
  lab.repo.snapshot.meta = new Map();
  await lab.repo.publish('root', ...[...lab.repo.roles.keys()].filter((role) => !isTopRole(role)), ...TOP);
  lab.answering = honestly;
  assert.equal(await lab.get(PATH), CONTENT);
});
