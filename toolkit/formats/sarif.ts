/**
 * SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): the part of it that an audit needs, written. Code
 * scanning sites read `properties['security-severity']` of a rule and its tags.
 */
import { asFound, type MemberOrder, writeJson } from './document.ts';

export interface SarifLog {
  $schema: string;
  version: '2.1.0';
  runs: SarifRun[];
}

export interface SarifRun {
  tool: { driver: SarifDriver };
  /** What ran, and what it could not do. */
  invocations?: SarifInvocation[] | undefined;
  /** Names the run among others of the same kind, `cpansec/`. */
  automationDetails?: { id: string } | undefined;
  results: SarifResult[];
  columnKind?: 'utf16CodeUnits' | 'unicodeCodePoints' | undefined;
  properties?: SarifProperties | undefined;
}

export interface SarifDriver {
  name: string;
  version?: string | undefined;
  semanticVersion?: string | undefined;
  informationUri?: string | undefined;
  rules?: SarifRule[] | undefined;
  notifications?: SarifRule[] | undefined;
}

export interface SarifRule {
  id: string;
  name?: string | undefined;
  shortDescription?: SarifText | undefined;
  fullDescription?: SarifText | undefined;
  help?: SarifText | undefined;
  helpUri?: string | undefined;
  defaultConfiguration?: { level: SarifLevel } | undefined;
  properties?: SarifProperties | undefined;
}

export interface SarifText {
  text: string;
  markdown?: string | undefined;
}

export type SarifLevel = 'none' | 'note' | 'warning' | 'error';

export interface SarifInvocation {
  executionSuccessful: boolean;
  startTimeUtc?: string | undefined;
  endTimeUtc?: string | undefined;
  exitCode?: number | undefined;
  toolExecutionNotifications?: SarifNotification[] | undefined;
}

export interface SarifNotification {
  descriptor?: { id: string } | undefined;
  level?: SarifLevel | undefined;
  message: SarifText;
  locations?: SarifLocation[] | undefined;
}

export interface SarifResult {
  ruleId: string;
  /** Position in the driver's `rules`. */
  ruleIndex?: number | undefined;
  /** `open` for what could not be told; the level is then `none`. */
  kind?: 'fail' | 'open' | 'review' | 'pass' | 'informational' | 'notApplicable' | undefined;
  level?: SarifLevel | undefined;
  message: SarifText;
  locations?: SarifLocation[] | undefined;
  /** What makes it the same result in the next run. */
  partialFingerprints?: Record<string, string> | undefined;
  baselineState?: 'new' | 'unchanged' | 'updated' | 'absent' | undefined;
  suppressions?: { kind: 'inSource' | 'external'; justification?: string | undefined }[] | undefined;
  properties?: SarifProperties | undefined;
}

export interface SarifLocation {
  physicalLocation: {
    artifactLocation: { uri: string; uriBaseId?: string | undefined };
    /** Lines and columns count from 1. */
    region?: { startLine: number; startColumn?: number | undefined } | undefined;
  };
}

export interface SarifProperties {
  tags?: string[] | undefined;
  [name: string]: unknown;
}

const TEXT: MemberOrder = { text: asFound, markdown: asFound };
const LOCATION: MemberOrder = {
  physicalLocation: {
    artifactLocation: { uri: asFound, uriBaseId: asFound },
    region: { startLine: asFound, startColumn: asFound },
  },
};
const RULE: MemberOrder = {
  id: asFound,
  name: asFound,
  shortDescription: TEXT,
  fullDescription: TEXT,
  help: TEXT,
  helpUri: asFound,
  defaultConfiguration: asFound,
  properties: asFound,
};

const ORDER: MemberOrder = {
  $schema: asFound,
  version: asFound,
  runs: {
    tool: {
      driver: {
        name: asFound,
        version: asFound,
        semanticVersion: asFound,
        informationUri: asFound,
        rules: RULE,
        notifications: RULE,
      },
    },
    invocations: {
      executionSuccessful: asFound,
      startTimeUtc: asFound,
      endTimeUtc: asFound,
      exitCode: asFound,
      toolExecutionNotifications: { descriptor: asFound, level: asFound, message: TEXT, locations: LOCATION },
    },
    automationDetails: asFound,
    results: {
      ruleId: asFound,
      ruleIndex: asFound,
      kind: asFound,
      level: asFound,
      message: TEXT,
      locations: LOCATION,
      partialFingerprints: asFound,
      baselineState: asFound,
      suppressions: { kind: asFound, justification: asFound },
      properties: asFound,
    },
    columnKind: asFound,
    properties: asFound,
  },
};

/** A log of one run. */
export function sarifLog(run: SarifRun): SarifLog {
  return { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
}

/** The log as JSON, members in a fixed order. */
export function formatSarif(log: SarifLog): string {
  return writeJson(log, ORDER);
}

/** A path as a URI reference (section 3.4.3): relative stays relative, absolute becomes `file:`. */
export function sarifUri(path: string): string {
  const segments = path
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replaceAll('\\', '/')
    .split('/');
  const encoded = segments.map(encodeURIComponent).join('/');
  if (encoded.startsWith('/')) return `file://${encoded.replace(/^\/+/, '/')}`;
  return /^[A-Za-z]%3A\//.test(encoded) ? `file:///${encoded.replace('%3A', ':')}` : encoded;
}
