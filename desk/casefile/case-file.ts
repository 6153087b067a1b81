/** A case as the database has it: opened, read, changed; never two changes of one state. */
import type { Json } from 'cpansec/base';
import {
  type Amendment,
  type Applied,
  apply,
  type CaseEvent,
  type CaseFacts,
  deadlines,
  type Effect,
  inForce,
  newFacts,
  type Outcome,
  openCase as openState,
  type Policy,
  type RmState,
  type RouteName,
} from '../disclosure/index.ts';
import { newId, StoreError, type Transaction, type Vault } from '../store/index.ts';
import { type CaseContent, decodeSealed, EMPTY_CONTENT, encodeSealed, type Sealed } from './content.ts';
import { CaseFileError } from './errors.ts';
import { instantOf } from './instant.ts';
import { policyOf } from './policy.ts';
import { tellEffects } from './tell.ts';
import { type Times, timesOf } from './times.ts';
import { indexWords } from './words.ts';

export interface CaseFile extends Sealed {
  readonly id: string;
  readonly keyId: string;
  readonly kind: 'vulnerability' | 'incident';
  readonly tlp: string;
  /** Only its own members see it in lists. */
  readonly restricted: boolean;
  readonly openedAt: string;
  readonly changedAt: string;
  readonly dueAt: string | null;
  readonly mergedInto: string | null;
  /** How often the end of the embargo was put off. */
  readonly extensions: number;
  readonly revision: number;
}

export interface Opening {
  readonly content: Partial<CaseContent>;
  readonly kind?: CaseFile['kind'];
  readonly tlp?: string;
  /** When it was reported, for what was known before it came here; default now. */
  readonly at?: string;
  /** Participant id of the reporter; null for what the group found itself. */
  readonly reporter: string | null;
}

/** The group itself, as a participant of every case. */
export const TEAM = 'team';

/** Every active member of the team belongs to a new case; who has an interest says so and is out. */
export async function openCase(tx: Transaction, vault: Vault, opening: Opening): Promise<CaseFile> {
  const id = newId();
  const keyId = await vault.create(tx, 'case');
  const now = instantOf(tx);
  const at = opening.at === undefined || opening.at > now ? now : opening.at;
  const reporter = opening.reporter === null ? null : { id: opening.reporter };
  const facts = { ...newFacts(at), containment: opening.kind === 'incident' ? [] : null };
  const file: CaseFile = {
    id,
    keyId,
    kind: opening.kind ?? 'vulnerability',
    tlp: opening.tlp ?? 'TLP:AMBER+STRICT',
    restricted: false,
    openedAt: at,
    changedAt: now,
    dueAt: dueOf({ facts }, await policyOf(tx), now),
    mergedInto: null,
    extensions: 0,
    revision: 1,
    content: { ...EMPTY_CONTENT, ...opening.content },
    state: openState({ ref: id, at, owner: TEAM, reporter, incident: opening.kind === 'incident' }),
    facts,
    draft: null,
  };
  await inserted(tx, vault, file);
  await addTeam(tx, id);
  return file;
}

async function inserted(tx: Transaction, vault: Vault, file: CaseFile): Promise<void> {
  await tx.db
    .insertInto('cases')
    .values(await rowOf(tx, vault, file))
    .execute();
  await indexWords(tx, vault, file);
}

async function addTeam(tx: Transaction, caseId: string): Promise<void> {
  await tx.db
    .insertInto('case_members')
    .columns(['case_id', 'member_id', 'part', 'since'])
    .expression((eb) =>
      eb
        .selectFrom('members')
        .select([
          eb.val(caseId).as('case_id'),
          'id as member_id',
          eb.val('member').as('part'),
          eb.val(tx.now).as('since'),
        ])
        .where('state', '=', 'active')
        .where('role', 'in', ['coordinator', 'cna', 'triager']),
    )
    .execute();
}

/** Throws StoreError `destroyed` for one that was shredded; null where none is. */
export async function readCase(tx: Transaction, vault: Vault, id: string): Promise<CaseFile | null> {
  const row = await tx.db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return null;
  const sealed = decodeSealed(await vault.open(tx, row.key_id, place(id), row.sealed));
  return {
    ...sealed,
    id,
    keyId: row.key_id,
    kind: row.kind,
    tlp: row.tlp,
    restricted: row.restricted === 1,
    openedAt: row.opened_at,
    changedAt: row.changed_at,
    dueAt: row.due_at,
    mergedInto: row.merged_into,
    extensions: row.extensions ?? 0,
    revision: row.revision,
  };
}

export interface Change {
  readonly kind?: CaseFile['kind'];
  readonly content?: Partial<CaseContent>;
  readonly draft?: Json | null;
  readonly tlp?: string;
  readonly restricted?: boolean;
  readonly facts?: Partial<CaseFacts>;
  readonly mergedInto?: string | null;
}

/** Throws `conflict` when somebody else changed the case since it was read. */
export async function changeCase(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  { content, facts, ...change }: Change,
): Promise<CaseFile> {
  const changed = {
    ...file,
    ...change,
    content: content === undefined ? file.content : { ...file.content, ...content },
    facts: { ...file.facts, ...facts },
  };
  return saved(tx, vault, file, changed);
}

export interface Happened {
  readonly file: CaseFile;
  readonly effects: readonly Effect[];
}

/** An event without its instant, which is that of the transaction. */
export type Happening = CaseEvent extends infer E ? (E extends CaseEvent ? Omit<E, 'at'> : never) : never;

/** What happens to the coordination of a case; who is in it is told of it. Throws `refused` with the reason; then nothing has changed. */
export async function happen(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  happening: Happening,
): Promise<Happened> {
  const event = { ...happening, at: latest(instantOf(tx), file.state.last) } as CaseEvent; // `Omit` forgets which member it was of
  const applied = apply(file.state, event);
  if ('refused' in applied) throw new CaseFileError('refused', applied.refused);
  const extensions = file.extensions + applied.effects.filter(isExtension).length;
  const facts = { ...file.facts, asked: askedAfter(file.facts.asked, applied, event.at) };
  const changed = await saved(tx, vault, file, { ...file, extensions, facts, state: applied.state });
  await tellEffects(tx, vault, file, applied.effects, event.by);
  return { file: changed, effects: applied.effects };
}

type Asked = CaseFacts['asked'];

/** Who is asked to keep an embargo, and until when they have not said: of whoever need not keep it any more nothing. */
function askedAfter(
  asked: Asked,
  { state, effects }: Exclude<Applied, { refused: string }>,
  at: string,
): Asked {
  const anew = effects.flatMap((effect) => (effect.type === 'consent-needed' ? [effect.participant] : []));
  const kept = asked
    .filter(({ participant, answered }) => answered !== null || !anew.includes(participant))
    .flatMap((one): Asked => {
      const pec = state.participants.find(({ id }) => id === one.participant)?.pec ?? 'NO_EMBARGO';
      if (one.answered !== null || pec === 'INVITED' || pec === 'LAPSED') return [one];
      return pec === 'NO_EMBARGO' ? [] : [{ ...one, answered: at }];
    });
  return [...kept, ...anew.map((participant) => ({ participant, at, answered: null }))];
}

function isExtension(effect: Effect): boolean {
  return effect.type === 'embargo-changed' && effect.to > effect.from;
}

/** A clock that was set back does not hold a case up: what happens next happens no earlier than what did last. */
function latest(now: string, last: string): string {
  return now > last ? now : last;
}

export interface Splitting {
  readonly content: Partial<CaseContent>;
  readonly by: string;
}

/**
 * A part becomes a case of its own: the embargo, the members and what has happened are those of the whole, its key
 * is its own. Throws `refused` with the reason.
 */
export async function splitCase(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  { content, by }: Splitting,
): Promise<{ readonly file: CaseFile; readonly part: CaseFile; readonly effects: readonly Effect[] }> {
  const id = newId();
  const { file: left, effects } = await happen(tx, vault, file, {
    type: 'split',
    ref: id,
    participants: [],
    by,
  });
  const split = effects.find((effect) => effect.type === 'case-split');
  if (split === undefined) throw new RangeError('a case was split and there is no part');
  const part: CaseFile = {
    ...left,
    id,
    keyId: await vault.create(tx, 'case'),
    openedAt: instantOf(tx),
    extensions: 0,
    revision: 1,
    content: { ...EMPTY_CONTENT, ...content },
    state: split.state,
    facts: { ...left.facts, recorded: null, disputes: [], amendments: [], downstream: [], closed: null },
    draft: null,
  };
  await inserted(tx, vault, part);
  await shareMembers(tx, file.id, id);
  return { file: left, part, effects };
}

/** Those with a declared interest stay out of the part as well. */
async function shareMembers(tx: Transaction, from: string, to: string): Promise<void> {
  const members = await tx.db.selectFrom('case_members').selectAll().where('case_id', '=', from).execute();
  if (members.length === 0) return;
  const rows = members.map((member) => ({ ...member, case_id: to, since: tx.now }));
  await tx.db.insertInto('case_members').values(rows).execute();
}

/** What the group does with a report that it closes, by where it stands with it. */
const BEFORE_CLOSE: Readonly<Partial<Record<RmState, 'INVALIDATE' | 'DEFER'>>> = {
  RECEIVED: 'INVALIDATE',
  VALID: 'DEFER',
};

interface Closing {
  readonly outcome: Outcome;
  /** Of what is out of scope: whose it is. */
  readonly handler?: RouteName | undefined;
  readonly by: string;
}

/** Ends a case: nothing is promised any more. Throws `refused` with the reason. */
export async function closeCase(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  { outcome, handler, by }: Closing,
): Promise<Happened> {
  const team = file.state.participants.find(({ id }) => id === TEAM);
  const step = BEFORE_CLOSE[team?.rm ?? 'ACCEPTED'];
  const ready =
    step === undefined
      ? file
      : (await happen(tx, vault, file, { type: 'manage', participant: TEAM, step, by })).file;
  const { file: closed, effects } = await happen(tx, vault, ready, {
    type: 'close',
    outcome,
    by,
    ...(handler === undefined ? {} : { handler }),
  });
  const facts = { closed: instantOf(tx), amendments: [...closed.facts.amendments, ...unused(tx, closed)] };
  return { file: await changeCase(tx, vault, closed, { facts }), effects };
}

/** An id that was reserved and is not published is rejected (CNA rules, 4.5.3.5). Of a duplicate, the other case has it. */
function unused(tx: Transaction, { state: { cve, outcome } }: CaseFile): Amendment[] {
  if (cve === null || outcome === 'published' || outcome === 'duplicate') return [];
  const why = `The case ended as ${outcome}.`;
  return [{ id: newId(), kind: 'reject', cve, why, since: instantOf(tx), done: null }];
}

async function saved(tx: Transaction, vault: Vault, before: CaseFile, changed: CaseFile): Promise<CaseFile> {
  const now = { changedAt: instantOf(tx), revision: before.revision + 1 };
  const file = { ...changed, ...now, dueAt: dueOf(changed, await policyOf(tx), now.changedAt) };
  const { numUpdatedRows } = await tx.db
    .updateTable('cases')
    .set(await rowOf(tx, vault, file))
    .where('id', '=', file.id)
    .where('revision', '=', before.revision)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n)
    throw new StoreError('conflict', 'Somebody changed this case meanwhile: look again.');
  // Most of what happens to a case changes none of its words.
  if (file.content !== before.content) await indexWords(tx, vault, file);
  return file;
}

/** The next promise that is not kept yet. */
function dueOf({ facts }: Pick<CaseFile, 'facts'>, policy: Policy, now: string): string | null {
  const open = deadlines(facts, policy, now).filter(
    ({ done, state, outlives }) => done === null && state !== 'paused' && (outlives || facts.closed === null),
  );
  return open[0]?.due ?? null;
}

async function rowOf(tx: Transaction, vault: Vault, file: CaseFile): Promise<Row> {
  const { state } = file;
  return {
    id: file.id,
    key_id: file.keyId,
    kind: file.kind,
    phase: state.phase,
    tlp: file.tlp,
    restricted: file.restricted ? 1 : 0,
    opened_at: file.openedAt,
    changed_at: file.changedAt,
    due_at: file.dueAt,
    embargo_ends_at: inForce(state) ? state.embargo.end : null,
    merged_into: file.mergedInto,
    ...timesOf(file),
    sealed: await vault.seal(tx, file.keyId, place(file.id), encodeSealed(file)),
    revision: file.revision,
  };
}

interface Row extends Times {
  readonly id: string;
  readonly key_id: string;
  readonly kind: CaseFile['kind'];
  readonly phase: string;
  readonly tlp: string;
  readonly restricted: number;
  readonly opened_at: string;
  readonly changed_at: string;
  readonly due_at: string | null;
  readonly embargo_ends_at: string | null;
  readonly merged_into: string | null;
  readonly sealed: Uint8Array;
  readonly revision: number;
}

function place(id: string): string {
  return `cases.sealed/${id}`;
}

/**
 * Nobody can read the case any more, or comes upon it; that it was, and its states, stay. Its publications go with it.
 * Throws `refused` while one of them goes out.
 */
export async function shredCase(tx: Transaction, vault: Vault, file: CaseFile): Promise<void> {
  const publications = await tx.db
    .selectFrom('publications')
    .innerJoin('publication_cases', 'publication_cases.publication_id', 'publications.id')
    .select(['publications.id', 'publications.key_id', 'publications.state'])
    .where('publication_cases.case_id', '=', file.id)
    .execute();
  if (publications.some(({ state }) => state === 'running'))
    throw new CaseFileError('refused', 'it is being published');
  for (const { id, key_id, state } of publications) {
    // What others became public by stays while one of them does.
    if (state === 'done' && (await hasOthers(tx, id, file.id))) continue;
    if (state !== 'done')
      await tx.db.updateTable('publications').set({ state: 'withdrawn' }).where('id', '=', id).execute();
    await vault.destroy(tx, key_id);
  }
  await vault.destroy(tx, file.keyId);
}

async function hasOthers(tx: Transaction, publication: string, caseId: string): Promise<boolean> {
  const other = await tx.db
    .selectFrom('publication_cases')
    .innerJoin('cases', 'cases.id', 'publication_cases.case_id')
    .innerJoin('keys', 'keys.id', 'cases.key_id')
    .select('cases.id')
    .where('publication_cases.publication_id', '=', publication)
    .where('cases.id', '!=', caseId)
    .where('keys.destroyed_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
