/** Roles that change are signed and written, where nobody asks for them yet. */

import { binName } from './delegation.ts';
import { ANEW, type Edit } from './edit.ts';
import type { OnlineSigners, TufFile } from './keeping.ts';
import { emptyTargets, RECENTLY_CLAIMED } from './layout.ts';
import type { Targets } from './model.ts';
import { dueBins, expiryAfter, HOLDS_DAYS, isHalfOver, signedAt } from './schedule.ts';
import { signRole } from './sign-role.ts';
import {
  binsOf,
  checkBy,
  delegatorOf,
  findDelegator,
  MAX_FILE,
  metadataPath,
  NOTHING,
  type RepositoryOps,
  readVersion,
  type Standing,
} from './standing.ts';

export interface WritingOps extends RepositoryOps {
  readonly signers: OnlineSigners;
  readonly now: () => Date;
}

/** A file of metadata, as the log is told of it. */
export interface WrittenRole {
  readonly role: string;
  readonly version: number;
  /** In small hexadecimal digits. */
  readonly sha256: string;
  readonly size: number;
}

/** Metadata that is about to be written. */
export interface ReadyRole extends TufFile {
  readonly role: string;
  readonly version: number;
}

/** What the repository is to become. */
export interface Plan {
  /** What stands. */
  readonly before: Standing;
  /** Who then says whose keys roles have. */
  readonly next: Standing;
  /** What is signed on line. */
  readonly edits: ReadonlyMap<string, Edit>;
  /** What others have signed. */
  readonly given: readonly ReadyRole[];
}

export interface WrittenRoles {
  readonly standing: Standing;
  readonly written: readonly WrittenRole[];
}

/** So many files are made durable at a time. */
const TOGETHER = 256;
const ONLINE_TARGETS = ['pause-index', 'advisories', RECENTLY_CLAIMED] as const;

/** Bins first, and what is due is signed anew on the way. */
export async function writeRoles(plan: Plan, ops: WritingOps): Promise<WrittenRoles> {
  const { next, given } = plan;
  const [meta, named] = [new Map(next.meta), new Map(next.named)];
  const written: WrittenRole[] = [];
  const put = async (files: readonly ReadyRole[]): Promise<void> => {
    await ops.store.putNew(files);
    for (const { role, version, bytes } of files) {
      meta.set(role, { version });
      written.push(writtenRole(role, version, bytes, ops));
    }
  };
  const waiting: ReadyRole[] = [];
  for (const [role, edit] of withDue(plan, ops.now())) {
    const content = await edited(role, edit, plan, ops);
    if (content === null) continue;
    const { version, signed, bytes } = await signedOnLine(role, content, next, ops);
    if (isOnlineTargets(role)) named.set(role, signed);
    waiting.push({ role, version, path: metadataPath(role, version), bytes });
    if (waiting.length === TOGETHER) await put(waiting.splice(0));
  }
  await put([...waiting, ...given]);
  return { standing: { ...next, meta, named }, written };
}

export function writtenRole(
  role: string,
  version: number,
  bytes: Uint8Array,
  { digest }: Pick<RepositoryOps, 'digest'>,
): WrittenRole {
  return { role, version, sha256: digest('sha256', bytes), size: bytes.length };
}

/** All that signs on line, below a layout; bins first. */
export function onlineRoles({ named }: Pick<Standing, 'named'>): string[] {
  const bins = binsOf(named);
  const names = Array.from({ length: 2 ** bins.bitLength }, (_, i) => binName(bins, i));
  return [...names, ...ONLINE_TARGETS];
}

function isOnlineTargets(role: string): role is (typeof ONLINE_TARGETS)[number] {
  return ONLINE_TARGETS.some((one) => one === role);
}

function withDue({ before, next, edits }: Plan, now: Date): Map<string, Edit> {
  const all = new Map(edits);
  const due = ONLINE_TARGETS.filter((role) =>
    isHalfOver(before.named.get(role)?.expires ?? NEVER, HOLDS_DAYS.online, now),
  );
  const bins = binsOf(next.named);
  const last = signedAt(before.timestamp.expires, HOLDS_DAYS.timestamp);
  const isFirst = before.timestamp.version === 0;
  const numbers = isFirst ? [] : dueBins(2 ** bins.bitLength, last, now);
  for (const role of [...numbers.map((number) => binName(bins, number)), ...due])
    if (!all.has(role)) all.set(role, ANEW);
  return all;
}

const NEVER = '9999-12-31T23:59:59Z';

/** What the role says next, read and verified first; null when that is what it says. */
async function edited(role: string, edit: Edit, { before }: Plan, ops: WritingOps): Promise<Targets | null> {
  return edit(before.named.get(role) ?? (await standingBin(role, before, ops)));
}

/** Whether the same keys, and as many of them, have to sign the role. */
export function hasSameKeys(role: string, before: Standing, next: Standing): boolean {
  if (!before.meta.has(role)) return false;
  const [one, other] = [findDelegator(role, before), findDelegator(role, next)];
  if (one === null || other === null) return false;
  return one.threshold === other.threshold && one.keyids.join(' ') === other.keyids.join(' ');
}

/** Of a role that nobody has signed yet, nothing. */
async function standingBin(role: string, before: Standing, ops: RepositoryOps): Promise<Targets> {
  const version = before.meta.get(role)?.version;
  if (version === undefined) return emptyTargets(NOTHING);
  const found = await readVersion('targets', role, version, ops);
  await checkBy(found, delegatorOf(role, before), role, ops.verifier);
  return found.signed;
}

async function signedOnLine(
  role: string,
  content: Targets,
  next: Standing,
  ops: WritingOps,
): Promise<{ version: number; signed: Targets; bytes: Uint8Array }> {
  const days = isOnlineTargets(role) ? HOLDS_DAYS.online : HOLDS_DAYS.bins;
  const version = await freeVersion(role, next.meta.get(role)?.version ?? 0, ops);
  const signed = { ...content, version, expires: expiryAfter(ops.now(), days) };
  const signers = ops.signers[isOnlineTargets(role) ? role : 'bins'];
  const by = { delegator: delegatorOf(role, next), verifier: ops.verifier };
  const { bytes } = await signRole(role, signed, signers, by);
  return { version, signed, bytes };
}

/** The next version of which no file stands: a process that was killed may have left one. */
export async function freeVersion(
  role: string,
  after: number,
  { store }: Pick<RepositoryOps, 'store'>,
): Promise<number> {
  let version = after + 1;
  while ((await store.read(metadataPath(role, version), MAX_FILE)) !== null) version++;
  return version;
}
