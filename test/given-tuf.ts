/** The Update Framework for tests: keys, made once for a process, a repository and its user in memory. */
import { constants, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import { decodeUtf8, encodeUtf8, type Json, toHex } from '../toolkit/base/index.ts';
import { nodeDigest, nodeSha256, nodeTufVerifier } from '../toolkit/io/index.ts';
import {
  binName,
  canonicalTuf,
  encodeMetadata,
  isTarget,
  isTopRole,
  keyidOf,
  type MetaFile,
  parseMetadata,
  type RoleKeys,
  type Root,
  type Signed,
  type SignedOf,
  type Snapshot,
  signMetadata,
  type Targets,
  type Timestamp,
  TOP_ROLES,
  type TopRole,
  type TufCache,
  TufClient,
  TufError,
  type TufKey,
  type TufSignature,
  type TufSigner,
} from '../toolkit/tuf/index.ts';

export type KeyKind = 'ed25519' | 'ecdsa' | 'ecdsa-p384' | 'rsa';

/** A signer of a new key; `name` gives the same one again. */
export function givenSigner(name: string, kind: KeyKind = 'ed25519'): TufSigner {
  const known = made.get(`${kind} ${name}`);
  if (known !== undefined) return known;
  const signer = newSigner(kind);
  made.set(`${kind} ${name}`, signer);
  return signer;
}

const made = new Map<string, TufSigner>();

function newSigner(kind: KeyKind): TufSigner {
  switch (kind) {
    case 'ed25519': {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
      const key = withId('ed25519', 'ed25519', raw);
      return { key, sign: async (message) => new Uint8Array(sign(null, message, privateKey)) };
    }
    case 'ecdsa':
      return ecSigner('prime256v1', 'ecdsa-sha2-nistp256', 'sha256');
    case 'ecdsa-p384':
      return ecSigner('secp384r1', 'ecdsa-sha2-nistp384', 'sha384');
    case 'rsa': {
      const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
      const key = withId('rsa', 'rsassa-pss-sha256', pem(publicKey));
      return { key, sign: async (message) => new Uint8Array(sign('sha256', message, options)) };
    }
  }
}

function ecSigner(namedCurve: string, scheme: string, digest: string): TufSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve });
  const key = withId('ecdsa', scheme, pem(publicKey));
  return { key, sign: async (message) => new Uint8Array(sign(digest, message, privateKey)) };
}

function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

export function withId(keytype: string, scheme: string, text: string): TufKey {
  const key = { keytype, scheme, keyval: { public: text } };
  return { keyid: keyidOf(key, nodeSha256), ...key };
}

/** The instant at which the simulated world stands, and one that is far enough. */
export const TUF_NOW: Date = new Date('2026-11-26T09:00:00Z');
export const inDays = (days: number): string =>
  new Date(TUF_NOW.getTime() + days * 86_400_000).toISOString().replace('.000Z', 'Z');

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type MutableSigned = Mutable<Root> | Mutable<Timestamp> | Mutable<Snapshot> | Mutable<Targets>;

/** A delegation as tests write it; the key is made. */
export interface GivenDelegation {
  readonly name: string;
  readonly patterns?: readonly string[];
  readonly hashPrefixes?: readonly string[];
  readonly terminating?: boolean;
}

/** A repository in memory that can be told to publish anything, right or wrong, and counts what it is asked. */
export class SimulatedRepository {
  readonly roles: Map<string, MutableSigned> = new Map();
  readonly signers: Map<string, TufSigner[]> = new Map();
  /** What is published of each role, by version from 1. */
  readonly published: Map<string, Uint8Array[]> = new Map();
  readonly files: Map<string, Uint8Array> = new Map();
  /** What was asked for: roles with the version in the address. */
  readonly asked: [role: string, version: number | null][] = [];
  readonly askedFiles: string[] = [];
  /** Whether lengths and digests of metadata are signed. */
  hashes = false;
  hashedNames = true;
  /** Changes the JSON of a role before it is signed. */
  readonly changes: Map<string, (json: Record<string, Json>) => void> = new Map();

  static async make(): Promise<SimulatedRepository> {
    const made = new SimulatedRepository();
    for (const role of TOP_ROLES) made.addKey(role);
    await made.publish('targets', 'snapshot', 'timestamp', 'root');
    return made;
  }

  private constructor() {
    const none = { keyids: [], threshold: 1 };
    const roles = { root: none, timestamp: none, snapshot: none, targets: none };
    const common = { version: 1, expires: inDays(30) };
    this.roles.set('root', { kind: 'root', ...common, consistentSnapshot: true, keys: new Map(), roles });
    this.roles.set('timestamp', { kind: 'timestamp', ...common, snapshot: { version: 1 } });
    this.roles.set('snapshot', { kind: 'snapshot', ...common, meta: new Map() });
    this.roles.set('targets', { kind: 'targets', ...common, targets: new Map(), delegations: null });
  }

  get root(): Mutable<Root> {
    return this.#of('root', 'root');
  }

  get timestamp(): Mutable<Timestamp> {
    return this.#of('timestamp', 'timestamp');
  }

  get snapshot(): Mutable<Snapshot> {
    return this.#of('snapshot', 'snapshot');
  }

  targets(role = 'targets'): Mutable<Targets> {
    return this.#of(role, 'targets');
  }

  #of<K extends TopRole>(role: string, kind: K): Mutable<SignedOf[K]> {
    const found = this.roles.get(role);
    if (found?.kind !== kind) throw new Error(`no ${kind} ${role}`);
    return found as Mutable<SignedOf[K]>; // the kind says which
  }

  /** A key more for a role, of a delegator where it is delegated; it signs from now on. */
  addKey(role: string, signer: TufSigner = this.newSigner(), delegator = 'targets'): TufSigner {
    if (isTopRole(role)) this.setKeys(role, [...this.#keysOf(role), signer.key]);
    else this.#addDelegatedKey(delegator, role, signer.key);
    this.signers.set(role, [...(this.signers.get(role) ?? []), signer]);
    return signer;
  }

  /** Keys of a top role, and its threshold. */
  setKeys(role: TopRole, keys: readonly TufKey[], threshold: number = this.root.roles[role].threshold): void {
    const all = new Map(this.root.keys);
    for (const key of keys) all.set(key.keyid, key);
    this.root.keys = all;
    this.root.roles = { ...this.root.roles, [role]: { keyids: keys.map(({ keyid }) => keyid), threshold } };
  }

  setThreshold(role: TopRole, threshold: number): void {
    this.setKeys(role, this.#keysOf(role), threshold);
  }

  rotate(role: TopRole): void {
    const signer = this.newSigner();
    this.setKeys(role, [signer.key]);
    this.signers.set(role, [signer]);
  }

  newSigner(kind: KeyKind = 'ed25519'): TufSigner {
    return givenSigner(`simulated ${this.#made++}`, kind);
  }

  #made = 0;

  #keysOf(role: TopRole): TufKey[] {
    const found = this.root.roles[role].keyids.map((keyid) => this.root.keys.get(keyid));
    return found.filter((key) => key !== undefined);
  }

  #addDelegatedKey(delegator: string, name: string, key: TufKey): void {
    const by = this.targets(delegator);
    if (by.delegations === null) throw new Error(`${delegator} delegates nothing`);
    const { keys, to } = by.delegations;
    const more = <T extends RoleKeys>(role: T): T => ({ ...role, keyids: [...role.keyids, key.keyid] });
    const delegated =
      'bitLength' in to ? more(to) : to.map((role) => (role.name === name ? more(role) : role));
    by.delegations = { keys: new Map(keys).set(key.keyid, key), to: delegated };
  }

  /** A role more to which the delegator delegates, last; with a key of its own. */
  delegate(
    delegator: string,
    { name, patterns = ['*'], hashPrefixes, terminating = false }: GivenDelegation,
  ): void {
    const by = this.targets(delegator);
    const paths = hashPrefixes === undefined ? { patterns } : { hashPrefixes };
    const { keys, to } = by.delegations ?? { keys: new Map(), to: [] };
    if ('bitLength' in to) throw new Error(`${delegator} delegates to bins`);
    by.delegations = { keys, to: [...to, { name, keyids: [], threshold: 1, terminating, paths }] };
    if (!this.roles.has(name)) this.roles.set(name, emptyTargets());
    this.addKey(name, this.newSigner(), delegator);
  }

  /** 2^bitLength bins, all under one key. */
  delegateBins(delegator: string, bitLength: number, namePrefix: string): void {
    const signer = this.newSigner();
    const to = { keyids: [signer.key.keyid], threshold: 1, bitLength, namePrefix };
    this.targets(delegator).delegations = { keys: new Map([[signer.key.keyid, signer.key]]), to };
    for (let bin = 0; bin < 2 ** bitLength; bin++) {
      const name = binName(to, bin);
      this.roles.set(name, emptyTargets());
      this.signers.set(name, [signer]);
    }
  }

  addFile(role: string, path: string, content: string, algorithms: readonly string[] = ['sha256']): void {
    const bytes = encodeUtf8(content);
    const hashes = new Map(algorithms.map((name) => [name, hash(name, bytes, 'hex')]));
    const by = this.targets(role);
    by.targets = new Map(by.targets).set(path, { length: bytes.length, hashes });
    this.files.set(path, bytes);
  }

  /** Signs and shows each role; from its second version on with a version more. */
  async publish(...names: string[]): Promise<void> {
    for (const name of names) {
      const signed = this.roles.get(name);
      if (signed === undefined) throw new Error(`no role ${name}`);
      const before = this.published.get(name) ?? [];
      if (before.length > 0) signed.version++;
      const bytes = await this.#sign(name, signed);
      this.published.set(name, [...before, bytes]);
      this.#refer(name, signed, bytes);
    }
  }

  async #sign(name: string, signed: Signed): Promise<Uint8Array> {
    const signers = this.signers.get(name) ?? [];
    const change = this.changes.get(name);
    if (change === undefined) return signMetadata(signed, signers);
    const whole = JSON.parse(decodeUtf8(encodeMetadata(signed, []))).signed as Record<string, Json>;
    change(whole);
    const message = canonicalTuf(whole);
    const signatures = await Promise.all(
      signers.map(async ({ key, sign }) => ({ keyid: key.keyid, sig: toHex(await sign(message)) })),
    );
    return encodeUtf8(JSON.stringify({ signatures, signed: whole }));
  }

  #refer(name: string, { version }: Signed, bytes: Uint8Array): void {
    const hashes = new Map([['sha256', hash('sha256', bytes, 'hex')]]);
    const meta = this.hashes ? { version, length: bytes.length, hashes } : { version };
    if (name === 'snapshot') this.timestamp.snapshot = meta;
    else if (!isTopRole(name) || name === 'targets')
      this.snapshot.meta = new Map(this.snapshot.meta).set(name, meta);
  }

  /** The newest bytes of a role, or those of a version. */
  bytes(role: string, version?: number): Uint8Array {
    const found = this.published.get(role)?.at(version === undefined ? -1 : version - 1);
    if (found === undefined) throw new Error(`nothing of ${role} is published`);
    return found;
  }

  /** What is published last of a role, changed after it was signed. */
  replaceLast(
    role: string,
    change: (json: { signatures: TufSignature[]; signed: Record<string, Json> }) => void,
  ): void {
    const json = JSON.parse(decodeUtf8(this.bytes(role)));
    change(json);
    this.published.set(role, [
      ...(this.published.get(role) ?? []).slice(0, -1),
      encodeUtf8(JSON.stringify(json)),
    ]);
  }

  /** Shows other bytes of the same content in place of those that were published last. */
  replace(role: string, bytes: Uint8Array): void {
    const signed = this.roles.get(role);
    if (signed === undefined) throw new Error(`no role ${role}`);
    this.published.set(role, [...(this.published.get(role) ?? []).slice(0, -1), bytes]);
    this.#refer(role, signed, bytes);
  }

  /** Takes away what is published of a role, so that it begins anew at a version. */
  beginAnew(role: string, version: number): void {
    const signed = this.roles.get(role);
    if (signed === undefined) throw new Error(`no role ${role}`);
    signed.version = version;
    this.published.delete(role);
  }

  forgetMeta(role: string): void {
    const meta = new Map(this.snapshot.meta);
    meta.delete(role);
    this.snapshot.meta = meta;
  }

  setMeta(role: string, meta: MetaFile): void {
    this.snapshot.meta = new Map(this.snapshot.meta).set(role, meta);
  }

  readonly fetchMetadata = async (path: string): Promise<Uint8Array | null> => {
    const [, digits, encoded = ''] = /^(?:(\d+)\.)?(.+)\.json$/.exec(path) ?? [];
    const version = digits === undefined ? null : Number(digits);
    const role = decodeURIComponent(encoded);
    this.asked.push([role, version]);
    return this.published.get(role)?.at(version === null ? -1 : version - 1) ?? null;
  };

  readonly fetchFile = async (path: string): Promise<Uint8Array | null> => {
    this.askedFiles.push(path);
    const plain = this.hashedNames ? path.replace(/[0-9a-f]{64,128}\.([^/]+)$/, '$1') : path;
    return this.files.get(decodeURIComponent(plain)) ?? null;
  };
}

function emptyTargets(): Mutable<Targets> {
  return { kind: 'targets', version: 1, expires: inDays(30), targets: new Map(), delegations: null };
}

/** Trusted metadata in memory. */
export class MemoryTufCache implements TufCache {
  readonly kept: Map<string, Uint8Array> = new Map();
  #refreshed: string | null = null;

  async load(role: string): Promise<Uint8Array | null> {
    return this.kept.get(role) ?? null;
  }

  async store(role: string, bytes: Uint8Array, seen?: Uint8Array | null): Promise<boolean> {
    const kept = this.kept.get(role) ?? null;
    if (seen !== undefined && !isSame(kept, bytes) && !isSame(kept, seen)) return false;
    this.kept.set(role, bytes);
    return true;
  }

  async remove(role: string): Promise<void> {
    this.kept.delete(role);
  }

  async refreshed(): Promise<string | null> {
    return this.#refreshed;
  }

  async noteRefreshed(instant: string): Promise<void> {
    this.#refreshed = instant;
  }
}

function isSame(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

/** A user's machine: each act is that of a new client over what is kept there. */
export class SimulatedUser {
  readonly repository: SimulatedRepository;
  readonly cache: MemoryTufCache = new MemoryTufCache();
  /** Files that were downloaded, by path. */
  readonly files: Map<string, string> = new Map();
  hashedNames = true;

  constructor(repository: SimulatedRepository) {
    this.repository = repository;
  }

  client(at: Date = TUF_NOW): TufClient {
    const ops = { cache: this.cache, verifier: nodeTufVerifier, digest: nodeDigest, now: () => at };
    return new TufClient(ops, { mirrors: [this.repository.fetchMetadata] });
  }

  /** Each act gives `ok`, or the code of what is wrong. */
  async init(root: Uint8Array = this.repository.bytes('root', 1)): Promise<string> {
    return codeOf(() => this.client().trustRoot(root));
  }

  async refresh(at?: Date): Promise<string> {
    return codeOf(() => this.client(at).refresh());
  }

  /** One after the other, by one client; `none` where there is no such file. */
  async download(...paths: string[]): Promise<string> {
    const client = this.client();
    return codeOf(async () => {
      for (const path of paths) {
        const found = await client.find(path);
        if (found === null) return 'none';
        if (isTarget(encodeUtf8(this.files.get(path) ?? ''), found, nodeDigest)) continue;
        const mirrors = [this.repository.fetchFile];
        const bytes = await client.download(found, { mirrors, hashedNames: this.hashedNames });
        this.files.set(path, decodeUtf8(bytes));
      }
      return 'ok';
    });
  }

  /** Versions of what is kept, by role. */
  get trusted(): Record<string, number> {
    const found = [...this.cache.kept].map(([role, bytes]): [string, number] => {
      const kind = isTopRole(role) ? role : 'targets';
      return [role, parseMetadata(bytes, kind).signed.version];
    });
    return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    const result = await work();
    return typeof result === 'string' ? result : 'ok';
  } catch (error) {
    if (error instanceof TufError) return error.code;
    throw error;
  }
}
