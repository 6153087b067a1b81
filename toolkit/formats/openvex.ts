/** OpenVEX 0.2.0 (https://github.com/openvex/spec), read and written. */
import { array, number, object, oneOf, optional, record, type Shape, string } from '../base/index.ts';
import {
  asFound,
  type MemberOrder,
  type ReadOptions,
  readJson,
  readShape,
  type Source,
  writeJson,
} from './document.ts';
import { FormatError } from './errors.ts';
import { distinct, isPurl, VEX_STATUSES, type VexStatement, type VexStatus } from './vex.ts';

/** The `@context` of what is written; documents of the 0.2 line are read. */
export const OPENVEX_CONTEXT = 'https://openvex.dev/ns/v0.2.0';

export const OPENVEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;
export type OpenVexJustification = (typeof OPENVEX_JUSTIFICATIONS)[number];

export interface OpenVex {
  '@context': string;
  /** An IRI. */
  '@id': string;
  author: string;
  role?: string | undefined;
  /** RFC 3339, as the other instants. */
  timestamp: string;
  last_updated?: string | undefined;
  /** Counts from 1. */
  version: number;
  tooling?: string | undefined;
  statements: OpenVexStatement[];
}

export interface OpenVexStatement {
  '@id'?: string | undefined;
  version?: number | undefined;
  vulnerability: OpenVexVulnerability;
  timestamp?: string | undefined;
  last_updated?: string | undefined;
  products?: OpenVexProduct[] | undefined;
  status: VexStatus;
  supplier?: string | undefined;
  status_notes?: string | undefined;
  /** This or `impact_statement` is there when the status is `not_affected`. */
  justification?: OpenVexJustification | undefined;
  impact_statement?: string | undefined;
  /** There when the status is `affected`. */
  action_statement?: string | undefined;
  action_statement_timestamp?: string | undefined;
}

export interface OpenVexVulnerability {
  '@id'?: string | undefined;
  name: string;
  description?: string | undefined;
  aliases?: string[] | undefined;
}

export interface OpenVexComponent {
  '@id'?: string | undefined;
  /** By kind: `purl`, `cpe22`, `cpe23`. */
  identifiers?: Record<string, string> | undefined;
  hashes?: Record<string, string> | undefined;
}

export interface OpenVexProduct extends OpenVexComponent {
  subcomponents?: OpenVexComponent[] | undefined;
}

const componentMembers = {
  '@id': optional(string),
  identifiers: optional(record(string)),
  hashes: optional(record(string)),
};

const statement: Shape<OpenVexStatement> = object({
  '@id': optional(string),
  version: optional(number),
  vulnerability: object({
    '@id': optional(string),
    name: string,
    description: optional(string),
    aliases: optional(array(string)),
  }),
  timestamp: optional(string),
  last_updated: optional(string),
  products: optional(
    array(object({ ...componentMembers, subcomponents: optional(array(object(componentMembers))) })),
  ),
  status: oneOf(...VEX_STATUSES),
  supplier: optional(string),
  status_notes: optional(string),
  justification: optional(oneOf(...OPENVEX_JUSTIFICATIONS)),
  impact_statement: optional(string),
  action_statement: optional(string),
  action_statement_timestamp: optional(string),
});

const openVex: Shape<OpenVex> = object({
  '@context': string,
  '@id': string,
  author: string,
  role: optional(string),
  timestamp: string,
  last_updated: optional(string),
  version: number,
  tooling: optional(string),
  statements: array(statement),
});

const COMPONENT = { '@id': asFound, identifiers: { purl: asFound }, hashes: asFound };
const ORDER: MemberOrder = {
  '@context': asFound,
  '@id': asFound,
  author: asFound,
  role: asFound,
  timestamp: asFound,
  last_updated: asFound,
  version: asFound,
  tooling: asFound,
  statements: {
    '@id': asFound,
    version: asFound,
    vulnerability: { '@id': asFound, name: asFound, description: asFound, aliases: asFound },
    timestamp: asFound,
    last_updated: asFound,
    products: { ...COMPONENT, subcomponents: COMPONENT },
    status: asFound,
    supplier: asFound,
    status_notes: asFound,
    justification: asFound,
    impact_statement: asFound,
    action_statement: asFound,
    action_statement_timestamp: asFound,
  },
};

/** Reads a document; unknown members are kept. Throws `JsonError`, `foreign`, `shape`, `bounds`. */
export function parseOpenVex(source: Source, options: ReadOptions = {}): OpenVex {
  const value = readJson(source, options);
  if (!isOpenVex(value))
    throw new FormatError('foreign', 'no OpenVEX document of the 0.2 line', { ...options });
  return readShape(value, openVex, options);
}

/** Whether the JSON says that it is OpenVEX 0.2. */
export function isOpenVex(value: unknown): boolean {
  const context = (value as { '@context'?: unknown } | null)?.['@context']; // read, not trusted
  return typeof context === 'string' && /^https:\/\/openvex\.dev\/ns\/v0\.2\./.test(context);
}

/** The document as JSON. Throws `shape` for a statement that lacks what its status asks for. */
export function formatOpenVex(document: OpenVex): string {
  document.statements.forEach(checkStatement);
  return writeJson(document, ORDER);
}

/** OpenVEX 0.2.0, "Statement fields": justification and action statement. */
function checkStatement(statement: OpenVexStatement, at: number): void {
  const { status, justification, impact_statement, action_statement } = statement;
  const place = { path: `statements[${at}]` };
  if (status === 'not_affected' && justification === undefined && impact_statement === undefined) {
    throw new FormatError('shape', 'not_affected without justification or impact_statement', place);
  }
  if (status === 'affected' && action_statement === undefined) {
    throw new FormatError('shape', 'affected without action_statement', place);
  }
}

/** What the document says, a statement for each product, or each subcomponent where it names some. */
export function openVexStatements(document: OpenVex): VexStatement[] {
  return document.statements.flatMap((statement, i) =>
    (statement.products ?? []).flatMap((product, j) => {
      const path = `statements[${i}].products[${j}]`;
      const parts = product.subcomponents ?? [];
      if (parts.length === 0) return [says(statement, product, [], path)];
      return parts.map((part, k) => says(statement, part, purlsOf(product), `${path}.subcomponents[${k}]`));
    }),
  );
}

function says(
  statement: OpenVexStatement,
  about: OpenVexComponent,
  within: string[],
  path: string,
): VexStatement {
  const { vulnerability, status, justification = null } = statement;
  const words = [statement.impact_statement, statement.action_statement, statement.status_notes];
  const purls = purlsOf(about);
  return {
    ids: distinct([vulnerability.name, ...(vulnerability.aliases ?? [])]),
    status,
    stated: status,
    justification,
    detail: words.find((text) => text !== undefined) ?? null,
    product: about['@id'] ?? purls[0] ?? '',
    purls,
    within,
    versions: [],
    path,
  };
}

function purlsOf({ '@id': id, identifiers }: OpenVexComponent): string[] {
  return distinct([identifiers?.purl, isPurl(id) ? id : null]);
}
