/**
 * What a Debian package's own changelog says of vulnerabilities: `usr/share/doc/PACKAGE/changelog.Debian.gz`,
 * Debian Policy 4.4.
 */
import { compareDebianVersions } from './debian-version.ts';
import type { Distributor } from './inventory.ts';

type Fixes = Distributor['fixes'];

const HEADER = /^[a-z0-9][a-z0-9+.-]* \(([^() ]+)\)/;
const CVE = /\bCVE-\d{4}-\d{4,19}\b/gi;

/** An item may take a fix back; what it then names is not fixed. */
const TAKEN_BACK =
  /\brevert|\bback(?:s|ed|ing)? out\b|\bnot (?:yet )?(?:fixed|addressed|included)\b|\bunfixed\b/i;

/** Longest item that is kept whole as evidence; of a longer one only the line that names the id. */
const MAX_EVIDENCE = 200;

/**
 * CVE ids that entries up to the version name, each with the item that names it first and the line in it; sorted
 * by id. An id that a later entry takes back is left out until an entry after that names it again.
 */
export function changelogFixes(text: string, upTo: string): Fixes {
  const named = new Map<string, Fixes[number]>();
  for (const { mention, item } of mentions(text, upTo).reverse()) {
    if (TAKEN_BACK.test(item)) named.delete(mention.id);
    else if (!named.has(mention.id)) named.set(mention.id, mention);
  }
  return [...named.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Mention {
  readonly mention: Fixes[number];
  /** The item, whole. */
  readonly item: string;
}

/** Newest first, as the file has them; within an item the first line that names an id comes last. */
function mentions(text: string, upTo: string): Mention[] {
  const found: Mention[] = [];
  const lines = text.split('\n');
  let packageVersion: string | null = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const version = HEADER.exec(line)?.[1];
    if (version !== undefined) packageVersion = compareDebianVersions(version, upTo) <= 0 ? version : null;
    if (version !== undefined || !line.startsWith('  ')) continue;
    const length = itemLength(lines, at);
    if (packageVersion !== null)
      found.push(...mentionsIn(lines.slice(at, at + length), at + 1, packageVersion));
    at += length - 1;
  }
  return found;
}

/** A bullet and the lines that continue it. */
function itemLength(lines: readonly string[], start: number): number {
  let end = start + 1;
  while (/^ {2,}(?![*+-] )\S/.test(lines[end] ?? '')) end++;
  return end - start;
}

function mentionsIn(item: readonly string[], first: number, packageVersion: string): Mention[] {
  const whole = item.map((line) => line.trim()).join(' ');
  const found = item.flatMap((line, index) => {
    const ids = [...line.matchAll(CVE)].map(([id]) => id.toUpperCase());
    const text = whole.length > MAX_EVIDENCE ? line.trim().slice(0, MAX_EVIDENCE) : whole;
    return ids.map((id) => ({ mention: { id, line: first + index, text, packageVersion }, item: whole }));
  });
  return found.reverse();
}
