/** The members of a CVE record that this project reads or writes; others are kept as they are. */

export type CveRecord = CvePublished | CveRejected;

export interface CvePublished {
  dataType: 'CVE_RECORD';
  /** `5.2.0`, or an earlier one of 5. */
  dataVersion: string;
  cveMetadata: CveMetadata & { state: 'PUBLISHED' };
  containers: { cna: CveCna; adp?: unknown };
}

export interface CveRejected {
  dataType: 'CVE_RECORD';
  dataVersion: string;
  cveMetadata: CveMetadata & { state: 'REJECTED' };
  containers: { cna: CveRejection; adp?: unknown };
}

export interface CveMetadata {
  cveId: string;
  /** UUID, version 4. */
  assignerOrgId: string;
  assignerShortName?: string | undefined;
  state: 'PUBLISHED' | 'REJECTED';
  /** Instants of a record are RFC 3339; without an offset they are UTC. */
  datePublished?: string | undefined;
  dateUpdated?: string | undefined;
  dateRejected?: string | undefined;
}

export interface CveProvider {
  orgId: string;
  shortName?: string | undefined;
  dateUpdated?: string | undefined;
}

/** What the CNA says of a published record. Extensions are named `x_…`. */
export interface CveCna {
  providerMetadata: CveProvider;
  /** 1 to 256 characters. */
  title?: string | undefined;
  /** When it first became public. */
  datePublic?: string | undefined;
  /** One of them in English. */
  descriptions: CveText[];
  affected: CveProduct[];
  problemTypes?: CveProblemType[] | undefined;
  references: CveReference[];
  impacts?: CveImpact[] | undefined;
  metrics?: CveMetric[] | undefined;
  workarounds?: CveText[] | undefined;
  solutions?: CveText[] | undefined;
  timeline?: CveEvent[] | undefined;
  credits?: CveCredit[] | undefined;
  source?: Record<string, unknown> | undefined;
  /** `disputed`, `unsupported-when-assigned`, `exclusively-hosted-service`. */
  tags?: string[] | undefined;
  x_cpansec?: unknown;
}

export interface CveRejection {
  providerMetadata: CveProvider;
  /** One of them in English. */
  rejectedReasons: CveText[];
  replacedBy?: string[] | undefined;
  x_cpansec?: unknown;
}

/** Plain text in a language (BCP 47), up to 4,096 characters. */
export interface CveText {
  lang: string;
  value: string;
  supportingMedia?: unknown;
}

export type CveStatus = 'affected' | 'unaffected' | 'unknown';

/** Named by `vendor` and `product`, or by `collectionURL` and `packageName`. */
export interface CveProduct {
  vendor?: string | undefined;
  product?: string | undefined;
  collectionURL?: string | undefined;
  packageName?: string | undefined;
  /** Without a version. */
  packageURL?: string | undefined;
  modules?: string[] | undefined;
  programFiles?: string[] | undefined;
  programRoutines?: { name: string }[] | undefined;
  repo?: string | undefined;
  /** Of versions that no entry is about; absent, it is `unknown`. */
  defaultStatus?: CveStatus | undefined;
  /** The first that matches holds. */
  versions?: CveVersion[] | undefined;
}

/** One version, or with `lessThan` or `lessThanOrEqual` all from `version` on. */
export interface CveVersion {
  /** `0` stands before all versions of a range. */
  version: string;
  status: CveStatus;
  /** How versions compare; required with an end. */
  versionType?: string | undefined;
  /** `*`, also as the last part, stands after all versions. */
  lessThan?: string | undefined;
  lessThanOrEqual?: string | undefined;
  /** Within a range: the status from a version on. */
  changes?: { at: string; status: CveStatus }[] | undefined;
}

export interface CveProblemType {
  descriptions: {
    lang: string;
    description: string;
    cweId?: string | undefined;
    type?: string | undefined;
  }[];
}

export interface CveReference {
  url: string;
  name?: string | undefined;
  tags?: string[] | undefined;
}

export interface CveImpact {
  capecId?: string | undefined;
  descriptions: CveText[];
}

export interface CveMetric {
  format?: string | undefined;
  scenarios?: { lang: string; value: string }[] | undefined;
  cvssV3_1?: CveCvss | undefined;
  cvssV4_0?: CveCvss | undefined;
  /** Of another kind: `ssvc`. */
  other?: { type: string; content: Record<string, unknown> } | undefined;
}

export interface CveCvss {
  version: string;
  vectorString: string;
  baseScore: number;
  /** `NONE` to `CRITICAL`. */
  baseSeverity: string;
}

export interface CveEvent {
  time: string;
  lang: string;
  value: string;
}

export interface CveCredit {
  lang: string;
  value: string;
  /** `finder` where it is absent. */
  type?: string | undefined;
}
