/** What is known of an incident: somebody did harm by intent. Sealed with its case. */
import { INDICATOR_TYPES, type Indicator } from 'cpansec/advisories';
import { array, boolean, instant, nullable, object, oneOf, type Shape, string } from 'cpansec/base';
import type { ContainmentLetter, ContainmentName } from '../disclosure/index.ts';
import { CONTAINMENT_NAMES } from '../disclosure/index.ts';

export const INCIDENT_KINDS = [
  'malicious-release',
  'compromised-account',
  'infrastructure',
  'metadata',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export const RELEASE_VERDICTS = ['suspected', 'malicious', 'clean'] as const;
export const REQUEST_STATES = ['asked', 'acknowledged', 'done', 'refused'] as const;
export const MEASURES: readonly ContainmentLetter[] = [
  'freeze-account',
  'remove-release',
  'block-download',
  'remove-repository',
];

export interface Incident {
  readonly kind: IncidentKind;
  /** PAUSE id of the account that it was done with; null where none is known. */
  readonly account: string | null;
  /** First and last day on which it was done, `YYYY-MM-DD`; null where that is open. */
  readonly since: string | null;
  readonly until: string | null;
  /** Where code was changed or kept; null where nowhere. */
  readonly repository: string | null;
  /** Id of the record that it becomes; null until somebody chose one. */
  readonly recordId: string | null;
  readonly releases: readonly IncidentRelease[];
  readonly indicators: readonly IncidentIndicator[];
  /** What those did who did it, and what befell others: not what the group did. By instant. */
  readonly course: readonly CourseEvent[];
  readonly evidence: readonly Evidence[];
  readonly requests: readonly ContainmentRequest[];
}

export interface IncidentRelease {
  readonly distribution: string;
  /** Null for every version there is. */
  readonly version: string | null;
  /** PAUSE id and day of the upload; null where nobody knows. */
  readonly author: string | null;
  readonly on: string | null;
  readonly verdict: (typeof RELEASE_VERDICTS)[number];
}

export interface IncidentIndicator {
  readonly id: string;
  readonly type: Indicator['type'];
  readonly value: string;
  /** Where it was found, and what it does. */
  readonly note: string;
  readonly confidence: (typeof CONFIDENCES)[number];
  /** Whether the record says it. */
  readonly published: boolean;
}

export interface CourseEvent {
  readonly id: string;
  readonly at: string;
  readonly what: string;
  /** How that is known. */
  readonly source: string;
}

/** A file of the case that shows something. */
export interface Evidence {
  /** Id of the file. */
  readonly file: string;
  readonly from: string;
  /** Who had it when, oldest first: a chain of custody. */
  readonly custody: readonly Custody[];
}

export interface Custody {
  readonly at: string;
  /** `member:ID`, or in words who is no member. */
  readonly who: string;
  readonly what: string;
}

/** Something that others were asked to do. */
export interface ContainmentRequest {
  readonly id: string;
  readonly measure: ContainmentLetter;
  readonly to: ContainmentName;
  readonly asked: string;
  /** Id of the letter's job; null for what somebody sent by hand. */
  readonly letter: string | null;
  readonly state: (typeof REQUEST_STATES)[number];
  readonly answered: string | null;
  readonly ended: string | null;
  readonly note: string;
}

const when = nullable(instant);
const words = nullable(string);

export const incidentShape: Shape<Incident> = object({
  kind: oneOf(...INCIDENT_KINDS),
  account: words,
  since: words,
  until: words,
  repository: words,
  recordId: words,
  releases: array(
    object({
      distribution: string,
      version: words,
      author: words,
      on: words,
      verdict: oneOf(...RELEASE_VERDICTS),
    }),
  ),
  indicators: array(
    object({
      id: string,
      type: oneOf(...INDICATOR_TYPES),
      value: string,
      note: string,
      confidence: oneOf(...CONFIDENCES),
      published: boolean,
    }),
  ),
  course: array(object({ id: string, at: instant, what: string, source: string })),
  evidence: array(
    object({
      file: string,
      from: string,
      custody: array(object({ at: instant, who: string, what: string })),
    }),
  ),
  requests: array(
    object({
      id: string,
      measure: oneOf(...MEASURES),
      to: oneOf(...CONTAINMENT_NAMES),
      asked: instant,
      letter: words,
      state: oneOf(...REQUEST_STATES),
      answered: when,
      ended: when,
      note: string,
    }),
  ),
});
