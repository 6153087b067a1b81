/** Which root of The Update Framework this user trusts for a public tree, where it came from, and what is known by it. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  decodeUtf8,
  encodeUtf8,
  instant,
  matching,
  nullable,
  object,
  oneOf,
  PlacedError,
  parseJson,
  printable,
  type Shape,
  string,
  toHex,
} from '../base/index.ts';
import {
  dataHome,
  type Environment,
  makeDirectory,
  nodeDigest,
  nodeSha256,
  nodeTufVerifier,
  now,
  readFile,
  replaceFile,
  tufCache,
} from '../io/index.ts';
import { EXIT, Stop, usage } from '../terminal/index.ts';
import { type FetchBytes, TUF_LIMITS, TufClient, TufError, type TufState } from '../tuf/index.ts';

const FORMAT = 'cpansec-trusted-root/1';
const FILE = 'trusted-root.json';
const MAX_FILE = 16_384;

/** What is remembered of a tree. */
export interface TrustedRoot {
  readonly format: typeof FORMAT;
  /** Top of the tree. */
  readonly address: string;
  /** The file that its user named. */
  readonly from: string;
  /** Of that file, in small hexadecimal digits. */
  readonly sha256: string;
  readonly trusted: string;
  /** SHA-256 of the index that was last found to be the tree's; null before the first. */
  readonly index: string | null;
}

const digest: Shape<string> = matching(/^[0-9a-f]{64}$/, 'a SHA-256');
const shape: Shape<TrustedRoot> = object({
  format: oneOf(FORMAT),
  address: string,
  from: string,
  sha256: digest,
  trusted: instant,
  index: nullable(digest),
});

/** A tree with the root that is trusted for it. */
export interface Trust {
  readonly root: TrustedRoot;
  /** Trusted by this command: nothing is remembered before the tree has shown that it is its root. */
  readonly isNew: boolean;
  readonly directory: string;
}

/** Throws a usage error for a root that cannot be read, and Stop where none is trusted or another one is. */
export async function trustFor(top: URL, given: string | undefined, env: Environment): Promise<Trust> {
  const directory = join(directoryOfAll(env), toHex(nodeSha256(encodeUtf8(top.href))).slice(0, 16));
  const root = readTrusted(directory);
  const bytes = given === undefined ? null : readRoot(given);
  if (root !== null) {
    if (bytes !== null && nodeDigest('sha256', bytes) !== root.sha256) throw another(root, directory);
    return { root, isNew: false, directory };
  }
  if (given === undefined || bytes === null) throw noRoot(top);
  // What a try left that never came so far as to be remembered.
  rmSync(directory, { recursive: true, force: true });
  await clientOf(directory, []).trustRoot(bytes);
  const sha256 = nodeDigest('sha256', bytes);
  const trusted = now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z');
  const fresh = {
    format: FORMAT,
    address: top.href,
    from: resolve(given),
    sha256,
    trusted,
    index: null,
  } as const;
  return { root: fresh, isNew: true, directory };
}

/** Keeps that the tree's index has the digest, and the root with it. */
export function rememberIndex({ root, directory }: Trust, index: string): void {
  if (root.index === index) return;
  makeDirectory(directory);
  replaceFile(join(directory, FILE), encodeUtf8(`${JSON.stringify({ ...root, index }, null, 2)}\n`));
}

/** Asks the mirrors for metadata. */
export function clientOf(directory: string, mirrors: readonly FetchBytes[]): TufClient {
  const cache = tufCache(join(directory, 'metadata'));
  return new TufClient({ cache, verifier: nodeTufVerifier, digest: nodeDigest, now }, { mirrors });
}

/** From which tree an index came. */
export interface IndexOrigin {
  readonly root: TrustedRoot;
  /** Null where what is kept of it cannot be read. */
  readonly state: TufState | null;
}

/** Asks nobody. Null for an index that is of no tree. */
export async function originOf(index: string, env: Environment): Promise<IndexOrigin | null> {
  const all = directoryOfAll(env);
  const names = existsSync(all) ? readdirSync(all).sort() : [];
  for (const name of names.filter((one) => /^[0-9a-f]{16}$/.test(one))) {
    const root = readTrusted(join(all, name));
    if (root?.index === index) return { root, state: await stateIn(join(all, name)) };
  }
  return null;
}

async function stateIn(directory: string): Promise<TufState | null> {
  try {
    return await clientOf(directory, []).offline();
  } catch (error) {
    if (error instanceof TufError) return null;
    throw error;
  }
}

function directoryOfAll(env: Environment): string {
  return join(dataHome(env), 'tuf');
}

function readTrusted(directory: string): TrustedRoot | null {
  const path = join(directory, FILE);
  if (!existsSync(path)) return null;
  try {
    return shape(parseJson(decodeUtf8(readFile(path, MAX_FILE)), { maxDepth: 4 }));
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    const problem = `what is remembered of a tree is damaged: ${path}: ${printable(cause.message)}`;
    throw new Stop(EXIT.index, problem, `remove ${directory} and trust the root anew, with --root FILE`, {
      cause,
    });
  }
}

function readRoot(path: string): Uint8Array {
  try {
    return readFile(path, TUF_LIMITS.root);
  } catch (cause) {
    if (!(cause instanceof PlacedError)) throw cause;
    throw usage(
      printable(cause.message),
      '--root FILE is the root of a public tree, as its publisher gives it',
    );
  }
}

function noRoot(top: URL): Stop {
  return new Stop(
    EXIT.index,
    `no update: no root is trusted for ${printable(top.href)} yet; the index in use stays`,
    '--root FILE trusts one from now on; get it by another way than the tree, and compare its SHA-256',
  );
}

function another({ address, from, sha256, trusted }: TrustedRoot, directory: string): Stop {
  return new Stop(
    EXIT.index,
    `no update: another root is trusted for ${printable(address)}, since ${trusted}: ${printable(from)}, SHA-256 ${sha256}; the index in use stays`,
    `a tree's new roots come with it and need no --root; to begin anew with another one remove ${directory}`,
  );
}
