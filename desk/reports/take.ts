/** Takes a report in: a case of its own, a participant, a private link, and whatever it is like. */
import type { Json } from 'cpansec/base';
import {
  type Alike,
  addEntry,
  addFile,
  type CaseFile,
  casesLike,
  type FileFacts,
  indexFacets,
  instantOf,
  newCredit,
  openCase,
} from '../casefile/index.ts';
import { createPerson, LINK_TIMES, makeLink, type Person } from '../people/index.ts';
import { newId, type Transaction, type Vault } from '../store/index.ts';
import { facetsOf } from './facets.ts';
import { distributionOf, type Report, reportText, titleOf } from './report.ts';

/** The party that reporters of a case are of. */
export const REPORTER = 'reporter';

export interface GivenReport {
  readonly channel: 'form' | 'mail' | 'api' | 'scanner' | 'member' | 'moved';
  readonly report: Report;
  /** Null for somebody who wants to stay unknown. */
  readonly person: Person | null;
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** What tells the same report from another when it comes twice: a message id, a scanner's fingerprint. */
  readonly source?: string;
  /** What the channel says about itself: results of DKIM, claimed sender; never trusted. */
  readonly about?: Json;
  /** When it was made, where that was before it came here. */
  readonly at?: string;
  /** Labels of the case that is opened for it. */
  readonly labels?: readonly string[];
  /** Where whoever gives it has looked already; else it is looked for. */
  readonly alike?: readonly Alike[];
}

export interface TakenReport {
  readonly caseId: string;
  readonly participant: string;
  /** Of the reporter's own link; null for a report that was here already. */
  readonly secret: string | null;
  /** Other cases that share something with it, most first. */
  readonly alike: readonly Alike[];
}

export async function takeReport(tx: Transaction, vault: Vault, given: GivenReport): Promise<TakenReport> {
  const source = await sourceToken(tx, vault, given);
  const before = await takenBefore(tx, source);
  if (before !== null) return before;
  const participant = newId();
  const { report } = given;
  const content = {
    title: titleOf(report),
    distribution: distributionOf(report.where),
    summary: reportText(report),
    labels: given.labels ?? [],
  };
  const consent = report.credit === 'ask-later' ? 'unasked' : report.credit;
  const credits = [newCredit({ role: 'finder', participant, consent }, instantOf(tx))];
  const when = given.at === undefined ? {} : { at: given.at };
  const file = await openCase(tx, vault, {
    content: { ...content, credits },
    reporter: participant,
    ...when,
  });
  const person = await createPerson(tx, vault, given.person ?? { name: '', address: null });
  await addReporter(tx, file.id, participant, person);
  await addRow(tx, vault, file, { given, person, source });
  await addFiles(tx, vault, file, given.files);
  await addEntry(tx, vault, file, {
    kind: 'report',
    actor: `participant:${participant}`,
    audience: REPORTER,
    // Who they are is sealed under their own key alone.
    body: { ...report, creditName: null },
    ...when,
  });
  const facets = facetsOf(content.distribution, report);
  const alike = given.alike ?? (await casesLike(tx, vault, facets));
  await indexFacets(tx, vault, file.id, facets);
  const secret = await makeLink(tx, {
    kind: 'reporter',
    subject: participant,
    caseId: file.id,
    seconds: LINK_TIMES.reporter,
  });
  return { caseId: file.id, participant, secret, alike };
}

/** Another report of what a case is about already, of nobody who waits for an answer: an entry of it. */
export async function addReport(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  given: Omit<GivenReport, 'person' | 'files'>,
): Promise<void> {
  const source = await sourceToken(tx, vault, given);
  await addRow(tx, vault, file, { given, person: null, source });
  await addEntry(tx, vault, file, {
    kind: 'report',
    actor: 'desk',
    audience: 'team',
    body: { ...given.report },
  });
}

/** The case that took the report with this source; null for one that is new. */
export async function reportTaken(tx: Transaction, vault: Vault, source: string): Promise<string | null> {
  return (await takenBefore(tx, await sourceToken(tx, vault, { source })))?.caseId ?? null;
}

async function sourceToken(
  tx: Transaction,
  vault: Vault,
  { source }: Pick<GivenReport, 'source'>,
): Promise<string | null> {
  return source === undefined ? null : vault.token(tx, 'source', source);
}

async function takenBefore(tx: Transaction, source: string | null): Promise<TakenReport | null> {
  if (source === null) return null;
  const row = await tx.db
    .selectFrom('reports')
    .select('case_id')
    .where('message', '=', source)
    .executeTakeFirst();
  if (row === undefined) return null;
  const reporter = await tx.db
    .selectFrom('participants')
    .select('id')
    .where('case_id', '=', row.case_id)
    .where('role', '=', 'reporter')
    .executeTakeFirst();
  return { caseId: row.case_id, participant: reporter?.id ?? '', secret: null, alike: [] };
}

async function addReporter(
  tx: Transaction,
  caseId: string,
  participant: string,
  person: string,
): Promise<void> {
  const row = {
    id: participant,
    case_id: caseId,
    person_id: person,
    party: REPORTER,
    role: 'reporter',
  } as const;
  await tx.db
    .insertInto('participants')
    .values({ ...row, created_at: tx.now })
    .execute();
}

interface Row {
  readonly given: Pick<GivenReport, 'channel' | 'about'>;
  readonly person: string | null;
  readonly source: string | null;
}

async function addRow(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  { given, person, source }: Row,
): Promise<void> {
  const id = newId();
  const sealed = await vault.seal(tx, file.keyId, `reports.sealed/${id}`, given.about ?? null);
  const row = { id, case_id: file.id, channel: given.channel, received_at: tx.now, person_id: person };
  await tx.db
    .insertInto('reports')
    .values({ ...row, message: source, sealed })
    .execute();
}

async function addFiles(
  tx: Transaction,
  vault: Vault,
  file: CaseFile,
  files: GivenReport['files'],
): Promise<FileFacts[]> {
  const facts: FileFacts[] = [];
  for (const one of files) facts.push(await addFile(tx, vault, file, { ...one, audience: REPORTER }));
  return facts;
}
