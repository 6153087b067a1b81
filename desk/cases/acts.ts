/** What members do with a case. Each act is one entry of its timeline, and refused where its state forbids it. */
import {
  addEntry,
  type CaseContent,
  type CaseFile,
  changeCase,
  closeCase,
  entriesOf,
  type Happening,
  happen,
  instantOf,
  policyOf,
  reporterAsked,
  TEAM,
  tellAudience,
  tellParticipant,
  tellRole,
  waitsForReporter,
} from '../casefile/index.ts';
import {
  type CaseFacts,
  needsAgreement,
  type Outcome,
  type RouteName,
  verdictOf,
} from '../disclosure/index.ts';
import { createPerson, LINK_TIMES, makeLink, type Signature, signaturesOf } from '../people/index.ts';
import { sayInThread, threadCase } from '../reports/index.ts';
import { newId } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import { actorOf, type By, told } from './by.ts';
import { caseOf, field } from './case-of.ts';
import { rolesOf, votesOf } from './votes.ts';

async function happens(by: By, file: CaseFile, ...happenings: readonly Happening[]): Promise<CaseFile> {
  let now = file;
  for (const happening of happenings) now = (await happen(by.tx, by.vault, now, happening)).file;
  return now;
}

/** Somebody looks at a new report. */
export async function takeOn(by: By): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const now = await happens(by, file, { type: 'phase', step: 'TRIAGE', by: actorOf(by) });
  await changeCase(by.tx, by.vault, now, {
    facts: { acknowledged: now.facts.acknowledged ?? instantOf(by.tx) },
  });
  await told(by, now, 'took it on');
}

interface Reasons {
  /** Whether they have one in what is decided, as they say. */
  readonly interest: 'yes' | 'no';
  readonly why: string;
}

/** What somebody thinks of it; whose word counts, and when it is enough, is the policy's question. */
export async function vote(by: By, word: 'yes' | 'no', { interest, why }: Reasons): Promise<void> {
  if (interest === 'yes') throw new WebError('refused', INTERESTED, { interest: INTERESTED });
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.state.phase !== 'triage')
    throw new WebError('refused', 'Votes are cast while a case is in triage.');
  const role = (await rolesOf(by.tx, [by.member])).get(by.member) ?? null;
  const body = { vote: word, text: why, interest, role };
  await addEntry(by.tx, by.vault, file, { kind: 'vote', actor: actorOf(by), audience: 'team', body });
}

const INTERESTED =
  'Whoever has an interest in it has no vote. Declare it under “Who can see this”: you leave the case by it.';

/** The reporter shows what they mean before the group decides; the clocks stand still until they answer. */
export async function askProof(by: By): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const { state } = file;
  if (state.phase !== 'triage')
    throw new WebError('refused', 'A proof is asked for while it is not decided.');
  if (waitsForReporter(file))
    throw new WebError('refused', 'The reporter was asked, and has not answered yet.');
  if (!state.participants.some(({ roles, left }) => roles.includes('reporter') && left === null))
    throw new WebError('refused', 'Nobody from outside reported it.');
  const now = await reporterAsked(by.tx, by.vault, file);
  await told(by, now, 'asked the reporter for a proof of concept');
  await tellRole(by.tx, by.vault, now, { about: 'proof', role: 'reporter' }, actorOf(by));
}

/** The group takes the report on as a vulnerability. */
export async function accept(by: By): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const votes = await votesOf(by.tx, file, await entriesOf(by.tx, by.vault, file));
  const { vulnerability, why } = verdictOf(votes, await policyOf(by.tx));
  if (vulnerability !== 'yes') throw new WebError('refused', `It is not decided: ${why}.`);
  const actor = actorOf(by);
  const step = (one: 'VALIDATE' | 'ACCEPT'): Happening => ({
    type: 'manage',
    participant: TEAM,
    step: one,
    by: actor,
  });
  const now = await happens(by, file, step('VALIDATE'), step('ACCEPT'), {
    type: 'phase',
    step: 'COORDINATE',
    by: actor,
  });
  await changeCase(by.tx, by.vault, now, { facts: { decided: instantOf(by.tx) } });
  await told(by, now, 'accepted it as a vulnerability', { why });
  await tellRole(by.tx, by.vault, now, { about: 'accepted', role: 'reporter' }, actor);
}

export async function close(
  by: By,
  outcome: Exclude<Outcome, 'published' | 'duplicate'>,
  why: string,
  handler?: RouteName,
): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const { file: closed } = await closeCase(by.tx, by.vault, file, { outcome, handler, by: actorOf(by) });
  await told(by, closed, `closed it as ${outcome}`, { why, ...(handler === undefined ? {} : { handler }) });
}

/** Says something to a group that the case has; what is said to the reporter keeps a promise to them. */
export async function say(by: By, audience: string, text: string): Promise<void> {
  const merged = threadCase(audience);
  if (merged !== null) {
    const thread = await caseOf(by.tx, by.vault, merged);
    await sayInThread(by.tx, by.vault, thread, { kind: 'message', actor: actorOf(by), body: { text } });
    await tellAudience(by.tx, by.vault, thread, 'reporter', actorOf(by));
    return;
  }
  const file = await caseOf(by.tx, by.vault, by.caseId);
  await addEntry(by.tx, by.vault, file, { kind: 'message', actor: actorOf(by), audience, body: { text } });
  await tellAudience(by.tx, by.vault, file, audience, actorOf(by));
  if (audience !== 'reporter') return;
  const now = instantOf(by.tx);
  const facts = { reporterTold: now, acknowledged: file.facts.acknowledged ?? now };
  await changeCase(by.tx, by.vault, file, { facts });
}

export async function addTask(by: By, text: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  await addEntry(by.tx, by.vault, file, {
    kind: 'task',
    actor: actorOf(by),
    audience: 'team',
    body: { text },
  });
}

export async function finishTask(by: By, task: number): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  await addEntry(by.tx, by.vault, file, {
    kind: 'task-done',
    actor: actorOf(by),
    audience: 'team',
    body: { task },
  });
}

/** Throws StoreError `conflict` when the case is no longer of the revision that was edited. */
export async function edit(by: By, revision: number, content: Partial<CaseContent>): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.revision !== revision)
    throw new WebError(
      'refused',
      'Somebody changed this case meanwhile. What you typed was not kept: look again.',
      { revision: 'Look at both versions, then keep yours.' },
    );
  const now = await changeCase(by.tx, by.vault, file, { content });
  await told(by, now, 'edited the details', { fields: Object.keys(content).sort().join(', ') });
}

export interface Attempt {
  readonly channel: 'mail' | 'private-report' | 'tracker' | 'other';
  readonly address: string;
  readonly outcome: 'sent' | 'bounced-transient' | 'bounced-permanent' | 'answered';
  readonly note: string;
}

/** One try to reach the maintainers, and what came of it. */
export async function attempt(by: By, one: Attempt): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  await addEntry(by.tx, by.vault, file, {
    kind: 'attempt',
    actor: actorOf(by),
    audience: 'team',
    body: { ...one },
  });
  const now = instantOf(by.tx);
  const { contacted, answered, alternates } = file.facts;
  if (one.outcome === 'sent' && contacted === null)
    await changeCase(by.tx, by.vault, file, { facts: { contacted: now } });
  if (one.outcome === 'sent' && contacted !== null && alternates === null && (await isNewWay(by, file, one)))
    await changeCase(by.tx, by.vault, file, { facts: { alternates: now } });
  if (one.outcome === 'answered' && answered === null)
    await changeCase(by.tx, by.vault, file, { facts: { answered: now } });
}

/** Whether nobody was tried at that address before. */
async function isNewWay(by: By, file: CaseFile, { address }: Attempt): Promise<boolean> {
  const entries = await entriesOf(by.tx, by.vault, file, ['team']);
  const before = entries.filter(({ kind, body }) => kind === 'attempt' && field(body, 'address') === address);
  return before.length < 2;
}

export interface Invited {
  readonly name: string;
  readonly address: string | null;
  readonly role: 'maintainer' | 'distributor' | 'observer';
  /** Null begins a party of its own. */
  readonly party: string | null;
}

/** Somebody from outside; they see the report when they have agreed. The secret of their link is given once. */
export async function inviteParticipant(by: By, given: Invited): Promise<string> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const { tx, vault } = by;
  const { participants } = file.state;
  // It stands in clear and decides who reads what: an id that we made, never what somebody typed.
  if (given.party !== null && !participants.some((one) => one.party === given.party && one.id !== TEAM))
    throw new WebError('refused', 'The case has no such party.');
  const person = await createPerson(tx, vault, { name: given.name, address: given.address });
  // Whoever signed the agreement before there was a desk is not asked again for the same version.
  const [signature] = given.address === null ? [] : await signaturesOf(tx, vault, given.address);
  const party = given.party ?? newId();
  const { file: now, participant } = await joined(by, file, { person, party, role: given.role, signature });
  await told(by, now, 'asked somebody in', { role: given.role });
  await tellParticipant(tx, vault, now, { about: 'invited', participant }, actorOf(by));
  return makeLink(tx, {
    kind: 'participant',
    subject: participant,
    caseId: by.caseId,
    seconds: LINK_TIMES.participant,
  });
}

export interface Joining {
  readonly person: string;
  readonly party: string;
  readonly role: Invited['role'];
  /** Of the agreement, where they gave it before. */
  readonly signature: Signature | undefined;
}

/** Somebody whom the desk knows takes part; what they are told of it is the caller's. */
export async function joined(
  by: By,
  file: CaseFile,
  { person, party, role, signature }: Joining,
): Promise<{ readonly file: CaseFile; readonly participant: string }> {
  const { tx } = by;
  const participant = newId();
  const roles = [role === 'observer' ? ('participant' as const) : role];
  const added = await happens(by, file, { type: 'join', participant, roles, party, by: actorOf(by) });
  const now = await signedBefore(by, added, participant, signature);
  const row = { id: participant, case_id: by.caseId, person_id: person, party, role, created_at: tx.now };
  await tx.db.insertInto('participants').values(row).execute();
  const { em } = now.state.embargo;
  if (em === 'NONE' || em === 'EXITED') return { file: now, participant };
  const asked = await happens(by, now, { type: 'consent', participant, step: 'INVITE', by: actorOf(by) });
  return { file: asked, participant };
}

async function signedBefore(
  by: By,
  file: CaseFile,
  participant: string,
  signature: Signature | undefined,
): Promise<CaseFile> {
  const me = file.state.participants.find(({ id }) => id === participant);
  if (me === undefined || !needsAgreement(me) || signature === undefined) return file;
  return happens(by, file, { type: 'sign-agreement', participant, ...signature, by: actorOf(by) });
}

/** An embargo, or another end of it; the group's own default where there is none yet. */
export async function proposeEmbargo(by: By, end: string, why: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const actor = actorOf(by);
  const proposal = newId();
  const first = file.state.embargo.em === 'NONE';
  // Sent twice, it would ask everybody to agree anew.
  if (file.state.embargo.end === end) throw new WebError('refused', 'The embargo ends then already.');
  const now = first
    ? await happens(by, file, { type: 'default-embargo', proposal, end, why, by: actor })
    : await happens(by, file, { type: 'propose', participant: TEAM, proposal, end, why, by: actor });
  await changeCase(by.tx, by.vault, now, { facts: { holdEnd: now.state.embargo.end } });
  await told(by, now, first ? 'began the embargo' : 'proposed another end', { end, why });
  if (!first) await tellRole(by.tx, by.vault, now, { about: 'proposed', role: 'maintainer' }, actor);
}

export async function answerProposal(by: By, proposal: string, yes: boolean): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const type = yes ? 'accept' : 'reject';
  const now = await happens(by, file, { type, participant: TEAM, proposal, by: actorOf(by) });
  await changeCase(by.tx, by.vault, now, { facts: { holdEnd: now.state.embargo.end } });
  await told(by, now, yes ? 'accepted a proposal' : 'rejected a proposal', { end: now.state.embargo.end });
}

/** Attacks are no disclosure; when the group knew of them starts clocks of its own. */
function knownBy(
  { disclosed, exploitedKnown }: CaseFacts,
  what: 'P' | 'X' | 'A',
  now: string,
): Partial<CaseFacts> {
  return what === 'A' ? { exploitedKnown: exploitedKnown ?? now } : { disclosed: disclosed ?? now };
}

/** It is public, an exploit is, or attacks were confirmed: the embargo ends. */
export async function observe(by: By, what: 'P' | 'X' | 'A'): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const actor = actorOf(by);
  const now = await happens(by, file, { type: 'observe', what, confirmedBy: actor, by: actor });
  await changeCase(by.tx, by.vault, now, { facts: knownBy(now.facts, what, instantOf(by.tx)) });
  await told(
    by,
    now,
    { P: 'saw that it is public', X: 'saw a public exploit', A: 'confirmed attacks' }[what],
  );
}
