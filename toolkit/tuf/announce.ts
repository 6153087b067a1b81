/** What was written is named by a snapshot, and that by the timestamp: from then on clients see it. */
import { compareBytes } from '../base/index.ts';
import { TufError } from './errors.ts';
import { countSigners } from './keys.ts';
import type { Edition } from './layout.ts';
import type { Metadata } from './metadata.ts';
import type { Root, Snapshot, Timestamp } from './model.ts';
import { expiryAfter, HOLDS_DAYS, isHalfOver } from './schedule.ts';
import { signRole } from './sign-role.ts';
import { MAX_FILE, metadataPath, ofRoot, readVersion, type Standing } from './standing.ts';
import { freeVersion, type WritingOps } from './write-roles.ts';

/** What is announced: `standing` says what roles there are, `root` is a new one that is published with it. */
export interface Announcement {
  readonly before: Standing;
  readonly standing: Standing;
  readonly root: Metadata<Root> | null;
}

export interface Announced {
  readonly standing: Standing;
  /** Of snapshot and root, what is new. */
  readonly written: readonly Metadata<Snapshot | Root>[];
}

/** The snapshot is another one when anything was written. Throws `taken` when another process was faster. */
export async function announce(
  announcement: Announcement,
  isNew: boolean,
  ops: WritingOps,
): Promise<Announced> {
  const { before, standing, root } = announcement;
  await checkAlone(before, ops);
  const isDue = isHalfOver(before.snapshot.expires, HOLDS_DAYS.snapshot, ops.now());
  const fresh = isNew || isDue || root !== null || before.rotated ? await putSnapshot(standing, ops) : null;
  const snapshot = fresh ?? (await readVersion('snapshot', 'snapshot', standing.snapshot.version, ops));
  const timestamp = await newTimestamp(standing, snapshot, ops);
  // Clients that have not seen the new root yet go on by the old one, where its keys have signed too.
  if (!(await holdsUnder(before.root, [timestamp, snapshot], ops))) await putRoot(root, ops);
  await ops.store.replace(TIMESTAMP, timestamp.bytes);
  await putRoot(root, ops);
  const announced = { announced: timestamp.bytes, rotated: false };
  const editions = { timestamp: editionOf(timestamp.signed), snapshot: editionOf(snapshot.signed) };
  const written = [fresh, root].filter((one) => one !== null);
  return { standing: { ...standing, ...announced, ...editions }, written };
}

const TIMESTAMP = 'timestamp.json';

async function checkAlone({ announced }: Standing, { store }: WritingOps): Promise<void> {
  const found = await store.read(TIMESTAMP, MAX_FILE);
  const isOurs =
    found === null || announced === null ? found === announced : compareBytes(found, announced) === 0;
  if (!isOurs) throw new TufError('taken', 'another process has written it', { file: TIMESTAMP });
}

async function putSnapshot(
  { root, meta, snapshot: last }: Standing,
  ops: WritingOps,
): Promise<Metadata<Snapshot>> {
  const version = await freeVersion('snapshot', last.version, ops);
  const signed: Snapshot = {
    kind: 'snapshot',
    version,
    expires: expiryAfter(ops.now(), HOLDS_DAYS.snapshot),
    meta,
  };
  const by = { delegator: ofRoot(root, 'snapshot'), verifier: ops.verifier };
  const snapshot = await signRole('snapshot', signed, ops.signers.snapshot, by);
  await ops.store.putNew([{ path: metadataPath('snapshot', version), bytes: snapshot.bytes }]);
  return snapshot;
}

async function newTimestamp(
  { root, timestamp: last }: Standing,
  { signed: { version }, bytes }: Metadata<Snapshot>,
  ops: WritingOps,
): Promise<Metadata<Timestamp>> {
  const signed: Timestamp = {
    kind: 'timestamp',
    version: last.version + 1,
    expires: expiryAfter(ops.now(), HOLDS_DAYS.timestamp),
    snapshot: { version, length: bytes.length, hashes: new Map([['sha256', ops.digest('sha256', bytes)]]) },
  };
  const by = { delegator: ofRoot(root, 'timestamp'), verifier: ops.verifier };
  return signRole('timestamp', signed, ops.signers.timestamp, by);
}

async function holdsUnder(
  root: Root,
  signed: readonly Metadata[],
  { verifier }: WritingOps,
): Promise<boolean> {
  for (const metadata of signed) {
    const { keys, ...role } = ofRoot(root, metadata.signed.kind);
    if ((await countSigners(metadata, role, keys, verifier)) < role.threshold) return false;
  }
  return true;
}

async function putRoot(root: Metadata<Root> | null, { store }: WritingOps): Promise<void> {
  if (root === null) return;
  await store.putNew([{ path: metadataPath('root', root.signed.version), bytes: root.bytes }]);
}

function editionOf({ version, expires }: Edition): Edition {
  return { version, expires };
}
