/** A case becomes an incident: a new one, or one that was reported as something else. */

import {
  type CaseFile,
  changeCase,
  type Happening,
  happen,
  type IncidentKind,
  instantOf,
  openCase,
  TEAM,
} from '../casefile/index.ts';
import { type By, caseActor, caseOf, told } from '../cases/index.ts';
import { WebError } from '../web/index.ts';
import { newIncident } from './incident-of.ts';

export interface NewIncident {
  readonly title: string;
  readonly summary: string;
  readonly kind: IncidentKind;
  /** When the group heard of it; default now. */
  readonly at?: string;
}

/** Its id. */
export async function openIncident(by: Omit<By, 'caseId'>, given: NewIncident): Promise<string> {
  const { tx, vault } = by;
  const { title, summary, kind, at } = given;
  const content = { title, summary, incident: newIncident(kind) };
  const file = await openCase(tx, vault, {
    ...{ kind: 'incident', tlp: 'TLP:RED', content, reporter: null },
    ...(at === undefined ? {} : { at }),
  });
  const now = await taken(by, file);
  await told(by, now, 'opened an incident', { kind });
  return file.id;
}

/** Throws `refused` for one that is further than triage. */
export async function beginIncident(by: By, kind: IncidentKind): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.content.incident !== null) throw new WebError('refused', 'It is an incident already.');
  const { file: as } = await happen(by.tx, by.vault, file, { type: 'incident', by: caseActor(by) });
  const content = { incident: newIncident(kind) };
  const facts = { containment: [], acknowledged: as.facts.acknowledged ?? instantOf(by.tx) };
  const begun = await changeCase(by.tx, by.vault, as, { kind: 'incident', content, facts });
  const now = await taken(by, begun);
  await told(by, now, 'took it for an incident', { kind });
}

/** The group acts on it at once: nobody votes on what spreads. */
async function taken(by: Omit<By, 'caseId'>, file: CaseFile): Promise<CaseFile> {
  const actor = caseActor(by);
  const manage = (step: 'VALIDATE' | 'ACCEPT'): Happening => ({
    type: 'manage',
    participant: TEAM,
    step,
    by: actor,
  });
  const steps: Happening[] = [
    ...(file.state.phase === 'report' ? [{ type: 'phase', step: 'TRIAGE', by: actor } as const] : []),
    manage('VALIDATE'),
    manage('ACCEPT'),
    { type: 'phase', step: 'COORDINATE', by: actor },
  ];
  let now = file;
  for (const step of steps) now = (await happen(by.tx, by.vault, now, step)).file;
  const at = instantOf(by.tx);
  return changeCase(by.tx, by.vault, now, {
    facts: { decided: at, acknowledged: now.facts.acknowledged ?? at },
  });
}
