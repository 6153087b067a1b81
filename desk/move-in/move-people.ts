/** Known contacts go into the cases of their distribution; signatories become persons with what they signed. */
import { addEntry, type CaseFile, entriesOf } from '../casefile/index.ts';
import { addSignatories } from '../people/index.ts';
import type { Mover } from './move-case.ts';
import type { KnownContact, Signatory } from './people-files.ts';

/** As an entry of a case says it. */
const ACT = 'noted a contact';

export async function moveContacts(
  mover: Mover,
  file: string,
  contacts: readonly KnownContact[],
  cases: readonly CaseFile[],
): Promise<void> {
  for (const contact of contacts) {
    const of = cases.filter(({ content }) => content.distribution === contact.distribution);
    if (of.length === 0) mover.tally.leave(file, contact.at, `no case is of ${contact.distribution}`);
    for (const one of of) await moveContact(mover, one, contact);
  }
}

async function moveContact(
  { tx, vault, tally }: Mover,
  file: CaseFile,
  contact: KnownContact,
): Promise<void> {
  const { address, name, note } = contact;
  const body = { act: ACT, address, name, note };
  const entries = await entriesOf(tx, vault, file, ['team']);
  if (entries.some((entry) => JSON.stringify(entry.body) === JSON.stringify(body))) return;
  await addEntry(tx, vault, file, { kind: 'act', actor: 'desk', audience: 'team', body });
  tally.count('contacts');
}

/** Persons under keys of their own, with what they signed. */
export async function moveSignatories(
  { tx, vault, tally }: Mover,
  signatories: readonly Signatory[],
): Promise<void> {
  const added = await addSignatories(tx, vault, signatories);
  if (added > 0) tally.count('signatories', added);
}
