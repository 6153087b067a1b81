/** The jobs of a publication. All but mail can be done again: each looks first at what the other side has. */
import { type AdvisoryRecord, decodeRecord } from 'cpansec/advisories';
import { object, PlacedError, type Shape, string, whole } from 'cpansec/base';
import { changeCase, filesOf, instantOf, readCase, readCaseFile } from '../casefile/index.ts';
import { type CnaContainer, putRecord, putRejection, type RejectedContainer } from '../cve/index.ts';
import { inForce } from '../disclosure/index.ts';
import { type Handler, type Handlers, handler, type Outcome } from '../jobs/index.ts';
import { addPatch, sameFacts } from '../published/index.ts';
import type { Store, Transaction } from '../store/index.ts';
import { JOBS, stepOf } from './advance.ts';
import { isSteady, type SteadyClock } from './clock.ts';
import { datedContainer } from './cve-container.ts';
import type { Does, Doing, Done } from './doing.ts';
import { letterHandler, listMail } from './mail.ts';
import type { Outward } from './outward.ts';
import type { PreviewItem } from './preview-shape.ts';
import type { Publication } from './publication.ts';
import { type StepKind, stepDone } from './steps.ts';

const payloadShape: Shape<{ publication: string; number: number }> = object({
  publication: string,
  number: whole(1, 1_000_000),
});

export function checklistHandlers(store: Store, outward: Outward, clock: SteadyClock): Handlers {
  const step = (does: Does, once?: true): Handler => stepHandler(store, clock, does, once);
  return {
    [JOBS.patch]: step((doing) => putPatches(store, outward, doing)),
    [JOBS.record]: step((doing) => putRecords(store, outward, doing)),
    [JOBS.tree]: step(() => makeTree(outward)),
    [JOBS.cve]: step((doing) => putCve(outward, doing)),
    [JOBS.list]: step((doing) => listMail(outward, doing), true),
    [JOBS.post]: step((doing) => post(outward, doing)),
    [JOBS.letter]: letterHandler(store, outward),
  };
}

function stepHandler(store: Store, clock: SteadyClock, does: Does, once?: true): Handler {
  return handler({
    payload: payloadShape,
    ...(once === undefined ? {} : { once }),
    run: async (payload, job) => {
      if (!isSteady(clock)) return { state: 'retry', problem: 'clock' };
      const found = await store.transaction(async (tx) => {
        const one = await stepOf(store, tx, payload);
        return one === null ? null : { ...one, held: await isHeld(store, tx, one) };
      });
      if (found === null) return { state: 'done' };
      if (found.held) return { state: 'retry', problem: 'embargo' };
      const { publication, step } = found;
      const preview = publication.plan.approved;
      if (preview === null) return { state: 'failed', problem: 'not-approved' };
      const done = await does({ publication, step, preview, job }).catch(outcomeOf);
      if ('state' in done) return done;
      const also = async (tx: Transaction): Promise<void> => {
        await stepDone(tx, store.vault, publication, step, done.proof);
        if (step.kind === 'cve') await recorded(store, tx, step.caseId);
      };
      return { state: 'done', also };
    },
  });
}

/** The clock of the CVE record is met. */
async function recorded({ vault }: Store, tx: Transaction, caseId: string | null): Promise<void> {
  const file = caseId === null ? null : await readCase(tx, vault, caseId);
  if (file !== null && file.facts.recorded === null)
    await changeCase(tx, vault, file, { facts: { recorded: instantOf(tx) } });
}

const BEFORE_PUBLIC: ReadonlySet<StepKind> = new Set(['patch', 'record', 'tree']);

/** An embargo may have begun since the publication did: nothing goes out while one is in force. */
async function isHeld(
  { vault }: Store,
  tx: Transaction,
  { publication: { plan, cases }, step }: Pick<Doing, 'publication' | 'step'>,
): Promise<boolean> {
  if (plan.purpose !== 'publish' || !BEFORE_PUBLIC.has(step.kind)) return false;
  const files = await Promise.all(cases.map((id) => readCase(tx, vault, id)));
  return files.some(
    (file) => file !== null && inForce(file.state) && (file.state.embargo.end ?? '') > instantOf(tx),
  );
}

/** Errors of the other side as words of ours: what may help is tried again, the rest waits for a person. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof PlacedError)) throw error;
  return { state: AGAIN.has(error.code) ? 'retry' : 'failed', problem: error.code };
}

/** Of CVE Services, networks, the store and the publisher. */
const AGAIN: ReadonlySet<string> = new Set([
  ...['unreachable', 'broken', 'timeout', 'limited', 'failing', 'reply'],
  ...['key', 'token', 'busy', 'no-connection'],
]);

async function putPatches(
  { transaction, vault }: Store,
  { published }: Outward,
  { publication, preview }: Doing,
): Promise<Done> {
  const keys: string[] = [];
  for (const { caseId, file: id, distribution, version, advisory, sha256 } of preview.patches) {
    const bytes = await transaction(async (tx) => {
      const file = await readCase(tx, vault, caseId);
      if (file === null) return null;
      const facts = (await filesOf(tx, vault, file)).find((one) => one.id === id);
      return facts?.sha256 === sha256 ? ((await readCaseFile(tx, vault, file, id))?.bytes ?? null) : null;
    });
    if (bytes === null) return { state: 'failed', problem: 'patch-changed' };
    keys.push(
      (await addPatch(published, { advisory, distribution, version }, bytes, begunAt(publication))).key,
    );
  }
  return { proof: { keys } };
}

/** To the second, and the same however often it is tried. */
function begunAt({ begunAt: at, createdAt }: Publication): string {
  return (at ?? createdAt).replace(/\.\d+Z$/, 'Z');
}

async function putRecords(
  store: Store,
  { published }: Outward,
  { publication, preview }: Doing,
): Promise<Done> {
  const at = begunAt(publication);
  const origin = { kind: 'own' as const };
  const statements = await Promise.all(
    preview.items.map(async (item) => {
      const record = await datedRecord(store, publication, item);
      return { id: item.id, after: item.after, statement: { published: at, origin, record } };
    }),
  );
  const about = { at, records: statements.map(({ id }) => id), dists: [], patches: [], decisions: false };
  // Somebody else wrote one of the records meanwhile: nothing is put over it, and a person looks.
  for (const { id, after, statement } of statements) {
    const latest = await published.latest(id);
    const ours = latest !== null && sameFacts(latest.record, statement.record);
    if (!ours && (latest?.revision ?? null) !== after) return { state: 'failed', problem: 'store-changed' };
  }
  const revisions: { id: string; revision: number }[] = [];
  await published.changes.run(about, async () => {
    for (const { id, statement } of statements) {
      const put = (await published.putRevision(statement)) ?? (await published.latest(id));
      if (put !== null) revisions.push({ id, revision: put.revision });
    }
  });
  return { proof: { at, revisions } };
}

/** What was approved, and the day on which it became public, which nobody could approve. */
async function datedRecord(
  { transaction, vault }: Store,
  publication: Publication,
  { caseId, record: text }: PreviewItem,
): Promise<AdvisoryRecord> {
  const record = decodeRecord(text);
  if (record.reported !== null) return record;
  const file = await transaction((tx) => readCase(tx, vault, caseId));
  return { ...record, reported: (file?.facts.disclosed ?? begunAt(publication)).slice(0, 10) };
}

async function makeTree({ tree }: Outward): Promise<Done> {
  if (tree === null) return { state: 'failed', problem: 'no-tree' };
  const { serial, logged } = await tree();
  if (logged === null) return { proof: { serial } };
  const conflicts = logged.conflicts.map(({ index, earlier }) => `${index} contradicts ${earlier}`);
  return { proof: { serial, logged: logged.size, ...(conflicts.length === 0 ? {} : { conflicts }) } };
}

/** The container that was approved, and the day that the store says. */
async function putCve({ published, cve }: Outward, { publication, preview, step }: Doing): Promise<Done> {
  const item = preview.items.find(({ caseId }) => caseId === step.caseId);
  if (cve === null || item === undefined || item.cve === null)
    return { state: 'failed', problem: 'no-services' };
  const { id, container } = item.cve;
  const reported = (await published.latest(item.id))?.record.reported ?? null;
  const { done } =
    publication.plan.purpose === 'withdraw'
      ? await putRejection(cve.services, id, container as unknown as RejectedContainer) // `toCve` made it
      : await putRecord(cve.services, id, datedContainer(container, reported) as CnaContainer); // likewise
  return { proof: { cve: id, done } };
}

/** Of the publication and the network: the other side knows it again. */
async function post({ posts }: Outward, { publication, preview, step }: Doing): Promise<Done> {
  const said = preview.texts.find(({ key }) => key === step.name);
  const network = posts[said?.to[0] ?? ''];
  if (said === undefined || network === undefined) return { state: 'failed', problem: 'no-network' };
  return { proof: { address: await network.post(said.text, publication.id) } };
}
