/** A patch's way into the store: `docs/formats/published-store.md`, "Patches". */
import { compareBytes, quoteFound } from 'cpansec/base';
import { CpanError, parseVersion } from 'cpansec/cpan';
import { PublishedError } from './errors.ts';
import { encodeName, isPatchKey } from './keys.ts';
import type { PublishedStore } from './store.ts';
import { problemOfDiff } from './unified-diff.ts';

/** What a patch repairs. */
export interface PatchOf {
  /** A CVE id, or the id of a record of the store that has exactly one. */
  readonly advisory: string;
  readonly distribution: string;
  /** The release that it applies to. */
  readonly version: string;
}

export interface AddedPatch {
  readonly key: string;
  /** The change's number; null when the newest revision has these bytes already, and nothing was written. */
  readonly change: number | null;
}

/**
 * Puts the bytes, as they are, as the next revision of the patch; records are not changed. `at` is RFC 3339 UTC to
 * the second. Throws `patch` for what is no unified diff or has no place, `busy` when somebody else was faster.
 */
export async function addPatch(
  store: PublishedStore,
  of: PatchOf,
  bytes: Uint8Array,
  at: string,
): Promise<AddedPatch> {
  const problem = problemOfDiff(bytes);
  if (problem !== null) throw new PublishedError('patch', problem);
  const stem = await stemOf(store, of);
  const newest = await newestRevision(store, stem);
  const last = `${stem}${newest}.patch`;
  const known = newest === 0 ? null : await store.patch(last);
  if (known !== null && compareBytes(known, bytes) === 0) return { key: last, change: null };
  const key = `${stem}${newest + 1}.patch`;
  let put = false;
  const about = { at, records: [], dists: [], patches: [key], decisions: false };
  const change = await store.changes.run(about, async () => {
    put = await store.putPatch(key, bytes);
  });
  if (!put) throw new PublishedError('busy', 'somebody else put another patch there', { file: key });
  return { key, change };
}

/** The key up to the number of the revision. */
async function stemOf(store: PublishedStore, { advisory, distribution, version }: PatchOf): Promise<string> {
  try {
    parseVersion(version);
  } catch (cause) {
    if (!(cause instanceof CpanError)) throw cause;
    throw new PublishedError('patch', cause.message, {}, { cause });
  }
  const [dist, release] = [encodeName(distribution), encodeName(version)];
  const letter = distribution.slice(0, 1).toUpperCase();
  const stem = `patches/${letter}/${dist}/${release}/${await cveOf(store, advisory)}-r`;
  if (isPatchKey(`${stem}1.patch`)) return stem;
  throw new PublishedError('name', `no distribution has the name ${quoteFound(distribution)}`);
}

async function cveOf(store: PublishedStore, advisory: string): Promise<string> {
  if (isCve(advisory)) return advisory;
  const revision = await store.latest(advisory);
  if (revision === null) throw new PublishedError('patch', `the store has no record ${quoteFound(advisory)}`);
  const { aliases, affected } = revision.record;
  const names = new Set([...aliases, ...affected.flatMap((entry) => entry.aliases ?? [])]);
  const [cve, ...more] = [...names].filter(isCve);
  if (cve !== undefined && more.length === 0) return cve;
  const found = cve === undefined ? 'no CVE id' : [cve, ...more].join(', ');
  throw new PublishedError('patch', `${advisory} has ${found}: name the CVE id that the patch is for`);
}

function isCve(name: string): boolean {
  return /^CVE-\d{4}-\d{4,19}$/.test(name);
}

/** 0 where there is none. */
async function newestRevision(store: PublishedStore, stem: string): Promise<number> {
  let newest = 0;
  for await (const { key } of store.patches(stem.slice(0, stem.lastIndexOf('/') + 1))) {
    const number = key.startsWith(stem) ? /^(\d{1,9})\.patch$/.exec(key.slice(stem.length))?.[1] : undefined;
    newest = Math.max(newest, Number(number ?? 0));
  }
  return newest;
}
