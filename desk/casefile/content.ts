/** What a case is about: everything that is sealed under its key. */
import {
  anything,
  array,
  boolean,
  instant,
  type Json,
  nullable,
  object,
  oneOf,
  record,
  type Shape,
  string,
} from 'cpansec/base';
import {
  OPENVEX_JUSTIFICATIONS,
  type OpenVexJustification,
  SSVC_TABLES,
  type SsvcTableName,
} from 'cpansec/formats';
import { type CaseFacts, type CaseState, caseFacts, decodeCaseState } from '../disclosure/index.ts';
import { type Incident, incidentShape } from './incident.ts';

export interface CaseContent {
  readonly title: string;
  /** Null until somebody knows. */
  readonly distribution: string | null;
  readonly modules: readonly string[];
  /** Markdown. */
  readonly summary: string;
  readonly labels: readonly string[];
  /** `CWE-79`. */
  readonly weaknesses: readonly string[];
  readonly references: readonly { readonly url: string; readonly kind: ReferenceKind }[];
  /** What is affected, in the range grammar of the advisories. */
  readonly affected: readonly { readonly ranges: readonly string[]; readonly fixed: readonly string[] }[];
  /** A vector. */
  readonly severity: { readonly cvss: string | null };
  /** At most one of each table. */
  readonly ssvc: readonly SsvcAssessment[];
  /** Why somebody disputes the record, as it says to its readers; null where it does not. */
  readonly disputed: { readonly on: string; readonly why: string } | null;
  /** What is known of its exploitation, for whom has to be told; null while nobody has said anything. */
  readonly exploitation: Exploitation | null;
  /** What became of the patch upstream; null while nobody has said. */
  readonly upstream: Upstream | null;
  /** What the group learned; null while nobody has said. */
  readonly lessons: Lessons | null;
  /** Who may be credited. */
  readonly credits: readonly CaseCredit[];
  /** Those who have it in what they make. */
  readonly products: readonly CaseProduct[];
  /** Id of the member who works on it; null while nobody was chosen. */
  readonly assigned: string | null;
  /** Null for a vulnerability. */
  readonly incident: Incident | null;
}

export const UPSTREAM_STATES = ['offered', 'merged', 'released', 'refused', 'not-needed'] as const;

export interface Upstream {
  readonly state: (typeof UPSTREAM_STATES)[number];
  /** Of the pull request or ticket; empty where it went by mail. */
  readonly address: string;
  /** That has it, where it is released. */
  readonly version: string;
  readonly note: string;
  readonly at: string;
}

/** Texts are Markdown; all empty where it was declined. */
export interface Lessons {
  readonly well: string;
  readonly badly: string;
  readonly change: string;
  /** Why there are none; empty where there are. */
  readonly declined: string;
  readonly at: string;
}

export const CREDIT_ROLES = [
  'finder',
  'reporter',
  'analyst',
  'coordinator',
  'developer',
  'reviewer',
  'other',
] as const;
export const CONSENTS = ['unasked', 'asked', 'by-name', 'no'] as const;

export interface CaseCredit {
  readonly id: string;
  readonly role: (typeof CREDIT_ROLES)[number];
  /** Of the case; null for somebody who takes no part. */
  readonly participant: string | null;
  /** Id of the person, where they take no part. */
  readonly person: string | null;
  readonly consent: (typeof CONSENTS)[number];
  /** Since when it is so. */
  readonly at: string;
}

/** What Regulation (EU) 2024/2847, Art. 14(2) asks beside what a case says anyway; empty where nobody knows. */
export interface Exploitation {
  /** Member states in which the product is made available. */
  readonly memberStates: string;
  /** The general nature of the exploit. */
  readonly nature: string;
  /** Corrective or mitigating measures that were taken. */
  readonly measures: string;
  /** What users can do. */
  readonly userMeasures: string;
  /** How sensitive what is said is. */
  readonly sensitivity: string;
  /** Who exploits it. */
  readonly actor: string;
}

/** How a product downstream stands, in the words of VEX and, where nobody means to fix it, of CSAF. */
export const PRODUCT_STATUSES = [
  'under_investigation',
  'affected',
  'not_affected',
  'fixed',
  'no_fix_planned',
] as const;
export type ProductStatus = (typeof PRODUCT_STATUSES)[number];

export interface CaseProduct {
  readonly id: string;
  readonly name: string;
  /** Without a version. */
  readonly purl: string | null;
  readonly status: ProductStatus;
  /** Of one that is not affected. */
  readonly justification: OpenVexJustification | null;
  /** That it is fixed in. */
  readonly version: string | null;
  /** Who said so, and the day. */
  readonly by: string;
  readonly on: string;
  readonly note: string;
  /** Whether the advisory says it. */
  readonly published: boolean;
}

/** Answers to a decision table, as many as somebody could give. */
export interface SsvcAssessment {
  readonly table: SsvcTableName;
  /** Keys of values by ids of points. */
  readonly answers: Readonly<Record<string, string>>;
  readonly at: string;
  /** Whether the advisory says it. */
  readonly published: boolean;
}

export const REFERENCE_KINDS = ['advisory', 'patch', 'report', 'fix', 'web'] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** A list that cases of older programs do not have. */
function added<T>(item: Shape<T>): Shape<T[]> {
  return (value, path) => (value === undefined ? [] : array(item)(value, path));
}

/** What cases of older programs do not say. */
function optionalNull<T>(item: Shape<T>): Shape<T | null> {
  return (value, path) => (value === undefined ? null : nullable(item)(value, path));
}

const caseContent: Shape<CaseContent> = object({
  title: string,
  distribution: nullable(string),
  modules: array(string),
  summary: string,
  labels: array(string),
  weaknesses: array(string),
  references: array(object({ url: string, kind: oneOf(...REFERENCE_KINDS) })),
  affected: array(object({ ranges: array(string), fixed: array(string) })),
  severity: object({ cvss: nullable(string) }),
  ssvc: added(
    object({ table: oneOf(...SSVC_TABLES), answers: record(string), at: instant, published: boolean }),
  ),
  disputed: optionalNull(object({ on: string, why: string })),
  exploitation: optionalNull(
    object({
      memberStates: string,
      nature: string,
      measures: string,
      userMeasures: string,
      sensitivity: string,
      actor: string,
    }),
  ),
  upstream: optionalNull(
    object({ state: oneOf(...UPSTREAM_STATES), address: string, version: string, note: string, at: string }),
  ),
  lessons: optionalNull(
    object({ well: string, badly: string, change: string, declined: string, at: string }),
  ),
  credits: added(
    object({
      id: string,
      role: oneOf(...CREDIT_ROLES),
      participant: nullable(string),
      person: nullable(string),
      consent: oneOf(...CONSENTS),
      at: string,
    }),
  ),
  products: added(
    object({
      id: string,
      name: string,
      purl: nullable(string),
      status: oneOf(...PRODUCT_STATUSES),
      justification: nullable(oneOf(...OPENVEX_JUSTIFICATIONS)),
      version: nullable(string),
      by: string,
      on: string,
      note: string,
      published: boolean,
    }),
  ),
  assigned: (value, path) => (value === undefined ? null : nullable(string)(value, path)),
  incident: (value, path) => (value === undefined ? null : nullable(incidentShape)(value, path)),
});

export const EMPTY_CONTENT: CaseContent = {
  title: '',
  distribution: null,
  modules: [],
  summary: '',
  labels: [],
  weaknesses: [],
  references: [],
  affected: [],
  severity: { cvss: null },
  ssvc: [],
  disputed: null,
  exploitation: null,
  upstream: null,
  lessons: null,
  credits: [],
  products: [],
  assigned: null,
  incident: null,
};

/** Content, the state of the coordination, what its clocks count from, and the draft of the advisory. */
export interface Sealed {
  readonly content: CaseContent;
  readonly state: CaseState;
  readonly facts: CaseFacts;
  readonly draft: Json | null;
}

export function encodeSealed({ content, state, facts, draft }: Sealed): Json {
  return { content, state, facts, draft } as unknown as Json; // plain data, as its decoder proves
}

export function decodeSealed(json: Json): Sealed {
  const { content, state, facts, draft } = record(anything)(json);
  return {
    content: caseContent(content, 'content'),
    state: decodeCaseState(state),
    facts: caseFacts(facts, 'facts'),
    draft: (draft ?? null) as Json | null, // JSON inside JSON
  };
}
