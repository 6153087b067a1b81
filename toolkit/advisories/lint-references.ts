/** The lint of what a record points to: references, and what to do about the vulnerability. */
import { quoteFound } from '../base/index.ts';
import { uriOf } from '../formats/index.ts';
import { intervals } from './intervals.ts';
import type { Check } from './lint-rules.ts';
import { isUndecided } from './range.ts';
import type { AffectedEntry, Reference } from './record.ts';

/** What somebody who repairs it wrote or was told. */
const UPSTREAM: ReadonlySet<Reference['type']> = new Set(['fix', 'patch', 'report', 'package']);

const PINNED = 'https://metacpan.org/release/AUTHOR/Distribution-1.23/changes';

export const checkReferences: Check = ({ references, withdrawn, malicious }, findings) => {
  if (references.length === 0) findings.add('reference-absent', 'references', 'no reference');
  else if (
    withdrawn === undefined &&
    malicious === undefined &&
    !references.some(({ type }) => UPSTREAM.has(type))
  )
    findings.add('reference-quality', 'references', 'none is a fix, a patch, a report or a release');
  const seen = new Set<string>();
  references.forEach(({ url }, i) => {
    const path = `references[${i}].url`;
    if (/^ftp:/i.test(url)) findings.add('reference-ftp', path, `${quoteFound(url)} is on an FTP server`);
    else if (!isWebAddress(url)) findings.add('reference-form', path, `${quoteFound(url)} is no web address`);
    const uri = uriOf(url);
    if (uri !== null && uri !== url)
      findings.add('reference-characters', path, `${quoteFound(url)} has characters of no address`, uri);
    if (isUnpinnedChangelog(url))
      findings.add('changelog-unpinned', path, `${quoteFound(url)} changes with every release`, PINNED);
    if (seen.has(url)) findings.add('reference-duplicate', path, `${quoteFound(url)} twice`);
    seen.add(url);
  });
};

function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s/?#]+[^\s]*$/.test(url) && URL.canParse(url);
}

/** MetaCPAN's page of the newest release's changes; a release in the address pins it. */
function isUnpinnedChangelog(url: string): boolean {
  if (!/^https?:\/\/(?:www\.)?metacpan\.org\//.test(url)) return false;
  return /\/(?:dist\/[^/?#]+\/changes|changes\/distribution\/[^/?#]+|pod\/distribution\/[^?#]+\/Changes)/i.test(
    url,
  );
}

/** Where no release ends it and nobody has a patch, readers are left alone. */
export const checkSolution: Check = (
  { affected, references, details = '', withdrawn, malicious },
  findings,
) => {
  if (withdrawn !== undefined || malicious !== undefined || affected.length === 0) return;
  const patched = references.some(({ type }) => type === 'patch' || type === 'fix');
  const told = /\b(?:workaround|mitigat|upgrade|instead|disabl)/i.test(details);
  if (patched || told || affected.some(ends)) return;
  findings.add('solution-absent', 'affected', 'no version that fixes it, no patch and no workaround');
};

function ends(entry: AffectedEntry): boolean {
  return entry.fixed.length > 0 || (!isUndecided(entry) && intervals(entry.ranges).at(-1)?.high !== null);
}
