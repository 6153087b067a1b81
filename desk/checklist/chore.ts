/** Looks at every publication now and then: begins what is due, and takes the next step of what runs. */
import type { Chore } from '../jobs/index.ts';
import { type Store, StoreError, type Transaction } from '../store/index.ts';
import { advance } from './advance.ts';
import { begin } from './begin.ts';
import { isSteady, type SteadyClock } from './clock.ts';
import { ChecklistError } from './errors.ts';
import type { Writing } from './preview.ts';
import { publicationIds } from './publication.ts';

/** Milliseconds between two looks, and at most until one that waits is computed again. */
const EVERY = 1000;
const AT_MOST = 60_000;

export interface ChecklistOptions {
  /** As they are now: an operator edits templates. */
  writing(tx: Transaction): Promise<Writing>;
  readonly clock: SteadyClock;
}

export function checklistChore(store: Store, { writing, clock }: ChecklistOptions): Chore {
  const looked = new Map<string, { readonly as: string; readonly until: number }>();
  let told = false;
  const tellOnce = (): void => {
    if (told) return;
    told = true;
    throw new ChecklistError('clock', 'the clock was set, or the machine slept: start the desk anew');
  };
  const run = async (): Promise<void> => {
    if (!isSteady(clock)) return tellOnce();
    const { running, waiting } = await store.transaction(async (tx) => ({
      running: await publicationIds(tx, ['running']),
      waiting: await waitingAs(tx),
    }));
    const errors: unknown[] = [];
    for (const id of running)
      await attempt(errors, () => store.transaction((tx) => advance(tx, store.vault, id)));
    for (const id of looked.keys()) if (!waiting.has(id)) looked.delete(id);
    for (const [id, as] of waiting) {
      const before = looked.get(id);
      if (before?.as === as && clock.wall() < before.until) continue;
      await attempt(errors, async () => {
        const at = await begin(store, id, await store.transaction(writing));
        looked.set(id, { as, until: at === null ? 0 : Math.min(Date.parse(at), clock.wall() + AT_MOST) });
      });
    }
    if (errors.length > 0) throw errors[0];
  };
  return { name: 'checklist', every: EVERY, run };
}

/** Those that are approved, each with what tells whether it or one of its cases changed. */
async function waitingAs(tx: Transaction): Promise<Map<string, string>> {
  const rows = await tx.db
    .selectFrom('publications')
    .innerJoin('publication_cases', 'publication_cases.publication_id', 'publications.id')
    .innerJoin('cases', 'cases.id', 'publication_cases.case_id')
    .select(['publications.id', 'publications.revision', 'cases.revision as changed'])
    .where('publications.state', '=', 'approved')
    .orderBy('cases.id')
    .execute();
  const found = new Map<string, string>();
  for (const { id, revision, changed } of rows) found.set(id, `${found.get(id) ?? revision} ${changed}`);
  return found;
}

/** What is wrong with one publication holds up no other. Where somebody else was faster the next look sees it. */
async function attempt(errors: unknown[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'conflict')) errors.push(error);
  }
}
