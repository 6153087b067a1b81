/** An incident as it is kept, and how it is changed. */

import { type CaseFile, changeCase, type Incident, type IncidentKind } from '../casefile/index.ts';
import { type By, caseOf } from '../cases/index.ts';
import { notFound, WebError } from '../web/index.ts';

/** What is described at once. */
export type Facts = Pick<Incident, 'kind' | 'account' | 'since' | 'until' | 'repository' | 'recordId'>;

export interface IncidentFile {
  readonly file: CaseFile;
  readonly incident: Incident;
}

/** Throws `not-found` for a case that is none. */
export async function incidentOf({ tx, vault, caseId }: By): Promise<IncidentFile> {
  const file = await caseOf(tx, vault, caseId);
  const { incident } = file.content;
  if (incident === null) throw notFound();
  return { file, incident };
}

export function newIncident(kind: IncidentKind): Incident {
  return {
    kind,
    account: null,
    since: null,
    until: null,
    repository: null,
    recordId: null,
    releases: [],
    indicators: [],
    course: [],
    evidence: [],
    requests: [],
  };
}

/** Throws `conflict` as any change of a case, and `refused` for a case that is closed. */
export async function changeIncident(
  { tx, vault }: Pick<By, 'tx' | 'vault'>,
  { file, incident }: IncidentFile,
  change: Partial<Incident>,
): Promise<CaseFile> {
  if (file.state.phase === 'closed') throw new WebError('refused', 'The case is closed.');
  return changeCase(tx, vault, file, { content: { incident: { ...incident, ...change } } });
}

/** Throws `refused`. */
export function roomIn(list: readonly unknown[], most: number, what: string, more = 1): void {
  if (list.length + more > most) throw new WebError('refused', `An incident has at most ${most} ${what}.`);
}

/** Throws `invalid`. */
export function wrong(field: string, problem: string): WebError {
  return new WebError('invalid', 'Not as it must be.', { [field]: problem });
}
