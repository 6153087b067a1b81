/** How a text becomes the terms by which it is found: the same for what is stored and what is asked. */

/** Terms of one document at most, and characters of one term. */
const MAX_TERMS = 400;
const MAX_LENGTH = 80;

/** Words that stand in most summaries and tell nothing. */
const COMMON: ReadonlySet<string> = new Set(
  'a after allow allows an and are as at attacker attackers be before by can cpan does for from has have in into is it its may module not of on or perl than that the this through to used using versions via vulnerability vulnerable was when which with without'.split(
    ' ',
  ),
);

/** The one term of a name: small letters, every separator a hyphen. `CPANSA-` is left out: it would be in all. */
export function nameTerms(name: string): string[] {
  const term = name
    .toLowerCase()
    .replace(/^pkg:cpan\/(?:[a-z][a-z0-9-]*\/)?([^@?#]*).*$/s, '$1')
    .replace(/%3a/g, ':')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .replace(/^cpansa-/, '')
    .slice(0, MAX_LENGTH);
  return term === '' ? [] : [term];
}

/** The words of a text, without those that tell nothing. */
export function wordTerms(text: string): ReadonlySet<string> {
  const words = (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).filter(
    (word) => word.length > 1 && word.length <= MAX_LENGTH && !COMMON.has(word),
  );
  return new Set(words.slice(0, MAX_TERMS));
}

/** Letters of a term that say which shard has it. A question needs as many, or its whole word where that is shorter. */
const KEY_LENGTH = 3;
/** `cve-2026-99`: all ids of a kind begin alike. */
const ID_KEY = /^(?:cve-\d{4}-\d{2}|ghsa-[a-z0-9]{2})/;

export function shardKey(term: string): string {
  return ID_KEY.exec(term)?.[0] ?? term.slice(0, KEY_LENGTH);
}
