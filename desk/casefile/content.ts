/** What a case is about: everything that is sealed under its key. */
import {
  anything,
  array,
  type Json,
  nullable,
  object,
  oneOf,
  record,
  type Shape,
  string,
} from 'cpansec/base';
import { type CaseFacts, type CaseState, caseFacts, decodeCaseState } from '../disclosure/index.ts';

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
  /** Vectors. */
  readonly severity: { readonly cvss: string | null; readonly ssvc: string | null };
}

export const REFERENCE_KINDS = ['advisory', 'patch', 'report', 'fix', 'web'] as const;
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

const caseContent: Shape<CaseContent> = object({
  title: string,
  distribution: nullable(string),
  modules: array(string),
  summary: string,
  labels: array(string),
  weaknesses: array(string),
  references: array(object({ url: string, kind: oneOf(...REFERENCE_KINDS) })),
  affected: array(object({ ranges: array(string), fixed: array(string) })),
  severity: object({ cvss: nullable(string), ssvc: nullable(string) }),
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
  severity: { cvss: null, ssvc: null },
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
