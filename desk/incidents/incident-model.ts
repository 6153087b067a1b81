/** An incident as its page and the API have it. */
import type { CaseModel } from '../cases/index.ts';

export interface IncidentPage {
  readonly case: CaseModel;
  readonly incident: IncidentModel;
  /** What was typed into the form that is shown again, and what is wrong with it. */
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

export interface IncidentModel {
  readonly kind: string;
  readonly account: string | null;
  readonly since: string | null;
  readonly until: string | null;
  readonly repository: string | null;
  readonly recordId: string | null;
  readonly releases: readonly {
    readonly name: string;
    readonly author: string | null;
    readonly on: string | null;
    readonly verdict: string;
  }[];
  readonly indicators: readonly {
    readonly id: string;
    readonly type: string;
    readonly value: string;
    readonly note: string;
    readonly confidence: string;
    readonly published: boolean;
  }[];
  readonly course: readonly {
    readonly id: string;
    readonly at: string;
    readonly what: string;
    readonly source: string;
  }[];
  readonly evidence: readonly {
    readonly file: string;
    readonly name: string;
    readonly size: number;
    readonly sha256: string;
    readonly from: string;
    readonly custody: readonly { readonly at: string; readonly who: string; readonly what: string }[];
  }[];
  readonly requests: readonly {
    readonly id: string;
    /** In words, as whom it went to. */
    readonly measure: string;
    readonly to: string;
    readonly asked: string;
    readonly state: string;
    readonly note: string;
    readonly answered: string | null;
    readonly ended: string | null;
    /** How far the letter is; null where it was sent by hand. */
    readonly letter: string | null;
  }[];
  readonly measures: readonly {
    readonly measure: string;
    readonly label: string;
    readonly to: readonly { readonly id: string; readonly name: string; readonly contact: string | null }[];
    /** The letter as it would be; null where something is missing, which `why` says. */
    readonly text: string | null;
    readonly why: string;
  }[];
}
