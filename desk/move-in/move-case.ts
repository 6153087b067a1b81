/** One ticket, or one document of case data, becomes a case. */
import type { Json } from 'cpansec/base';
import {
  addEntry,
  addFile,
  type CaseFile,
  CaseFileError,
  changeCase,
  closeCase,
  type Happening,
  happen,
  holdCve,
  type NewEntry,
  readCase,
  TEAM,
} from '../casefile/index.ts';
import { addReport, EMPTY_REPORT, type GivenReport, reportTaken, takeReport } from '../reports/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { contentOf, dataReport } from './case-data.ts';
import type { Meant, MovedPhase } from './labels.ts';
import type { DataFile, Matched } from './match.ts';
import type { Tally } from './report.ts';
import type { Ticket } from './ticket.ts';

export interface Mover {
  readonly tx: Transaction;
  readonly vault: Vault;
  readonly tally: Tally;
}

/** What stands in the report when something of this case has no place. */
interface Place {
  readonly file: string;
  readonly at: string;
}

/** The case of the ticket, whether it is new or not; null for one that is not moved in. */
export async function moveTicket(
  mover: Mover,
  { ticket, cve, data }: Matched,
  meant: Meant,
  place: Place,
): Promise<CaseFile | null> {
  const { tx, vault, tally } = mover;
  const source = `moved\nticket\n${ticket.url ?? ticket.name}`;
  const before = await reportTaken(tx, vault, source);
  if (before !== null) {
    tally.count('here');
    const file = await readCase(tx, vault, before);
    if (file === null) return null;
    return reserved(mover, data === null ? file : await withData(mover, file, data), cve, place);
  }
  if (!ticket.open) {
    tally.count('skipped');
    return null;
  }
  const opened = await openedFor(mover, ticket, meant, source);
  await addSaid(mover, opened, ticket);
  for (const text of meant.tasks) await said(mover, opened, { kind: 'task', body: { text } });
  const filled = data === null ? opened : await withData(mover, opened, data);
  const known = meant.public ? await madePublic(mover, filled, ticket, place) : filled;
  const now = await reserved(mover, known, cve, place);
  const moved = await brought(mover, now, meant.phase, ticket, place);
  return closedAs(mover, moved, meant, place);
}

async function openedFor(mover: Mover, ticket: Ticket, meant: Meant, source: string): Promise<CaseFile> {
  const { tx, vault, tally } = mover;
  const given: GivenReport = {
    channel: 'moved',
    report: {
      ...EMPTY_REPORT,
      where: ticket.distribution ?? '',
      what: `${ticket.title}\n\n${ticket.body}`.trim(),
    },
    person: { name: ticket.who, address: null },
    files: [],
    source,
    about: { ticket: ticket.name, url: ticket.url },
    labels: meant.labels,
    alike: [],
    ...(ticket.createdAt === null ? {} : { at: ticket.createdAt }),
  };
  const { caseId } = await takeReport(tx, vault, given);
  tally.count('cases');
  return there(await readCase(tx, vault, caseId));
}

function there(file: CaseFile | null): CaseFile {
  if (file === null) throw new RangeError('a case that was just opened is not there');
  return file;
}

/** Comments, and whatever else stands in the ticket and has no field here. */
async function addSaid(mover: Mover, file: CaseFile, ticket: Ticket): Promise<void> {
  const about: { [name: string]: Json } = { ...ticket.rest };
  const body = {
    act: 'was moved in',
    ticket: ticket.url ?? ticket.name,
    labels: [...ticket.labels],
    ...about,
  };
  await said(mover, file, { kind: 'act', body });
  for (const { who, at, text } of ticket.comments)
    await said(mover, file, { kind: 'message', body: { text, by: who }, ...(at === null ? {} : { at }) });
  mover.tally.count('comments', ticket.comments.length);
}

async function said(
  { tx, vault }: Mover,
  file: CaseFile,
  entry: Pick<NewEntry, 'kind' | 'body' | 'at'>,
): Promise<void> {
  await addEntry(tx, vault, file, { ...entry, actor: 'desk', audience: 'team' });
}

/** A document of no ticket: a case that the group has taken on, since it has an id. */
export async function moveData(mover: Mover, data: DataFile): Promise<CaseFile | null> {
  const { tx, vault, tally } = mover;
  const before = await reportTaken(tx, vault, dataSource(data));
  if (before !== null) {
    tally.count('here');
    return readCase(tx, vault, before);
  }
  const report = dataReport(data.cna);
  const source = `moved\ncase\n${data.cna.cve}`;
  const taken = await takeReport(tx, vault, {
    channel: 'moved',
    report,
    person: null,
    files: [],
    source,
    alike: [],
  });
  tally.count('cases');
  const place = { file: data.name, at: '' };
  const filled = await withData(mover, there(await readCase(tx, vault, taken.caseId)), data);
  const now = await reserved(mover, filled, data.cna.cve, place);
  return brought(mover, now, 'coordinate', null, place);
}

function dataSource({ cna }: DataFile): string {
  return `moved\ncna\n${cna.cve}`;
}

/** The document is an entry, a file, the details and the draft of the case. */
async function withData(mover: Mover, file: CaseFile, data: DataFile): Promise<CaseFile> {
  const { tx, vault, tally } = mover;
  const source = dataSource(data);
  if ((await reportTaken(tx, vault, source)) !== null) return file;
  await addReport(tx, vault, file, { channel: 'moved', report: dataReport(data.cna), source });
  await addFile(tx, vault, file, { name: `${data.cna.cve}.yaml`, bytes: data.bytes, audience: 'team' });
  const { content, draft, flagged } = contentOf(data.cna);
  for (const words of flagged) tally.leave(data.name, data.cna.cve, words);
  tally.count('data');
  return changeCase(tx, vault, file, { content, draft });
}

async function reserved(mover: Mover, file: CaseFile, cve: string | null, place: Place): Promise<CaseFile> {
  if (cve === null || file.state.cve === cve) return file;
  const { tx, vault, tally } = mover;
  const now = await tried(mover, file, [{ type: 'reserve', cve, by: 'desk' }], place);
  if (now.state.cve !== cve) return now;
  try {
    await holdCve(tx, vault, cve, file.id);
    tally.count('reserved');
    return now;
  } catch (cause) {
    if (!(cause instanceof CaseFileError)) throw cause;
    tally.leave(place.file, place.at, cause.problem);
    return (await happen(tx, vault, now, { type: 'give-back', by: 'desk' })).file;
  }
}

async function madePublic(mover: Mover, file: CaseFile, ticket: Ticket, place: Place): Promise<CaseFile> {
  const now = await tried(mover, file, [{ type: 'observe', what: 'P', by: 'desk' }], place);
  const disclosed = ticket.createdAt ?? now.changedAt;
  return changeCase(mover.tx, mover.vault, now, { facts: { disclosed } });
}

const own = (step: 'VALIDATE' | 'ACCEPT'): Happening => ({
  type: 'manage',
  participant: TEAM,
  step,
  by: 'desk',
});
const phase = (step: 'TRIAGE' | 'COORDINATE' | 'PREPARE'): Happening => ({ type: 'phase', step, by: 'desk' });

const STEPS: Readonly<Record<MovedPhase, readonly Happening[]>> = {
  triage: [phase('TRIAGE')],
  coordinate: [phase('TRIAGE'), own('VALIDATE'), own('ACCEPT'), phase('COORDINATE')],
  publication: [phase('TRIAGE'), own('VALIDATE'), own('ACCEPT'), phase('COORDINATE'), phase('PREPARE')],
};

/** As far as its labels say. When that was is known no better than by the ticket's last change. */
async function brought(
  mover: Mover,
  file: CaseFile,
  wanted: MovedPhase | null,
  ticket: Ticket | null,
  place: Place,
): Promise<CaseFile> {
  if (wanted === null) return file;
  const now = await tried(mover, file, STEPS[wanted], place);
  const at = ticket?.updatedAt ?? ticket?.createdAt ?? now.changedAt;
  const decided = now.state.phase === 'triage' || now.state.phase === 'report' ? {} : { decided: at };
  return changeCase(mover.tx, mover.vault, now, { facts: { acknowledged: at, ...decided } });
}

/** Step by step, until one is refused: that one and its reason stand in the report. */
async function tried(
  { tx, vault, tally }: Mover,
  file: CaseFile,
  steps: readonly Happening[],
  { file: name, at }: Place,
): Promise<CaseFile> {
  let now = file;
  for (const step of steps) {
    try {
      now = (await happen(tx, vault, now, step)).file;
    } catch (cause) {
      if (!(cause instanceof CaseFileError)) throw cause;
      tally.leave(name, at, cause.problem);
      return now;
    }
  }
  return now;
}

async function closedAs(mover: Mover, file: CaseFile, { close }: Meant, place: Place): Promise<CaseFile> {
  if (close === null || close === undefined) return file;
  const { tx, vault, tally } = mover;
  try {
    const { file: closed } = await closeCase(tx, vault, file, { outcome: close, by: 'desk' });
    tally.count('closed');
    await said(mover, closed, { kind: 'act', body: { act: `closed it as ${close}`, why: 'by its label' } });
    return closed;
  } catch (cause) {
    if (!(cause instanceof CaseFileError)) throw cause;
    tally.leave(place.file, place.at, cause.problem);
    return file;
  }
}
