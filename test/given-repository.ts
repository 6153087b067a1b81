/** A repository of The Update Framework in memory, laid out and signed by keys of the test. */
import { nodeDigest, nodeTufVerifier } from '../toolkit/io/index.ts';
import {
  claimsOf,
  type Edition,
  type OnlineSigners,
  type Quorum,
  releasesOf,
  rootOf,
  signMetadata,
  type TufFile,
  TufRepository,
  type TufSigner,
  type TufStore,
  targetsOf,
} from '../toolkit/tuf/index.ts';
import { givenSigner } from './given-tuf.ts';

/** Files by path. With `limit`, writing fails after so many of them, as when a process ends. */
export class MemoryTufStore implements TufStore {
  readonly files: Map<string, Uint8Array> = new Map();
  limit: number = Number.POSITIVE_INFINITY;
  /** Called before each file is written. */
  onWrite: (path: string) => void = () => {};

  read(path: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.files.get(path) ?? null);
  }

  async putNew(files: readonly TufFile[]): Promise<void> {
    for (const { path, bytes } of files) {
      const there = this.files.get(path);
      if (there !== undefined && Buffer.compare(there, bytes) !== 0) throw new Error(`${path} stands`);
      await this.replace(path, bytes);
    }
  }

  async replace(path: string, bytes: Uint8Array): Promise<void> {
    if (this.limit-- <= 0) throw new Error('ended');
    this.onWrite(path);
    this.files.set(path, bytes);
  }

  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.files.delete(path);
  }

  list(prefix: string): Promise<string[]> {
    return Promise.resolve([...this.files.keys()].filter((path) => path.startsWith(prefix)));
  }
}

export const EXPIRES = '2028-01-01T00:00:00Z';
export const NOW = '2026-11-26T12:00:00Z';

export const named = (...names: string[]): TufSigner[] => names.map((name) => givenSigner(name));
export const quorum = (signers: readonly TufSigner[], threshold: number): Quorum => ({
  keys: signers.map(({ key }) => key),
  threshold,
});
export const rootSigners: TufSigner[] = named('root 1', 'root 2', 'root 3', 'root 4', 'root 5');
export const targetsSigners: TufSigner[] = named('targets 1', 'targets 2', 'targets 3');
export const onlineSigners: OnlineSigners = {
  timestamp: named('timestamp'),
  snapshot: named('snapshot'),
  'pause-index': named('pause-index'),
  advisories: named('advisories'),
  'recently-claimed': named('recently-claimed'),
  bins: named('bins'),
};

export function edition(version: number, expires: string = EXPIRES): Edition {
  return { version, expires };
}

/** Signed by three of five. */
export function givenRoot(version = 1, online: OnlineSigners = onlineSigners): Promise<Uint8Array> {
  const roles = {
    root: quorum(rootSigners, 3),
    timestamp: quorum(online.timestamp, 1),
    snapshot: quorum(online.snapshot, 1),
    targets: quorum(targetsSigners, 2),
  };
  return signMetadata(rootOf(roles, edition(version)), rootSigners.slice(0, 3));
}

/** What people sign first: targets, claimed and releases, by two of three. */
export async function givenLayout(
  version = 1,
  online: OnlineSigners = onlineSigners,
  bitLength = 4,
): Promise<Map<string, Uint8Array>> {
  const offline = quorum(targetsSigners, 2);
  const of = (role: keyof OnlineSigners): Quorum => quorum(online[role], 1);
  const quorums = {
    ...{ 'pause-index': of('pause-index'), advisories: of('advisories') },
    ...{ 'recently-claimed': of('recently-claimed'), bins: of('bins') },
  };
  const signers = targetsSigners.slice(0, 2);
  const at = edition(version);
  return new Map([
    ['targets', await signMetadata(targetsOf(offline, quorums, at), signers)],
    ['claimed', await signMetadata(claimsOf([], at), signers)],
    ['releases', await signMetadata(releasesOf(quorums.bins, at, bitLength), signers)],
  ]);
}

export interface GivenRepository {
  readonly store: MemoryTufStore;
  readonly root: Uint8Array;
  open(online?: OnlineSigners, now?: string): Promise<TufRepository>;
}

/** With 16 bins, or more. */
export async function givenRepository(bitLength = 4): Promise<GivenRepository> {
  const store = new MemoryTufStore();
  const root = await givenRoot();
  const open = (signers = onlineSigners, now = NOW): Promise<TufRepository> =>
    TufRepository.open({
      ...{ store, root, signers, verifier: nodeTufVerifier, digest: nodeDigest, now: () => new Date(now) },
    });
  const repository = await open();
  await repository.install({ roles: await givenLayout(1, onlineSigners, bitLength) });
  return { store, root, open };
}
