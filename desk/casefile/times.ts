/** What stands in clear of when things happened, for numbers over all cases. */
import type { CaseFacts } from '../disclosure/index.ts';

export interface Times {
  readonly acknowledged_at: string | null;
  readonly contacted_at: string | null;
  readonly fixed_at: string | null;
  readonly disclosed_at: string | null;
  readonly closed_at: string | null;
  readonly extensions: number;
  readonly disputes: number;
}

interface Of {
  readonly facts: CaseFacts;
  readonly extensions: number;
}

export function timesOf({ facts, extensions }: Of): Times {
  return {
    acknowledged_at: facts.acknowledged,
    contacted_at: facts.contacted,
    fixed_at: facts.fixAvailable,
    disclosed_at: facts.disclosed,
    closed_at: facts.closed,
    extensions,
    disputes: facts.disputes.length,
  };
}
