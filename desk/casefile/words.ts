/** What a case is found by: words and facets as keyed tokens, so that the database alone tells none of them. */
import { compareText } from 'cpansec/base';
import type { SelectQueryBuilder } from 'kysely';
import { judgeSimilarity, keyedTokens, similarity } from '../disclosure/index.ts';
import type { Schema, Transaction, Vault } from '../store/index.ts';
import type { CaseContent, ProductStatus } from './content.ts';
import { policyOf } from './policy.ts';

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
  const { title, distribution, modules, summary, labels, weaknesses, products, assigned, incident } = content;
  const named = products.flatMap(({ name, purl }) => [name, purl ?? '']);
  const text = [
    title,
    distribution ?? '',
    ...modules,
    ...labels,
    ...weaknesses,
    ...named,
    ...wordsOfIncident(incident),
    summary,
  ].join(' ');
  const states = [
    ...products.map(({ status }) => statusWord(status)),
    ...(assigned === null ? [] : [assignedWord(assigned)]),
  ];
  await put(tx, id, 'word', await vault.tokens(tx, 'word', [...wordsOf(text), ...new Set(states)]));
}

/** Account, distributions and indicators: what somebody asks for who sees one again. */
function wordsOfIncident(incident: CaseContent['incident']): string[] {
  if (incident === null) return [];
  const { account, releases, indicators } = incident;
  const named = [...new Set(releases.map(({ distribution }) => distribution))];
  return [account ?? '', ...named, ...indicators.map(({ value }) => value)];
}

/** Tokens of its reports as `fingerprint` gives them, `dist:foo-bar`: the facet stays in clear, so that it can be weighed. */
export async function indexFacets(
  tx: Transaction,
  vault: Vault,
  caseId: string,
  facets: readonly string[],
): Promise<void> {
  await put(tx, caseId, 'facet', await keyed(tx, vault, facets));
}

async function keyed(tx: Transaction, vault: Vault, facets: readonly string[]): Promise<string[]> {
  const once = [...new Set(facets)];
  const tokens = await vault.tokens(tx, 'facet', once);
  const macs = new Map(once.map((facet, i) => [facet, tokens[i]]));
  return keyedTokens(once, (facet) => macs.get(facet) ?? '');
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

/** What a case is found by that has a product of the status: never a word that somebody types. */
function statusWord(status: ProductStatus): string {
  return `product=${status}`;
}

/** What a case is found by that somebody works on. */
function assignedWord(member: string): string {
  return `assigned=${member}`;
}

/** What stands for a case that the member works on. */
export async function assignedToken(tx: Transaction, vault: Vault, member: string): Promise<string[]> {
  return vault.tokens(tx, 'word', [assignedWord(member)]);
}

/** What stands for a case with a product of the status. */
export async function statusToken(tx: Transaction, vault: Vault, status: ProductStatus): Promise<string[]> {
  return vault.tokens(tx, 'word', [statusWord(status)]);
}

/** What stands for the words of a text; none when none was asked for. */
export async function wordTokens(tx: Transaction, vault: Vault, text: string): Promise<string[]> {
  return vault.tokens(tx, 'word', wordsOf(text));
}

/** A query for the cases that have every one of the tokens. Whether somebody may see them is not asked. */
export function casesWith(
  { db }: Pick<Transaction, 'db'>,
  tokens: readonly string[],
): SelectQueryBuilder<Schema, 'words', { case_id: string }> {
  return db
    .selectFrom('words')
    .select('case_id')
    .where('kind', '=', 'word')
    .where('token', 'in', [...tokens])
    .groupBy('case_id')
    .having((eb) => eb.fn.countAll(), '=', tokens.length);
}

export interface Alike {
  readonly caseId: string;
  /** Hundredths, by the policy's weights. */
  readonly score: number;
  /** Taken for the same until somebody looks. */
  readonly likely: boolean;
}

/** Cases that are looked at: those that share most; and of these, those that are compared in full. */
const CANDIDATES = 200;
const COMPARED = 50;

/** Cases that the policy takes for alike, most first. */
export async function casesLike(
  tx: Transaction,
  vault: Vault,
  facets: readonly string[],
  except = '',
): Promise<Alike[]> {
  const tokens = await keyed(tx, vault, facets);
  if (tokens.length === 0) return [];
  const candidates = await tx.db
    .selectFrom('words')
    .select('case_id')
    .where('kind', '=', 'facet')
    .where('token', 'in', tokens)
    .where('case_id', '!=', except)
    .groupBy('case_id')
    .orderBy((eb) => eb.fn.countAll(), 'desc')
    .orderBy('case_id')
    .limit(CANDIDATES)
    .execute();
  const policy = await policyOf(tx);
  const alike: Alike[] = [];
  const compared = await notApart(
    tx,
    tokens,
    candidates.map(({ case_id }) => case_id),
  );
  for (const [caseId, facets] of await facetsOf(tx, compared.slice(0, COMPARED))) {
    const found = similarity(tokens, facets, policy);
    const judged = judgeSimilarity(found, policy);
    if (judged !== 'no') alike.push({ caseId, score: found.score, likely: judged === 'likely' });
  }
  return alike.sort((a, b) => b.score - a.score || compareText(a.caseId, b.caseId));
}

/** Those that name another distribution are not alike, whatever else they share. */
async function notApart(
  tx: Transaction,
  tokens: readonly string[],
  caseIds: readonly string[],
): Promise<string[]> {
  const own = tokens.filter((token) => token.startsWith('dist:'));
  if (own.length === 0 || caseIds.length === 0) return [...caseIds];
  const rows = await tx.db
    .selectFrom('words')
    .select(['case_id', 'token'])
    .where('case_id', 'in', [...caseIds])
    .where('kind', '=', 'facet')
    .where('token', 'like', 'dist:%')
    .execute();
  const apart = new Set(rows.filter(({ token }) => !own.includes(token)).map(({ case_id }) => case_id));
  return caseIds.filter((caseId) => !apart.has(caseId));
}

async function facetsOf(tx: Transaction, caseIds: readonly string[]): Promise<Map<string, string[]>> {
  const facets = new Map(caseIds.map((caseId): [string, string[]] => [caseId, []]));
  if (caseIds.length === 0) return facets;
  const rows = await tx.db
    .selectFrom('words')
    .select(['case_id', 'token'])
    .where('case_id', 'in', [...caseIds])
    .where('kind', '=', 'facet')
    .execute();
  for (const { case_id, token } of rows) facets.get(case_id)?.push(token);
  return facets;
}
