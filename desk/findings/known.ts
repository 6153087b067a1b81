/** What scanners report again and again and is no vulnerability: a list that members keep. */
import { array, object, type Shape, string } from 'cpansec/base';
import type { NonFinding } from '../disclosure/index.ts';
import { keepSealedSetting, newId, sealedSetting, type Transaction, type Vault } from '../store/index.ts';
import { WebError } from '../web/index.ts';

const NAME = 'non-findings';
const MOST_KNOWN = 500;
const MOST_TOKENS = 20;

const shape: Shape<NonFinding[]> = array(
  object({ id: string, title: string, answer: string, all: array(string), any: array(string) }),
);

/** Sealed: what is looked for may name a distribution. */
export async function knownNonFindings(tx: Transaction, vault: Vault): Promise<NonFinding[]> {
  return shape((await sealedSetting(tx, vault, NAME)) ?? []);
}

async function keep(tx: Transaction, vault: Vault, known: readonly NonFinding[]): Promise<void> {
  const list = known.map((one) => ({ ...one, all: [...one.all], any: [...one.any] }));
  await keepSealedSetting(tx, vault, NAME, list);
}

export interface NewNonFinding {
  readonly title: string;
  readonly answer: string;
  /** Tokens, apart by blanks: `file:t/basic.t word:eval`. */
  readonly all: string;
  readonly any: string;
}

/** Throws `invalid`, `refused`. */
export async function addNonFinding(tx: Transaction, vault: Vault, given: NewNonFinding): Promise<string> {
  const [all, any] = [tokensOf('all', given.all), tokensOf('any', given.any)];
  if (all.length + any.length === 0)
    throw new WebError('invalid', 'Not as it must be.', { all: 'Say what a finding has to have.' });
  const known = await knownNonFindings(tx, vault);
  if (known.length >= MOST_KNOWN) throw new WebError('refused', `The list has ${MOST_KNOWN} already.`);
  const one = { id: newId(), title: given.title.trim(), answer: given.answer.trim(), all, any };
  await keep(tx, vault, [...known, one]);
  return one.id;
}

/** Throws `refused` where there is none. */
export async function removeNonFinding(tx: Transaction, vault: Vault, id: string): Promise<void> {
  const known = await knownNonFindings(tx, vault);
  const left = known.filter((one) => one.id !== id);
  if (left.length === known.length) throw new WebError('refused', 'That is not in the list any more.');
  await keep(tx, vault, left);
}

/** As a fingerprint has them: in lower case, a routine without what it belongs to. */
function tokensOf(field: 'all' | 'any', text: string): string[] {
  const tokens = text.trim().toLowerCase().split(/\s+/);
  const given = tokens.filter((token) => token !== '');
  const bad = given.find((token) => !/^(?:dist|file|routine|weakness|word):\S{1,200}$/.test(token));
  if (bad === undefined && given.length <= MOST_TOKENS) return [...new Set(given)];
  const problem = bad === undefined ? `At most ${MOST_TOKENS}.` : `${bad} is none: word:eval, dist:foo-bar.`;
  throw new WebError('invalid', 'Not as it must be.', { [field]: problem });
}
