/** GitLab's dependency scanning report, version 15 (https://docs.gitlab.com/development/integrations/secure/), written. */
import { asFound, type MemberOrder, writeJson } from './document.ts';

const GITLAB_VERSION = '15.0.6';

export interface GitlabReport {
  version: string;
  scan: GitlabScan;
  vulnerabilities: GitlabVulnerability[];
  dependency_files: GitlabDependencyFile[];
}

export interface GitlabScan {
  type: 'dependency_scanning';
  analyzer: GitlabTool;
  scanner: GitlabTool;
  /** UTC without a zone, see {@link gitlabTime}. */
  start_time: string;
  end_time: string;
  status: 'success' | 'failure';
  messages?: { level: 'info' | 'warn' | 'fatal'; value: string }[] | undefined;
}

export interface GitlabTool {
  id: string;
  name: string;
  url?: string | undefined;
  version: string;
  vendor: { name: string };
}

export interface GitlabVulnerability {
  /** Unique and the same from run to run, a UUID where possible. */
  id: string;
  /** At most 255 characters, nothing of the single finding. */
  name?: string | undefined;
  description?: string | undefined;
  severity?: 'Info' | 'Unknown' | 'Low' | 'Medium' | 'High' | 'Critical' | undefined;
  /** At most 7,000 characters. */
  solution?: string | undefined;
  /** One at least; the first is the primary one. */
  identifiers: GitlabIdentifier[];
  links?: { name?: string | undefined; url: string }[] | undefined;
  location: { file: string; dependency: GitlabDependency };
}

export interface GitlabIdentifier {
  /** `cve`, `cwe`, `cpansa` … */
  type: string;
  name: string;
  value: string;
  url?: string | undefined;
}

export interface GitlabDependency {
  iid?: number | undefined;
  direct?: boolean | undefined;
  /** From what the user asked for down to the parent. */
  dependency_path?: { iid: number }[] | undefined;
  package: { name: string };
  version: string;
}

export interface GitlabDependencyFile {
  path: string;
  /** `cpan`. */
  package_manager: string;
  dependencies: GitlabDependency[];
}

const MAX_NAME = 255;
const MAX_SOLUTION = 7000;
const MAX_DESCRIPTION = 1_048_576;

const TOOL: MemberOrder = { id: asFound, name: asFound, url: asFound, version: asFound, vendor: asFound };
const DEPENDENCY: MemberOrder = {
  iid: asFound,
  direct: asFound,
  dependency_path: asFound,
  package: asFound,
  version: asFound,
};
const ORDER: MemberOrder = {
  version: asFound,
  scan: {
    type: asFound,
    analyzer: TOOL,
    scanner: TOOL,
    start_time: asFound,
    end_time: asFound,
    status: asFound,
    messages: { level: asFound, value: asFound },
  },
  vulnerabilities: {
    id: asFound,
    name: asFound,
    description: asFound,
    severity: asFound,
    solution: asFound,
    identifiers: { type: asFound, name: asFound, value: asFound, url: asFound },
    links: { name: asFound, url: asFound },
    location: { file: asFound, dependency: DEPENDENCY },
  },
  dependency_files: { path: asFound, package_manager: asFound, dependencies: DEPENDENCY },
};

/** The report as JSON, members in a fixed order, texts that are too long cut. */
export function formatGitlab(report: Omit<GitlabReport, 'version'>): string {
  const vulnerabilities = report.vulnerabilities.map((vulnerability) => ({
    ...vulnerability,
    name: cut(vulnerability.name, MAX_NAME),
    description: cut(vulnerability.description, MAX_DESCRIPTION),
    solution: cut(vulnerability.solution, MAX_SOLUTION),
  }));
  return writeJson({ version: GITLAB_VERSION, ...report, vulnerabilities }, ORDER);
}

/** An RFC 3339 instant as GitLab wants it: UTC, whole seconds, no zone. */
export function gitlabTime(instant: string): string {
  return new Date(instant).toISOString().slice(0, 19);
}

function cut(text: string | undefined, limit: number): string | undefined {
  return text === undefined || text.length <= limit
    ? text
    : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`; // no half pairs
}
