/**
 * Silent changes of advisories: what a public tree serves is the newest revision that was logged, revisions go
 * forward, and none says that it was published before others saw the log without it.
 */
import type { AdvisoryEntry, PatchEntry } from './entry.ts';
import { type Finding, unreadable, type Watch, watched } from './monitor.ts';
import type { LogView } from './view.ts';

/** What a public tree serves. */
export interface AdvisoryTree {
  readonly serial: number;
  /** SHA-256 of its manifest, in small hexadecimal digits. */
  readonly manifest: string;
  /** The records at `advisories/ID.json`, by id: SHA-256 in small hexadecimal digits. */
  readonly records: ReadonlyMap<string, string>;
}

/** The newest revision of an advisory that a run has seen: what the next run begins with. */
export interface SeenAdvisory {
  readonly index: number;
  readonly revision: number;
  readonly sha256: string;
  readonly published: string | null;
}

export interface AdvisoryWatch extends Watch {
  readonly tree: AdvisoryTree;
  /** By id, of the run before. */
  readonly seen: ReadonlyMap<string, SeenAdvisory>;
  /** Newest tree of the run before: its serial and the digest of its manifest. */
  readonly manifest: SeenManifest | null;
  /** RFC 3339 UTC: when witnesses had seen the log without the new entries; null where nobody knows. */
  readonly witnessed: string | null;
}

export interface SeenManifest {
  readonly serial: number;
  readonly sha256: string;
}

export interface AdvisoryReport {
  readonly findings: readonly Finding[];
  readonly seen: ReadonlyMap<string, SeenAdvisory>;
  readonly manifest: SeenManifest | null;
}

/** Throws what reading entries does. */
export async function watchAdvisories(view: LogView, watch: AdvisoryWatch): Promise<AdvisoryReport> {
  const findings: Finding[] = [];
  const seen = new Map(watch.seen);
  let { manifest } = watch;
  const unread: number[] = [];
  for await (const { index, said } of watched(view, watch)) {
    if (said === null) unread.push(index);
    if (said?.type === 'manifest') manifest = said;
    if (said?.type !== 'advisory' && said?.type !== 'patch') continue;
    const add = (subject: string, [kind, words]: Oddity): void =>
      void findings.push({ kind, level: 'found', subject, index, words, at: watch.at });
    if (manifest !== null)
      for (const one of undated(said)) add(said.type === 'patch' ? said.path : said.id, one);
    if (said.type === 'patch') continue;
    const before = seen.get(said.id);
    for (const one of oddities(said, before, watch)) add(said.id, one);
    if (before === undefined || said.revision >= before.revision) seen.set(said.id, { index, ...said });
  }
  findings.push(...unreadable(unread, view, watch.at), ...served(watch, seen, manifest));
  return { findings, seen, manifest };
}

type Oddity = readonly [kind: string, words: string];

/** What a log that has a tree is told was published when nobody can check it. */
function undated({ source, published }: AdvisoryEntry | PatchEntry): Oddity[] {
  if (source === 'backfill')
    return [['back-dated', 'is said to be from before the log, which already had a tree']];
  return published === null ? [['back-dated', 'does not say when it was published']] : [];
}

function oddities(
  { revision, sha256, published, source }: AdvisoryEntry,
  before: SeenAdvisory | undefined,
  { witnessed }: AdvisoryWatch,
): Oddity[] {
  const found: Oddity[] = [];
  if (before !== undefined && revision < before.revision)
    found.push(['goes-back', `revision ${revision} was logged after revision ${before.revision}`]);
  if (before?.revision === revision && before.sha256 !== sha256)
    found.push(['conflict', `revision ${revision} has another digest than entry ${before.index}`]);
  if (published === null || source !== 'publisher') return found;
  if (before?.published != null && published < before.published)
    found.push([
      'back-dated',
      `says ${published}, before revision ${before.revision} of ${before.published}`,
    ]);
  else if (witnessed !== null && published < witnessed)
    found.push(['back-dated', `says ${published}; at ${witnessed} witnesses saw the log without it`]);
  return found;
}

/** A tree that is newer or older than the log's newest is not compared: it is being published, or a late copy. */
function served(
  { tree, at }: AdvisoryWatch,
  seen: ReadonlyMap<string, SeenAdvisory>,
  manifest: SeenManifest | null,
): Finding[] {
  const about = { kind: 'tree', subject: `tree ${tree.serial}`, index: null, at } as const;
  if (manifest === null)
    return [{ ...about, level: 'unknown', words: 'the log has no tree to compare with' }];
  if (manifest.serial !== tree.serial)
    return [{ ...about, level: 'unknown', words: `the newest tree of the log is ${manifest.serial}` }];
  const words = 'its manifest has another digest than the log says';
  const other: Finding[] = manifest.sha256 === tree.manifest ? [] : [{ ...about, level: 'found', words }];
  const ids = new Set([...tree.records.keys(), ...seen.keys()]);
  return [...other, ...[...ids].sort().flatMap((id) => record(id, tree.records.get(id), seen.get(id), at))];
}

function record(
  id: string,
  sha256: string | undefined,
  seen: SeenAdvisory | undefined,
  at: string,
): Finding[] {
  const about = { level: 'found', subject: id, index: seen?.index ?? null, at } as const;
  if (seen === undefined) return [{ ...about, kind: 'not-logged', words: 'is served and was never logged' }];
  if (sha256 === undefined)
    return [{ ...about, kind: 'gone', words: `revision ${seen.revision} was logged and is not served` }];
  if (sha256 === seen.sha256) return [];
  const words = `is served with sha256 ${sha256}; revision ${seen.revision}, the newest, has ${seen.sha256}`;
  return [{ ...about, kind: 'silent-change', words }];
}
