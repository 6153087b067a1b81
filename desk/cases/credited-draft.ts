/** The draft with the names of those who want to be credited: nobody else is named. */
import type { AdvisoryRecord, Credit } from 'cpansec/advisories';
import type { CaseCredit, CaseFile } from '../casefile/index.ts';
import { type Person, readPerson } from '../people/index.ts';
import type { Transaction, Vault } from '../store/index.ts';
import { draftOf } from './draft.ts';

export async function creditedDraft(tx: Transaction, vault: Vault, file: CaseFile): Promise<AdvisoryRecord> {
  const { history, ...draft } = draftOf(file);
  const named = (await namedCredits(tx, vault, file)).filter(({ consent }) => consent === 'by-name');
  const credits: Credit[] = named.flatMap(({ name, role }) => (name === '' ? [] : [{ name, role }]));
  return { ...draft, ...(credits.length === 0 ? {} : { credits }), history };
}

export interface NamedCredit extends CaseCredit {
  /** By which they want to be credited; empty where nobody knows it, and for whoever was erased. */
  readonly name: string;
}

export async function namedCredits(
  tx: Transaction,
  vault: Vault,
  { content }: Pick<CaseFile, 'content'>,
): Promise<NamedCredit[]> {
  const named: NamedCredit[] = [];
  for (const credit of content.credits)
    named.push({ ...credit, name: nameOf(await personOf(tx, vault, credit)) });
  return named;
}

function nameOf(person: Person | null): string {
  return person?.creditName ?? person?.name ?? '';
}

async function personOf(
  tx: Transaction,
  vault: Vault,
  { participant, person }: CaseCredit,
): Promise<Person | null> {
  if (participant === null) return person === null ? null : readPerson(tx, vault, person);
  const row = tx.db.selectFrom('participants').select('person_id').where('id', '=', participant);
  const found = await row.executeTakeFirst();
  return found === undefined ? null : readPerson(tx, vault, found.person_id);
}
