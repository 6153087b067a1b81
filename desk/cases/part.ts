/** A case as somebody from outside takes part in it: what is asked of them and until when. */
import {
  addEntry,
  addFile,
  audienceOf,
  type CaseFile,
  changeCase,
  entriesOf,
  type FileFacts,
  filesOf,
  type Happening,
  happen,
  instantOf,
  policyOf,
  readCaseFile,
  TEAM,
  tellAudience,
} from '../casefile/index.ts';
import { agreementText, inForce, isPublic, needsAgreement, type Participant } from '../disclosure/index.ts';
import { reference } from '../reports/index.ts';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { caseOf } from './case-of.ts';
import { noticeOf } from './early-notice.ts';
import { entryText } from './words.ts';

/** Who takes part, in what. */
export interface As {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly caseId: string;
  readonly participant: string;
}

export interface Signed {
  readonly version: string;
  /** `YYYY-MM-DD`, UTC. */
  readonly on: string;
  /** Before there was a desk. */
  readonly movedIn: boolean;
}

export interface PartModel {
  readonly reference: string;
  /** Null for whoever has not agreed yet: they are told the id and the distribution, and nothing of it. */
  readonly inside: Inside | null;
  readonly cve: string | null;
  readonly distribution: string | null;
  readonly embargoEnd: string | null;
  /** The agreement that they sign first; null where none is asked. */
  readonly agreement: { readonly version: string; readonly text: string } | null;
  readonly declined: boolean;
  /** What they signed already. */
  readonly signed: Signed | null;
}

export interface Inside {
  readonly title: string;
  readonly summary: string;
  readonly tlp: string;
  readonly asked: readonly string[];
  /** Whether the embargo has another end than they have accepted. */
  readonly lapsed: boolean;
  readonly messages: readonly { readonly at: string; readonly own: boolean; readonly text: string }[];
  readonly files: readonly FileFacts[];
  /** Whether they are of an organisation that was told early, and say how it stands. */
  readonly early: boolean;
  /** Null for who does not answer for code. */
  readonly fix: string | null;
  /** Whether there is something that can be disputed. */
  readonly over: boolean;
  readonly proposals: readonly { readonly end: string; readonly own: boolean; readonly why: string }[];
}

export const actorOf = ({ participant }: As): string => `participant:${participant}`;

export async function partModel(as: As): Promise<PartModel> {
  const file = await caseOf(as.tx, as.vault, as.caseId);
  const me = meIn(file, as);
  const { version } = (await policyOf(as.tx)).agreement;
  const signs = needsAgreement(me) && me.agreement?.version !== version;
  return {
    reference: reference(file.id),
    inside: (await hasAgreed(as)) ? await insideOf(as, file, me) : null,
    cve: file.state.cve,
    distribution: file.content.distribution,
    embargoEnd: inForce(file.state) ? file.state.embargo.end : null,
    agreement: signs ? { version, text: agreementText() } : null,
    declined: me.pec === 'DECLINED',
    signed: signedOf(me),
  };
}

export function signedOf({ agreement }: Pick<Participant, 'agreement'>): Signed | null {
  if (agreement === null) return null;
  const { version, at, signed } = agreement;
  return { version, on: signed ?? at.slice(0, 10), movedIn: signed !== undefined };
}

async function hasAgreed({ tx, participant }: As): Promise<boolean> {
  const row = await tx.db
    .selectFrom('participants')
    .select('agreed_at')
    .where('id', '=', participant)
    .executeTakeFirst();
  return row?.agreed_at != null;
}

function meIn({ state }: CaseFile, { participant }: As): Participant {
  const me = state.participants.find(({ id }) => id === participant);
  if (me === undefined || me.left !== null) throw notFound();
  return me;
}

async function insideOf(as: As, file: CaseFile, me: Participant): Promise<Inside> {
  const { tx, vault } = as;
  const mine = [audienceOf(me)];
  const entries = await entriesOf(tx, vault, file, mine);
  return {
    title: file.content.title,
    summary: file.content.summary,
    tlp: file.tlp,
    asked: askedOf(me, file),
    lapsed: inForce(file.state) && me.pec === 'LAPSED',
    messages: entries
      .filter(({ kind }) => kind !== 'report')
      .map(({ at, actor, kind, body }) => ({ at, own: actor === actorOf(as), text: entryText(kind, body) })),
    files: await filesOf(tx, vault, file, mine),
    early: (await noticeOf(tx, vault, file, me.id)) !== null,
    fix: me.vfd,
    over: isPublic(file.state) || file.state.phase === 'closed',
    proposals: file.state.embargo.proposals.map(({ end, why, participant }) => ({
      end,
      why,
      own: participant === me.id,
    })),
  };
}

function askedOf({ id, vfd, rm }: Participant, { state }: CaseFile): string[] {
  return [
    ...(vfd !== null && rm === 'RECEIVED' ? ['Say whether you are affected, or need help.'] : []),
    ...(vfd === 'Vfd' && rm !== 'INVALID' ? ['Say in which version it will be fixed, or send a patch.'] : []),
    ...(state.embargo.proposals.some(({ participant }) => participant !== id)
      ? ['Another end of the embargo is proposed: say what you think of it.']
      : []),
  ];
}

/** They sign what they must and accept the embargo; only then are they shown the report. */
export async function agree(as: As): Promise<void> {
  const file = await caseOf(as.tx, as.vault, as.caseId);
  const me = meIn(file, as);
  const { version } = (await policyOf(as.tx)).agreement;
  const [by, participant] = [actorOf(as), me.id];
  const steps: Happening[] = [];
  if (needsAgreement(me) && me.agreement?.version !== version)
    steps.push({ type: 'sign-agreement', participant, version, by });
  const bound = file.state.embargo.em === 'PROPOSED' || inForce(file.state);
  if (bound && me.pec === 'DECLINED') steps.push({ type: 'consent', participant, step: 'INVITE', by });
  if (bound && me.pec !== 'SIGNATORY') steps.push({ type: 'consent', participant, step: 'ACCEPT', by });
  if (me.shown === null) steps.push({ type: 'send-report', from: TEAM, participant, by });
  let now = file;
  for (const step of steps) now = (await happen(as.tx, as.vault, now, step)).file;
  await as.tx.db
    .updateTable('participants')
    .set({ agreement: version, agreed_at: as.tx.now })
    .where('id', '=', participant)
    .execute();
  const signed = steps.some(({ type }) => type === 'sign-agreement');
  await noted(as, now, signed ? `signed the agreement, version ${version}` : 'accepted the embargo');
}

/** They do not want to know; nothing was shown to them. They may still accept. */
export async function decline(as: As): Promise<void> {
  const file = await openCaseOf(as);
  if (await hasAgreed(as))
    throw new WebError('refused', 'You have agreed already: write to the group instead.');
  const step = { type: 'consent', participant: as.participant, step: 'DECLINE', by: actorOf(as) } as const;
  await noted(as, (await happen(as.tx, as.vault, file, step)).file, 'declined the embargo');
}

/** An act of theirs, for them and the team to see. */
async function noted(as: As, file: CaseFile, act: string, more: Record<string, string> = {}): Promise<void> {
  const audience = audienceOf(meIn(file, as));
  await addEntry(as.tx, as.vault, file, {
    kind: 'act',
    actor: actorOf(as),
    audience,
    body: { act, ...more },
  });
}

export async function sayAs(as: As, text: string): Promise<void> {
  const file = await openCaseOf(as);
  const audience = audienceOf(meIn(file, as));
  await addEntry(as.tx, as.vault, file, { kind: 'message', actor: actorOf(as), audience, body: { text } });
  await tellAudience(as.tx, as.vault, file, audience, actorOf(as));
  if (file.facts.answered === null)
    await changeCase(as.tx, as.vault, file, { facts: { answered: instantOf(as.tx) } });
}

export type Answer = 'affected' | 'not-affected' | 'need-help';

/** What they make of it; who is affected says in which version it ends. */
export async function answerAs(as: As, answer: Answer, version: string): Promise<void> {
  let file = await openCaseOf(as);
  const me = meIn(file, as);
  const by = actorOf(as);
  const steps = {
    affected: ['VALIDATE', 'ACCEPT'],
    'not-affected': ['INVALIDATE'],
    'need-help': ['VALIDATE', 'ACCEPT'],
  } as const;
  if (me.rm === 'RECEIVED' || me.rm === 'INVALID')
    for (const step of steps[answer])
      file = (await happen(as.tx, as.vault, file, { type: 'manage', participant: me.id, step, by })).file;
  await noted(as, file, `says: ${answer}`, version === '' ? {} : { 'fixed in': version });
  if (file.facts.answered === null)
    await changeCase(as.tx, as.vault, file, { facts: { answered: instantOf(as.tx) } });
}

/** A fix is ready: the version or the patch is there. */
export async function fixReady(as: As, version: string): Promise<void> {
  const file = await openCaseOf(as);
  const me = meIn(file, as);
  if (me.vfd === null) throw new WebError('refused', 'Only who answers for the code has a fix of it.');
  const { file: now } = await happen(as.tx, as.vault, file, {
    type: 'fix',
    participant: me.id,
    step: 'F',
    by: actorOf(as),
  });
  await changeCase(as.tx, as.vault, now, { facts: { fixAvailable: instantOf(as.tx) } });
  await noted(as, now, 'has a fix', { version });
}

export async function extendAs(as: As, end: string, why: string): Promise<void> {
  const file = await openCaseOf(as);
  const happening = {
    type: 'propose',
    participant: as.participant,
    proposal: newId(),
    end,
    why,
    by: actorOf(as),
  } as const;
  const { file: now } = await happen(as.tx, as.vault, file, happening);
  await noted(as, now, 'asks for another end of the embargo', { end, why });
}

export async function sendAs(
  as: As,
  file: { readonly name: string; readonly bytes: Uint8Array },
): Promise<void> {
  const target = await openCaseOf(as);
  const audience = audienceOf(meIn(target, as));
  const { name } = await addFile(as.tx, as.vault, target, { ...file, audience });
  await noted(as, target, 'sent a file', { name });
}

export async function fileAs(
  as: As,
  id: string,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const file = await caseOf(as.tx, as.vault, as.caseId);
  const mine = [audienceOf(meIn(file, as))];
  const found = await readCaseFile(as.tx, as.vault, file, id, mine);
  if (found === null) throw notFound();
  return found;
}

async function openCaseOf(as: As): Promise<CaseFile> {
  const file = await caseOf(as.tx, as.vault, as.caseId);
  if (file.state.phase === 'closed') throw new WebError('refused', 'This case is closed.');
  return file;
}
