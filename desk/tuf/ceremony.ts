/**
 * A ceremony in a directory that travels: on removable media, or copied from one person to the next. Each file is
 * written once, so copies of several people are put together by copying their files into one.
 *
 *     layout.json                 who signs what
 *     1.root.draft.json           what is to be signed, to be read by people
 *     1.root.tbs                  the bytes that are signed: what sha256sum says of it is read aloud
 *     1.root.3f2a91bc….sig.json   one signature
 *     1.root.json                 with all that it needs
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exact, matching, string } from 'cpansec/base';
import { IoError, nodeDigest, nodeTufVerifier, now, readFile, systemCode } from 'cpansec/io';
import {
  type Approver,
  approversOf,
  authorRole,
  draftsOf,
  type Editions,
  encodeMetadata,
  finalizeDraft,
  type Progress,
  parseMetadata,
  progressOf,
  type Root,
  signDraft,
  signedBytes,
  type Targets,
  type TufSignature,
  type TufSigner,
} from 'cpansec/tuf';
import { TufKeepingError } from './errors.ts';
import { type NamedLayout, readLayout } from './layout-file.ts';
import { readShaped } from './read-json.ts';

const MAX_FILE = 16 * 1024 * 1024;

export interface DraftState {
  readonly role: string;
  readonly version: number;
  /** RFC 3339. */
  readonly expires: string;
  /** SHA-256 of what is signed, in small hexadecimal digits. */
  readonly digest: string;
  /** For each who has to approve of it; names of keys where the layout has some. */
  readonly progress: readonly Progress[];
}

export interface CeremonyOptions {
  /** Says what would be done, and writes nothing. */
  readonly dryRun?: boolean;
}

/**
 * Begins one: drafts of what the layout says otherwise than what stands in the directory, of what runs out, and of
 * the roles in `anew`. Throws `ceremony`, TufError.
 */
export async function initCeremony(
  directory: string,
  { dryRun = false, anew = [] }: CeremonyOptions & { readonly anew?: readonly string[] } = {},
): Promise<DraftState[]> {
  const layout = readLayout(join(directory, LAYOUT));
  const { before } = readEditions(directory);
  const drafts = draftsOf(layout, before, { now: now(), anew });
  for (const [role, signed] of dryRun ? [] : drafts) writeDraft(directory, role, signed);
  return states(drafts, { before, editions: new Map([...before, ...drafts]), signatures: () => [], layout });
}

/** Writes a draft of a role that `layout.json` does not decide: what an author signs. */
export function writeDraft(directory: string, role: string, signed: Root | Targets): void {
  const name = `${signed.version}.${role}`;
  writeOnce(join(directory, `${name}.draft.json`), encodeMetadata(signed, []));
  writeOnce(join(directory, `${name}.tbs`), signedBytes(signed));
}

/**
 * Signs what one of the keys has to approve of, or only the roles that are named. Gives what it signed; a key that has
 * nothing to approve of signs nothing.
 */
export async function signCeremony(
  directory: string,
  signers: readonly TufSigner[],
  { dryRun = false, roles = [] }: CeremonyOptions & { readonly roles?: readonly string[] } = {},
): Promise<DraftState[]> {
  const { before, drafts, editions } = readEditions(directory);
  const layout = readLayout(join(directory, LAYOUT));
  const given = new Map<string, TufSignature[]>();
  for (const [role, signed] of drafts) {
    if (roles.length > 0 && !roles.includes(role)) continue;
    const keyids = approvers(role, { before, editions, layout }).flatMap((approver) => approver.keyids);
    for (const signer of signers.filter(({ key }) => keyids.includes(key.keyid))) {
      const signature = await signDraft(signed, signer);
      given.set(role, [...(given.get(role) ?? []), signature]);
      if (!dryRun) writeSignature(directory, `${signed.version}.${role}`, signature);
    }
  }
  const signed = new Map([...drafts].filter(([role]) => given.has(role)));
  const signatures = (role: string, version: number): TufSignature[] => [
    ...readSignatures(directory, `${version}.${role}`).filter(
      ({ keyid }) => !given.get(role)?.some((one) => one.keyid === keyid),
    ),
    ...(given.get(role) ?? []),
  ];
  return states(signed, { before, editions, signatures, layout });
}

/** How far every draft is. */
export async function ceremonyStatus(directory: string): Promise<DraftState[]> {
  const { before, drafts, editions } = readEditions(directory);
  const layout = readLayout(join(directory, LAYOUT));
  const signatures = (role: string, version: number): TufSignature[] =>
    readSignatures(directory, `${version}.${role}`);
  return states(drafts, { before, editions, signatures, layout });
}

/** Puts drafts and their signatures together. Throws TufError `threshold` for the first that needs more of them. */
export async function finalizeCeremony(
  directory: string,
  { dryRun = false }: CeremonyOptions = {},
): Promise<DraftState[]> {
  const done = await ceremonyStatus(directory);
  const { before, drafts, editions } = readEditions(directory);
  const layout = readLayout(join(directory, LAYOUT));
  const files: [string, Uint8Array][] = [];
  for (const [role, signed] of drafts) {
    const name = `${signed.version}.${role}`;
    const by = approvers(role, { before, editions, layout });
    const bytes = await finalizeDraft(signed, readSignatures(directory, name), by, nodeTufVerifier);
    files.push([join(directory, `${name}.json`), bytes]);
  }
  for (const [path, bytes] of dryRun ? [] : files) writeOnce(path, bytes);
  return done;
}

/** Roles that are whole, in their newest versions. */
export function finalizedRoles(directory: string): Map<string, { version: number; bytes: Uint8Array }> {
  const found = new Map<string, { version: number; bytes: Uint8Array }>();
  for (const [role, version] of newestOf(directory, FINAL)) {
    const bytes = read(join(directory, `${version}.${role}.json`));
    found.set(role, { version, bytes });
  }
  return found;
}

export const LAYOUT = 'layout.json';
const DRAFT = /^([1-9]\d{0,8})\.([\w-]+)\.draft\.json$/;
const FINAL = /^([1-9]\d{0,8})\.([\w-]+)\.json$/;

interface Read {
  /** What is whole, in its newest version. */
  readonly before: Editions;
  /** What is not, root first. */
  readonly drafts: Editions;
  readonly editions: Editions;
}

function readEditions(directory: string): Read {
  const before = new Map<string, Root | Targets>();
  for (const [role, { bytes, version }] of finalizedRoles(directory))
    before.set(role, parsed(bytes, role, `${version}.${role}.json`));
  const drafts = new Map<string, Root | Targets>();
  for (const [role, version] of newestOf(directory, DRAFT)) {
    if (version <= (before.get(role)?.version ?? 0)) continue;
    const name = `${version}.${role}.draft.json`;
    drafts.set(role, parsed(read(join(directory, name)), role, name));
  }
  const ordered = [...drafts].sort(([a], [b]) => rank(a) - rank(b));
  return { before, drafts: new Map(ordered), editions: new Map([...before, ...ordered]) };
}

const ORDER = ['root', 'targets', 'claimed', 'releases'];

function rank(role: string): number {
  const place = ORDER.indexOf(role);
  return place < 0 ? ORDER.length : place;
}

/** Of what an author signs those whom the layout names for them, whether that was published or not. */
function approvers(role: string, { before, editions, layout }: Omit<Context, 'signatures'>): Approver[] {
  const claim = layout.claims.find(({ author }) => authorRole(author) === role);
  if (claim === undefined) return approversOf(role, editions, before);
  const keys = new Map(claim.keys.map((key) => [key.keyid, key]));
  return [{ name: role, keys, keyids: [...keys.keys()], threshold: claim.threshold }];
}

function parsed(bytes: Uint8Array, role: string, file: string): Root | Targets {
  return parseMetadata(bytes, role === 'root' ? 'root' : 'targets', file).signed;
}

function newestOf(directory: string, pattern: RegExp): Map<string, number> {
  const newest = new Map<string, number>();
  for (const name of list(directory)) {
    const [, version, role = ''] = pattern.exec(name) ?? [];
    if (version !== undefined) newest.set(role, Math.max(Number(version), newest.get(role) ?? 0));
  }
  return newest;
}

const signatureShape = exact({ keyid: matching(/^[0-9a-f]{64}$/, 'the id of a key'), sig: string });

function readSignatures(directory: string, name: string): TufSignature[] {
  return list(directory)
    .filter((file) => file.startsWith(`${name}.`) && file.endsWith('.sig.json'))
    .map((file) => readShaped(join(directory, file), signatureShape, 'ceremony'));
}

function writeSignature(directory: string, name: string, { keyid, sig }: TufSignature): void {
  const path = join(directory, `${name}.${keyid.slice(0, 16)}.sig.json`);
  // A signature that has its own randomness is another one each time.
  if (!existsSync(path)) writeOnce(path, Buffer.from(`${JSON.stringify({ keyid, sig })}\n`));
}

interface Context {
  readonly before: Editions;
  readonly editions: Editions;
  readonly layout: NamedLayout;
  signatures(role: string, version: number): readonly TufSignature[];
}

async function states(
  drafts: Editions,
  { before, editions, layout, signatures }: Context,
): Promise<DraftState[]> {
  const found: DraftState[] = [];
  for (const [role, signed] of drafts) {
    const by = approvers(role, { before, editions, layout });
    const progress = await progressOf(signed, signatures(role, signed.version), by, nodeTufVerifier);
    const named = (keyids: readonly string[]): string[] =>
      keyids.map((keyid) => layout.names.get(keyid) ?? keyid);
    found.push({
      ...{ role, version: signed.version, expires: signed.expires },
      digest: nodeDigest('sha256', signedBytes(signed)),
      progress: progress.map((one) => ({ ...one, signed: named(one.signed), missing: named(one.missing) })),
    });
  }
  return found;
}

function list(directory: string): string[] {
  return attempt(directory, () => readdirSync(directory).sort());
}

function read(path: string): Uint8Array {
  return attempt(path, () => readFile(path, MAX_FILE));
}

/** The same file may stand there already. Throws `ceremony` for another one. */
function writeOnce(path: string, bytes: Uint8Array): void {
  if (existsSync(path)) {
    if (Buffer.compare(read(path), bytes) === 0) return;
    throw new TufKeepingError('ceremony', 'stands there already, and is another one', { file: path });
  }
  attempt(path, () => writeFileSync(path, bytes, { flag: 'wx', flush: true }));
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof IoError) throw new TufKeepingError('ceremony', cause.problem, { file }, { cause });
    const code = systemCode(cause);
    if (code === '') throw cause;
    throw new TufKeepingError('ceremony', `cannot be read or written: ${code}`, { file }, { cause });
  }
}
