/** From an incident to what its page and the API give. */
import { filesOf, type Incident, policyOf } from '../casefile/index.ts';
import { type AskedCase, byOf, caseShown, memberNames } from '../cases/index.ts';
import type { ContainmentLetter, ContainmentName, Policy } from '../disclosure/index.ts';
import type { Transaction } from '../store/index.ts';
import { releaseName } from './acts.ts';
import { MEASURE_TABLE, requestLetter } from './contain.ts';
import type { IncidentModel, IncidentPage } from './incident-model.ts';
import { type IncidentFile, incidentOf } from './incident-of.ts';

export async function incidentPageModel(
  asked: AskedCase,
  again: Pick<IncidentPage, 'typed' | 'problems'> = { typed: {}, problems: {} },
): Promise<IncidentPage> {
  return { case: await caseShown(asked), incident: await incidentModel(asked), ...again };
}

async function incidentModel(asked: AskedCase): Promise<IncidentModel> {
  const { tx } = asked;
  const kept = await incidentOf(byOf(asked));
  const { incident } = kept;
  const { releases, requests, ...plain } = incident;
  const policy = await policyOf(tx);
  const states = await letterStates(tx, incident);
  return {
    ...plain,
    releases: releases.map((one) => ({
      name: releaseName(one),
      author: one.author,
      on: one.on,
      verdict: one.verdict,
    })),
    evidence: await evidenceOf(asked, kept),
    requests: requests.map(({ letter, to, measure, ...request }) => ({
      ...request,
      measure: MEASURE_TABLE[measure].label,
      to: policy.containment.contacts[to].name,
      letter: letter === null ? null : (states.get(letter) ?? 'gone'),
    })),
    measures: measuresOf(kept, policy),
  };
}

/** How far each letter is. */
async function letterStates(tx: Transaction, { requests }: Incident): Promise<Map<string, string>> {
  const ids = requests.flatMap(({ letter }) => letter ?? []);
  if (ids.length === 0) return new Map();
  const rows = await tx.db.selectFrom('outbox').select(['id', 'state']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, state }) => [id, state]));
}

async function evidenceOf(
  { tx, vault }: AskedCase,
  { file, incident }: IncidentFile,
): Promise<IncidentModel['evidence']> {
  const files = new Map((await filesOf(tx, vault, file)).map((one) => [one.id, one]));
  const members = incident.evidence.flatMap(({ custody }) =>
    custody.flatMap(({ who }) => memberIn(who) ?? []),
  );
  const names = await memberNames(tx, vault, members);
  return incident.evidence.map(({ file: id, from, custody }) => {
    const { name = 'gone', size = 0, sha256 = '' } = files.get(id) ?? {};
    const chain = custody.map(({ at, who, what }) => ({
      at,
      who: names.get(memberIn(who) ?? '') ?? who,
      what,
    }));
    return { file: id, name, size, sha256, from, custody: chain };
  });
}

function memberIn(who: string): string | null {
  return who.startsWith('member:') ? who.slice('member:'.length) : null;
}

/** What can be asked for, with the letter as it would be. */
function measuresOf({ file, incident }: IncidentFile, policy: Policy): IncidentModel['measures'] {
  const named = (id: ContainmentName) => ({ id, ...policy.containment.contacts[id] });
  return Object.entries(MEASURE_TABLE).map(([measure, { label, to }]) => {
    // The keys of the table are its type.
    const written = requestLetter(file, incident, measure as ContainmentLetter, policy.lists.team);
    const missing = 'problems' in written;
    return {
      measure,
      label,
      to: to.map(named),
      text: missing ? null : `Subject: ${written.subject}\n\n${written.body}`,
      why: missing ? written.problems.join(' ') : '',
    };
  });
}
