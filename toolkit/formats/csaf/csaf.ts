/**
 * CSAF, the Common Security Advisory Framework, 2.0 and the draft of 2.1 (https://docs.oasis-open.org/csaf/csaf/):
 * reading of what says which products a vulnerability is in. Other members are kept as they are.
 */
import { array, object, optional, type Shape, string } from '../../base/index.ts';
import { type ReadOptions, readJson, readShape, type Source } from '../document.ts';
import { FormatError } from '../errors.ts';

export interface Csaf {
  document: CsafDocument;
  product_tree?: CsafProductTree | undefined;
  vulnerabilities?: CsafVulnerability[] | undefined;
}

export interface CsafDocument {
  /** The profile: `csaf_vex`, `csaf_security_advisory` … */
  category: string;
  csaf_version: string;
  title?: string | undefined;
  publisher?: { name?: string | undefined } | undefined;
  tracking?:
    | { id?: string | undefined; version?: string | undefined; status?: string | undefined }
    | undefined;
}

export interface CsafProductTree {
  branches?: CsafBranch[] | undefined;
  full_product_names?: CsafFullProductName[] | undefined;
  product_groups?: { group_id: string; product_ids: string[] }[] | undefined;
  relationships?: CsafRelationship[] | undefined;
}

export interface CsafBranch {
  /** `vendor`, `product_name`, `product_version`, `product_version_range` … */
  category: string;
  name: string;
  product?: CsafFullProductName | undefined;
  branches?: CsafBranch[] | undefined;
}

export interface CsafFullProductName {
  product_id: string;
  name: string;
  product_identification_helper?: CsafHelper | undefined;
}

export interface CsafHelper {
  cpe?: string | undefined;
  /** 2.0 */
  purl?: string | undefined;
  /** 2.1 */
  purls?: string[] | undefined;
}

export interface CsafRelationship {
  /** `default_component_of`, `installed_on` … */
  category: string;
  /** The part. */
  product_reference: string;
  /** The whole. */
  relates_to_product_reference: string;
  /** The part in the whole. */
  full_product_name: CsafFullProductName;
}

export interface CsafVulnerability {
  cve?: string | undefined;
  ids?: { system_name?: string | undefined; text: string }[] | undefined;
  title?: string | undefined;
  /** Product ids by status: `known_affected`, `known_not_affected`, `fixed` … */
  product_status?: CsafProductStatus | undefined;
  flags?: (CsafScope & { label: string })[] | undefined;
  remediations?:
    | (CsafScope & { category: string; details?: string | undefined; url?: string | undefined })[]
    | undefined;
  threats?: (CsafScope & { category: string; details?: string | undefined })[] | undefined;
}

/** What an entry of a vulnerability is about. */
export interface CsafScope {
  product_ids?: string[] | undefined;
  group_ids?: string[] | undefined;
}

export interface CsafProductStatus {
  first_affected?: string[] | undefined;
  known_affected?: string[] | undefined;
  last_affected?: string[] | undefined;
  known_not_affected?: string[] | undefined;
  first_fixed?: string[] | undefined;
  fixed?: string[] | undefined;
  recommended?: string[] | undefined;
  under_investigation?: string[] | undefined;
}

const words = optional(array(string));
const text = optional(string);

const fullProductName: Shape<CsafFullProductName> = object({
  product_id: string,
  name: string,
  product_identification_helper: optional(object({ cpe: text, purl: text, purls: words })),
});

/** Calls itself; {@link readJson} has bounded the depth. */
const branch: Shape<CsafBranch> = (value, path) => branchMembers(value, path);
const branchMembers: Shape<CsafBranch> = object({
  category: string,
  name: string,
  product: optional(fullProductName),
  branches: optional(array(branch)),
});

const productTree: Shape<CsafProductTree> = object({
  branches: optional(array(branch)),
  full_product_names: optional(array(fullProductName)),
  product_groups: optional(array(object({ group_id: string, product_ids: array(string) }))),
  relationships: optional(
    array(
      object({
        category: string,
        product_reference: string,
        relates_to_product_reference: string,
        full_product_name: fullProductName,
      }),
    ),
  ),
});

const scope = { product_ids: words, group_ids: words };

const vulnerability: Shape<CsafVulnerability> = object({
  cve: text,
  ids: optional(array(object({ system_name: text, text: string }))),
  title: text,
  product_status: optional(
    object({
      first_affected: words,
      known_affected: words,
      last_affected: words,
      known_not_affected: words,
      first_fixed: words,
      fixed: words,
      recommended: words,
      under_investigation: words,
    }),
  ),
  flags: optional(array(object({ ...scope, label: string }))),
  remediations: optional(array(object({ ...scope, category: string, details: text, url: text }))),
  threats: optional(array(object({ ...scope, category: string, details: text }))),
});

const csaf: Shape<Csaf> = object({
  document: object({
    category: string,
    csaf_version: string,
    title: text,
    publisher: optional(object({ name: text })),
    tracking: optional(object({ id: text, version: text, status: text })),
  }),
  product_tree: optional(productTree),
  vulnerabilities: optional(array(vulnerability)),
});

/** Reads a document. Throws `JsonError`, `foreign`, `shape`, `bounds`. */
export function parseCsaf(source: Source, options: ReadOptions = {}): Csaf {
  const value = readJson(source, options);
  if (!isCsaf(value))
    throw new FormatError('foreign', 'no CSAF document of version 2.0 or 2.1', { ...options });
  return readShape(value, csaf, options);
}

/** Whether the JSON says that it is CSAF 2.0 or 2.1. */
export function isCsaf(value: unknown): boolean {
  const { document } = (value ?? {}) as { document?: { csaf_version?: unknown } | null }; // read, not trusted
  return document?.csaf_version === '2.0' || document?.csaf_version === '2.1';
}
