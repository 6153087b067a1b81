/** What was approved begins at its instant, or goes back to those who prepare it when it is no longer what it was. */
import { type CaseFile, instantOf } from '../casefile/index.ts';
import { apply } from '../disclosure/index.ts';
import type { Store, Transaction, Vault } from '../store/index.ts';
import { mayAnswer } from './acts.ts';
import { advance, told } from './advance.ts';
import { beginningOf, isDue } from './instant.ts';
import { previewOf, type Writing } from './preview.ts';
import { digestOf } from './preview-shape.ts';
import { type Publication, readPublication, savePublication } from './publication.ts';
import { addSteps, stepsOf } from './steps.ts';

/** Looks at one that is approved. Until when there is no need to look again; null where it waits no longer. */
export async function begin(store: Store, id: string, writing: Writing): Promise<string | null> {
  const { vault } = store;
  return store.transaction(async (tx) => {
    const publication = await readPublication(tx, vault, id);
    if (publication?.state !== 'approved') return null;
    const { preview, files, problems } = await previewOf(tx, vault, publication, writing);
    const { approved } = publication.plan;
    const changed = approved === null || digestOf(preview) !== digestOf(approved);
    const why = changed ? CHANGED : (problems[0] ?? (await whyNobody(tx, publication)));
    if (why !== null) return giveBack(tx, vault, publication, why);
    const beginning = beginningOf(files, publication.plan);
    if (!isDue(beginning, tx.now)) return beginning.at;
    const refused = whyRefused(tx, files, publication);
    if (refused !== null) return giveBack(tx, vault, publication, refused);
    const running = await savePublication(tx, vault, publication, { state: 'running', begunAt: tx.now });
    await addSteps(tx, id, stepsOf(running.plan.purpose, preview, writing.outward));
    const detail = { cases: running.cases.length };
    tx.record({ actor: 'desk', act: 'publication.begun', subject: `publication:${id}`, detail });
    await advance(tx, vault, id);
    return null;
  });
}

const CHANGED = 'something of it changed after it was approved';

/** Both who answer for it must still be members of the desk who may, and of every case. */
async function whyNobody(
  tx: Transaction,
  { preparedBy, approvedBy, cases }: Publication,
): Promise<string | null> {
  for (const member of [preparedBy, approvedBy ?? ''])
    if (!(await mayAnswer(tx, member, cases))) return 'somebody who answers for it may no longer do so';
  return null;
}

/** What the case's own rules say, before anything is public. */
function whyRefused(
  tx: Transaction,
  files: readonly CaseFile[],
  { plan, preparedBy, approvedBy }: Publication,
): string | null {
  if (plan.purpose !== 'publish') return null;
  const at = instantOf(tx);
  for (const { state } of files) {
    const said = { by: `member:${preparedBy}`, approvedBy: `member:${approvedBy}` };
    // As in `happen`: a clock that was set back holds nothing up.
    const [, then = at] = [at, state.last].toSorted();
    const applied = apply(state, { type: 'publish', at: then, ...said });
    if ('refused' in applied) return applied.refused;
  }
  return null;
}

/** Nothing has gone out: somebody looks at it again, and another approves it again. */
export async function giveBack(
  tx: Transaction,
  vault: Vault,
  publication: Publication,
  why: string,
): Promise<null> {
  const plan = { ...publication.plan, approved: null };
  await savePublication(tx, vault, publication, {
    state: 'prepared',
    approvedBy: null,
    approvedAt: null,
    plan,
  });
  for (const id of publication.cases)
    await told(tx, vault, id, `the approval of its publication ended: ${why}`);
  const subject = `publication:${publication.id}`;
  tx.record({ actor: 'desk', act: 'publication.given-back', subject, detail: {} });
  return null;
}
