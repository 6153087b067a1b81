/**
 * What a Debian package's own changelog says of vulnerabilities: `usr/share/doc/PACKAGE/changelog.Debian.gz`,
 * Debian Policy 4.4.
 */
import { compareDebianVersions } from './debian-version.ts';
import type { Distributor } from './inventory.ts';

type Fixes = Distributor['fixes'];

const HEADER = /^[a-z0-9][a-z0-9+.-]* \(([^() ]+)\)/;
const CVE = /\bCVE-\d{4}-\d{4,19}\b/gi;

/** An entry may take a fix back; what it then names is not fixed. */
const TAKEN_BACK =
  /\brevert|\bback(?:s|ed|ing)? out\b|\bnot (?:yet )?(?:fixed|addressed|included)\b|\bunfixed\b/i;

/** Longest line that is kept as evidence. */
const MAX_EVIDENCE = 200;

/**
 * CVE ids that entries up to the version name, each with the line that names it first; sorted by id. An id that
 * a later entry takes back is left out until an entry after that names it again.
 */
export function changelogFixes(text: string, upTo: string): Fixes {
  const named = new Map<string, Fixes[number]>();
  for (const mention of mentions(text, upTo).reverse()) {
    if (TAKEN_BACK.test(mention.text)) named.delete(mention.id);
    else if (!named.has(mention.id)) named.set(mention.id, mention);
  }
  return [...named.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Newest first, as the file has them. */
function mentions(text: string, upTo: string): Fixes[number][] {
  const found: Fixes[number][] = [];
  let packageVersion: string | null = null;
  text.split('\n').forEach((line, index) => {
    const version = HEADER.exec(line)?.[1];
    if (version !== undefined) packageVersion = compareDebianVersions(version, upTo) <= 0 ? version : null;
    else if (packageVersion !== null) found.push(...mentionsIn(line, index + 1, packageVersion));
  });
  return found;
}

function mentionsIn(line: string, number: number, packageVersion: string): Fixes[number][] {
  if (!line.startsWith('  ')) return [];
  const evidence = line.trim().slice(0, MAX_EVIDENCE);
  const ids = new Set([...line.matchAll(CVE)].map(([id]) => id.toUpperCase()));
  return [...ids].map((id) => ({ id, line: number, text: evidence, packageVersion }));
}
