/** What is left to do when a case is public: each product, the patch upstream, lessons; then it is closed. */
import {
  type CaseFile,
  type CaseProduct,
  changeCase,
  closeCase,
  instantOf,
  type Lessons,
  type Upstream,
} from '../casefile/index.ts';
import { type By, caseActor, caseOf, told } from '../cases/index.ts';
import type { Downstream } from '../disclosure/index.ts';
import { notFound, WebError } from '../web/index.ts';

/** Somebody asked whoever makes it how it stands: again, where they were asked before. */
export async function askedAbout(by: By, id: string): Promise<void> {
  const { file, product } = await productIn(by, id);
  const asked = { product: id, asked: instantOf(by.tx), ended: null, why: '' };
  await told(by, await putDownstream(by, file, asked), 'asked how a product stands', { name: product.name });
}

/** Nobody waits for an answer any more. */
export async function giveUp(by: By, id: string, why: string): Promise<void> {
  const { file, product } = await productIn(by, id);
  const now = instantOf(by.tx);
  const asked = file.facts.downstream.find((one) => one.product === id)?.asked ?? now;
  const given = { product: id, asked, ended: now, why };
  await told(by, await putDownstream(by, file, given), 'gave up on a product', { name: product.name, why });
}

async function productIn(by: By, id: string): Promise<{ file: CaseFile; product: CaseProduct }> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const product = file.content.products.find((one) => one.id === id);
  if (product === undefined) throw notFound();
  return { file, product };
}

function putDownstream(by: By, file: CaseFile, one: Downstream): Promise<CaseFile> {
  const others = file.facts.downstream.filter(({ product }) => product !== one.product);
  return changeCase(by.tx, by.vault, file, { facts: { downstream: [...others, one] } });
}

export async function sayUpstream(by: By, upstream: Omit<Upstream, 'at'>): Promise<void> {
  const { state, address, version, note } = upstream;
  if (address !== '' && !/^https:\/\/[^\s<>"]{1,490}$/.test(address))
    throw new WebError('invalid', 'Not as it must be.', { address: 'An https address.' });
  if (state === 'released' && version === '')
    throw new WebError('invalid', 'Not as it must be.', { version: 'Which release has it?' });
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const content = { upstream: { ...upstream, at: instantOf(by.tx) } };
  // A release that has it is a fix, if none was known.
  const facts = state === 'released' ? { fixAvailable: file.facts.fixAvailable ?? instantOf(by.tx) } : {};
  const now = await changeCase(by.tx, by.vault, file, { content, facts });
  await told(by, now, 'said what became of the patch', { state, address, version, note });
}

/** What was learned, or why nothing is written. */
export async function sayLessons(by: By, lessons: Omit<Lessons, 'at'>): Promise<void> {
  const { well, badly, change, declined } = lessons;
  const said = [well, badly, change].some((part) => part !== '');
  if (said === (declined !== ''))
    throw new WebError('invalid', 'Not as it must be.', {
      declined: 'Write what was learned, or why nothing is: one of them.',
    });
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const content = { lessons: { ...lessons, at: instantOf(by.tx) } };
  await told(
    by,
    await changeCase(by.tx, by.vault, file, { content }),
    said ? 'wrote lessons' : 'wrote no lessons',
  );
}

const FINAL: ReadonlySet<string> = new Set(['released', 'refused', 'not-needed']);

/** Why the case cannot be closed yet, in words; empty where it can. */
export function leftToDo({ content, facts, state }: CaseFile): string[] {
  const { products, upstream, lessons } = content;
  const waits = products.filter((product) => isOpen(product, facts.downstream)).map(({ name }) => name);
  const open = <T>(all: readonly T[], is: (one: T) => boolean): boolean => all.some(is);
  return [
    ...(state.phase === 'follow-up' ? [] : [`The case is in ${state.phase}.`]),
    ...waits.map((name) => `${name}: not answered, and not given up.`),
    ...(upstream !== null && FINAL.has(upstream.state) ? [] : ['What became of the patch is not final.']),
    ...(lessons === null ? ['Lessons are neither written nor declined.'] : []),
    ...(open(facts.disputes, ({ ended }) => ended === null) ? ['A dispute is open.'] : []),
    ...(open(facts.amendments, ({ done }) => done === null) ? ['The record has to change.'] : []),
  ];
}

function isOpen({ id, status }: CaseProduct, downstream: readonly Downstream[]): boolean {
  return (
    status === 'under_investigation' && !downstream.some((one) => one.product === id && one.ended !== null)
  );
}

/** Throws `refused` with what is left. */
export async function closeFollowed(by: By): Promise<void> {
  const file = await caseOf(by.tx, by.vault, by.caseId);
  const [left] = leftToDo(file);
  if (left !== undefined) throw new WebError('refused', left);
  const { file: closed } = await closeCase(by.tx, by.vault, file, {
    outcome: 'published',
    by: caseActor(by),
  });
  await told(by, closed, 'closed it: all that followed is done');
}
