/** A repository as an operator keeps it, by typed commands, with keys in files; and a client that remembers. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { directoryStore } from '../desk/blobs/index.ts';
import { nodeDigest, nodeTufVerifier } from '../toolkit/io/index.ts';
import { TufClient } from '../toolkit/tuf/index.ts';
import { MemoryTufCache } from './given-tuf.ts';
import { typed } from './typed.ts';

export const ONLINE = [
  'timestamp',
  'snapshot',
  'pause-index',
  'advisories',
  'recently-claimed',
  'bins',
] as const;
const ROOT = ['alice', 'bob', 'carol', 'dan', 'erin'];

/** What `layout.json` holds. */
export interface WrittenLayout {
  readonly format: string;
  readonly binBits: number;
  readonly keys: Record<string, unknown>;
  readonly roles: Record<string, { threshold: number; keys: string[] }>;
  readonly claims: Record<string, { threshold: number; keys: string[] }>;
}

export class GivenCeremony {
  readonly home: string;
  readonly media: string;
  readonly #cache = new MemoryTufCache();

  constructor(t: TestContext) {
    this.home = mkdtempSync(join(tmpdir(), 'cpansec-tuf-'));
    t.after(() => rmSync(this.home, { recursive: true }));
    this.media = join(this.home, 'media');
    mkdirSync(this.media);
  }

  /** What comes back, with the exit status; the directory is left out. */
  async tuf(...args: string[]): Promise<string> {
    const { status, out, err } = await typed(['tuf', ...args]);
    return `${out}${err}=> ${status}\n`.replaceAll(`${this.home}/`, '').replaceAll(this.home, '.');
  }

  /** Of a command that succeeds. */
  async done(...args: string[]): Promise<string> {
    const said = await this.tuf(...args);
    assert.match(said, /=> 0\n$/, `tuf ${args.join(' ')}\n${said}`);
    return said;
  }

  at(name: string): string {
    return join(this.home, name);
  }

  /** Makes a key, and gives what stands in a layout. */
  async key(name: string): Promise<unknown> {
    return JSON.parse((await this.done('key', this.at(`${name}.pem`))).replace(/=> 0\n$/, ''));
  }

  get layout(): WrittenLayout {
    return JSON.parse(readFileSync(join(this.media, 'layout.json'), 'utf8'));
  }

  set layout(layout: WrittenLayout) {
    writeFileSync(join(this.media, 'layout.json'), JSON.stringify(layout, null, 2));
  }

  sign(...names: string[]): Promise<string> {
    return this.done('sign', this.media, ...names.flatMap((name) => ['--key', this.at(`${name}.pem`)]));
  }

  /** Puts together and brings in what was signed. */
  async install(...args: string[]): Promise<string> {
    await this.done('finalize', this.media);
    return this.done('install', this.media, '--tuf', this.at('tuf.json'), ...args);
  }

  /** Which keys sign on line. */
  configure(signers: Partial<Record<(typeof ONLINE)[number], readonly string[]>> = {}): void {
    const keys = Object.fromEntries(ONLINE.map((role) => [role, [`${role}.pem`]]));
    const config = {
      ...{ format: 'cpansec-tuf/1', store: 'tuf', state: 'state', root: 'media/1.root.json' },
      signers: { ...keys, ...signers },
    };
    writeFileSync(this.at('tuf.json'), JSON.stringify(config));
  }

  /** With five for root and three for targets, 16 bins. */
  async begin(): Promise<void> {
    const keys: Record<string, unknown> = {};
    for (const name of [...ROOT, ...ONLINE]) keys[name] = await this.key(name);
    const roles = Object.fromEntries(ONLINE.map((role) => [role, { threshold: 1, keys: [role] }]));
    this.layout = {
      ...{ format: 'cpansec-tuf-layout/1', binBits: 4, keys, claims: {} },
      roles: {
        root: { threshold: 3, keys: ROOT },
        targets: { threshold: 2, keys: ['alice', 'bob', 'carol'] },
        ...roles,
      },
    };
    this.configure();
    await this.done('init', this.media);
    await this.sign('alice', 'bob', 'carol');
    await this.install();
  }

  /** The client of somebody who was there from the beginning. */
  client(): TufClient {
    const ops = { cache: this.#cache, verifier: nodeTufVerifier, digest: nodeDigest, now: () => new Date() };
    const store = directoryStore(this.at('tuf'));
    return new TufClient(ops, {
      mirrors: [async (path) => (await store.get(path))?.bytes ?? null],
    });
  }

  /** Versions of timestamp and snapshot that this client then believes. */
  async refresh(): Promise<readonly number[]> {
    const client = this.client();
    await client.trustRoot(readFileSync(join(this.media, '1.root.json'))).catch((error) => {
      if (error.code !== 'cache') throw error;
    });
    const { versions } = await client.refresh();
    return [versions.root, versions.timestamp, versions.snapshot];
  }
}
