/** What an audit may be told besides the inventory and the index. */
import type { Baseline } from './baseline.ts';
import type { Client } from './command.ts';
import type { IgnoreFile } from './ignore.ts';
import type { PackageList } from './resolve.ts';
import type { VexDocument } from './vex.ts';

export interface AuditOptions {
  /**
   * The instant of the audit, RFC 3339 UTC: `2026-11-22T08:00:00Z`. Decides which ignores have expired, so it
   * must be there with `ignores`; without either the report carries the instant at which the index was built.
   */
  readonly at?: string;
  /** Where the index was read, for the report; `embedded` when absent. */
  readonly origin?: string;
  /** The perl that what is audited runs on, where the inventory cannot tell: `5.36.0`, `v5.36.0`, `5.036`. */
  readonly perlVersion?: string;
  /** What CPAN lists. Only with it may an audit say that something is not on CPAN. */
  readonly packages?: PackageList;
  /** Ignore files, each as `parseIgnoreFile` gives it. */
  readonly ignores?: readonly IgnoreFile[];
  readonly vex?: readonly VexDocument[];
  /** Package URL of what is audited as a whole; VEX statements that hold inside one product need it. */
  readonly product?: string;
  /** Findings of an earlier report, as `parseBaseline` gives them; only what is new counts. */
  readonly baseline?: Baseline;
  /** For whom commands are written; by default carton where there is a lock file, else cpanm. */
  readonly client?: Client;
}
