/**
 * What a VEX document says, whichever its format: one statement of one vulnerability in one product. OpenVEX,
 * CSAF and CycloneDX each have a reader that gives these.
 */

export const VEX_STATUSES = ['affected', 'not_affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

export interface VexStatement {
  /** Names of the vulnerability, the first one first: `CVE-2026-99990`, `CPANSA-DBI-2026-01`. */
  readonly ids: readonly string[];
  readonly status: VexStatus;
  /** The format's own word for the status: `known_not_affected`, `false_positive`. */
  readonly stated: string;
  /** The format's own word, `vulnerable_code_not_present`, `code_not_reachable`; null where it gives none. */
  readonly justification: string | null;
  /** The author's words; null where there are none. */
  readonly detail: string | null;
  /** The product by the document's own name. */
  readonly product: string;
  /** Package URLs of what the statement is about, as written; none where it is named in other ways only. */
  readonly purls: readonly string[];
  /** Package URLs of what contains it, where the statement holds inside of that only. */
  readonly within: readonly string[];
  /** The versions it is limited to, where the package URLs do not say; none means any. */
  readonly versions: readonly VexVersions[];
  /** Where it stands: `statements[3].products[0]`. */
  readonly path: string;
}

/** One version, or a range as the document has it, as a rule VERS. */
export type VexVersions = { readonly version: string } | { readonly range: string };

/** Without repetitions, absent ones left out. */
export function distinct(texts: readonly (string | null | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => typeof text === 'string' && text !== ''))] as string[]; // filtered just so
}

export function isPurl(text: string | undefined): boolean {
  return text !== undefined && /^pkg:/i.test(text);
}
