/** Once a day, to each member for whom something waits: how much, and the references of it. */
import { policyOf, poolYears } from '../casefile/index.ts';
import { type Chore, countJobs } from '../jobs/index.ts';
import { reference } from '../reports/index.ts';
import type { Store, Transaction, Vault } from '../store/index.ts';
import { enqueueLetter } from './enqueue-letter.ts';

/** Milliseconds between two looks whether it is time. */
const EVERY = 300_000;
/** Hour of UTC. */
const FROM = '06';
const NAME = 'mail.digest';
const DAY = 86_400_000;
/** References of one line. */
const MOST = 20;

export function digestChore(store: Store, origin: string): Chore {
  return {
    name: 'digest',
    every: EVERY,
    run: () => store.transaction((tx) => digest(tx, store.vault, origin)),
  };
}

async function digest(tx: Transaction, vault: Vault, origin: string): Promise<void> {
  if (tx.now.slice(11, 13) < FROM || !(await firstToday(tx))) return;
  const members = await tx.db
    .selectFrom('members')
    .select(['id', 'role'])
    .where('state', '=', 'active')
    .orderBy('id')
    .execute();
  const { failed, uncertain } = await countJobs(tx);
  const pool = await lowPool(tx);
  for (const { id, role } of members) {
    const fields = await waitingFor(tx, id);
    const decides = role === 'coordinator' || role === 'cna';
    if (decides && failed + uncertain > 0) fields.letters = String(failed + uncertain);
    if (decides && pool !== null) fields.pool = pool;
    if (Object.keys(fields).length === 0) continue;
    const given = {
      to: { member: id },
      letter: 'digest',
      fields: { ...fields, link: `${origin}/` },
    } as const;
    await enqueueLetter(tx, vault, given);
  }
}

/** Few free CVE ids of this year, in words; null where there are enough, or the desk never had any. */
async function lowPool(tx: Transaction): Promise<string | null> {
  const years = await poolYears(tx);
  const { low } = (await policyOf(tx)).cve;
  const year = Number(tx.now.slice(0, 4));
  const free = years.find((one) => one.year === year)?.free ?? 0;
  return years.length === 0 || free >= low ? null : `${free} of ${year}, and the policy wants ${low}`;
}

/** True for one process a day. */
async function firstToday(tx: Transaction): Promise<boolean> {
  const value = JSON.stringify(tx.now.slice(0, 10));
  const row = await tx.db
    .insertInto('settings')
    .values({ name: NAME, value })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value }).where('settings.value', '!=', value),
    )
    .returning('name')
    .executeTakeFirst();
  return row !== undefined;
}

async function waitingFor(tx: Transaction, member: string): Promise<Record<string, string>> {
  const cases = await tx.db
    .selectFrom('cases')
    .innerJoin('case_members', 'case_members.case_id', 'cases.id')
    .select(['cases.id', 'due_at', 'phase', 'opened_at'])
    .where('case_members.member_id', '=', member)
    .where('case_members.part', '=', 'member')
    // A record is disputed, or has to change, when its case is closed as well.
    .where((eb) => eb.or([eb('phase', '!=', 'closed'), eb('due_at', '>', eb.ref('closed_at'))]))
    .orderBy('due_at')
    .orderBy('cases.id')
    .execute();
  const [before, until] = [-DAY, DAY].map((ms) => new Date(Date.parse(tx.now) + ms).toISOString());
  const late = cases.filter(({ due_at }) => due_at !== null && due_at <= tx.now);
  const due = cases.filter(({ due_at }) => due_at !== null && due_at > tx.now && due_at <= (until ?? ''));
  const fresh = cases.filter(({ phase, opened_at }) => phase === 'report' && opened_at > (before ?? ''));
  return {
    ...line('late', late),
    ...line('due', due),
    ...line('fresh', fresh),
    ...line('news', await withNews(tx, member)),
  };
}

/** Of their cases those in which somebody from outside said or did something since they looked. */
async function withNews(tx: Transaction, member: string): Promise<{ id: string }[]> {
  const rows = tx.db
    .selectFrom('case_members')
    .innerJoin('entries', 'entries.case_id', 'case_members.case_id')
    .select('case_members.case_id as id')
    .distinct()
    .where('case_members.member_id', '=', member)
    .where('case_members.part', '=', 'member')
    .where('entries.kind', '!=', 'report')
    .where((eb) => eb('entries.at', '>', eb.fn.coalesce('case_members.seen_at', 'case_members.since')))
    .where((eb) =>
      eb.or([
        eb('entries.actor', '=', 'mail'),
        eb('entries.actor', 'like', 'participant:%'),
        eb('entries.actor', 'like', 'reporter:%'),
      ]),
    );
  return rows.orderBy('id').execute();
}

function line(name: string, cases: readonly { readonly id: string }[]): Record<string, string> {
  if (cases.length === 0) return {};
  const more = cases.length > MOST ? ', …' : '';
  const references = cases.slice(0, MOST).map(({ id }) => reference(id));
  return { [name]: `${cases.length} (${references.join(', ')}${more})` };
}
