/** What others are asked to do about an incident, and what comes of it. */

import {
  type CaseFile,
  type ContainmentRequest,
  changeCase,
  type Incident,
  type IncidentKind,
  instantOf,
  policyOf,
} from '../casefile/index.ts';
import { type By, told } from '../cases/index.ts';
import {
  type Containment,
  type ContainmentLetter,
  type ContainmentName,
  letter,
  type Policy,
  type Written,
} from '../disclosure/index.ts';
import { enqueueLetter } from '../notices/index.ts';
import { createPerson } from '../people/index.ts';
import { reference } from '../reports/index.ts';
import { newId } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { releaseName } from './acts.ts';
import { changeIncident, incidentOf, roomIn, wrong } from './incident-of.ts';

export interface Measure {
  readonly label: string;
  readonly to: readonly ContainmentName[];
}

export const MEASURE_TABLE: Readonly<Record<ContainmentLetter, Measure>> = {
  'freeze-account': { label: 'Freeze the account', to: ['pause'] },
  'remove-release': { label: 'Remove the releases from the index', to: ['pause'] },
  'block-download': { label: 'Block downloads of the releases', to: ['metacpan', 'mirrors'] },
  'remove-repository': { label: 'Take down the repository', to: ['host'] },
};

export const KIND_WORDS: Readonly<Record<IncidentKind, string>> = {
  'malicious-release': 'releases were made to do harm',
  'compromised-account': 'somebody else uses the account of an author',
  infrastructure: 'somebody got into a server that CPAN rests on',
  metadata: 'metadata or permissions were changed to mislead',
};

const MAX_REQUESTS = 60;
/** Characters of a field that names releases. */
const MAX_NAMES = 300;

/** The letter, or why it cannot be written: what it would have to name is not known. */
export function requestLetter(
  { id }: Pick<CaseFile, 'id'>,
  incident: Incident,
  measure: ContainmentLetter,
  team: string,
): Written {
  const { account, repository, kind } = incident;
  const common = { reference: reference(id), team, why: KIND_WORDS[kind] };
  if (measure === 'freeze-account')
    return account === null ? NO_ACCOUNT : letter(measure, { ...common, account });
  if (measure === 'remove-repository')
    return repository === null ? NO_REPOSITORY : letter(measure, { ...common, repository });
  const releases = namesOf(incident);
  return releases === null ? NO_RELEASES : letter(measure, { ...common, releases });
}

const NO_ACCOUNT = { problems: ['Name the account first.'] } as const;
const NO_REPOSITORY = { problems: ['Name the repository first.'] } as const;
const NO_RELEASES = { problems: ['Add the releases first.'] } as const;

/** Those that were not found clean, as many as fit. */
function namesOf({ releases }: Incident): string | null {
  const names = releases.filter(({ verdict }) => verdict !== 'clean').map(releaseName);
  if (names.length === 0) return null;
  for (let shown = names.length; shown > 0; shown--) {
    const more = names.length - shown;
    const text =
      names.slice(0, shown).join('; ') + (more === 0 ? '' : `; and ${more} more, listed on request`);
    if (text.length <= MAX_NAMES) return text;
  }
  return `${names.length} releases, listed on request`;
}

export interface Asking {
  readonly measure: ContainmentLetter;
  readonly to: ContainmentName;
  /** Where the policy names no address of mail; null: it was sent by hand. */
  readonly address: string | null;
}

/** Writes the letter, or notes what somebody sent by hand. Throws `refused`, `invalid`. */
export async function ask(by: By, { measure, to, address: typed }: Asking): Promise<void> {
  const { tx, vault } = by;
  const kept = await incidentOf(by);
  if (!MEASURE_TABLE[measure].to.includes(to)) throw wrong('to', 'They cannot do this.');
  roomIn(kept.incident.requests, MAX_REQUESTS, 'requests');
  const policy = await policyOf(tx);
  const written = requestLetter(kept.file, kept.incident, measure, policy.lists.team);
  if ('problems' in written) throw new WebError('refused', written.problems.join(' '));
  const address =
    typed === null ? null : mailOf(typed.trim() === '' ? policy.containment.contacts[to].contact : typed);
  const job = address === null ? null : await wrote(by, { measure, to, address }, kept.incident, policy);
  const request: ContainmentRequest = {
    ...{ id: newId(), measure, to, asked: instantOf(tx), letter: job },
    ...{ state: 'asked', answered: null, ended: null, note: '' },
  };
  const requests = [...kept.incident.requests, request];
  const changed = await changeIncident(by, kept, { requests });
  const now = await changeCase(tx, vault, changed, {
    facts: { containment: requests.map((one) => factOf(one, policy)) },
  });
  await told(by, now, 'asked for containment', { measure, to, by: job === null ? 'hand' : 'letter' });
}

/** To somebody who takes no part; what they answer stands in the thread of the team. Id of the letter's job. */
async function wrote(
  { tx, vault, caseId }: By,
  { measure, to, address }: Asking,
  incident: Incident,
  policy: Policy,
): Promise<string | null> {
  const { name } = policy.containment.contacts[to];
  const person = await createPerson(tx, vault, { name, address });
  const fields = fieldsOf(incident, measure);
  return enqueueLetter(tx, vault, { to: { outsider: { person, caseId } }, letter: measure, fields });
}

/** What the letter is written of when it is sent; reference and address of the group are filled in then. */
function fieldsOf(incident: Incident, measure: ContainmentLetter): Record<string, string> {
  const why = KIND_WORDS[incident.kind];
  if (measure === 'freeze-account') return { why, account: incident.account ?? '' };
  if (measure === 'remove-repository') return { why, repository: incident.repository ?? '' };
  return { why, releases: namesOf(incident) ?? '' };
}

function mailOf(address: string | null): string {
  const text = address?.trim() ?? '';
  if (/^[^\s@<>"(),:;\\]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+$/.test(text)) return text;
  throw wrong('address', 'An address of mail: the policy names none for them.');
}

function factOf(
  { id, measure, to, asked, answered, ended }: ContainmentRequest,
  policy: Policy,
): Containment {
  const { label } = MEASURE_TABLE[measure];
  const what = `${label.charAt(0).toLowerCase()}${label.slice(1)}: ${policy.containment.contacts[to].name}`;
  return { id, what, asked, answered, ended };
}

export interface Answered {
  readonly request: string;
  readonly state: Exclude<ContainmentRequest['state'], 'asked'>;
  readonly note: string;
}

/** What whoever was asked said or did. Throws `refused` for one that has ended. */
export async function noteAnswer(by: By, { request, state, note }: Answered): Promise<void> {
  const kept = await incidentOf(by);
  const one = kept.incident.requests.find(({ id }) => id === request);
  if (one === undefined) throw notFound();
  if (one.ended !== null) throw new WebError('refused', `It was ${one.state} already: ask again.`);
  const at = instantOf(by.tx);
  const ended = state === 'acknowledged' ? null : at;
  const changed = { ...one, state, answered: one.answered ?? at, ended, note: note.trim() };
  const requests = kept.incident.requests.map((other) => (other === one ? changed : other));
  const policy = await policyOf(by.tx);
  const noted = await changeIncident(by, kept, { requests });
  const facts = { containment: requests.map((other) => factOf(other, policy)) };
  const now = await changeCase(by.tx, by.vault, noted, { facts });
  await told(by, now, `noted that a request was ${state}`, { measure: one.measure, to: one.to });
}
