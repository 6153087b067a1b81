/**
 * Recovery of a member who lost every passkey: one coordinator asks, another member confirms, and only then there
 * is a link. Neither can do both, nor for themselves.
 */
import type { Role } from '../access/index.ts';
import type { Transaction } from '../store/index.ts';
import { WebError } from '../web/index.ts';
import { endLinks, makeLink } from './link.ts';
import { holdMember, memberOf, passkeysOf } from './member.ts';
import { after, type LinkTimes } from './times.ts';

/** What members are to be told, by whatever way the desk has. */
export interface Notice {
  readonly about:
    | 'invited'
    | 'recovery-asked'
    | 'recovery-confirmed'
    | 'recovery-refused'
    | 'recovery-used'
    | 'recovery-by-hand';
  /** Member who is invited, or recovers. */
  readonly subject: string;
  /** Members. */
  readonly to: readonly string[];
}

export interface Recovery {
  readonly askedBy: string;
  readonly endsAt: string;
}

interface Between {
  /** Who asks or answers. */
  readonly by: string;
  readonly subject: string;
}

/** What was asked for and not answered yet. */
export async function recoveryOf(tx: Transaction, subject: string): Promise<Recovery | null> {
  const row = await tx.db
    .selectFrom('recoveries')
    .select(['asked_by', 'ends_at'])
    .where('member_id', '=', subject)
    .where('ends_at', '>', tx.now)
    .executeTakeFirst();
  return row === undefined ? null : { askedBy: row.asked_by, endsAt: row.ends_at };
}

/** Throws `refused`. */
export async function askRecovery(tx: Transaction, between: Between, times: LinkTimes): Promise<Notice> {
  const { by, subject } = between;
  if (by === subject) throw refused('Another coordinator must ask for you.');
  const { state } = await holdMember(tx, subject);
  if (state !== 'active') throw refused(`They are ${state}, and have nothing to recover.`);
  if ((await recoveryOf(tx, subject)) !== null)
    throw refused('This was asked for already: it must be answered.');
  await tx.db.deleteFrom('recoveries').where('member_id', '=', subject).execute();
  const ends = after(tx.now, times.recoveryAnswer);
  await tx.db
    .insertInto('recoveries')
    .values({ member_id: subject, asked_by: by, asked_at: tx.now, ends_at: ends })
    .execute();
  return { about: 'recovery-asked', subject, to: await otherCoordinators(tx, [by, subject]) };
}

export interface Confirmed {
  /** Of the recovery link. */
  readonly secret: string;
  readonly notice: Notice;
}

/** The link; the passkeys that the member had work until it is used. Throws `refused`. */
export async function confirmRecovery(
  tx: Transaction,
  between: Between,
  times: LinkTimes,
): Promise<Confirmed> {
  const { by, subject } = between;
  const { askedBy } = await answerable(tx, between);
  if (by === askedBy) throw refused('Whoever asked cannot confirm: another member must.');
  const asker = await memberOf(tx, askedBy);
  if (asker.state !== 'active' || asker.role !== 'coordinator')
    throw refused('Whoever asked may no longer ask: refuse it, and let another coordinator ask.');
  await tx.db.deleteFrom('recoveries').where('member_id', '=', subject).execute();
  await endLinks(tx, ['recovery'], subject);
  const secret = await makeLink(tx, { kind: 'recovery', subject, seconds: times.recovery });
  const to = await otherCoordinators(tx, [by, subject]);
  return { secret, notice: { about: 'recovery-confirmed', subject, to } };
}

/** Whoever asked may take it back in the same way. */
export async function refuseRecovery(tx: Transaction, between: Between): Promise<Notice> {
  const { by, subject } = between;
  await answerable(tx, between);
  await tx.db.deleteFrom('recoveries').where('member_id', '=', subject).execute();
  return { about: 'recovery-refused', subject, to: await otherCoordinators(tx, [by, subject]) };
}

/**
 * For a member whom no two others can help: by whoever runs the machine of the desk. Throws `not-found`, `refused`.
 */
export async function recoverByHand(tx: Transaction, subject: string, times: LinkTimes): Promise<Confirmed> {
  const { state } = await holdMember(tx, subject);
  if (state !== 'active') throw refused(`They are ${state}, and have nothing to recover.`);
  const others = await otherMembers(tx, subject);
  const helpers = others.filter(({ role, passkeys }) => passkeys > 0 && HELPERS.has(role));
  if (helpers.length > 1 && helpers.some(({ role }) => role === 'coordinator'))
    throw refused('Two other members can do it: a coordinator asks for it, and another member confirms.');
  await tx.db.deleteFrom('recoveries').where('member_id', '=', subject).execute();
  await endLinks(tx, ['recovery'], subject);
  const secret = await makeLink(tx, { kind: 'recovery', subject, seconds: times.recovery });
  tx.record({ actor: 'desk', act: 'member.recover-by-hand', subject: `member:${subject}`, detail: {} });
  return { secret, notice: { about: 'recovery-by-hand', subject, to: others.map(({ id }) => id) } };
}

/** Who may ask for a recovery, or confirm one. */
const HELPERS: ReadonlySet<Role> = new Set<Role>(['coordinator', 'cna']);

interface Other {
  readonly id: string;
  readonly role: Role;
  readonly passkeys: number;
}

async function otherMembers(tx: Transaction, but: string): Promise<Other[]> {
  const active = tx.db.selectFrom('members').select(['id', 'role']).where('state', '=', 'active');
  const others: Other[] = [];
  for (const { id, role } of await active.where('id', '!=', but).orderBy('id').execute())
    others.push({ id, role, passkeys: await passkeysOf(tx, id) });
  return others;
}

async function answerable(tx: Transaction, { by, subject }: Between): Promise<Recovery> {
  if (by === subject) throw refused('Nobody can confirm for themselves.');
  await holdMember(tx, subject);
  const asked = await recoveryOf(tx, subject);
  if (asked === null) throw refused('Nobody asked for this, or too long ago.');
  return asked;
}

/** Active coordinators but these. */
export async function otherCoordinators(tx: Transaction, but: readonly string[]): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('members')
    .select('id')
    .where('role', '=', 'coordinator')
    .where('state', '=', 'active')
    .where('id', 'not in', [...but])
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

function refused(words: string): WebError {
  return new WebError('refused', words);
}
