/** A public tree is signed and logged as its publisher does it, by keys of fixed seeds, at once. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { encodeUtf8, toHex } from '../toolkit/base/index.ts';
import {
  formatNote,
  formatNoteVerifier,
  type NoteSignature,
  type NoteVerifier,
  noteVerifier,
} from '../toolkit/formats/index.ts';
import { nodeDigest, nodeSha256, nodeSha256Into } from '../toolkit/io/index.ts';
import {
  formatCheckpoint,
  formatEntry,
  formatProof,
  leafHash,
  type ManifestEntry,
  nodeHash,
  proofPath,
} from '../toolkit/transparency/index.ts';
import { decodeManifest, MANIFEST_PATH, objectPath } from '../toolkit/tree/index.ts';
import {
  encodeMetadata,
  keyidOf,
  type Quorum,
  rootOf,
  type Signed,
  signedBytes,
  type TargetFile,
  type TufKey,
  targetsOf,
} from '../toolkit/tuf/index.ts';
import { putFile } from './tree.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** How one publication differs from what is right. */
export interface Signing {
  /** Of timestamp and snapshot; default 1. */
  readonly version?: number;
  /** Of timestamp and snapshot. */
  readonly expires?: string;
  /** Seeds of the keys that sign for a role, where they are not its own. */
  readonly by?: Readonly<Partial<Record<Role, number>>>;
  /** Says that a witness is asked for, and has none. */
  readonly unwitnessed?: boolean;
  /** What the entry of the log says otherwise. */
  readonly entry?: Partial<ManifestEntry>;
  /** Instead of the log's policy, signed for as it is. */
  readonly policy?: string;
  /** Signs for no file at all. */
  readonly empty?: boolean;
}

type Role = 'root' | 'timestamp' | 'snapshot' | 'targets' | 'advisories';

const SEEDS: Readonly<Record<Role, number>> = {
  root: 1,
  timestamp: 2,
  snapshot: 3,
  targets: 4,
  advisories: 5,
};
const FAR = '2099-01-01T00:00:00Z';
const ORIGIN = 'tree.example.org/log';
const [LOG_SEED, WITNESS_SEED] = [6, 7];

/** PKCS#8 before the seed of a key. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function privateKey(seed: number): KeyObject {
  const key = Buffer.concat([PKCS8, new Uint8Array(32).fill(seed)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function publicKey(seed: number): Uint8Array {
  const der = createPublicKey(privateKey(seed)).export({ type: 'spki', format: 'der' });
  return new Uint8Array(der.subarray(-32));
}

function tufKey(seed: number): TufKey {
  const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: toHex(publicKey(seed)) } };
  return { keyid: keyidOf(key, nodeSha256), ...key };
}

const quorum = (role: Role): Quorum => ({ keys: [tufKey(SEEDS[role])], threshold: 1 });

function signed(metadata: Signed, role: Role, { by }: Signing = {}): Uint8Array {
  const seed = by?.[role] ?? SEEDS[role];
  const signature = sign(null, signedBytes(metadata), privateKey(seed));
  return encodeMetadata(metadata, [{ keyid: tufKey(SEEDS[role]).keyid, sig: signature.toString('hex') }]);
}

/** What users are given once. */
export const TREE_ROOT: Uint8Array = signed(
  rootOf(
    {
      root: quorum('root'),
      timestamp: quorum('timestamp'),
      snapshot: quorum('snapshot'),
      targets: quorum('targets'),
    },
    { version: 1, expires: FAR },
  ),
  'root',
);

const TARGETS = signed(
  targetsOf(
    quorum('targets'),
    {
      'pause-index': quorum('advisories'),
      advisories: quorum('advisories'),
      'recently-claimed': quorum('advisories'),
    },
    { version: 1, expires: FAR },
  ),
  'targets',
);

const RELEASES = signed(
  { kind: 'targets', version: 1, expires: FAR, targets: new Map(), delegations: null },
  'targets',
);

const LOG_KEY = noteVerifier(ORIGIN, publicKey(LOG_SEED));
const WITNESS_KEY = noteVerifier('witness.example.org', publicKey(WITNESS_SEED), 'cosignature');
export const TREE_POLICY: string = policyOf(LOG_KEY);
/** That of somebody else's log. */
export const OTHER_POLICY: string = policyOf(noteVerifier('other.example.org/log', publicKey(8)));

function policyOf(log: NoteVerifier): string {
  return `log ${formatNoteVerifier(log)} https://${log.name}/
witness one ${formatNoteVerifier(WITNESS_KEY)}
quorum one
`;
}

/** {@link TREE_ROOT} as a file, until the tests end. */
export function rootFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cpansec-root-'));
  after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'root.json');
  writeFileSync(path, TREE_ROOT);
  return path;
}

/** Signs and logs the tree that stands in the directory, after whatever was signed there; the timestamp last. */
export function signTree(directory: string, signing: Signing = {}): void {
  const manifest = readFileSync(join(directory, MANIFEST_PATH));
  const version = signing.version ?? lastVersion(directory) + 1;
  for (const [path, bytes] of signedFiles(manifest, { ...signing, version })) putFile(directory, path, bytes);
}

/** Signs the tree that stands in the directory; the path of the root that its users trust. */
export function signedTree(directory: string): string {
  signTree(directory);
  return rootFile();
}

/** Of the timestamp that stands there; 0 before the first. */
export function lastVersion(directory: string): number {
  const path = join(directory, 'tuf/timestamp.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).signed.version : 0;
}

/** All that stands beside a tree with that manifest, in the order in which it is to be put. */
export function signedFiles(manifest: Uint8Array, signing: Signing = {}): Map<string, Uint8Array> {
  const policy = encodeUtf8(signing.policy ?? TREE_POLICY);
  return new Map([
    [objectPath(nodeDigest('sha256', manifest)), manifest],
    ...logFiles(manifest, signing),
    ['log/policy', policy],
    ...tufFiles(
      new Map([
        [MANIFEST_PATH, manifest],
        ['log/policy', policy],
      ]),
      signing,
    ),
  ]);
}

function tufFiles(files: Files, signing: Signing): [string, Uint8Array][] {
  const { version = 1, expires = FAR } = signing;
  const edition = { version, expires };
  const targets = new Map(
    [...(signing.empty === true ? [] : files)].map(([path, bytes]) => [path, targetOf(bytes)]),
  );
  const advisories = { kind: 'targets', version, expires: FAR, targets, delegations: null } as const;
  const meta = new Map([
    ['targets', { version: 1 }],
    ['advisories', { version }],
    ['releases', { version: 1 }],
  ]);
  const snapshot = signed({ kind: 'snapshot', ...edition, meta }, 'snapshot', signing);
  const { hashes, length } = targetOf(snapshot);
  const timestamp = { kind: 'timestamp', ...edition, snapshot: { version, length, hashes } } as const;
  return [
    ['tuf/1.root.json', TREE_ROOT],
    ['tuf/1.targets.json', TARGETS],
    ['tuf/1.releases.json', RELEASES],
    [`tuf/${version}.advisories.json`, signed(advisories, 'advisories', signing)],
    [`tuf/${version}.snapshot.json`, snapshot],
    ['tuf/timestamp.json', signed(timestamp, 'timestamp', signing)],
  ];
}

function targetOf(bytes: Uint8Array): TargetFile {
  return { length: bytes.length, hashes: new Map([['sha256', nodeDigest('sha256', bytes)]]) };
}

/** A log of three entries, of which the manifest's is the last. */
function logFiles(manifest: Uint8Array, { entry: change, unwitnessed }: Signing): [string, Uint8Array][] {
  const { serial, built } = decodeManifest(manifest);
  const sha256 = nodeDigest('sha256', manifest);
  const own: ManifestEntry = { type: 'manifest', serial, sha256, size: manifest.length, built };
  const entry = formatEntry({ ...own, ...change });
  const leaves = [encodeUtf8('one\n'), encodeUtf8('two\n')].map((bytes) => leafHash(bytes, nodeSha256Into));
  const [one = new Uint8Array(32), two = new Uint8Array(32)] = leaves;
  const before = nodeHash(one, two, nodeSha256Into);
  const root = nodeHash(before, leafHash(entry, nodeSha256Into), nodeSha256Into);
  const text = formatCheckpoint({ origin: ORIGIN, size: 3, root });
  const signatures = [bySeed(LOG_KEY, LOG_SEED, text), ...(unwitnessed === true ? [] : [cosigned(text)])];
  const checkpoint = formatNote({ text, signatures });
  const proof = formatProof({ extra: entry, index: 2, hashes: [before], checkpoint });
  return [[`log/${proofPath(own)}`, encodeUtf8(proof)]];
}

function bySeed({ name, id }: NoteVerifier, seed: number, text: string): NoteSignature {
  return { name, id, bytes: sign(null, encodeUtf8(text), privateKey(seed)) };
}

function cosigned(text: string): NoteSignature {
  const time = Buffer.alloc(8);
  const at = Date.UTC(2026, 0, 1) / 1000;
  time.writeBigUInt64BE(BigInt(at));
  const { name, id, bytes } = bySeed(WITNESS_KEY, WITNESS_SEED, `cosignature/v1\ntime ${at}\n${text}`);
  return { name, id, bytes: Buffer.concat([time, bytes]) };
}
