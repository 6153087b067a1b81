/** What an output format is. */
import type { AuditReport } from '../report.ts';

export interface RenderOptions {
  /** Version of cpansec, for formats that name their tool. */
  readonly toolVersion: string;
  /** Columns to fill; only text looks at it. */
  readonly columns?: number;
  /** Escape sequences for colour; only text looks at it. */
  readonly colour?: boolean;
  /** Every listed path instead of the shortest; only text and markdown look at it. */
  readonly allPaths?: boolean;
}

/** A report as the whole text of one output, ending in a newline. Equal reports give equal bytes. */
export type Render = (report: AuditReport, options: RenderOptions) => string;
