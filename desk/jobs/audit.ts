import type { Transaction } from '../store/index.ts';

type Act = Parameters<Transaction['record']>[0];

interface About {
  readonly id: string;
  readonly kind: string;
  readonly caseId: string | null;
  readonly attempts: number;
}

/** The entry for something that became of a job: of its case, where it has one. */
export function auditOf(
  actor: string,
  act: string,
  { id, kind, caseId, attempts }: About,
  more: Act['detail'] = {},
): Act {
  const subject = caseId === null ? `job:${id}` : `case:${caseId}`;
  return { actor, act, subject, detail: { job: id, kind, attempts, ...more } };
}
