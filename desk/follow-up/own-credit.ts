/** Whether whoever takes part is credited, by their own link. */
import {
  addEntry,
  audienceOf,
  type CaseCredit,
  type CaseFile,
  chooseCredit,
  creditsChanged,
  goesOnIn,
} from '../casefile/index.ts';
import { caseOf } from '../cases/index.ts';
import type { Participant } from '../disclosure/index.ts';
import { changePerson, readPerson } from '../people/index.ts';
import { reference } from '../reports/index.ts';
import { notFound, WebError } from '../web/index.ts';
import type { As } from './own-disputes.ts';

export interface OwnCredit {
  readonly reference: string;
  readonly role: string;
  readonly consent: CaseCredit['consent'];
  readonly name: string;
  /** Whether it is published already: another choice is a correction. */
  readonly published: boolean;
}

async function mineOf({ tx, vault, caseId, participant }: As) {
  const own = await caseOf(tx, vault, caseId);
  const file = await goesOnIn(tx, vault, own);
  const me = [...file.state.participants, ...own.state.participants].find(({ id }) => id === participant);
  const row = tx.db.selectFrom('participants').select('person_id').where('id', '=', participant);
  const person = (await row.executeTakeFirst())?.person_id;
  if (me === undefined || me.left !== null || person === undefined) throw notFound();
  return { own, file, me, person, credit: creditIn(file, me) };
}

function creditIn({ content }: CaseFile, me: Participant): Pick<CaseCredit, 'role' | 'consent'> {
  const found = content.credits.find(({ participant }) => participant === me.id);
  return found ?? { role: me.roles.includes('maintainer') ? 'developer' : 'other', consent: 'unasked' };
}

export async function ownCredit(as: As): Promise<OwnCredit> {
  const { own, file, person, credit } = await mineOf(as);
  const found = await readPerson(as.tx, as.vault, person);
  return {
    reference: reference(own.id),
    role: credit.role,
    consent: credit.consent,
    // What the group calls them is the group's.
    name: found?.creditName ?? '',
    published: file.state.published !== null,
  };
}

/** The name is kept with the person. Throws `invalid` for a yes without one. */
export async function chooseOwnCredit(as: As, yes: boolean, name: string): Promise<void> {
  const { own, file, me, person, credit } = await mineOf(as);
  if (yes && name === '') throw new WebError('invalid', 'Not as it must be.', { name: 'By which name?' });
  const before = await readPerson(as.tx, as.vault, person);
  const renamed = yes && name !== before?.creditName;
  if (renamed) await changePerson(as.tx, as.vault, person, (one) => ({ ...one, creditName: name }));
  const consent = yes ? 'by-name' : 'no';
  const chosen = await chooseCredit(as.tx, as.vault, file, {
    participant: me.id,
    role: credit.role,
    consent,
  });
  if (renamed) await creditsChanged(as.tx, as.vault, chosen);
  const act = yes ? 'wants to be credited' : 'does not want to be credited';
  const entry = {
    kind: 'act',
    actor: `participant:${me.id}`,
    audience: audienceOf(me),
    body: { act },
  } as const;
  await addEntry(as.tx, as.vault, own, entry);
}
