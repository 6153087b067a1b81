/** One thing done with many cases: each is done whole or refused with its reason, and the others go on. */
import { PlacedError } from 'cpansec/base';
import { type ActName, decide, type MemberPrincipal } from '../access/index.ts';
import { changeCase } from '../casefile/index.ts';
import { reference } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { memberRelation, WebError } from '../web/index.ts';
import { close, takeOn } from './acts.ts';
import { assign, memberNamed } from './assign.ts';
import { actorOf, type By, told as note } from './by.ts';
import { caseOf } from './case-of.ts';
import { merge } from './merge.ts';

export const BULK_ACTS = ['take', 'assign', 'label', 'spam', 'not-a-vulnerability', 'duplicate'] as const;
/** Cases of one request. */
export const MAX_BULK = 500;

export interface Bulk {
  readonly act: (typeof BULK_ACTS)[number];
  readonly cases: readonly string[];
  readonly why: string;
  /** To be added. */
  readonly label: string;
  /** Who works on them from now on: `me`, or a member's name. */
  readonly to: string;
  /** Reference or id of the case that they are duplicates of. */
  readonly of: string;
}

export interface BulkResult {
  readonly done: readonly Told[];
  readonly refused: readonly (Told & { readonly why: string })[];
}

interface Told {
  readonly id: string;
  readonly reference: string;
  readonly title: string;
}

const RIGHTS: Readonly<Record<Bulk['act'], ActName>> = {
  take: 'case.triage',
  assign: 'case.label',
  label: 'case.label',
  spam: 'case.close',
  'not-a-vulnerability': 'case.close',
  duplicate: 'case.merge',
};

/** Throws `invalid` where what all of them need is missing. */
export async function inBulk(
  tx: Transaction,
  vault: Vault,
  principal: MemberPrincipal,
  bulk: Bulk,
): Promise<BulkResult> {
  const { id: member } = principal;
  const of = await namedIn(tx, vault, member, bulk);
  checkNeeds(bulk);
  const done: Told[] = [];
  const refused: (Told & { why: string })[] = [];
  for (const caseId of new Set(bulk.cases)) {
    const told = await toldOf(tx, vault, member, caseId);
    const right = RIGHTS[bulk.act];
    if (told === null || decide(principal, right, 'member') !== 'yes') {
      refused.push({ id: '', reference: '', title: '', ...told, why: told === null ? NOT_YOURS : NO_RIGHT });
      continue;
    }
    const why = await tried(tx, () => one({ tx, vault, caseId, member }, bulk, of));
    if (why === null) done.push(told);
    else refused.push({ ...told, why });
    const detail = { bulk: true, done: why === null };
    tx.record({ actor: actorOf({ member }), act: right, subject: `case:${caseId}`, detail });
  }
  return { done, refused };
}

/** Id of the case or member that all of them need; empty where they need none. */
async function namedIn(tx: Transaction, vault: Vault, member: string, bulk: Bulk): Promise<string> {
  if (bulk.act === 'duplicate') return caseNamed(tx, member, bulk.of);
  return bulk.act === 'assign' ? memberNamed(tx, vault, bulk.to, member) : '';
}

const NOT_YOURS = 'There is no such case among yours.';
const NO_RIGHT = 'Your role may not do this.';

function checkNeeds({ act, why, label }: Bulk): void {
  const fields: Record<string, string> = {};
  if (act === 'label' && label === '') fields.label = 'Which label?';
  if ((act === 'spam' || act === 'not-a-vulnerability') && why === '') fields.why = 'Say why.';
  if (Object.keys(fields).length > 0) throw new WebError('invalid', Object.values(fields).join(' '), fields);
}

/** Null when it was done, else why not: what the state of the case forbids. Throws whatever else goes wrong. */
async function tried(tx: Transaction, work: () => Promise<void>): Promise<string | null> {
  try {
    await tx.part(work);
    return null;
  } catch (cause) {
    if (cause instanceof PlacedError && cause.code === 'refused') return cause.problem;
    throw cause;
  }
}

async function one(by: By, { act, why, label }: Bulk, of: string): Promise<void> {
  if (act === 'take') return takeOn(by);
  if (act === 'assign') return assign(by, of);
  if (act === 'label') return addLabel(by, label);
  if (act === 'duplicate') return merge(by, of);
  return close(by, act, why);
}

async function addLabel(by: By, label: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  if (file.content.labels.includes(label)) throw new WebError('refused', 'It has this label.');
  const now = await changeCase(by.tx, by.vault, file, {
    content: { labels: [...file.content.labels, label] },
  });
  await note(by, now, 'labelled it', { label });
}

/** Null for a case that is not the member's, or none at all. */
async function toldOf(tx: Transaction, vault: Vault, member: string, id: string): Promise<Told | null> {
  if ((await memberRelation(tx, member, id)) !== 'member') return null;
  const { content } = await caseOf(tx, vault, id);
  return { id, reference: reference(id), title: content.title };
}

/** Of the member's own cases. Throws `invalid`. */
async function caseNamed(tx: Transaction, member: string, typed: string): Promise<string> {
  const start = typed.trim().toLowerCase().replaceAll('-', '');
  const nothing = new WebError('invalid', NOT_YOURS, { of: NOT_YOURS });
  if (!/^[a-z0-9]{8,30}$/.test(start)) throw nothing;
  const rows = await tx.db
    .selectFrom('case_members')
    .select('case_id')
    .where('member_id', '=', member)
    .where('part', '=', 'member')
    .where('case_id', 'like', `${start}%`)
    .limit(2)
    .execute();
  const [row] = rows;
  if (rows.length !== 1 || row === undefined) throw nothing;
  return row.case_id;
}
