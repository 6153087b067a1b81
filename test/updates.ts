/** What the tests of `db update` need: a home, indexes by serial, and a public tree on loopback. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type AdvisoryRecord, buildIndex, openIndex } from '../toolkit/advisories/index.ts';
import { HEAD_PATH, objectPath } from '../toolkit/tree/index.ts';
import { type Ran, run } from './built.ts';
import { lastVersion, rootFile, type Signing, signTree } from './signed-tree.ts';
import { makeTree, type TreeFacts } from './tree.ts';

/** What all homes trust. */
const root = rootFile();

export class Home {
  readonly path: string;
  readonly index: string;
  readonly env: Record<string, string>;

  /** The directory must exist. */
  constructor(path: string) {
    this.path = path;
    this.index = join(path, 'advisories.index');
    this.env = { CPANSEC_HOME: path };
  }

  /** What stands here, but for a lock that was being made or taken over when its process was killed. */
  settledFiles(): string[] {
    const lock = `${this.index}.lock`;
    // Without its owner's name nobody may take it over; the error says that it can be removed.
    if (existsSync(lock) && readFileSync(lock).length === 0) rmSync(lock);
    return readdirSync(this.path)
      .filter((name) => !name.includes('.lock.'))
      .sort();
  }

  db(...args: string[]): Promise<Ran> {
    return run(['db', ...args], { env: this.env });
  }

  /** With the root of the trees of tests, as the first time needs it. */
  update(...args: string[]): Promise<Ran> {
    return this.db('update', '--root', root, ...args);
  }

  /** That of an index whose every block is sound; null without an index. */
  serial(): number | null {
    if (!existsSync(this.index)) return null;
    const index = openIndex(readFileSync(this.index));
    index.verify();
    return index.header.serial;
  }
}

export const records: AdvisoryRecord[] = Array.from({ length: 40 }, (_, i) => ({
  format: 'cpansec-advisory/1',
  id: `CPANSA-Alpha-2026-${i}`,
  aliases: [],
  reported: '2026-01-02',
  summary: `Something about Alpha, number ${i}`,
  details: `${i} `.repeat(500),
  affected: [{ distribution: 'Alpha', ranges: [`<${i}`], fixed: [], cause: { kind: 'own' } }],
  references: [],
  history: [],
}));

/** An index of that serial; of another source, another index. */
export function indexOf(serial: number, source = 'a test'): Uint8Array {
  return buildIndex({ records, serial, built: `2026-01-02T03:04:${10 + (serial % 50)}Z`, source });
}

export const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export interface PublishedFacts extends TreeFacts {
  readonly signing?: Signing;
}

export interface Published {
  readonly bytes: Uint8Array;
  /** The text of `index/head.json`; null for a tree without it. */
  readonly head: string | null;
}

/** The index and a head of it, changed where `change` says so. */
export function publication(bytes: Uint8Array, change: Record<string, unknown> = {}): Published {
  const { serial, built } = openIndex(bytes).header;
  const sha256 = hex(bytes);
  const path = `index/${sha256}.index`;
  const head = { format: 'cpansec-head/1', serial, built, path, size: bytes.length, sha256, ...change };
  return { bytes, head: JSON.stringify(head) };
}

/** Writes a whole tree that holds the index and its head, over the one that is there, and signs it. */
export function publish(
  directory: string,
  { bytes, head }: Published,
  { signing, ...facts }: PublishedFacts = {},
): void {
  const content = new Map<string, string | Uint8Array>([[`index/${hex(bytes)}.index`, bytes]]);
  if (head !== null) content.set(HEAD_PATH, head);
  makeTree(directory, content, facts);
  signTree(directory, signing);
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A tree on loopback: a directory, and answers of a test's own. */
export class LoopbackTree {
  /** Requests by path, digests left out, with the range that was asked for. */
  readonly asked: string[] = [];
  /** By path below the top. */
  readonly answers: Map<string, Answer> = new Map<string, Answer>();
  /** What is served; another one is the tree replaced. */
  directory: string = mkdtempSync(join(tmpdir(), 'cpansec-tree-'));
  /** Told before each request is answered. */
  beforeAnswer: (path: string) => void = () => {};
  url = '';
  readonly #made: string[] = [this.directory];
  readonly #server = createServer((request, response) => this.#answer(request, response));

  static async open(): Promise<LoopbackTree> {
    const tree = new LoopbackTree();
    await new Promise<void>((resolve) => tree.#server.listen(0, '127.0.0.1', resolve));
    const address = tree.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    tree.url = `http://127.0.0.1:${address.port}/sub`;
    after(() => {
      tree.close();
      for (const directory of tree.#made) rmSync(directory, { recursive: true });
    });
    return tree;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  publish(published: Published, facts: PublishedFacts = {}): this {
    publish(this.directory, published, facts);
    return this;
  }

  /** A tree in another directory, without what the present one holds; it is not served yet. */
  publishApart(published: Published, facts: PublishedFacts = {}): string {
    const directory = mkdtempSync(join(tmpdir(), 'cpansec-tree-'));
    this.#made.push(directory);
    // A publisher goes on where it was.
    publish(directory, published, { signing: { version: lastVersion(this.directory) + 1 }, ...facts });
    return directory;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').replace(/^\/sub\//, '');
    const shown = path.replace(/[0-9a-f]{2}\/[0-9a-f]{64}$/, 'DIGEST').replace(/^tuf\/\d+\./, 'tuf/N.');
    this.asked.push(`${shown} ${request.headers.range ?? ''}`.trim());
    this.beforeAnswer(path);
    const answer = this.answers.get(path);
    const file = join(this.directory, path);
    if (answer !== undefined) answer(request, response);
    else if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  }
}

/** Where the bytes stand in a tree. */
export function objectOf(bytes: Uint8Array): string {
  return objectPath(hex(bytes));
}

export const endless: Answer = (_, response) => {
  const more = (): void => {
    while (!response.destroyed && response.write(' '.repeat(65_536)));
  };
  response.on('drain', more);
  more();
};
