/**
 * Public trees as the world gets them: made once in a run by the built command, from `data` with the awkward records
 * of `given.ts`, and from the whole of CPANSA where that is at hand.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PublishConfig } from '@cpansec/desk/publish';
import { type Ran, run } from '../built.ts';
import { sharedPath, withoutShared } from '../shared.ts';
import { writeSources } from './given.ts';

const DATABASE = 'cpansa/cpan-security-advisory.json';
/** For a test's `skip`: false when the whole of CPANSA is at hand, else the reason. */
export const withoutCpansa: false | string = withoutShared(DATABASE);

const example = fileURLToPath(new URL('../../examples/publisher/publisher.json', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'cpansec-published-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A new directory that goes with the run. */
export function newDirectory(): string {
  return mkdtempSync(join(scratch, 'd'));
}

export function desk(args: readonly string[], under: readonly string[] = []): Promise<Ran> {
  return run(args, { program: 'cpansec-desk', under });
}

/** Runs it, and fails with what it said where it fails. */
async function done(...args: string[]): Promise<Ran> {
  const ran = await desk(args);
  assert.equal(ran.status, 0, `cpansec-desk ${args.join(' ')}: ${ran.stderr}`);
  return ran;
}

/** A tree with all that it was made of. */
export class PublishedTree {
  readonly directory: string;
  readonly store: string;
  readonly config: PublishConfig;
  readonly #beside: string;
  #paths: readonly string[] | undefined;

  constructor(beside: string, config: PublishConfig) {
    this.#beside = beside;
    this.directory = join(beside, 'tree');
    this.store = join(beside, 'store');
    this.config = config;
  }

  /** What `cpansec-desk publish` takes to make it; another directory takes another state with it. */
  publishing(tree: string = this.directory, store: string = this.store): string[] {
    const beside = (name: string): string => join(this.#beside, name);
    const [config, key] = [beside('publisher.json'), beside('publisher.key')];
    return ['publish', '--store', store, '--tree', tree, '--config', config, '--key', key];
  }

  /** Paths of its files; objects, manifest, and what may stand beside it left out. */
  get paths(): readonly string[] {
    this.#paths ??= filesBelow(this.directory).filter(
      (path) => !/^(?:objects|log|tuf)\//.test(path) && path !== 'manifest.json',
    );
    return this.#paths;
  }

  matching(pattern: RegExp): readonly string[] {
    return this.paths.filter((path) => pattern.test(path));
  }

  text(path: string): string {
    return readFileSync(join(this.directory, path), 'utf8');
  }

  /** JSON of the tree; the caller states its type. */
  json<T>(path: string): T {
    return JSON.parse(this.text(path)) as T;
  }

  /** The path of the tree that an address or link of it names; null for what is not of this site. */
  pathOf(address: string): string | null {
    const url = new URL(address, `${this.config.base}/`);
    const below = `${this.config.base}/`;
    if (!url.href.startsWith(below)) return null;
    const path = decodeURIComponent(url.href.slice(below.length).replace(/[?#].*$/, ''));
    return path === '' || path.endsWith('/') ? `${path}index.html` : path;
  }
}

/** Paths of all files of a directory, in code unit order. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

/** Imports the sources in their order and publishes. */
async function make(name: string, base: string, sources: readonly string[]): Promise<PublishedTree> {
  const beside = join(scratch, name);
  mkdirSync(beside);
  const config: PublishConfig = { ...JSON.parse(readFileSync(example, 'utf8')), base }; // the example's shape
  writeFileSync(join(beside, 'publisher.json'), JSON.stringify(config));
  const tree = new PublishedTree(beside, config);
  await done('key', join(beside, 'publisher.key'), '--name', 'Example', '--email', 'publisher@example.org');
  for (const source of sources) await done('import', source, '--store', tree.store);
  await done(...tree.publishing());
  return tree;
}

let own: Promise<PublishedTree> | undefined;
let whole: Promise<PublishedTree> | undefined;

/** Our records, the given ones, and a few rows of others; it stands below a path of its site. */
export function ownTree(): Promise<PublishedTree> {
  own ??= make('own', 'https://advisories.example.org/cpan', writeSources(newDirectory()));
  return own;
}

/** The whole of CPANSA, and nothing else; it stands at the top of its site. */
export function cpansaTree(): Promise<PublishedTree> {
  whole ??= make('cpansa', 'https://advisories.example.org', [sharedPath(DATABASE)]);
  return whole;
}

/** Each tree that can be had here, with its name. */
export const trees: readonly (readonly [
  name: string,
  tree: () => Promise<PublishedTree>,
  skip: false | string,
])[] = [
  ['our records', ownTree, false],
  ['the whole of CPANSA', cpansaTree, withoutCpansa],
];
