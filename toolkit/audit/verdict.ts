/** The exit status that a report stands for: the middle of the table that every command keeps to. */
import type { AuditReport, Finding } from './report.ts';

export type FailOn = 'any' | 'fixable' | 'high';

export interface VerdictOptions {
  /**
   * Which vulnerable findings count: all (default), those an upgrade ends, those rated high or not rated. Malicious
   * releases always do.
   */
  readonly failOn?: FailOn;
  /** What is unknown, and ignores that are expired or unused, count as findings. */
  readonly strict?: boolean;
}

/** Notes that `strict` does not let pass. */
const STRICT_NOTES: ReadonlySet<string> = new Set(['ignore-expired', 'ignore-unused']);

/** 1: a finding that counts; 3: none, but something unknown or unreadable; 0: clean. */
export function exitCode(report: AuditReport, options: VerdictOptions = {}): 0 | 1 | 3 {
  const { failOn = 'any', strict = false } = options;
  if (report.findings.some((finding) => counts(finding, failOn))) return 1;
  const unknown = report.findings.some(({ status }) => status === 'unknown');
  const stale = report.notes.some(({ code }) => STRICT_NOTES.has(code));
  if (strict && (unknown || stale)) return 1;
  return unknown ? 3 : 0;
}

/** Whether the finding is malicious, or vulnerable and at or above the threshold. Unrated counts as high. */
export function counts(finding: Finding, failOn: FailOn): boolean {
  if (finding.status !== 'vulnerable') return finding.status === 'malicious';
  if (failOn === 'fixable') return finding.fix?.kind === 'upgrade';
  const rating = finding.advisory?.rating ?? null;
  return failOn === 'any' || rating === null || rating === 'high' || rating === 'critical';
}
