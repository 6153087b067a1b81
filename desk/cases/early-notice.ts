/** Early notice: organisations that a case tells before its publication, the proof of it, and how they say they stand. */
import { type Json, nullable, object, oneOf, type Shape, string } from 'cpansec/base';
import { OPENVEX_JUSTIFICATIONS, type OpenVexJustification } from 'cpansec/formats';
import {
  addEntry,
  type CaseFile,
  PRODUCT_STATUSES,
  type ProductStatus,
  policyOf,
  tellParticipant,
} from '../casefile/index.ts';
import { addPeriod, compareTlp, inForce, type Policy, TLP_LABELS } from '../disclosure/index.ts';
import {
  type Contact,
  contactsOf,
  listOrganisations,
  type Organisation,
  organisationOf,
} from '../organisations/index.ts';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { notFound, WebError } from '../web/index.ts';
import { joined } from './acts.ts';
import { actorOf, type By, told } from './by.ts';
import { caseOf } from './case-of.ts';
import { productOf, sayProduct } from './products.ts';

/** How an organisation says that a product of theirs stands. */
export interface Statement {
  readonly name: string;
  readonly purl: string | null;
  readonly status: ProductStatus;
  readonly justification: OpenVexJustification | null;
  readonly version: string | null;
  readonly note: string;
  readonly at: string;
  /** Id of the product in the case, once a member took it over. */
  readonly product: string | null;
  /** Whether it was taken over as it is now. */
  readonly accepted: 'yes' | 'no';
}

interface Sealed {
  /** Why outside of the usual time; empty within it. */
  readonly why: string;
  readonly statement: Statement | null;
}

export interface Notice extends Sealed {
  readonly participant: string;
  readonly organisation: string;
  readonly contact: string;
  readonly toldAt: string;
  /** When they accepted the embargo; null as long as they have not. */
  readonly acceptedAt: string | null;
  readonly readAt: string | null;
}

const sealedShape: Shape<Sealed> = object({
  why: string,
  statement: nullable(
    object({
      name: string,
      purl: nullable(string),
      status: oneOf(...PRODUCT_STATUSES),
      justification: nullable(oneOf(...OPENVEX_JUSTIFICATIONS)),
      version: nullable(string),
      note: string,
      at: string,
      product: nullable(string),
      accepted: oneOf('yes', 'no'),
    }),
  ),
});

const place = (participant: string): string => `early_notices.sealed/${participant}`;
type Of = Pick<CaseFile, 'id' | 'keyId'>;

/** Those of the case, in the order in which they were told. */
export async function noticesOf(tx: Transaction, vault: Vault, file: Of): Promise<Notice[]> {
  const rows = await tx.db
    .selectFrom('early_notices')
    .innerJoin('participants', 'participants.id', 'early_notices.participant_id')
    .selectAll('early_notices')
    .select('participants.agreed_at')
    .where('early_notices.case_id', '=', file.id)
    .orderBy('told_at')
    .orderBy('participant_id')
    .execute();
  return Promise.all(
    rows.map(async (row) => ({
      participant: row.participant_id,
      organisation: row.organisation_id,
      contact: row.contact_id,
      toldAt: row.told_at,
      acceptedAt: row.agreed_at,
      readAt: row.read_at,
      ...sealedShape(await vault.open(tx, file.keyId, place(row.participant_id), row.sealed)),
    })),
  );
}

/** Of one participant; null for whoever is of no organisation. */
export async function noticeOf(
  tx: Transaction,
  vault: Vault,
  file: Of,
  participant: string,
): Promise<Notice | null> {
  return (await noticesOf(tx, vault, file)).find((one) => one.participant === participant) ?? null;
}

/** They have opened what they were told of. */
export async function noticeRead(tx: Transaction, participant: string): Promise<void> {
  await tx.db
    .updateTable('early_notices')
    .set({ read_at: tx.now })
    .where('participant_id', '=', participant)
    .where('read_at', 'is', null)
    .execute();
}

/** Between which instants organisations are told without a reason; null without an embargo. */
export function noticeWindow(
  { state }: CaseFile,
  { distributors, calendar }: Policy,
): { from: string; to: string } | null {
  const { end } = state.embargo;
  if (!inForce(state) || end === null) return null;
  const before = ({ count, unit }: Policy['distributors']['earliest']): string =>
    addPeriod(end, { count: -count, unit }, calendar);
  return { from: before(distributors.earliest), to: before(distributors.latest) };
}

export interface Candidate extends Organisation {
  /** Who would get it: those who signed the agreement as it is now. */
  readonly contacts: readonly Contact[];
  /** Why not; null for one that can be told. */
  readonly obstacle: string | null;
}

/** All that have not left. */
export async function candidatesFor(tx: Transaction, vault: Vault, file: CaseFile): Promise<Candidate[]> {
  const { version } = (await policyOf(tx)).agreement;
  const here = new Set((await noticesOf(tx, vault, file)).map(({ organisation }) => organisation));
  const all = (await listOrganisations(tx, vault)).filter(({ state }) => state !== 'left');
  return Promise.all(
    all.map(async (one) => {
      const present = await contactsOf(tx, vault, one.id);
      const contacts = present.filter(
        ({ endedAt, agreement, address }) => endedAt === null && agreement === version && address !== null,
      );
      return {
        ...one,
        contacts,
        obstacle: obstacleOf(one, contacts.length, here.has(one.id), { file, version }),
      };
    }),
  );
}

interface Case {
  readonly file: CaseFile;
  readonly version: string;
}

function obstacleOf(
  { state, tlp }: Organisation,
  contacts: number,
  here: boolean,
  { file, version }: Case,
): string | null {
  const label = TLP_LABELS.find((one) => one === file.tlp) ?? 'TLP:RED';
  if (here) return 'told already';
  if (state !== 'active') return 'not told for now';
  if (compareTlp(label, tlp) > 0) return `gets nothing beyond ${tlp}, and the case is ${label}`;
  return contacts === 0 ? `nobody there has signed version ${version} of the agreement` : null;
}

/**
 * Each contact gets a link of their own; those of one organisation are one party. Throws `invalid` outside of the
 * usual time without a reason, and `refused` for one that cannot be told.
 */
export async function tellOrganisations(by: By, chosen: readonly string[], why: string): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const window = noticeWindow(file, await policyOf(by.tx));
  if (window === null)
    throw new WebError('refused', 'Organisations are told under an embargo that has an end.');
  const usual = by.tx.now >= window.from && by.tx.now <= window.to;
  if (!usual && why === '')
    throw new WebError('invalid', 'Not as it must be.', {
      why: 'It is too early or too late: say why it is now.',
    });
  const candidates = await candidatesFor(by.tx, by.vault, file);
  let now = file;
  for (const id of new Set(chosen)) {
    const one = candidates.find((candidate) => candidate.id === id);
    if (one === undefined) throw notFound();
    if (one.obstacle !== null) throw new WebError('refused', `${one.name}: ${one.obstacle}.`);
    now = await tellOne(by, now, one, usual ? '' : why);
  }
}

async function tellOne(
  by: By,
  file: CaseFile,
  { id, name, contacts }: Candidate,
  why: string,
): Promise<CaseFile> {
  const { tx, vault } = by;
  const party = newId();
  let now = file;
  for (const { id: contact, person, agreement, agreedAt } of contacts) {
    const signature =
      agreement === null || agreedAt === null
        ? undefined
        : { version: agreement, signed: agreedAt.slice(0, 10) };
    const added = await joined(by, now, { person, party, role: 'distributor', signature });
    const { participant } = added;
    now = added.file;
    const sealed = await sealing(tx, vault, file, participant, { why, statement: null });
    const row = { participant_id: participant, case_id: file.id, organisation_id: id, contact_id: contact };
    await tx.db
      .insertInto('early_notices')
      .values({ ...row, told_at: tx.now, sealed })
      .execute();
    await tellParticipant(tx, vault, now, { about: 'invited', participant }, actorOf(by));
  }
  await told(by, now, 'gave an organisation early notice', {
    organisation: name,
    ...(why === '' ? {} : { why }),
  });
  return now;
}

function sealing(
  tx: Transaction,
  vault: Vault,
  file: Of,
  participant: string,
  sealed: Sealed,
): Promise<Uint8Array> {
  return vault.seal(tx, file.keyId, place(participant), sealed as unknown as Json); // plain data, as its decoder proves
}

export interface TypedStatement {
  readonly name: string;
  readonly purl: string;
  readonly status: ProductStatus;
  readonly justification: string;
  readonly version: string;
  readonly note: string;
}

interface Stating {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly file: CaseFile;
  readonly participant: string;
}

/** What they said before it takes the place of; the team alone reads it. Throws `not-found`, `invalid`. */
export async function stateAs(
  { tx, vault, file, participant }: Stating,
  typed: TypedStatement,
): Promise<void> {
  const notice = await noticeOf(tx, vault, file, participant);
  if (notice === null) throw notFound();
  const { name: by } = await organisationOf(tx, vault, notice.organisation);
  const { name, purl, status, justification, version, note } = productOf({
    ...typed,
    by,
    on: tx.now.slice(0, 10),
    published: false,
  });
  const said = { name, purl, status, justification, version, note, at: tx.now };
  const statement: Statement = { ...said, product: notice.statement?.product ?? null, accepted: 'no' };
  await keep(tx, vault, file, { ...notice, statement });
  const body = {
    act: 'says how their packages stand',
    organisation: by,
    status,
    ...(version === null ? {} : { version }),
  };
  await addEntry(tx, vault, file, {
    kind: 'act',
    actor: `participant:${participant}`,
    audience: 'team',
    body,
  });
}

/** A member takes a statement over: it is a product of the case from now on. Throws `not-found`, `refused`. */
export async function acceptStatement(by: By, participant: string, published: boolean): Promise<void> {
  const { tx, vault } = by;
  const file = await caseOf(tx, vault, by.caseId);
  const notice = await noticeOf(tx, vault, file, participant);
  if (notice?.statement == null) throw notFound();
  const { statement } = notice;
  if (statement.accepted === 'yes') throw new WebError('refused', 'It was taken over already.');
  const { name: who } = await organisationOf(tx, vault, notice.organisation);
  const { at, product: before, accepted: _, ...said } = statement;
  const known = file.content.products.some(({ id }) => id === before) ? before : null;
  const product = await sayProduct(by, known, { ...said, by: who, on: at.slice(0, 10), published });
  await keep(tx, vault, file, { ...notice, statement: { ...statement, product, accepted: 'yes' } });
}

async function keep(
  tx: Transaction,
  vault: Vault,
  file: Of,
  { participant, why, statement }: Notice,
): Promise<void> {
  const sealed = await sealing(tx, vault, file, participant, { why, statement });
  await tx.db
    .updateTable('early_notices')
    .set({ sealed })
    .where('participant_id', '=', participant)
    .execute();
}
