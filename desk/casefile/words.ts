/** What a case is found by: words and facets as keyed tokens, so that the database alone tells none of them. */
import type { Transaction, Vault } from '../store/index.ts';
import type { CaseContent } from './content.ts';

const MAX_WORDS = 2000;
const MIN_LENGTH = 2;
const MAX_LENGTH = 60;

interface Indexed {
  readonly id: string;
  readonly content: CaseContent;
}

/** Words as they are looked for: lower case, without marks; names of modules and versions also in their parts. */
export function wordsOf(text: string): string[] {
  const folded = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = folded.match(/[\p{L}\p{N}_]+(?:(?:::|[-.])[\p{L}\p{N}_]+)*/gu) ?? [];
  const all = words.flatMap((word) => [word, ...word.split(/::|[-.]/)]);
  const fitting = all.filter((word) => word.length >= MIN_LENGTH && word.length <= MAX_LENGTH);
  return [...new Set(fitting)].slice(0, MAX_WORDS);
}

/** Its words are these and no others. */
export async function indexWords(tx: Transaction, vault: Vault, { id, content }: Indexed): Promise<void> {
  const { title, distribution, modules, summary, labels, weaknesses } = content;
  const text = [title, distribution ?? '', ...modules, summary, ...labels, ...weaknesses].join(' ');
  await put(tx, id, 'word', await vault.tokens(tx, 'word', wordsOf(text)));
}

/** Facets of its reports, `dist:foo-bar`: what two reports of one thing have in common. */
export async function indexFacets(
  tx: Transaction,
  vault: Vault,
  caseId: string,
  facets: readonly string[],
): Promise<void> {
  await put(tx, caseId, 'facet', await vault.tokens(tx, 'facet', facets));
}

async function put(
  tx: Transaction,
  caseId: string,
  kind: 'word' | 'facet',
  tokens: readonly string[],
): Promise<void> {
  await tx.db.deleteFrom('words').where('case_id', '=', caseId).where('kind', '=', kind).execute();
  if (tokens.length === 0) return;
  const rows = tokens.map((token) => ({ case_id: caseId, kind, token }));
  for (let i = 0; i < rows.length; i += AT_ONCE)
    await tx.db
      .insertInto('words')
      .values(rows.slice(i, i + AT_ONCE))
      .execute();
}

/** Rows of one statement. */
const AT_ONCE = 500;

/** Ids of the cases that have every word; null when no word was asked for. Whether somebody may see them is not asked. */
export async function casesWith(tx: Transaction, vault: Vault, text: string): Promise<string[] | null> {
  const tokens = await vault.tokens(tx, 'word', wordsOf(text));
  if (tokens.length === 0) return null;
  const rows = await tx.db
    .selectFrom('words')
    .select('case_id')
    .where('kind', '=', 'word')
    .where('token', 'in', tokens)
    .groupBy('case_id')
    .having((eb) => eb.fn.countAll(), '=', tokens.length)
    .execute();
  return rows.map(({ case_id }) => case_id);
}

export interface Alike {
  readonly caseId: string;
  /** How many facets they share. */
  readonly shared: number;
}

/** Cases that share facets, most first. */
export async function casesLike(
  tx: Transaction,
  vault: Vault,
  facets: readonly string[],
  limit = 20,
): Promise<Alike[]> {
  if (facets.length === 0) return [];
  const tokens = await vault.tokens(tx, 'facet', facets);
  const rows = await tx.db
    .selectFrom('words')
    .select(['case_id', (eb) => eb.fn.countAll<number>().as('shared')])
    .where('kind', '=', 'facet')
    .where('token', 'in', tokens)
    .groupBy('case_id')
    .orderBy('shared', 'desc')
    .orderBy('case_id')
    .limit(limit)
    .execute();
  return rows.map(({ case_id, shared }) => ({ caseId: case_id, shared: Number(shared) }));
}
