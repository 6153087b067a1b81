/** Everything in one transaction: all of it or, on a trial, nothing. */
import { addToPool, type CaseFile } from '../casefile/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { dataIn } from './case-data.ts';
import { explained, type InputFile, jsonOf } from './json-file.ts';
import { DEFAULT_LABELS, type LabelTable, labelTable, meantBy } from './labels.ts';
import { matched } from './match.ts';
import { type Mover, moveData, moveTicket } from './move-case.ts';
import { moveContacts, moveSignatories } from './move-people.ts';
import { contactsIn, reservedIn, signatoriesIn } from './people-files.ts';
import { type MovedIn, Tally } from './report.ts';
import { ticketsIn } from './ticket.ts';

/** Whatever there is of it. */
export interface MoveInInput {
  readonly issues?: InputFile | undefined;
  /** YAML of cna-tool. */
  readonly data?: readonly InputFile[] | undefined;
  readonly reserved?: InputFile | undefined;
  readonly contacts?: InputFile | undefined;
  readonly signatories?: InputFile | undefined;
  readonly labels?: InputFile | undefined;
}

/** Not an error: the end of a trial. */
class RolledBack extends Error {
  readonly report: MovedIn;

  constructor(report: MovedIn) {
    super('rolled back');
    this.report = report;
  }
}

/** What was moved in before adds nothing. Throws MoveInError for a file that cannot be read at all. */
export async function moveIn(store: Store, input: MoveInInput, dryRun = false): Promise<MovedIn> {
  try {
    return await store.transaction(async (tx) => {
      const report = await movedIn(store, tx, input);
      if (dryRun) throw new RolledBack(report);
      const detail = { ...report.counts, left: report.left.length };
      tx.record({ actor: 'desk', act: 'desk.moved-in', subject: '', detail });
      return report;
    });
  } catch (cause) {
    if (cause instanceof RolledBack) return cause.report;
    throw cause;
  }
}

async function movedIn({ vault }: Store, tx: Transaction, input: MoveInInput): Promise<MovedIn> {
  const mover: Mover = { tx, vault, tally: new Tally() };
  const cases = await moveCases(mover, input);
  const { contacts, signatories } = input;
  if (contacts !== undefined)
    await moveContacts(mover, contacts.name, contactsIn(contacts, mover.tally), cases);
  if (signatories !== undefined) await moveSignatories(mover, signatoriesIn(signatories, mover.tally));
  return mover.tally.report();
}

async function moveCases(mover: Mover, input: MoveInInput): Promise<CaseFile[]> {
  const { tally } = mover;
  const table = tableOf(input.labels);
  const issues = input.issues?.name ?? '';
  const ids = input.reserved === undefined ? [] : reservedIn(input.reserved, tally);
  const { tickets, alone, unused } = matched(
    input.issues === undefined ? [] : ticketsIn(input.issues, tally),
    dataIn(input.data ?? [], tally),
    new Set(ids.map(({ cve }) => cve)),
  );
  const cases: CaseFile[] = [];
  for (const one of tickets) {
    const { name, labels, missing, open } = one.ticket;
    const meant = meantBy(labels, table);
    if (open)
      for (const label of meant.unknown) tally.leave(issues, name, `the label "${label}" is not known`);
    if (open && missing > 0) tally.leave(issues, name, `${missing} comments are not in the file`);
    const file = await moveTicket(mover, one, meant, { file: issues, at: name });
    if (file !== null) cases.push(file);
  }
  for (const data of alone) {
    const file = await moveData(mover, data);
    if (file !== null) cases.push(file);
  }
  const free = ids.filter(({ cve }) => unused.includes(cve));
  const pooled = await addToPool(
    mover.tx,
    free.map(({ cve }) => cve),
  );
  tally.count('pooled', pooled);
  for (const { cve, at, note } of free)
    if (note !== '') tally.leave(input.reserved?.name ?? '', at, `${cve} is in the pool, without "${note}"`);
  return cases;
}

function tableOf(file: InputFile | undefined): LabelTable {
  return file === undefined ? DEFAULT_LABELS : explained(file.name, () => labelTable(jsonOf(file)));
}
